"""The shortest way to the database, for what happens at every scan: the driver's own connection, one per thread.

SQLAlchemy writes the statements, once; running one through it costs four times what SQLite takes to answer. Every
statement is its own transaction. Scans may be lost when the power fails (they are counts), so nothing waits for a disk.
"""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

from labelsvc.storage.database import Database

PATIENCE_SECONDS = 2
"""How long a scan waits for a writer: somebody stands in a shop with a phone."""

_SETTINGS = {
    "sqlite": ("PRAGMA synchronous = NORMAL", f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}"),
    "postgresql": ("SET synchronous_commit = off", f"SET lock_timeout = '{PATIENCE_SECONDS}s'"),
}


class DriverLine:
    """Runs prepared statements in the calling thread's own connection, opened when first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = threading.local()

    def prepare(self, statement: ClauseElement) -> str:
        """Return a statement with named parameters as the driver takes it; it may hold no values of its own."""
        dialect = self._database.engine.dialect
        if dialect.name == "sqlite":
            dialect = sqlite.dialect(paramstyle="named")
        return str(statement.compile(dialect=dialect))

    def rows(self, prepared: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Run a prepared statement and return its rows, none where it returns none.

        A connection that the server closed meanwhile is opened anew, once. Raises the driver's errors.
        """
        connection = getattr(self._thread, "connection", None) or self._connect()
        try:
            return _run(connection, prepared, values)
        except Exception as error:
            if not self._database.engine.dialect.is_disconnect(error, connection, None):  # type: ignore[arg-type]
                raise
        return _run(self._connect(), prepared, values)

    def _connect(self) -> Any:
        connection = _open(self._database.engine)
        self._thread.connection = connection
        return connection


def _open(engine: Engine) -> Any:
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    if engine.dialect.name == "postgresql":
        connection.autocommit = True  # type: ignore[union-attr]
    for setting in _SETTINGS[engine.dialect.name]:
        connection.cursor().execute(setting)  # type: ignore[union-attr]
    return connection


def _run(connection: Any, prepared: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    cursor = connection.cursor()
    try:
        cursor.execute(prepared, values)
        return cursor.fetchall() if cursor.description else []
    finally:
        cursor.close()
