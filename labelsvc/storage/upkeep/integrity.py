"""What is wrong with a database of the newest schema, as the engine and its catalogue tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, ForeignKeyConstraint, Table, and_, func, inspect, literal, or_, select, text

from labelsvc.domain.errors import Problem
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.triggers import trigger_names
from labelsvc.storage.upkeep.sequences import sequences_behind

MOST_DAMAGES = 20
_NAMES = {
    "index": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()",
    "trigger": "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal "
    "AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace",
}
_NOT_VALID = {
    "db.constraint_not_valid": "SELECT conname FROM pg_constraint WHERE NOT convalidated "
    "AND connamespace = current_schema()::regnamespace",
    "db.index_not_valid": "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE NOT (indisvalid AND indisready) AND relnamespace = current_schema()::regnamespace",
}


def engine_faults(connection: Connection) -> list[Problem]:
    """Return what is wrong whatever the schema: damage in SQLite; what is not valid in PostgreSQL's catalogue."""
    if connection.dialect.name == "sqlite":
        said = connection.scalars(text(f"PRAGMA integrity_check({MOST_DAMAGES})")).all()
        damages = [] if said == ["ok"] else said
        return [Problem("db.damaged", {"what": what}) for what in damages]
    return [
        Problem(code, {"name": name})
        for code, query in _NOT_VALID.items()
        for name in connection.scalars(text(f"{query} ORDER BY 1"))
    ]


def schema_faults(connection: Connection) -> list[Problem]:
    """Return what a database of the newest schema lacks: tables and columns, or indexes and triggers."""
    found = inspect(connection)
    columns = {name: {each["name"] for each in found.get_columns(name)} for name in found.get_table_names()}
    lacking = [
        Problem("db.no_column", {"name": f"{table.name}.{column.name}"})
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name not in columns.get(table.name, ())
    ]
    if lacking:
        return lacking
    wanted = {"index": {str(i.name) for t in metadata.sorted_tables for i in t.indexes}}
    wanted["trigger"] = set(trigger_names(connection.dialect.name))
    return [
        Problem(f"db.no_{kind}", {"name": name})
        for kind, names in wanted.items()
        for name in sorted(names - _names(connection, kind))
    ]


def content_faults(connection: Connection) -> list[Problem]:
    """Return rows that refer to rows that are not there, and sequences that would give a number again."""
    orphans = _orphans_of_sqlite if connection.dialect.name == "sqlite" else _orphans_of_postgresql
    return [
        *(
            Problem("db.orphans", {"table": table, "target": target, "count": count})
            for table, target, count in orphans(connection)
        ),
        *(Problem("db.sequence_behind", {"table": table}) for table in sequences_behind(connection)),
    ]


def row_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each of the tables has that are there, by name."""
    names = sorted(inspect(connection).get_table_names())
    return {
        name: connection.scalar(select(func.count()).select_from(text(name))) or 0
        for name in names
        if name in metadata.tables
    }


def _names(connection: Connection, kind: str) -> set[str]:
    if connection.dialect.name == "sqlite":
        return set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = :kind"), {"kind": kind}))
    return set(connection.scalars(text(_NAMES[kind])))


def _orphans_of_sqlite(connection: Connection) -> list[tuple[str, str, int]]:
    rows = connection.execute(text("PRAGMA foreign_key_check"))
    return [(table, target, count) for (table, target), count in Counter((row[0], row[2]) for row in rows).items()]


def _orphans_of_postgresql(connection: Connection) -> Iterator[tuple[str, str, int]]:
    for table in metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if count := _orphans(connection, table, key):
                yield table.name, key.referred_table.name, count


def _orphans(connection: Connection, table: Table, key: ForeignKeyConstraint) -> int:
    pairs = [(element.parent, element.column) for element in key.elements]
    target = key.referred_table.alias("target")
    fits = and_(*(ours == target.c[theirs.name] for ours, theirs in pairs))
    is_blank = or_(*(ours.is_(None) for ours, _ in pairs))
    is_there = select(literal(1)).select_from(target).where(fits).exists()
    return connection.scalar(select(func.count()).select_from(table).where(~is_blank, ~is_there)) or 0
