"""The numbers that the database gives to new rows: read, set, and compared with those that are taken."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Table, func, select, text

from labelsvc.storage.db.tables.all_tables import metadata


def numbered_tables() -> list[tuple[Table, Column[int]]]:
    """Return the tables whose rows the database numbers, each with the column."""
    return [(table, column) for table in metadata.sorted_tables if (column := table.autoincrement_column) is not None]


def last_numbers(connection: Connection) -> dict[str, int]:
    """Return for each such table the largest number that was given; 0 if none was.

    SQLite keeps it beyond a row's deletion only where a table asks for that (``sqlite_autoincrement``).
    """
    kept = _kept_by_sqlite(connection) if connection.dialect.name == "sqlite" else _kept_by_postgresql(connection)
    return {
        table.name: max(kept.get(table.name, 0), connection.scalar(select(func.max(column))) or 0)
        for table, column in numbered_tables()
    }


def set_last_numbers(connection: Connection, numbers: dict[str, int]) -> None:
    """Let each table's next row have the number after the last one."""
    for table, column in numbered_tables():
        last = numbers[table.name]
        if connection.dialect.name == "postgresql":
            name = _sequence(connection, table, column)
            connection.execute(select(func.setval(name, max(last, 1), last > 0)))
        elif table.dialect_options["sqlite"]["autoincrement"]:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
            values = {"table": table.name, "last": last}
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), values)


def sequences_behind(connection: Connection) -> list[str]:
    """Return the tables that would number a new row as one that is there; none in SQLite, which looks at the rows."""
    if connection.dialect.name == "sqlite":
        return []
    kept = _kept_by_postgresql(connection)
    return [
        table.name
        for table, column in numbered_tables()
        if (connection.scalar(select(func.max(column))) or 0) > kept[table.name]
    ]


def _kept_by_sqlite(connection: Connection) -> dict[str, int]:
    rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
    return {row.name: row.seq for row in rows}


def _kept_by_postgresql(connection: Connection) -> dict[str, int]:
    """Return the last number of each sequence by table; 0 where it gave none yet, or where there is no sequence."""
    numbers = {}
    for table, column in numbered_tables():
        name = _sequence(connection, table, column)
        query = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}"  # noqa: S608  PostgreSQL's own name
        numbers[table.name] = (connection.scalar(text(query)) or 0) if name else 0
    return numbers


def _sequence(connection: Connection, table: Table, column: Column[int]) -> str:
    return connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name))) or ""
