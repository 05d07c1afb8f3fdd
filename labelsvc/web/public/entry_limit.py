"""Limits how often an IP address may try typed codes; stamps' own pages are never limited, as phones share one."""

from __future__ import annotations

import logging
from time import monotonic

from flask import Request
from limits import parse
from limits.errors import ConfigurationError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from labelsvc.config.setting_values import variable
from labelsvc.domain.errors import ServingRefused
from labelsvc.web.clock_watch import ClockWatch

LOG = logging.getLogger("labelsvc.web")
TRIES = "60/minute"
OWN_COUNTS = "memory://"
AWAY_SECONDS = 10.0
"""How long a storage that did not answer is not asked again."""


def storage_options(storage: str) -> dict[str, int]:
    """Return how many seconds to wait for the storage of limits, by its URL; then each process counts by itself."""
    return {"socket_timeout": 1, "socket_connect_timeout": 1} if storage.startswith("redis") else {}


def check_storage(storage: str) -> None:
    """Refuse (ServingRefused) a storage that cannot be read, or whose library is missing; it is not reached."""
    try:
        storage_from_string(storage, **storage_options(storage))
    except (ConfigurationError, ImportError) as error:
        raise ServingRefused.from_code("config.limits_driver") from error
    except (ValueError, TypeError) as error:
        kind = storage.partition("://")[0]
        raise ServingRefused.from_code("config.reserved", variable=variable("limits"), value=kind) from error


class EntryLimit:
    """Counts codes typed into the form, by address.

    ``behind_tls``: one proxy names the address. ``storage``: of the counts of all processes, by its URL; while it does
    not answer, and without one, this process counts by itself.
    """

    def __init__(self, *, behind_tls: bool, storage: str = OWN_COUNTS, watch: ClockWatch | None = None) -> None:
        self._watch = watch or ClockWatch()
        self._behind_tls = behind_tls
        self._rate = parse(TRIES)
        self._own = self._shared = FixedWindowRateLimiter(MemoryStorage())
        if storage != OWN_COUNTS:
            self._shared = FixedWindowRateLimiter(storage_from_string(storage, **storage_options(storage)))
        self._away_until = 0.0

    def allows(self, request: Request) -> bool:
        """Count a try and return whether it is within the bound."""
        if self._watch.was_put_back():
            self._own.storage.reset()
        route = request.access_route if self._behind_tls else []
        address = route[-1] if route else request.remote_addr or ""
        if monotonic() >= self._away_until:
            try:
                return self._shared.hit(self._rate, "entry", address)
            except Exception as error:  # noqa: BLE001  whatever its client raises, the form goes on
                LOG.warning("the storage of limits does not answer: %r", error)
                self._away_until = monotonic() + AWAY_SECONDS
        return self._own.hit(self._rate, "entry", address)
