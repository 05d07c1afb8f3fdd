"""One step of a batch: a compare-and-set with its audit row, in the transaction of whoever takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from labelsvc.domain.batch import BATCH_STEPS, BatchState, states_before
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.people.audit import FieldDifference, record_differences

PRINTED_IN: tuple[BatchState, ...] = ("running", "ready")
"""States in which parts are started; in a ready batch only missing files are remade."""
NOBODY = ""
"""The author of steps that the program takes on its own."""


def take_step(
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
