"""Many rows into one table by one statement of the driver; PostgreSQL takes them by COPY.

SQLAlchemy prepares the values of every row separately; an import of 20,000 rows spent a third of its time there. Here
each column is prepared at once, and a value that stands in many rows (a day, a flag) once for all of them. Some
thousand rows are in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Table
from sqlalchemy.exc import DBAPIError

ROWS_AT_ONCE = 5_000


def insert_rows(
    connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], shared: Mapping[str, Any]
) -> None:
    """Insert rows that all have the same columns; ``shared`` are the columns with the same value in every row.

    All columns of the table are told, by rows or by ``shared``: no default is filled in.
    """
    told = [name for name in table.columns.keys() if name not in shared]  # noqa: SIM118  a collection of columns
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        values = [_prepared(connection, table, name, [row[name] for row in some]) for name in told]
        values += [_prepared(connection, table, name, [value]) * len(some) for name, value in shared.items()]
        _insert(connection, table, [*told, *shared], zip(*values, strict=True))


def copy_rows(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of these columns by PostgreSQL's COPY; DBAPIError as any other statement raises it."""
    driver: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f"COPY {table.name} ({columns}) FROM STDIN"
    failure: type[Exception] = connection.dialect.dbapi.Error  # type: ignore[union-attr]
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except failure as error:
        lost = connection.dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
        raise DBAPIError.instance(statement, None, error, failure, connection_invalidated=lost) from error


def _insert(connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    if connection.dialect.name == "postgresql":
        copy_rows(connection, table, names, rows)
        return
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    connection.exec_driver_sql(statement, list(rows))


def _prepared(connection: Connection, table: Table, name: str, values: list[Any]) -> list[Any]:
    """Return a column's values as the driver takes them."""
    dialect = connection.dialect
    prepare = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    if prepare is None:
        return values
    if isinstance(table.c[name].type, JSON):
        return list(map(prepare, values))
    known = {value: prepare(value) for value in set(values)}
    return [known[value] for value in values]
