"""What the print worker has before it and how fast it goes, for whoever watches the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from labelsvc.domain.batch import BATCH_STATES, BatchState, PartState
from labelsvc.storage.batches.output_waits import OutputWait, OutputWaits
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.moved_mark import refuse_moved
from labelsvc.storage.db.tables.batches import batches, parts

LATELY = timedelta(minutes=5)
_NONE: dict[PartState, int] = {"waiting": 0, "running": 0}
_OPEN = [state for state in BATCH_STATES if state not in ("ready", "cancelled")]
_STOPPED: tuple[BatchState, ...] = ("held", "failed")


@dataclass(frozen=True, slots=True)
class PrintLoad:
    """``parts`` and ``pieces`` that the worker has before it, by the part's state.

    ``waits_since``: the oldest order of which a part waits for a worker, and not the batch alone for its own folder.

    ``batches``: how many are not ready, by state; ``failed_parts`` of those that are held or failed, by the batch's
    state: by a proof or the records, or by a fault. ``tried_again``: how often parts of unfinished batches were begun
    anew, after a fault of theirs (``fault``) or a lost process (``lost``). ``pieces_lately`` were finished in the last
    five minutes. ``waits``: outputs, and folders of single batches, that refuse files; the longest first.
    """

    parts: dict[PartState, int]
    pieces: dict[PartState, int]
    waits_since: datetime | None
    batches: dict[BatchState, int]
    failed_parts: dict[BatchState, int]
    tried_again: dict[str, int]
    pieces_lately: int
    waits: Sequence[OutputWait] = ()

    @property
    def output_waits(self) -> list[OutputWait]:
        """The outputs as a whole that refuse files, from whichever machine."""
        return [wait for wait in self.waits if not wait.is_of_batch]

    @property
    def output_refuses_since(self) -> datetime | None:
        """Since when the first of them does, None if none does."""
        return min((wait.since for wait in self.output_waits), default=None)

    @property
    def folder_refuses_since(self) -> datetime | None:
        """Since when a batch waits alone, None if none does."""
        return min((wait.since for wait in self.waits if wait.is_of_batch), default=None)

    @property
    def pace(self) -> float:
        """Pieces a second in those minutes."""
        return self.pieces_lately / LATELY.total_seconds()


def read_print_load(database: Database, now: datetime) -> PrintLoad:
    """Return the load of the worker of this database; StorageRefused where it was moved or does not answer."""
    queued = parts.join(batches, parts.c.batch_id == batches.c.id)
    in_work = batches.c.queued, batches.c.state.in_(("ordered", "running")), parts.c.state.in_(("waiting", "running"))
    sums = func.count(), func.sum(parts.c.pieces)
    by_state = select(parts.c.state, *sums).select_from(queued).where(*in_work).group_by(parts.c.state)
    waiting = *in_work, parts.c.state == "waiting"
    oldest = select(func.min(batches.c.ordered_at)).select_from(queued).where(*waiting)
    counts = select(batches.c.state, func.count()).where(batches.c.state.in_(_OPEN)).group_by(batches.c.state)
    lately = select(func.sum(parts.c.pieces)).where(parts.c.state == "done", parts.c.ended_at > now - LATELY)
    failed = parts.c.state == "failed", batches.c.state.in_(_STOPPED)
    stopped = select(batches.c.state, func.count()).select_from(queued).where(*failed).group_by(batches.c.state)
    again = (
        select(func.sum(parts.c.tries), func.sum(parts.c.losses)).select_from(queued).where(batches.c.state.in_(_OPEN))
    )
    with database.reading() as connection:
        refuse_moved(connection)
        rows = connection.execute(by_state).all()
        found = {row[0]: int(row[1]) for row in connection.execute(counts)}
        lost = {row[0]: int(row[1]) for row in connection.execute(stopped)}
        waits = OutputWaits(database).all(now) if found.keys() & {"ordered", "running"} else []
        alone = [wait.place for wait in waits if wait.is_of_batch]
        return PrintLoad(
            parts=_NONE | {row[0]: int(row[1]) for row in rows},
            pieces=_NONE | {row[0]: int(row[2]) for row in rows},
            waits_since=connection.scalar(oldest.where(batches.c.name.not_in(alone))),
            batches={state: found.get(state, 0) for state in _OPEN},
            failed_parts={state: lost.get(state, 0) for state in _STOPPED},
            tried_again=dict(zip(("fault", "lost"), map(_whole, connection.execute(again).one()), strict=True)),
            pieces_lately=int(connection.scalar(lately) or 0),
            waits=waits,
        )


def _whole(total: int | None) -> int:
    """Return a sum, which is None over no rows."""
    return int(total or 0)
