"""Opens the database, keeps its schema up to date, and provides transactions.

SQLite runs in WAL mode: readers never wait, and one writer at a time holds the lock from the transaction's beginning
(BEGIN IMMEDIATE). PostgreSQL gets the same rule by an advisory lock, so that allotting names and lines is plain code.
Scans take neither: see :mod:`labelsvc.storage.scans`.
"""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from sqlite3 import OperationalError
from time import monotonic, sleep
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.db.engine.connector import Connector
from labelsvc.storage.db.engine.idle_transactions import IDLE_SECONDS_OF_MANY_ROWS, end_when_idle, expect_ends
from labelsvc.storage.db.output_path import set_output
from labelsvc.storage.db.refusals import commit_refusals, refusing
from labelsvc.storage.db.schema import LOCK, bring_up_to_date
from labelsvc.storage.files.private_file import make_private_file, make_private_folder

PATIENCE_SECONDS = 30
"""How long a writer waits for another; the longest writer, a large import, takes a few seconds."""

NOTING_SECONDS = 0.05
"""How long to wait for incidental writes, such as when a session was last seen."""
USUAL_KB, MANY_ROWS_KB = 2_000, 32_000
"""Of SQLite's pages in memory."""
CONNECTIONS = 8
"""The most connections of a process, where nothing is set: half for scans, half for everything else."""
POOL_SECONDS = 5
"""How long a page waits for a connection of the others."""
_REACHED_WITHIN = {"connect_timeout": 3, "tcp_user_timeout": 10_000}
"""Seconds, and milliseconds: a server that answers nothing holds nobody for longer (libpq, 34.1.2)."""
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
        return cls(_engine(read_url(url), connections - of_scans), output, scan_connections=of_scans)

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
    def writing_many_rows(self) -> Iterator[Connection]:
        """Give the writer's connection as :meth:`writing` does, with memory for the pages of all indexes.

        With its usual 2 MB SQLite writes and reads the same pages again and again.
        """
        with self.writing() as connection:
            if self.dialect != "sqlite":
                end_when_idle(connection, IDLE_SECONDS_OF_MANY_ROWS)
                yield connection
                return
            connection.exec_driver_sql(f"PRAGMA cache_size = -{MANY_ROWS_KB}")
            try:
                yield connection
            finally:
                connection.exec_driver_sql(f"PRAGMA cache_size = -{USUAL_KB}")

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


def read_url(text_of_url: str) -> URL:
    """Return the URL of a database with its driver; StorageRefused where it names none that can be used."""
    try:
        url = make_url(text_of_url)
    except (ArgumentError, ValueError) as error:
        raise StorageRefused.from_code("storage.url", value=text_of_url.partition("://")[0]) from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StorageRefused.from_code("storage.url", value=url.drivername)
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StorageRefused.from_code("storage.in_memory")
    return url


def _engine(url: URL, connections: int) -> Engine:
    if url.get_backend_name() == "sqlite":
        _make_private(Path(url.database or ""))
        waits = {"timeout": PATIENCE_SECONDS}
        engine = create_engine(url, connect_args=waits, pool_timeout=POOL_SECONDS, json_serializer=_json)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(
            url,
            connect_args={name: value for name, value in _REACHED_WITHIN.items() if name not in url.query},
            pool_size=connections,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            pool_pre_ping=True,
            pool_use_lifo=True,  # idle connections beyond the pool may be closed
            json_serializer=_json,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise StorageRefused.from_code("storage.no_driver") from error
    event.listen(engine, "do_connect", _connect_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    expect_ends(engine)
    return engine


def _make_private(path: Path) -> None:
    """Make a file that its owner alone may read, before SQLite does, which gives its log the same rights."""
    try:
        make_private_folder(path.parent)
    except OSError as error:
        raise StorageRefused.from_code(
            "storage.cannot_open", database=str(path.parent), reason=error.strerror or ""
        ) from error
    with suppress(OSError):  # SQLite says what is wrong
        make_private_file(path)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, never by the driver
    _keep_write_ahead_log(connection)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_write_ahead_log(connection: Any) -> None:
    """Switch to WAL; where several processes open a new database at once, SQLite does not wait for its turn here."""
    until = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error) or monotonic() > until:
                raise
            sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writes", False):
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_patience(options)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")


def _connect_postgresql(_dialect: object, _record: object, words: tuple[Any, ...], settings: dict[str, Any]) -> Any:
    from labelsvc.storage.db.engine.postgresql_patience import PatientConnection

    return PatientConnection.connect(*words, **settings)


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("changes", False):
        end_when_idle(connection)
    if options.get("writes", False):
        connection.execute(text(f"SET LOCAL lock_timeout = '{_patience(options)}ms'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _patience(options: Mapping[str, Any]) -> int:
    """Return the milliseconds that a writer waits for another one."""
    return int(options.get("patience", PATIENCE_SECONDS * 1000))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _forgetting(database: weakref.ref[Database]) -> Any:
    def forget() -> None:
        if (inherited := database()) is not None:
            _INHERITED.append(inherited.engine.pool)
            inherited.engine.dispose(close=False)

    return forget
