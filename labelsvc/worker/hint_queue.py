"""Where hints wait: a SQLite file in the home, or a server that several machines share (``LABELSVC_QUEUE``).

A server that is away stops nobody: what waits is found in the database all the same (:mod:`labelsvc.worker.processes`).
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, PriorityRedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError, HueyException

from labelsvc.domain.errors import ServingRefused
from labelsvc.worker.hint_format import HintFormat

LOG = logging.getLogger("labelsvc.worker")
NAME = "labelsvc"
_OPTIONS: dict[str, Any] = {"serializer": HintFormat(), "utc": True, "results": False}
_OF_FILE: dict[str, Any] = {**_OPTIONS, "journal_mode": "truncate", "fsync": False, "timeout": 1}
"""No WAL: its index is mapped into memory, and a process dies that reads it while it is emptied. Hints may be lost."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
CONNECT_SECONDS, ANSWER_SECONDS = 3, 5


def _troubles() -> tuple[type[Exception], ...]:
    """Return what the drivers raise that are installed."""
    kinds: list[type[Exception]] = [OSError, sqlite3.Error, HueyException]
    with suppress(ImportError):
        from redis.exceptions import RedisError

        kinds.append(RedisError)
    with suppress(ImportError):
        from psycopg import Error

        kinds.append(Error)
    return tuple(kinds)


QUEUE_TROUBLES = _troubles()
"""What a queue raises whose server is away, or whose file cannot be written."""


def hint_queue(url: str, file: Callable[[], Path]) -> Huey:
    """Return the queue at a URL, that of ``file()`` where it is empty.

    Raises ServingRefused: its driver is missing, or the URL cannot be read, which may have a password and is not told.
    """
    if not url:
        return _file(file)
    try:
        return _postgresql(url) if url.startswith("postgres") else _redis(url)
    except (ImportError, ConfigurationError) as error:
        raise ServingRefused.from_code("config.queue_driver", kind=url.partition(":")[0]) from error
    except (ValueError, TypeError):
        raise ServingRefused.from_code("config.queue_url", kind=url.partition(":")[0]) from None


def _file(file: Callable[[], Path]) -> Huey:
    """Return the queue in a file; a file that is none, or damaged, is made anew: it holds hints alone."""
    try:
        path = file()
    except OSError as error:  # a home that takes no files: scans are answered all the same
        return _unanswering(Path(error.filename), error)
    try:
        return SqliteHuey(NAME, filename=str(path), **_OF_FILE)
    except sqlite3.Error as error:
        if not _is_damage(error):
            return _unanswering(path, error)
        LOG.warning("the queue's file was damaged and is made anew; work is found by looking")
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    return SqliteHuey(NAME, filename=str(file()), **_OF_FILE)


def _unanswering(path: Path, error: Exception) -> Huey:
    LOG.warning("the queue's file does not answer (%s); work is found by looking", error)
    return SqliteHuey(NAME, filename=str(path), create_tables=False, **_OF_FILE)


def put_hint(queue: Huey, task: Any, file: Callable[[], Path]) -> None:
    """Put a hint into the queue, whose ``file()`` is made anew where it was damaged or removed in use.

    Raises one of QUEUE_TROUBLES.
    """
    try:
        queue.enqueue(task)
    except sqlite3.Error as error:
        is_gone = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_DBMOVED
        if not (is_gone or _is_damage(error)):
            raise
        LOG.warning("the queue's file was damaged or removed, and is made anew; work is found by looking")
        queue.storage.close()
        path = file()
        if not is_gone:
            os.truncate(path, 0)  # other processes have it open
        queue.storage.initialize_schema()
        queue.enqueue(task)


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in _DAMAGED or str(error).startswith("no such table")  # it was emptied


def _redis(url: str) -> Huey:
    from redis import ConnectionPool

    pool = ConnectionPool.from_url(url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS)
    pool.connection_class(**pool.connection_kwargs)  # connects to nothing; TypeError for an option that there is not
    return PriorityRedisHuey(NAME, connection_pool=pool, **_OPTIONS)


def _postgresql(url: str) -> Huey:
    """Return a queue in tables of its own, ``labelsvc_queue_…``; libpq knows no names of SQLAlchemy's drivers."""
    facts = {
        "dsn": f"postgresql://{url.partition('://')[2]}",
        "connect_timeout": CONNECT_SECONDS,
        "table_prefix": "labelsvc_queue",
    }
    try:
        return PostgresHuey(NAME, **_OPTIONS, **facts)
    except ConfigurationError:
        raise
    except QUEUE_TROUBLES as error:
        LOG.warning("the queue does not answer (%s); work is found by looking", type(error).__name__)
        return PostgresHuey(NAME, **_OPTIONS, create_tables=False, **facts)


def queue_size(queue: Huey) -> int:
    """Return how many hints wait; 0 where the server does not answer."""
    try:
        return int(queue.storage.queue_size())
    except QUEUE_TROUBLES:
        return 0
