"""Makes the engine of a database by its URL: how it connects, and how its transactions begin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from sqlite3 import OperationalError
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.db.engine.idle_transactions import end_when_idle, expect_ends
from labelsvc.storage.db.refusals import is_spoiled
from labelsvc.storage.db.schema import LOCK
from labelsvc.storage.files.private_file import make_private_file, make_private_folder

PATIENCE_SECONDS = 30
"""How long a writer waits for another; the longest writer, a large import, takes a few seconds."""
SWITCHING_SECONDS = 2
"""How long first connections of a new database wait for each other, and any of a file that was emptied in use."""
POOL_SECONDS = 5
"""How long a page waits for a connection of the others."""
_REACHED_WITHIN = {"connect_timeout": 3, "tcp_user_timeout": 10_000}
"""Seconds, and milliseconds: a server that answers nothing holds nobody for longer (libpq, 34.1.2)."""


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


def make_engine(url: URL, connections: int) -> Engine:
    """Return the engine of a database, which takes so many connections of PostgreSQL; StorageRefused."""
    if url.get_backend_name() == "sqlite":
        _make_private(Path(url.database or ""))
        waits = {"timeout": SWITCHING_SECONDS}
        engine = create_engine(url, connect_args=waits, pool_timeout=POOL_SECONDS, json_serializer=_json)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _give_up_spoiled)
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
    for pragma in ("synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {PATIENCE_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_write_ahead_log(connection: Any) -> None:
    """Switch to WAL; where several processes open a new database at once, SQLite does not wait for its turn here."""
    until = monotonic() + SWITCHING_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error) or monotonic() > until:
                raise
            sleep(0.02)


def _give_up_spoiled(context: ExceptionContext) -> None:
    """Use a connection no more whose file was overwritten: it remembers pages, and the right file may be back."""
    if context.connection is not None and is_spoiled(context.original_exception):
        context.is_disconnect, context.invalidate_pool_on_disconnect = True, False


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
