"""The shortest way to the database, for what happens at every scan: a connection of the driver, kept open.

SQLAlchemy writes the statements, once; running one through it costs four times what SQLite takes to answer. A
statement is its own transaction; what belongs together is one in SQLite, where it costs less than two, and a statement
after the other in PostgreSQL, where it would cost two more trips to the server. Scans may be lost when the power fails
(they are counts), so nothing waits for a disk. SQLite overwrites what is deleted: a day's salt is gone from the file.

With SQLite the threads of a process take turns at one connection: a second one would find its pages outdated after
every write of the first (429 against 365 µs a scan, all in). With PostgreSQL each thread has its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

from labelsvc.storage.db.database import Database

PATIENCE_SECONDS = 2
"""How long a scan waits for its turn, and for a writer: somebody stands in a shop with a phone."""

_SETTINGS = {
    "sqlite": (
        "PRAGMA synchronous = NORMAL",
        f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}",
        "PRAGMA secure_delete = ON",
    ),
    "postgresql": ("SET synchronous_commit = off", f"SET lock_timeout = '{PATIENCE_SECONDS}s'"),
}


R = TypeVar("R")
ResultRows = list[tuple[Any, ...]]
RunStatement = Callable[[str, dict[str, Any]], ResultRows]
"""Runs a prepared statement with its values and returns its rows."""


class ConnectionBusy(Exception):
    """No turn within the time that a scan may wait."""


class _Slot:
    """A connection, opened when first needed, and whose turn it is."""

    def __init__(self) -> None:
        self.connection: Any = None
        self.turn = threading.Lock()


class _SlotOfThread(_Slot, threading.local):
    """A slot for each thread."""


class DriverConnection:
    """Runs prepared statements, each as a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._slot = _Slot() if database.dialect == "sqlite" else _SlotOfThread()

    def prepare(self, statement: ClauseElement) -> str:
        """Return a statement with named parameters as the driver takes it; it may hold no values of its own."""
        dialect = self._engine.dialect
        if dialect.name == "sqlite":
            dialect = sqlite.dialect(paramstyle="named")
        return str(statement.compile(dialect=dialect))

    def rows(self, prepared: str, values: dict[str, Any]) -> ResultRows:
        """Run a prepared statement and return its rows.

        A connection that the server closed meanwhile is opened anew, once. Raises LineBusy and the driver's errors.
        """
        return self._in_turn(lambda connection: _run(connection, prepared, values))

    def together(self, work: Callable[[RunStatement], R]) -> R:
        """Run several statements in one turn, and in SQLite in one transaction; ``work`` may be called twice."""
        one_transaction = self._engine.dialect.name == "sqlite"

        def act(connection: Any) -> R:
            if not one_transaction:
                return work(lambda prepared, values: _run(connection, prepared, values))
            connection.execute("BEGIN IMMEDIATE")
            try:
                made = work(lambda prepared, values: _run(connection, prepared, values))
            except BaseException:
                connection.rollback()
                raise
            connection.execute("COMMIT")
            return made

        return self._in_turn(act)

    def _in_turn(self, act: Callable[[Any], R]) -> R:
        slot = self._slot
        if not slot.turn.acquire(timeout=PATIENCE_SECONDS):
            raise ConnectionBusy
        try:
            if slot.connection is None:
                slot.connection = _open(self._engine)
            return act(slot.connection)
        except Exception as error:
            if not self._engine.dialect.is_disconnect(error, slot.connection, None):  # type: ignore[arg-type]
                raise
            slot.connection = _open(self._engine)
            return act(slot.connection)
        finally:
            slot.turn.release()


def _open(engine: Engine) -> Any:
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    if engine.dialect.name == "postgresql":
        connection.autocommit = True
    for setting in _SETTINGS[engine.dialect.name]:
        connection.execute(setting)
    return connection


def _run(connection: Any, prepared: str, values: dict[str, Any]) -> ResultRows:
    cursor = connection.execute(prepared, values)
    return cursor.fetchall() if cursor.description else []
