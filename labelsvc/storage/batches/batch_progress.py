"""State transitions of batches and parts: each is a compare-and-set with its audit row, in one transaction.

:data:`BATCH_STEPS` and :data:`PART_STEPS` list the allowed steps. Whoever is too late, because another step was taken
meanwhile, learns it from the return value. Quotas count the batches that are not cancelled, so that a quota is given
back in the very transaction in which its batch is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, select, update

from labelsvc.domain.batch import (
    BATCH_STEPS,
    PART_STEPS,
    BatchState,
    PartState,
    StoppedState,
    states_before,
)
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables import batches, parts
from labelsvc.storage.people.audit import FieldDifference, record_differences

PRINTED_IN: tuple[BatchState, ...] = ("running", "ready")
"""States in which parts are started; in a ready batch only missing files are remade."""
NOBODY = ""
"""The author of steps that the program takes on its own."""


class BatchProgress:
    """The steps of all batches and parts. Each returns whether it was taken: False if it is no longer possible."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, name: str, now: datetime) -> bool:
        """Mark an ordered batch as printed by the worker; True also if it already is."""
        context = ChangeContext(NOBODY, now)
        with self._database.writing() as connection:
            return _is_queued(connection, name) and _step(connection, name, "running", context, already=("running",))

    def take_up(self, name: str, folder: str, context: ChangeContext) -> bool:
        """Let a batch run that was ordered, or that stopped, and its parts wait again that failed or were left.

        Its files are in ``folder``. From then on the worker leaves it alone. One that is ready stays so. False if it
        is the worker's, or cancelled. Only while nobody else runs it.
        """
        with self._database.writing() as connection:
            taken = not _is_queued(connection, name) and _step(
                connection, name, "running", context, already=PRINTED_IN, queued=False, folder=folder
            )
            if taken:
                _wait_again(connection, name, ("running", "failed"))
        return taken

    def start_again(self, name: str, context: ChangeContext) -> bool:
        """Let a failed or held batch wait for the worker again; running parts are left to their processes."""
        with self._database.writing() as connection:
            stopped = _is_in(connection, name, get_args(StoppedState))
            taken = stopped and _step(connection, name, "running", context, queued=True)
            if taken:
                _wait_again(connection, name, ("failed",))
        return taken

    def stop(self, name: str, state: StoppedState, reason: str, now: datetime) -> bool:
        """Mark an unfinished batch as stopped, with the reason."""
        return self._step(name, state, ChangeContext(NOBODY, now, reason), reason=reason)

    def release(self, name: str, folder: str, now: datetime) -> bool:
        """Mark a batch with all parts done as ready, with its folder."""
        with self._database.writing() as connection:
            undone = select(parts.c.number).where(parts.c.batch_id == _id_of(name), parts.c.state != "done")
            if connection.scalar(undone.limit(1)) is not None:
                return False
            return _step(connection, name, "ready", ChangeContext(NOBODY, now), already=("ready",), folder=folder)

    def cancel(self, name: str, reason: str, context: ChangeContext) -> bool:
        """Cancel an unfinished batch: its quotas are released."""
        return self._step(name, "cancelled", context, reason=reason)

    def part_started(self, name: str, number: int, now: datetime) -> bool:
        """Claim a waiting part of a running batch; False also if somebody else has it or it is done."""
        return self._step_part(name, number, "running", within=PRINTED_IN, started_at=now, reason="")

    def part_done(self, name: str, number: int, file: str, sha256: str, size: int, now: datetime) -> bool:
        """Record a part's finished file: its name, hash and size."""
        return self._step_part(name, number, "done", file=file, sha256=sha256, bytes=size, ended_at=now, reason="")

    def part_failed(self, name: str, number: int, reason: str, now: datetime) -> bool:
        """Record why a part failed."""
        return self._step_part(name, number, "failed", reason=reason, ended_at=now)

    def part_lost(self, name: str, number: int) -> bool:
        """Return a part whose process was killed to waiting."""
        return self._step_part(name, number, "waiting", before=("running",))

    def part_again(self, name: str, number: int) -> bool:
        """Return a finished part to waiting because its file is missing or changed."""
        return self._step_part(name, number, "waiting", before=("done",), file="", sha256="", bytes=0)

    def _step(self, name: str, state: BatchState, context: ChangeContext, **facts: Any) -> bool:
        with self._database.writing() as connection:
            return _step(connection, name, state, context, **facts)

    def _step_part(
        self,
        name: str,
        number: int,
        state: PartState,
        *,
        before: Sequence[PartState] = (),
        within: Sequence[BatchState] = (),
        **values: Any,
    ) -> bool:
        """Take a part's step, of a batch that is in one of the states ``within``, or at least not cancelled."""
        of_batch = batches.c.state.in_(within) if within else batches.c.state != "cancelled"
        change = update(parts).where(
            parts.c.batch_id == select(batches.c.id).where(batches.c.name == name, of_batch).scalar_subquery(),
            parts.c.number == number,
            parts.c.state.in_(before or states_before(PART_STEPS, state)),
        )
        with self._database.writing() as connection:
            return connection.execute(change.values(state=state, **values)).rowcount == 1


def _step(
    connection: Connection,
    name: str,
    state: BatchState,
    context: ChangeContext,
    *,
    already: Sequence[BatchState] = (),
    **values: Any,
) -> bool:
    """Take a batch's step; in one of the states ``already`` it stays, and only the ``values`` are written."""
    found = connection.execute(select(batches.c.id, batches.c.state).where(batches.c.name == name)).first()
    if found is None:
        return False
    if found.state in already:
        if values:
            connection.execute(update(batches).where(batches.c.id == found.id).values(values))
        return True
    change = update(batches).where(batches.c.id == found.id, batches.c.state.in_(states_before(BATCH_STEPS, state)))
    if connection.execute(change.values({"reason": "", **values, "state": state})).rowcount != 1:
        return False
    record_differences(connection, context, [("batch", found.id, [FieldDifference("state", found.state, state)])])
    return True


def _is_queued(connection: Connection, name: str) -> bool:
    """Return whether a batch belongs to the worker, which continues what it has not finished."""
    return _is_in(connection, name, ("ordered", "running"), batches.c.queued)


def _is_in(connection: Connection, name: str, states: Sequence[BatchState], *conditions: Any) -> bool:
    found = select(batches.c.id).where(batches.c.name == name, batches.c.state.in_(states), *conditions)
    return connection.scalar(found) is not None


def _wait_again(connection: Connection, name: str, states: Sequence[PartState]) -> None:
    of_batch = parts.c.batch_id == _id_of(name), parts.c.state.in_(states)
    connection.execute(update(parts).where(*of_batch).values(state="waiting", reason=""))


def _id_of(name: str) -> Any:
    return select(batches.c.id).where(batches.c.name == name).scalar_subquery()
