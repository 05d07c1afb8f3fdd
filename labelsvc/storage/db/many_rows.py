"""Transactions that write many rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from labelsvc.storage.db.engine.idle_transactions import IDLE_SECONDS_OF_MANY_ROWS, end_when_idle

USUAL_KB, MANY_ROWS_KB = 2_000, 32_000
"""Of SQLite's pages in memory."""


@contextmanager
def allow_many_rows(connection: Connection) -> Iterator[None]:
    """Give a transaction memory for the pages of all indexes, and time for the program between two statements.

    With its usual 2 MB SQLite writes and reads the same pages again and again.
    """
    if connection.dialect.name != "sqlite":
        end_when_idle(connection, IDLE_SECONDS_OF_MANY_ROWS)
        yield
        return
    connection.exec_driver_sql(f"PRAGMA cache_size = -{MANY_ROWS_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{USUAL_KB}")
