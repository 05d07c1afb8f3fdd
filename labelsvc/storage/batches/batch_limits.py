"""How many unfinished batches an account outside of the office may have, so that nobody fills the queue."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from labelsvc.domain.errors import TooManyAtOnce
from labelsvc.storage.db.tables.batches import batches


def refuse_too_many(connection: Connection, producer_id: int, most: int) -> None:
    """Refuse (TooManyAtOnce) another batch of a producer whose ``most`` are not finished yet."""
    unfinished = batches.c.producer_id == producer_id, batches.c.state.in_(("ordered", "running"))
    count = connection.scalar(select(func.count()).select_from(batches).where(*unfinished)) or 0
    if count >= most:
        raise TooManyAtOnce.from_code("print.too_many_open", count=count, most=most)
