"""SQLite: indexes of a table that are made after many of its rows are written.

Each row that goes into ten indexes reads and writes pages all over the file: 200,000 products took 21 s of CPU so, and
5 s with indexes that are sorted at once afterwards. All of it is one transaction: nobody sees a table without indexes.
PostgreSQL would lock the table for that, and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, func, select, text

MANY = 20_000
"""Rows that are written at once; fewer are put into the indexes one by one."""

_MADE_BY = text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL")


@contextmanager
def late_indexes(connection: Connection, table: Table, rows: int) -> Iterator[None]:
    """Make a table's indexes after the block, which writes so many rows, where that is faster.

    Those of keys stay. Where the block fails, the transaction brings the others back.
    """
    if connection.dialect.name != "sqlite" or rows < MANY or rows < _stored(connection, table) / 2:
        yield
        return
    indexes = connection.execute(_MADE_BY, {"table": table.name}).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, statement in indexes:
        connection.exec_driver_sql(statement)


def _stored(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
