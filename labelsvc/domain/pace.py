"""How fast a batch prints and when it will be ready: judged from parts that are done, never from hope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

ALMOST = 0.95
"""How far a part that is not done yet is said to be at most."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``speed`` in pieces a second and ``seconds_left`` are None where nothing tells them yet.

    ``reached``: pieces that are done or, by the speed, should be; ``estimated``: some of them are only reckoned.
    """

    speed: float | None
    seconds_left: int | None
    reached: int
    estimated: bool


def pace_of(
    *,
    pieces: int,
    done: int,
    in_work: Sequence[tuple[int, datetime]],
    started_at: datetime | None,
    last_done_at: datetime | None,
    usual_speed: float | None,
    now: datetime,
) -> Pace:
    """Return a batch's pace.

    ``in_work``: the pieces of each part that is being rendered, and since when. The speed is what the done parts of
    this batch took; before the first of them it is ``usual_speed``, that of the latest batches.
    """
    speed = usual_speed
    if done and started_at and last_done_at and last_done_at > started_at:
        speed = done / (last_done_at - started_at).total_seconds()
    if not speed:
        return Pace(None, None, done, estimated=False)
    reckoned = 0
    for count, since in in_work:
        share = speed / len(in_work) * max(0.0, (now - since).total_seconds())
        reckoned += int(min(share, ALMOST * count))
    left = max(1, round((pieces - done - reckoned) / speed))
    return Pace(speed, left, done + reckoned, estimated=reckoned > 0)
