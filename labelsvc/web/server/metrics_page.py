"""``/metrics``: the service's figures in Prometheus's text format, for this machine alone or by a token.

Whoever may not see them is answered as for any address that there is not.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

from labelsvc.config import Settings
from labelsvc.domain.errors import StorageRefused
from labelsvc.services import Services
from labelsvc.web.metrics import FIGURES, Metric

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

LOG = logging.getLogger("labelsvc.web")
PATH = "/metrics"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What a proxy adds: its request comes from this machine and is somebody else's."""
_STATES = ("waiting", "running")
_OPEN_STATES = ("ordered", "running", "held", "failed")

DATABASE_UP = Metric("labelsvc_database_up", "1 where the database answered this request, else 0.", kind="gauge")
PARTS = Metric("labelsvc_parts", "Parts that the print worker has before it.", kind="gauge", labels={"state": _STATES})
PIECES = Metric("labelsvc_pieces", "Labels of those parts.", kind="gauge", labels={"state": _STATES})
OLDEST = Metric("labelsvc_oldest_part_seconds", "Since when the oldest part waits, 0 if none does.", kind="gauge")
PACE = Metric("labelsvc_pieces_per_second", "Labels printed a second in the last five minutes.", kind="gauge")
BATCHES = Metric(
    "labelsvc_batches", "Batches that are not ready, by state.", kind="gauge", labels={"state": _OPEN_STATES}
)


def may_see_metrics(settings: Settings, environ: WSGIEnvironment) -> bool:
    """Return whether a request may see the figures: by the token where one is set, else from this machine itself."""
    if settings.metrics_token:
        given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1")
        return hmac.compare_digest(given, b"Bearer " + settings.metrics_token.encode())
    try:
        return ip_address(environ.get("REMOTE_ADDR", "")).is_loopback and not any(map(environ.get, _FORWARDED))
    except ValueError:
        return False


def metrics_text(services: Services, now: datetime | None = None) -> bytes:
    """Return all figures; without the worker's where the database does not answer."""
    lines = [*FIGURES.lines(), *_database_lines(services, now or datetime.now(UTC))]
    return ("\n".join(lines) + "\n").encode()


def _database_lines(services: Services, now: datetime) -> Iterator[str]:
    try:
        load = services.print_load(now)
    except StorageRefused as error:
        LOG.warning("the database gave no figures: %s", error.problems[0].code)
        yield from DATABASE_UP.lines([((), 0)])
        return
    waits = (now - load.waits_since).total_seconds() if load.waits_since else 0
    yield from DATABASE_UP.lines([((), 1)])
    yield from PARTS.lines(((state,), count) for state, count in load.parts.items())
    yield from PIECES.lines(((state,), count) for state, count in load.pieces.items())
    yield from OLDEST.lines([((), max(0, waits))])
    yield from PACE.lines([((), load.pace)])
    yield from BATCHES.lines(((state,), count) for state, count in load.batches.items())
