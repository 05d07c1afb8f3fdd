"""Opens the database, keeps its schema up to date, and provides transactions.

SQLite runs in WAL mode: readers never wait, and one writer at a time holds the lock from the transaction's beginning
(BEGIN IMMEDIATE). PostgreSQL gets the same rule by an advisory lock, so that allotting names and lines is plain code.
Scans take neither: see :mod:`labelsvc.storage.scans`.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.exc import DBAPIError

from labelsvc.storage.db.engine.connector import Connector
from labelsvc.storage.db.engine.make_engine import PATIENCE_SECONDS, make_engine, read_url
from labelsvc.storage.db.many_rows import allow_many_rows
from labelsvc.storage.db.output_path import set_output
from labelsvc.storage.db.refusals import commit_refusals, refusing
from labelsvc.storage.db.schema import bring_up_to_date

NOTING_SECONDS = 0.05
"""How long to wait for incidental writes, such as when a session was last seen."""
CONNECTIONS = 8
"""The most connections of a process, where nothing is set: half for scans, half for everything else."""
_ROOM = """
SELECT sum(CASE name WHEN 'max_connections' THEN 1 ELSE -1 END * setting::integer) FROM pg_settings
WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
"""

_INHERITED: list[object] = []
"""Pools of a forked process's parent, kept so that nobody closes the parent's connections."""


class Database:
    """One database. Safe to use from many threads; a forked process starts with no connections of its own."""

    def __init__(self, engine: Engine, output: Path | str | None = None, *, scan_connections: int = 1) -> None:
        self.engine = engine
        self.scan_connections = scan_connections
        """How many connections scans may take besides those of the engine (PostgreSQL)."""
        self._connector = Connector(engine)
        set_output(engine, output)
        self.dialect = engine.dialect.name
        """``sqlite`` or ``postgresql``."""
        os.register_at_fork(after_in_child=_forgetting(weakref.ref(self)))
        self._changes = threading.local()
        self._shared = threading.local()
        self._closing: list[weakref.WeakMethod[Callable[[], None]]] = []
        self._unclosed = weakref.finalize(self, engine.dispose)  # its connections go with it where nobody closed it
        self._unclosed.atexit = False

    @classmethod
    def open(
        cls, url: str, output: Path | str | None = None, *, connections: int = CONNECTIONS, migrates: bool = True
    ) -> Self:
        """Open the database at a URL, creating or migrating it as needed; StorageRefused if that fails.

        ``output``: where batches' folders stand, which are kept relative to it. ``connections``: the most that this
        process takes of PostgreSQL, two or more. Without ``migrates`` an older version's is refused.
        """
        database = cls.trusted(url, output, connections=connections)
        with refusing(database.engine.url):
            bring_up_to_date(database.engine, output, migrates=migrates)
        return database

    @classmethod
    def trusted(cls, url: str, output: Path | str | None = None, *, connections: int = CONNECTIONS) -> Self:
        """Return the database at a URL that was brought up to date before; it is reached when it is first asked."""
        of_scans = connections // 2
        return cls(make_engine(read_url(url), connections - of_scans), output, scan_connections=of_scans)

    @property
    def changes(self) -> int:
        """How many transactions of this thread changed something that was asked for."""
        return getattr(self._changes, "count", 0)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Provide a connection for reading, in one transaction."""
        if (shared := getattr(self._shared, "connection", None)) is not None:
            yield shared
            return
        with self._begun() as connection:
            yield connection

    @contextmanager
    def reading_together(self) -> Iterator[None]:
        """Let all that this thread reads in the block be read in one transaction, which is begun once.

        The thread writes nothing in it, which is a fault of the program and raises RuntimeError: SQLite would not show
        what it wrote, and in PostgreSQL a writer beside it could wait for the connection that the block keeps.
        """
        with self.reading() as connection:
            before = getattr(self._shared, "connection", None)
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = before

    @contextmanager
    def writing(self, *, patience: float = PATIENCE_SECONDS, asked_for: bool = True) -> Iterator[Connection]:
        """Provide the writer's connection: nobody else writes until the block ends, which commits all of it or nothing.

        ``patience``: for how many seconds to wait for another writer. ``asked_for``: whether what is written is what
        somebody wanted changed (see :attr:`changes`), and no note beside it; what waits for nobody is always one.
        """
        with self._begun(changes=True, writes=True, patience=int(patience * 1000)) as connection:
            yield connection
        if asked_for and patience > NOTING_SECONDS:
            self._changes.count = self.changes + 1

    @contextmanager
    def touching(self) -> Iterator[Connection]:
        """Provide a connection for one statement whose own conditions say whether it may change what it changes.

        PostgreSQL does not let it wait for the writer's turn, which a large import may keep for a minute.
        """
        if self.dialect == "sqlite":
            with self.writing() as connection:
                yield connection
        else:
            with self._begun(changes=True) as connection:
                yield connection

    @contextmanager
    def writing_many_rows(self, *, patience: float = PATIENCE_SECONDS) -> Iterator[Connection]:
        """Give the writer's connection as :meth:`writing` does, with memory and time for many rows."""
        with self.writing(patience=patience) as connection, allow_many_rows(connection):
            yield connection

    @contextmanager
    def _begun(self, *, changes: bool = False, **options: Any) -> Iterator[Connection]:
        """Provide a connection in a transaction; ConnectionLost where it dies in the block.

        CommitUnanswered where it dies after that, and the block ``changes`` something.
        """
        if changes and getattr(self._shared, "connection", None) is not None:
            raise RuntimeError("A thread writes nothing while it reads together.")
        with refusing(self.engine.url):
            connection, transaction = self._connector.begin(changes=changes, **options)
            with connection, transaction:
                yield connection
                with commit_refusals(self.engine.url) if changes else nullcontext():
                    transaction.commit()

    def tidy(self, table: Table) -> None:
        """Tell PostgreSQL at once which rows of a table are there for everybody, and how many there are.

        Its autovacuum does so about a minute after many rows were written. Until then an index alone answers nothing
        and lists are sorted, as their planner takes every row to be looked up. VACUUM holds up neither readers nor
        writers. A role that does not own the table is warned by the server, and nothing happens; nor does where the
        server is just then away: what was written is written.
        """
        if self.dialect == "sqlite":
            return
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")  # VACUUM stands in no transaction
        with suppress(DBAPIError), engine.connect() as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table.name}")

    def room(self) -> int | None:
        """Return how many connections PostgreSQL has for everybody who is not its superuser; None for SQLite."""
        if self.dialect == "sqlite":
            return None
        with self.reading() as connection:
            return int(connection.scalar(text(_ROOM)) or 0)

    def before_closing(self, act: Callable[[], None]) -> None:
        """Let a method be called before the connections are closed, if its object is still there."""
        self._closing.append(weakref.WeakMethod(act))

    def close(self) -> None:
        """Close all connections, after what waits to be written."""
        for method in self._closing:
            if act := method():
                act()
        self._unclosed.detach()
        self.engine.dispose()


def _forgetting(database: weakref.ref[Database]) -> Any:
    def forget() -> None:
        if (inherited := database()) is not None:
            _INHERITED.append(inherited.engine.pool)
            inherited.engine.dispose(close=False)

    return forget
