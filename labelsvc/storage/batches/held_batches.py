"""Batches that another machine may have printed: they wait for a person, and never resume on their own."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.people.audit import FieldDifference, record_differences

UNFINISHED = ("ordered", "running")


def hold_unfinished(connection: Connection, reason: str, context: ChangeContext) -> list[str]:
    """Hold every batch that is not finished, in the writer's transaction; return their names, the oldest first.

    They lose their folder too: it may be the other machine's, and whoever lets them go on prints into his own output.
    So do cancelled ones, whose files are cleared away: the other machine's stay.
    """
    connection.execute(update(batches).where(batches.c.state == "cancelled").values(folder=""))
    unfinished = batches.c.state.in_(UNFINISHED)
    rows = connection.execute(
        select(batches.c.id, batches.c.name, batches.c.state).where(unfinished).order_by(batches.c.id)
    ).all()
    if rows:
        connection.execute(update(batches).where(unfinished).values(state="held", reason=reason, folder=""))
        held = [("batch", row.id, [FieldDifference("state", row.state, "held")]) for row in rows]
        record_differences(connection, context, held)
    return [row.name for row in rows]
