"""``/metrics``: the service's figures in Prometheus's text format, by a token.

Whoever may not see them is answered as for any address that there is not. Where a request comes from says nothing:
a proxy on the same machine need not say for whom it asks.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from labelsvc.config import Settings
from labelsvc.domain.errors import StorageRefused
from labelsvc.services import Services
from labelsvc.web.metrics import text_of
from labelsvc.web.server.readiness import NEEDS

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


LOG = logging.getLogger("labelsvc.web")
PATH = "/metrics"


def may_see_metrics(settings: Settings, environ: WSGIEnvironment) -> bool:
    """Return whether a request may see the figures: it bears the token, and one is set."""
    given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1")
    expected = f"Bearer {settings.metrics_token}".encode()
    return bool(settings.metrics_token) and hmac.compare_digest(given, expected)


def metrics_text(
    services: Services, lacking: Container[str] = (), now: datetime | None = None, *, only_verifies: bool = False
) -> bytes:
    """Return all figures; without the worker's where the database does not answer, or the machine ``only_verifies``.

    ``lacking``: of ``NEEDS``.
    """
    return text_of(Lacking(lacking), RecordFigures(services, now or services.shared_clock.now(), only_verifies))


@dataclass(frozen=True, slots=True, eq=False)
class Lacking(Collector):
    """What the service lacks, as ``/readyz`` says it."""

    needs: Container[str]

    def collect(self) -> Iterator[Metric]:
        """Yield the figure."""
        values = ((need, float(need in self.needs)) for need in NEEDS)
        yield _by_label("labelsvc_lacking", "ALARM at 1: what /readyz of this process finds lacking.", "need", values)


@dataclass(frozen=True, slots=True, eq=False)
class RecordFigures(Collector):
    """What the database knows of the print worker and of the office's open cases, at one moment."""

    services: Services
    now: datetime
    only_verifies: bool = False

    def describe(self) -> Iterable[Metric]:
        """Ask nothing of the database when it is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        try:
            if self.only_verifies:
                self.services.epochs.needed()
                yield _figure("labelsvc_database_up", _DATABASE_UP, 1)
                return
            load, cases = self.services.print_load(self.now), self.services.alarms.count_open()
            backup = self.services.last_backup()
        except StorageRefused as error:
            LOG.warning("the database gave no figures: %s", error)
            yield _figure("labelsvc_database_up", _DATABASE_UP, 0)
            return
        yield _figure("labelsvc_database_up", _DATABASE_UP, 1)
        yield _by_label("labelsvc_parts", "Parts that the print worker has before it.", "state", load.parts.items())
        yield _by_label("labelsvc_pieces", "Labels of those parts.", "state", load.pieces.items())
        yield _figure("labelsvc_oldest_part_seconds", _OLDEST_PART, self._since(load.waits_since))
        yield _figure("labelsvc_output_refuses_seconds", _OUTPUT_REFUSES, self._since(load.output_refuses_since))
        yield _figure("labelsvc_batch_folder_refuses_seconds", _FOLDER_REFUSES, self._since(load.folder_refuses_since))
        yield _figure("labelsvc_pieces_per_second", "Labels printed a second in the last five minutes.", load.pace)
        yield _by_label("labelsvc_batches", "Batches that are not ready, by state.", "state", load.batches.items())
        yield _by_label("labelsvc_failed_parts", _FAILED_PARTS, "batch", load.failed_parts.items())
        yield _by_label("labelsvc_parts_tried_again", _TRIED_AGAIN, "cause", load.tried_again.items())
        yield _figure("labelsvc_open_cases", "Alarms of scans that wait for somebody of the office.", cases)
        yield _figure("labelsvc_last_backup_timestamp_seconds", _LAST_BACKUP, backup.timestamp() if backup else 0)

    def _since(self, moment: datetime | None) -> float:
        return max(0.0, (self.now - moment).total_seconds()) if moment else 0.0


_DATABASE_UP = "1 where the database answered this request, else 0."
_OLDEST_PART = "Since when the oldest part waits, 0 if none does; of no batch that waits alone."
_OUTPUT_REFUSES = "Since when batches wait for an output that takes no files, 0 if none does."
_FOLDER_REFUSES = "Since when a batch alone waits, as its own folder takes no files, 0 if none does."
_LAST_BACKUP = "From when the last whole backup is, in seconds since 1970; 0 if none was ever made."
_TRIED_AGAIN = "Times that parts of unfinished batches were begun anew: after a fault, or a lost process."
_FAILED_PARTS = "Parts that cannot be printed, by what became of their batch: held (by proof or records) or failed."


def _figure(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)


def _by_label(name: str, help: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, help, labels=(label,))
    for key, value in values:
        family.add_metric((key,), value)
    return family
