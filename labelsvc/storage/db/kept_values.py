"""Values that the program keeps for itself by their names, the same for all its processes and machines."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from labelsvc.storage.db.tables.keys import secrets


def find_value(connection: Connection, name: str) -> str:
    """Return a value; empty if none is kept."""
    return connection.scalar(select(secrets.c.value).where(secrets.c.name == name)) or ""


def keep_value(connection: Connection, name: str, value: str) -> None:
    """Keep a value in the place of the one before, in the writer's transaction."""
    connection.execute(delete(secrets).where(secrets.c.name == name))
    connection.execute(insert(secrets).values(name=name, value=value))
