"""Whose heartbeat stopped: seen by looking again and again, with the monotonic clock of whoever looks.

No clock of another machine is asked, and none that can be set.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

LOOKS_PER_LEASE = 3
"""A look counts for at most this share of a lease: who was stopped for an hour has seen nothing meanwhile."""


class LeaseWatch:
    """What each claim looked like, and for how many seconds it has not changed."""

    def __init__(self, lease_seconds: float) -> None:
        self._lease = lease_seconds
        self._looked: float | None = None
        self._seen: dict[Hashable, tuple[Hashable, float]] = {}

    def stale(self, claims: Mapping[Hashable, Hashable], now: float) -> set[Hashable]:
        """Return the keys of the claims that have not changed for a lease; ``now``: monotonic seconds."""
        since = 0.0 if self._looked is None else min(now - self._looked, self._lease / LOOKS_PER_LEASE)
        self._looked = now
        self._seen = {key: (looks, self._unchanged(key, looks, since)) for key, looks in claims.items()}
        return {key for key, (_, seconds) in self._seen.items() if seconds >= self._lease}

    def _unchanged(self, key: Hashable, looks: Hashable, since: float) -> float:
        before, seconds = self._seen.get(key, (None, 0.0))
        return seconds + since if before == looks else 0.0
