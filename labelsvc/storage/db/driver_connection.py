"""The fastest path to the database, for scans: a driver connection that is kept open.

SQLAlchemy writes the statements, once; running one through it costs four times what SQLite takes to answer. A statement
is its own transaction; what is written together is one. SQLite overwrites what is deleted: a day's salt is gone from
the file.

The threads of a process take turns: at a few connections with PostgreSQL, so that many phones at once take no more of
the server's than one after the other; with SQLite one thread writes, and all may read. A database that does not answer
is away: nobody waits for it again before a thread of its own has reached it (``database_watch``).
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.database_watch import DatabaseWatch
from labelsvc.storage.db.engine.idle_transactions import IDLE_SECONDS, SETTING
from labelsvc.storage.db.refusals import is_spoiled, is_trouble

PATIENCE_SECONDS = 2.0
"""How long a scan waits for its turn, for a lock, and for an answer: somebody is standing in a shop with a phone."""
SQLITE_READERS = 32
"""Each thread of a process may read: one that waited for its turn and then for the interpreter would wait twice."""
ANSWERED_WITHIN = 10.0
"""Seconds for a statement of a transaction, which nobody with a phone waits for (PostgreSQL)."""

_SETTINGS = {
    "sqlite": ("PRAGMA synchronous = FULL", "PRAGMA busy_timeout = {patience}", "PRAGMA secure_delete = ON"),
    "postgresql": ("SET lock_timeout = '{patience}ms'",),
}
_SETTING_OF_TRANSACTION = {
    "sqlite": "PRAGMA busy_timeout = {patience}",
    "postgresql": (
        f"SELECT set_config('lock_timeout', '{{patience}}ms', true), set_config('{SETTING}', '{IDLE_SECONDS}s', true)"
    ),
}
_PROBE = "SELECT version FROM record_version"


R = TypeVar("R")
ResultRows = list[tuple[Any, ...]]
Act = Callable[[Any], R]


class ConnectionBusy(Exception):
    """No connection was free within the time that a scan may wait, or the database is away (then that is the cause)."""


class Transaction:
    """Runs prepared statements, all of which hold or none."""

    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection, self._dialect = connection, dialect

    def rows(self, prepared: str, values: dict[str, Any]) -> ResultRows:
        """Run a statement and return its rows."""
        return _run(self._connection, prepared, values)

    def each(self, prepared: str, values: Sequence[dict[str, Any]]) -> list[ResultRows]:
        """Run a statement that returns rows with each of the values, in their order, and return the rows of each.

        PostgreSQL is sent all of them at once: it answers a thousand in the time of some trips to it.
        """
        if self._dialect == "sqlite":
            return [_run(self._connection, prepared, each) for each in values]
        with self._connection.cursor() as cursor:
            if values:
                cursor.executemany(prepared, values, returning=True)
            rows = [cursor.fetchall()] if values else []
            while cursor.nextset():
                rows.append(cursor.fetchall())
            return rows


class DriverConnection:
    """Runs prepared statements, each as a transaction of its own.

    ``patience``: for how many seconds to wait for a turn and for a lock; ``writes``: for one writer of SQLite.
    """

    def __init__(self, database: Database, *, patience: float = PATIENCE_SECONDS, writes: bool = False) -> None:
        self._engine, self._pool = database.engine, database.engine.pool.recreate()
        self._patience = patience
        of_sqlite = 1 if writes else SQLITE_READERS
        self._turns = threading.BoundedSemaphore(
            of_sqlite if database.dialect == "sqlite" else database.scan_connections
        )
        self._idle: list[Any] = []
        weakref.finalize(self, _close_all, self._idle, os.getpid()).atexit = False
        self._watch = DatabaseWatch(self._probe)

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
        return self._in_turn(partial(_run, prepared=prepared, values=values), self._patience)

    def together(self, work: Callable[[Transaction], R], *, patience: float | None = None) -> R:
        """Run several statements in one transaction; ``work`` may be called twice.

        ``patience``: for how many seconds to wait for a turn and for another writer, where it is not the usual.
        """
        patience = self._patience if patience is None else patience
        return self._in_turn(partial(self._transact, work=work, patience=patience), patience, writes=True)

    def close(self) -> None:
        """Close what is open; the next statement opens anew."""
        self._watch.end()
        _close_all(self._idle, os.getpid())

    def _transact(self, connection: Any, work: Callable[[Transaction], R], patience: float) -> R:
        dialect = self._engine.dialect.name
        setting = _SETTING_OF_TRANSACTION[dialect].format(patience=int(patience * 1000))
        if dialect == "postgresql":
            with connection.transaction():
                connection.execute(setting)
                return work(Transaction(connection, dialect))
        connection.execute(setting)
        connection.execute("BEGIN IMMEDIATE")
        try:
            made = work(Transaction(connection, dialect))
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        return made

    def _in_turn(self, act: Act[R], turn: float, *, writes: bool = False) -> R:
        self._watch.refuse(ConnectionBusy)
        if not self._turns.acquire(timeout=turn):
            raise ConnectionBusy
        try:
            self._watch.refuse(ConnectionBusy)  # it went away while we waited
            return self._act(act, writes=writes)
        finally:
            self._turns.release()

    def _act(self, act: Act[R], *, writes: bool) -> R:
        """Run with a connection; if the server has closed it, or the file is another, retry once with a new one."""
        seconds = ANSWERED_WITHIN if writes else self._patience
        connection = self._idle.pop() if self._idle else self._opened()
        try:
            made = act(_bounded(connection, seconds))
        except Exception as error:
            if not self._is_lost(error, connection):
                self._idle.append(connection)
                if not writes and is_trouble(error):
                    self._watch.begin(error)
                raise
            connection.close()
            _close_all(self._idle, os.getpid())  # the others were made before the server went, too
            if getattr(connection, "said_nothing", False):
                self._watch.begin(error)
                raise
            connection = self._opened()
            try:
                made = act(_bounded(connection, seconds))
            except Exception:
                connection.close()
                raise
        self._idle.append(connection)
        return made

    def _is_lost(self, error: Exception, connection: Any) -> bool:
        return is_spoiled(error) or self._engine.dialect.is_disconnect(error, connection, None)  # type: ignore[arg-type]

    def _opened(self) -> Any:
        try:
            return self._open()
        except Exception as error:
            self._watch.begin(error)
            raise

    def _open(self) -> Any:
        pooled = self._pool.connect()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            connection.autocommit = True
        _bounded(connection, self._patience)
        for setting in _SETTINGS[self._engine.dialect.name]:
            connection.execute(setting.format(patience=int(self._patience * 1000)))
        return connection

    def _probe(self) -> None:
        """Reach the database, by a connection of its own; raises where it is still away."""
        connection = self._open()
        try:
            _run(connection, _PROBE, {})
        finally:
            connection.close()


def _bounded(connection: Any, seconds: float) -> Any:
    """Let a connection to PostgreSQL wait so long for an answer; SQLite answers in this process."""
    if hasattr(connection, "answers_within"):
        connection.answers_within = seconds
    return connection


def _close_all(connections: list[Any], owner: int) -> None:
    """Close connections in the process that opened them; a child would end them for its parent."""
    while connections and os.getpid() == owner:
        connections.pop().close()


def _run(connection: Any, prepared: str, values: dict[str, Any]) -> ResultRows:
    if isinstance(connection, sqlite3.Connection):
        of_sqlite = connection.execute(prepared, values)
        return of_sqlite.fetchall() if of_sqlite.description else []
    cursor = connection.kept_cursor
    cursor.execute(prepared, values)
    return cursor.fetchall() if cursor.pgresult.nfields else []  # its description is nine objects of Python for a scan
