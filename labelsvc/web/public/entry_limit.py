"""Limits how often an IP address may try typed codes; stamps' own pages are never limited, as phones share one."""

from __future__ import annotations

from flask import Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from labelsvc.web.clock_watch import ClockWatch

TRIES = "60/minute"


class EntryLimit:
    """Counts codes typed into the form, by address, in this process; ``behind_tls``: one proxy names the address."""

    def __init__(self, *, behind_tls: bool, watch: ClockWatch | None = None) -> None:
        self._watch = watch or ClockWatch()
        self._behind_tls = behind_tls
        self._rate = parse(TRIES)
        self._counting = FixedWindowRateLimiter(MemoryStorage())

    def allows(self, request: Request) -> bool:
        """Count a try and return whether it is within the bound."""
        if self._watch.was_put_back():
            self._counting.storage.reset()
        route = request.access_route if self._behind_tls else []
        return self._counting.hit(self._rate, "entry", route[-1] if route else request.remote_addr or "")
