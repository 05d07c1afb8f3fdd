"""State transitions of batches and parts: each is a compare-and-set with its audit row, in one transaction.

``domain.batch`` lists the allowed steps; the part's need its claim. Whoever is too late, because another step was taken
meanwhile, learns it from the return value. Quotas count the batches that are not cancelled, so that a quota is given
back in the very transaction in which its batch is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, select, update

from labelsvc.domain.batch import BatchState, PartState, StoppedState
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.batches.batch_steps import NOBODY, PRINTED_IN, take_step
from labelsvc.storage.batches.claims import PartClaim, claimed, claimed_at_all
from labelsvc.storage.batches.stop_reasons import StopReason
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, parts

_UNTRIED: Mapping[str, Any] = {"tries": 0, "losses": 0, "line": None, "refused": False}

_END_UNTRIED: Mapping[str, Any] = {"tries": 0, "losses": 0}


class BatchProgress:
    """The steps of all batches and parts. Each returns whether it was taken: False if it is no longer possible."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_up(self, name: str, folder: str, context: ChangeContext) -> bool:
        """Let a batch run that was ordered, or that stopped, and its parts wait again that failed or were left.

        Its files are in ``folder``. From then on the worker leaves it alone. One that is ready stays so. False if it
        is the worker's, or cancelled. Only while nobody else runs it.
        """
        with self._database.writing() as connection:
            taken = not _is_queued(connection, name) and take_step(
                connection, name, "running", context, already=PRINTED_IN, queued=False, folder=folder, **_END_UNTRIED
            )
            if taken:
                _wait_again(connection, name, ("running", "failed"))
        return taken

    def start_again(self, name: str, context: ChangeContext) -> bool:
        """Let a failed or held batch wait for the worker again; running parts are left to their processes."""
        with self._database.writing() as connection:
            stopped = _is_in(connection, name, get_args(StoppedState))
            taken = stopped and take_step(connection, name, "running", context, queued=True, **_END_UNTRIED)
            if taken:
                _wait_again(connection, name, ("failed",))
        return taken

    def stop(self, name: str, state: StoppedState, reason: StopReason, now: datetime) -> bool:
        """Mark an unfinished batch as stopped, with the reason; the audit has it as it is said."""
        return self._step(name, state, ChangeContext(NOBODY, now, reason.said), reason=str(reason))

    def release(self, name: str, folder: str, now: datetime) -> bool:
        """Mark a batch with all parts done as ready, with its folder."""
        with self._database.writing() as connection:
            undone = select(parts.c.number).where(parts.c.batch_id == _id_of(name), parts.c.state != "done")
            if connection.scalar(undone.limit(1)) is not None:
                return False
            return take_step(connection, name, "ready", ChangeContext(NOBODY, now), already=("ready",), folder=folder)

    def cancel(self, name: str, reason: str, context: ChangeContext) -> bool:
        """Cancel an unfinished batch: its quotas are released."""
        return self._step(name, "cancelled", context, reason=reason)

    def part_done(self, claim: PartClaim, file: str, sha256: str, size: int, now: datetime) -> bool:
        """Record the finished file of a part that is still claimed: its name, hash and size."""
        done = {"file": file, "sha256": sha256, "bytes": size, "ended_at": now, "reason": ""}
        return self._end_claim(claim, "done", **done, **_UNTRIED)

    def part_failed(self, claim: PartClaim, reason: StopReason, now: datetime, *, refused: bool = False) -> bool:
        """Record why a part that is still claimed failed; ``refused``: it must not be printed as it is."""
        return self._end_claim(claim, "failed", reason=str(reason), ended_at=now, refused=refused)

    def part_tried(self, claim: PartClaim) -> bool:
        """Return a part that is still claimed to waiting after a try that gave no result."""
        return self._end_claim(claim, "waiting", tries=parts.c.tries + 1)

    def part_left(self, claim: PartClaim) -> None:
        """Return a part to waiting, also one of a cancelled batch, as far as nobody else has claimed it."""
        change = update(parts).where(*claimed_at_all(claim)).values(state="waiting", holder="")
        with self._database.writing() as connection:
            connection.execute(change)

    def end_tried(self, name: str) -> int:
        """Count a try to end a running batch that gave no result; return how many there were."""
        change = update(batches).where(batches.c.name == name, batches.c.state == "running")
        with self._database.writing() as connection:
            counted = change.values(tries=batches.c.tries + 1).returning(batches.c.tries)
            return connection.scalar(counted) or 0

    def part_again(self, name: str, number: int) -> bool:
        """Return a finished part to waiting because its file is missing or changed."""
        wanted = select(batches.c.id).where(batches.c.name == name, batches.c.state != "cancelled").scalar_subquery()
        change = update(parts).where(parts.c.batch_id == wanted, parts.c.number == number, parts.c.state == "done")
        with self._database.writing() as connection:
            return connection.execute(change.values(state="waiting", file="", sha256="", bytes=0)).rowcount == 1

    def _step(self, name: str, state: BatchState, context: ChangeContext, **facts: Any) -> bool:
        with self._database.writing() as connection:
            return take_step(connection, name, state, context, **facts)

    def _end_claim(self, claim: PartClaim, state: PartState, **values: Any) -> bool:
        change = update(parts).where(*claimed(claim)).values(state=state, holder="", **values)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount == 1


def _is_queued(connection: Connection, name: str) -> bool:
    """Return whether a batch belongs to the worker, which continues what it has not finished."""
    return _is_in(connection, name, ("ordered", "running"), batches.c.queued)


def _is_in(connection: Connection, name: str, states: Sequence[BatchState], *conditions: Any) -> bool:
    found = select(batches.c.id).where(batches.c.name == name, batches.c.state.in_(states), *conditions)
    return connection.scalar(found) is not None


def _wait_again(connection: Connection, name: str, states: Sequence[PartState]) -> None:
    of_batch = parts.c.batch_id == _id_of(name), parts.c.state.in_(states)
    connection.execute(update(parts).where(*of_batch).values(state="waiting", holder="", reason="", **_UNTRIED))


def _id_of(name: str) -> Any:
    return select(batches.c.id).where(batches.c.name == name).scalar_subquery()
