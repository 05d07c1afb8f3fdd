"""How fast a batch prints and when it will be ready, estimated only from finished parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

ALMOST = 0.95
"""The greatest progress reported for an unfinished part."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``speed`` (pieces per second) and ``seconds_left`` are None while unknown.

    ``reached``: pieces that are done or, at this speed, should be; ``estimated``: some of them are extrapolated.
    """

    speed: float | None
    seconds_left: int | None
    reached: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class PartsDone:
    """The pieces of a batch's finished parts, the start of its first part and the end of the latest."""

    pieces: int
    started_at: datetime | None = None
    last_done_at: datetime | None = None

    @property
    def speed(self) -> float | None:
        """Pieces per second; None if unknown."""
        if self.pieces and self.started_at and self.last_done_at and self.last_done_at > self.started_at:
            return self.pieces / (self.last_done_at - self.started_at).total_seconds()
        return None


def pace_of(
    pieces: int,
    parts_done: PartsDone,
    in_work: Sequence[tuple[int, datetime]],
    *,
    usual_speed: float | None,
    now: datetime,
) -> Pace:
    """Return a batch's pace.

    ``in_work``: the pieces of each part that is being rendered, and since when. The speed is what the done parts of
    this batch took; before the first of them it is ``usual_speed``, that of the latest batches.
    """
    done, speed = parts_done.pieces, parts_done.speed or usual_speed
    if not speed:
        return Pace(None, None, done, estimated=False)
    reckoned = 0
    for count, since in in_work:
        share = speed / len(in_work) * max(0.0, (now - since).total_seconds())
        reckoned += int(min(share, ALMOST * count))
    left = max(1, round((pieces - done - reckoned) / speed))
    return Pace(speed, left, done + reckoned, estimated=reckoned > 0)
