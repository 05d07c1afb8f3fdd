"""Turns database driver errors into StorageRefused, with a code that has a sentence and a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from labelsvc.domain.errors import CommitUnanswered, ConnectionLost, DatabaseMoved, StorageRefused
from labelsvc.storage.db.moved_mark import MOVED, SAID, SQLSTATE

_OF_SQLITE = {
    "SQLITE_BUSY": "storage.busy",
    "SQLITE_LOCKED": "storage.busy",
    "SQLITE_FULL": "storage.full",
    "SQLITE_READONLY": "storage.read_only",
    "SQLITE_CANTOPEN": "storage.cannot_open",
    "SQLITE_PERM": "storage.cannot_open",
    "SQLITE_NOTADB": "storage.not_a_database",
    "SQLITE_CORRUPT": "storage.damaged",
    "SQLITE_IOERR": "storage.damaged",
}
"""By the first two words of the error's name (SQLITE_READONLY_DIRECTORY and its like are one)."""

_OF_POSTGRESQL = {
    "40001": "storage.busy",  # serialization_failure
    "40P01": "storage.busy",  # deadlock_detected
    "53300": "storage.busy",  # too_many_connections
    "55P03": "storage.busy",  # lock_not_available
    "53100": "storage.full",  # disk_full
    "25P03": "storage.cannot_open",  # idle_in_transaction_session_timeout
    "25006": "storage.read_only",  # read_only_sql_transaction
    "42501": "storage.not_allowed",  # insufficient_privilege
    "42P01": "storage.no_tables",  # undefined_table
    "42P07": "storage.foreign_tables",  # duplicate_table
    "28000": "storage.not_allowed",
    "28P01": "storage.not_allowed",  # invalid_password
    "3D000": "storage.cannot_open",  # no such database
    SQLSTATE: MOVED,
}
"""By SQLSTATE (PostgreSQL manual, appendix A)."""

_AWAY = "storage.cannot_open"
_NO_TABLES = "storage.no_tables"
_SPOILED = ("storage.not_a_database", "storage.damaged", _NO_TABLES)
"""The file was overwritten, cut or replaced, or its disk fails."""
_PASSES = (_AWAY, "storage.busy", "storage.full", "storage.read_only", *_SPOILED)
_UNDECODABLE = "Could not decode to UTF-8"
"""What the driver itself says of bytes that SQLite took from a spoiled page."""


@contextmanager
def refusing(url: URL) -> Iterator[None]:
    """Turn database failures in the block into StorageRefused; programming errors pass."""
    try:
        yield
    except PoolTimeout as error:
        raise StorageRefused.from_code("storage.busy", database=shown(url), reason="") from error
    except DBAPIError as error:
        code = refusal_code(error.orig)
        if code is None:
            raise
        kind = ConnectionLost if error.connection_invalidated else DatabaseMoved if code == MOVED else StorageRefused
        raise kind.from_code(code, database=shown(url), reason=_first_line(error.orig)) from error


@contextmanager
def commit_refusals(url: URL) -> Iterator[None]:
    """Turn a connection that dies in the block, which commits a change, into CommitUnanswered."""
    try:
        yield
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        facts = {"database": shown(url), "reason": _first_line(error.orig)}
        raise CommitUnanswered.from_code("storage.commit_unanswered", **facts) from error


def is_away(error: DBAPIError) -> bool:
    """Return whether the server closed the connection or cannot be reached."""
    return error.connection_invalidated or refusal_code(error.orig) == _AWAY


def refusal_code(error: BaseException | None) -> str | None:
    """Return the sentence code of a driver error, or None if it is a programming error."""
    name = getattr(error, "sqlite_errorname", None)
    if name:
        if "already exists" in str(error):
            return "storage.foreign_tables"
        if str(error).startswith(SAID):
            return MOVED
        if str(error).startswith("no such table"):
            return _NO_TABLES
        return _OF_SQLITE.get("_".join(name.split("_")[:2]))
    if type(error).__module__ == "sqlite3" and str(error).startswith(_UNDECODABLE):
        return "storage.damaged"
    if type(error).__module__.startswith("psycopg"):
        # What a server says when it goes (57P01 …) has a class of its own, below OperationalError.
        is_operational = any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)
        return _OF_POSTGRESQL.get(getattr(error, "sqlstate", None) or "", _AWAY if is_operational else None)
    return None


def is_trouble(error: BaseException) -> bool:
    """Return whether an error of a driver is the database's state, which passes, and not a program's fault."""
    return refusal_code(error) in _PASSES


def is_spoiled(error: BaseException | None) -> bool:
    """Return whether SQLite's file is no longer what it was; what a connection remembers of it is worth nothing."""
    return getattr(error, "sqlite_errorname", None) is not None and refusal_code(error) in _SPOILED


def shown(url: URL) -> str:
    """Return a database as a person knows it: the file, or the URL without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return place_of(url)


def place_of(url: URL) -> str:
    """Return the URL of a database without secrets."""
    secret = [name for name in url.query if "password" in name]
    return url.difference_update_query(secret).render_as_string(hide_password=True)


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0].removeprefix(SAID)
