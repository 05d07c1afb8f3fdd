"""Many rows into one table by one statement of the driver.

SQLAlchemy prepares the values of every row separately; an import of 20,000 rows spent a third of its time there. Here
each column is prepared at once, and a value that stands in many rows (a day, a flag) once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]
) -> None:
    """Insert rows that all have the same columns; ``shared`` are the columns with the same value in every row.

    All columns of the table are told, by rows or by ``shared``: no default is filled in.
    """
    told = [name for name in table.columns.keys() if name not in shared]  # noqa: SIM118  a collection of columns
    values = [_prepared(connection, table, name, [row[name] for row in rows]) for name in told]
    values += [_prepared(connection, table, name, [value]) * len(rows) for name, value in shared.items()]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = [*told, *shared]
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
    connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


def _prepared(connection: Connection, table: Table, name: str, values: list[Any]) -> list[Any]:
    """Return a column's values as the driver takes them."""
    dialect = connection.dialect
    prepare = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    if prepare is None:
        return values
    known = {value: prepare(value) for value in set(values)}
    return [known[value] for value in values]
