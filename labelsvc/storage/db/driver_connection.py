"""The fastest path to the database, for scans: a driver connection that is kept open.

SQLAlchemy writes the statements, once; running one through it costs four times what SQLite takes to answer. A
statement is its own transaction; what belongs together is one in SQLite, where it costs less than two, and a statement
after the other in PostgreSQL, where it would cost two more trips to the server. Scans may be lost when the power fails
(they are counts), so nothing waits for a disk. SQLite overwrites what is deleted: a day's salt is gone from the file.

The threads of a process take turns: with SQLite at one connection, as a second one would find its pages outdated after
every write of the first (429 against 365 µs a scan, all in); with PostgreSQL at a few, so that many phones at once take
no more of the server's connections than one after the other.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

from labelsvc.storage.db.database import Database

PATIENCE_SECONDS = 2.0
"""How long a scan waits for its turn, and for a writer: somebody is standing in a shop with a phone."""
AWAY_SECONDS = 1.0
"""How long to wait before retrying an unreachable server."""

_SETTINGS = {
    "sqlite": ("PRAGMA synchronous = NORMAL", "PRAGMA busy_timeout = {patience}", "PRAGMA secure_delete = ON"),
    "postgresql": ("SET synchronous_commit = off", "SET lock_timeout = '{patience}ms'"),
}


R = TypeVar("R")
ResultRows = list[tuple[Any, ...]]
RunStatement = Callable[[str, dict[str, Any]], ResultRows]
"""Runs a prepared statement with its values and returns its rows."""


class ConnectionBusy(Exception):
    """No connection was free within the time that a scan may wait."""


class DriverConnection:
    """Runs prepared statements, each as a transaction of its own.

    ``turn``: for how many seconds to wait for a connection; ``patience``: for another writer.
    """

    def __init__(
        self, database: Database, *, turn: float = PATIENCE_SECONDS, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._engine, self._pool = database.engine, database.engine.pool.recreate()
        self._turn, self._patience = turn, patience
        self._turns = threading.BoundedSemaphore(1 if database.dialect == "sqlite" else database.scan_connections)
        self._idle: list[Any] = []
        weakref.finalize(self, _close_all, self._idle, os.getpid()).atexit = False
        self._away: tuple[float, Exception] | None = None

    def prepare(self, statement: ClauseElement) -> str:
        """Return a statement with named parameters for the driver; it must not contain literal values."""
        dialect = self._engine.dialect
        if dialect.name == "sqlite":
            dialect = sqlite.dialect(paramstyle="named")
        return str(statement.compile(dialect=dialect))

    def rows(self, prepared: str, values: dict[str, Any]) -> ResultRows:
        """Run a prepared statement and return its rows.

        One that the server closed meanwhile is opened anew, once. Raises ConnectionBusy and the driver's errors.
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
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
            return made

        return self._in_turn(act)

    def close(self) -> None:
        """Close what is open; the next statement opens anew."""
        _close_all(self._idle, os.getpid())

    def _in_turn(self, act: Callable[[Any], R]) -> R:
        if not self._turns.acquire(timeout=self._turn):
            raise ConnectionBusy
        try:
            return self._act(act)
        finally:
            self._turns.release()

    def _act(self, act: Callable[[Any], R]) -> R:
        """Run with a connection; if the server has closed it, retry once with a new one."""
        connection = self._idle.pop() if self._idle else self._open()
        try:
            made = act(connection)
        except Exception as error:
            if not self._engine.dialect.is_disconnect(error, connection, None):  # type: ignore[arg-type]
                self._idle.append(connection)
                raise
            connection.close()
            self.close()  # the others were made before the server went, too
            connection = self._open()
            try:
                made = act(connection)
            except Exception:
                connection.close()
                raise
        self._idle.append(connection)
        return made

    def _open(self) -> Any:
        """Return a new connection; where there was none a moment ago it is not tried again for that moment."""
        if self._away and monotonic() < self._away[0]:
            raise self._away[1].with_traceback(None)
        try:
            pooled = self._pool.connect()
        except Exception as error:
            self._away = monotonic() + AWAY_SECONDS, error
            raise
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            connection.autocommit = True
        for setting in _SETTINGS[self._engine.dialect.name]:
            connection.execute(setting.format(patience=int(self._patience * 1000)))
        return connection


def _close_all(connections: list[Any], owner: int) -> None:
    """Close connections in the process that opened them; a child would end them for its parent."""
    while connections and os.getpid() == owner:
        connections.pop().close()


def _run(connection: Any, prepared: str, values: dict[str, Any]) -> ResultRows:
    cursor = connection.execute(prepared, values)
    return cursor.fetchall() if cursor.description else []
