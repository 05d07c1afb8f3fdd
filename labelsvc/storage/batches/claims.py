"""Claims of parts and batches, in the database: who works on what, on however many machines.

A claim is a token, one more than the last one's, and a holder. Its holder counts its heartbeats up; when these stop,
or the holder's process is seen to be gone, others take the work (:mod:`labelsvc.workflows.queue.sweep`). Whatever
ends a part says its token: who lost the claim meanwhile changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.batches.batch_steps import NOBODY, PRINTED_IN, take_step
from labelsvc.storage.batches.claim_order import NEXT, OF_SMALL, SETTLED, UNTRIED, WAITING
from labelsvc.storage.batches.held_batches import UNFINISHED
from labelsvc.storage.batches.holders import GONE, Fate, Holder, own_holder
from labelsvc.storage.batches.lease_watch import LeaseWatch
from labelsvc.storage.batches.output_waits import OutputWaits
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, parts

BEATS_PER_LEASE = 6


class ClaimLost(Exception):
    """The claim was given to somebody else, or its batch was cancelled."""


@dataclass(frozen=True, slots=True)
class PartClaim:
    """The right to render a part.

    ``tries``: claims before this one that ended without a result; ``own_tries``: those of them by the part's own fault.
    """

    batch: str
    batch_id: int
    number: int
    token: int
    tries: int
    own_tries: int


@dataclass(frozen=True, slots=True)
class BatchClaim:
    """The right to print a batch as a whole, or to join and release it."""

    batch: str
    token: int


class Claims:
    """All claims. ``holder`` returns what this process is called; ``waits``: outputs that are not to be tried now."""

    def __init__(
        self,
        database: Database,
        lease_seconds: float,
        holder: Callable[[], str] = own_holder,
        waits: OutputWaits | None = None,
    ) -> None:
        self._database = database
        self._holder = holder
        self.lease_seconds = lease_seconds
        self.waits = waits or OutputWaits(database)

    @property
    def beat_seconds(self) -> float:
        """How often a claim's heart beats."""
        return self.lease_seconds / BEATS_PER_LEASE

    def next_part(self, now: datetime, *, small: bool = False) -> PartClaim | None:
        """Claim the part whose turn it is among those that wait for the worker; None if none does.

        ``small``: of small batches alone.

        Small batches go first, then the account with the fewest parts under way, then the oldest batch; of a batch the
        parts in their order, those last that were tried before. Whoever waits for his output is passed over.
        """
        wanted = NEXT.where(OF_SMALL) if small else NEXT
        with self._database.writing() as connection:
            found = connection.execute(wanted.where(*self.waits.not_paused(connection, now))).first()
            if found is None:
                return None
            self.waits.give_trial(connection, found.name, found.folder, now)
            if found.state == "ordered":
                take_step(connection, found.name, "running", ChangeContext(NOBODY, now))
            return self._claim_part(connection, found, now)

    def part(self, name: str, number: int, now: datetime) -> PartClaim | None:
        """Claim a part of a running batch; None if somebody else has it or it is done."""
        chosen = (
            select(batches.c.id, batches.c.name, parts.c.number)
            .join(parts)
            .where(
                batches.c.name == name,
                batches.c.state.in_(PRINTED_IN),
                parts.c.number == number,
                parts.c.state == "waiting",
            )
        )
        with self._database.writing() as connection:
            found = connection.execute(chosen).first()
            return self._claim_part(connection, found, now) if found else None

    def _claim_part(self, connection: Connection, found: Any, now: datetime) -> PartClaim:
        values = {"state": "running", "holder": self._holder(), "token": parts.c.token + 1, "beats": 0}
        change = (
            update(parts)
            .where(parts.c.batch_id == found.id, parts.c.number == found.number)
            .values(values | {"started_at": now, "reason": ""})
            .returning(parts.c.token, parts.c.tries, parts.c.losses)
        )
        made = connection.execute(change).one()
        return PartClaim(found.name, found.id, found.number, made.token, made.tries + made.losses, made.tries)

    def batch(self, name: str, *, patient: bool = False) -> BatchClaim | None:
        """Claim a batch; None if somebody else has it.

        ``patient``: of a holder on another machine wait until its heart is seen to beat, or not to for a lease.
        """
        watch = LeaseWatch(self.lease_seconds)
        seen = None
        while True:
            with self._database.writing() as connection:
                kept = select(batches.c.holder, batches.c.token, batches.c.beats).where(batches.c.name == name)
                row = connection.execute(kept).first()
                if row is None:
                    return None
                looks = (row.token, row.beats)
                if not row.holder or self.fate(row.holder) in GONE or watch.stale({name: looks}, monotonic()):
                    return self._claim_batch(connection, name)
            if not patient or self.fate(row.holder) != "unknown" or looks != (seen or looks):
                return None
            seen = looks
            sleep(min(1.0, self.beat_seconds))

    def is_held_elsewhere(self, name: str) -> bool:
        """Return whether a process of another machine has a batch, of which time alone tells whether it works."""
        with self._database.reading() as connection:
            holder = connection.scalar(select(batches.c.holder).where(batches.c.name == name))
        return bool(holder) and self.fate(str(holder)) == "unknown"

    def abandoned(self) -> list[str]:
        """Return the batches of the command line that nobody prints to their end any more, the oldest first."""
        query = select(batches.c.name, batches.c.holder).where(~batches.c.queued, batches.c.state.in_(UNFINISHED))
        with self._database.reading() as connection:
            held = connection.execute(query.order_by(batches.c.id)).all()
        return [name for name, holder in held if self.fate(holder) in GONE]

    def _claim_batch(self, connection: Connection, name: str) -> BatchClaim:
        values = {"holder": self._holder(), "token": batches.c.token + 1, "beats": 0}
        change = update(batches).where(batches.c.name == name).values(values).returning(batches.c.token)
        return BatchClaim(name, connection.execute(change).scalar_one())

    def beat(self, claim: PartClaim | BatchClaim) -> bool:
        """Say that a claim's holder is at work; False if the claim is lost."""
        table = parts if isinstance(claim, PartClaim) else batches
        change = update(table).where(*claimed(claim)).values(beats=table.c.beats + 1)
        with self._database.touching() as connection:
            return connection.execute(change).rowcount == 1

    def check(self, claim: PartClaim | BatchClaim) -> None:
        """Raise ClaimLost if a claim is lost."""
        if not self.beat(claim):
            raise ClaimLost

    def note_line(self, claim: PartClaim, line: int | None) -> None:
        """Say which line of the batch is worked on, so that a process that dies now tells what of."""
        with self._database.touching() as connection:
            connection.execute(update(parts).where(*claimed_at_all(claim)).values(line=line))

    def leave(self, claim: BatchClaim) -> None:
        """Give a batch up."""
        with self._database.touching() as connection:
            connection.execute(update(batches).where(*claimed(claim)).values(holder=""))

    def fate(self, holder: str) -> Fate:
        """Return what became of a holder; SQLite's file has one machine, so that those of its past boots are gone."""
        known = Holder.parse(holder)
        if known is None:
            return "unknown" if holder else "died_with_parent"
        fate, own = known.fate, Holder.parse(self._holder())
        if fate == "unknown" and self._database.dialect == "sqlite" and own and known.boot != own.boot:
            return "died_with_parent"
        return fate

    def something_waits(self, now: datetime) -> bool:
        """Return whether there is anything for a worker to do."""
        with self._database.reading() as connection:
            may_be_tried = self.waits.not_paused(connection, now)
            waiting = (query.where(*may_be_tried).limit(1) for query in (WAITING, SETTLED))
            return any(connection.execute(query).first() is not None for query in waiting)

    def small_waits(self, now: datetime) -> bool:
        """Return whether a part of a small batch waits for the worker."""
        with self._database.reading() as connection:
            found = connection.execute(NEXT.where(OF_SMALL, *self.waits.not_paused(connection, now))).first()
        return found is not None

    def settled(self, now: datetime, *, tried: bool) -> str | None:
        """Return a batch whose parts are all done or failed, that nobody holds and nobody ended; None if none is.

        The process of its last part was killed before it came to that, or whoever claimed the batch since was.
        ``tried``: also one whose end was tried before.
        """
        wanted = SETTLED if tried else SETTLED.where(UNTRIED)
        with self._database.reading() as connection:
            found = connection.execute(wanted.where(*self.waits.not_paused(connection, now)).limit(1)).first()
            if found is None:
                return None
            is_trial = self.waits.refuses(connection, found.name, found.folder)
        if is_trial:
            with self._database.writing() as connection:
                self.waits.give_trial(connection, found.name, found.folder, now)
        return str(found.name)


def claimed(claim: PartClaim | BatchClaim) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the row of a claim that is still good."""
    if isinstance(claim, BatchClaim):
        return batches.c.name == claim.batch, batches.c.token == claim.token, batches.c.holder != ""
    wanted = select(batches.c.id).where(batches.c.id == claim.batch_id, batches.c.state != "cancelled")
    return *claimed_at_all(claim), parts.c.batch_id.in_(wanted.scalar_subquery())


def claimed_at_all(claim: PartClaim) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the row of a part that nobody else has claimed since, though it may be cancelled."""
    return (
        parts.c.batch_id == claim.batch_id,
        parts.c.number == claim.number,
        parts.c.state == "running",
        parts.c.token == claim.token,
    )
