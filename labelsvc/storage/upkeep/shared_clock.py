"""The clock that all machines of an office share: PostgreSQL's. With SQLite there is one machine, and its own clock.

A print machine whose clock is a year ahead neither refuses products as expired nor clears files away as old.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from labelsvc.storage.db.database import Database


def shared_now(database: Database) -> datetime:
    """Return the present moment, in UTC. StorageRefused where the database does not answer."""
    if database.dialect == "sqlite":
        return datetime.now(UTC)
    with database.reading() as connection:
        now: datetime = connection.scalars(select(func.clock_timestamp())).one()
    return now.astimezone(UTC)
