"""From when the last whole backup is: kept in the database, so that any machine can tell when backups stop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.kept_values import find_value, keep_value
from labelsvc.storage.db.tables.keys import secrets

KEPT_AS = "last_backup"
"""What it is called among the values that the program keeps for itself."""
PATIENCE_SECONDS = 60
"""How long a large import is waited for: whoever backs up at night has time."""


def note_backup(database: Database, made_at: datetime) -> None:
    """Note a backup that is whole; a database that is older than such notes is left alone. Raises StorageRefused."""
    with database.writing(patience=PATIENCE_SECONDS, asked_for=False) as connection:
        if not connection.dialect.has_table(connection, secrets.name):
            return
        keep_value(connection, KEPT_AS, made_at.isoformat())


def last_backup(connection: Connection) -> datetime | None:
    """Return from when the last whole backup is; None if none was ever made."""
    value = find_value(connection, KEPT_AS)
    return datetime.fromisoformat(value) if value else None
