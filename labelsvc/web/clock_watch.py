"""Notices that the clock was put back: what was counted while it ran ahead would be held against people for long."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, time

BACKWARD_SECONDS = 5.0
"""Clocks are put right by less than this all the time."""


class ClockWatch:
    """Compares the wall clock, by which the windows of limits end, with one that nobody puts right."""

    def __init__(self, wall: Callable[[], float] = time, steady: Callable[[], float] = monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._ahead = wall() - steady()

    def was_put_back(self) -> bool:
        """Tell, once, that the clock was put back since this was asked last."""
        before, self._ahead = self._ahead, self._wall() - self._steady()
        return self._ahead < before - BACKWARD_SECONDS
