"""The clock that all machines of an office share: PostgreSQL's. With SQLite there is one machine, and its own clock.

A print machine whose clock is a year ahead neither refuses products as expired nor clears files away as old.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from labelsvc.storage.db.database import Database


def shared_now(database: Database) -> datetime:
    """Return the present moment, in UTC. StorageRefused where the database does not answer."""
    if database.dialect == "sqlite":
        return datetime.now(UTC)
    with database.reading() as connection:
        return shared_moment(connection, datetime.now(UTC))


def shared_moment(connection: Connection, own: datetime) -> datetime:
    """Return the present moment within a transaction, in UTC; ``own``: what this machine's clock says, for SQLite."""
    if connection.dialect.name == "sqlite":
        return own
    now: datetime = connection.scalars(select(func.clock_timestamp())).one()
    return now.astimezone(UTC)
