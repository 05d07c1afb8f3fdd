"""Rows in every table of a database, in every type and in awkward values: for what must carry all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    insert,
    select,
)

from labelsvc.domain.batch import BATCH_STATES
from labelsvc.storage.batches.held_batches import UNFINISHED
from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.product_list import LIST_TABLES
from labelsvc.storage.db.tables.products import record_version, rules_followed
from labelsvc.storage.people.audit_chain import link
from labelsvc.storage.rules_followed import follow_rules
from labelsvc.storage.upkeep.sequences import last_numbers, set_last_numbers

BEGUN = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
TEXTS = ("Củ cải sấy", "", "“ngoặc” 'đơn' \\ gạch\\n", "dòng\nmới\tcột", "𝄞 𝕏 🍵", "%s :x ?", "\\N", "1e5", "e\u0301 é")
FLOATS = (0.0, -0.0, 0.1, 1e-7, 1e22, -273.15, 90.0)
JSONS = ({}, [], {"tên": "Chè", "số": [1, 2.5, -0.0, None, True]}, [[1, 2, 3]], "chữ", None, {"a": {"b": "\\u0000"}})
FINISHED = tuple(state for state in BATCH_STATES if state not in UNFINISHED)
ROWS_AT_ONCE = 5_000


def fill(connection: Connection, rows: int, more: Mapping[str, int] | None = None) -> None:
    """Put so many rows into every table, or as many as ``more`` says by name; no batch is unfinished."""
    keys: dict[str, list[Any]] = {}
    for table in metadata.sorted_tables:
        if table in (record_version, rules_followed, *LIST_TABLES):
            continue
        count = (more or {}).get(table.name, rows)
        for start in range(0, count, ROWS_AT_ONCE):
            made = [_row(table, n, keys) for n in range(start, min(start + ROWS_AT_ONCE, count))]
            if table is audit:
                link(connection, made)
            connection.execute(insert(table), made)
        keys[table.name] = list(connection.execute(select(*table.primary_key.columns).limit(20_000)))
    follow_rules(connection)
    set_last_numbers(connection, last_numbers(connection))


def _row(table: Table, n: int, keys: Mapping[str, list[Any]]) -> dict[str, Any]:
    row = {column.name: _value(table, column, n) for column in table.columns}
    for constraint in table.foreign_key_constraints:
        targets = keys[constraint.referred_table.name]
        target = targets[n % len(targets)]
        row |= {
            element.parent.name: target._mapping[element.column.name]
            for element in constraint.elements
            if row[element.parent.name] is not None or not element.parent.nullable
        }
    if "first_serial" in row:
        row |= {"first_serial": 1 + n % 3, "last_serial": 3 + n % 50}
    return row


def _value(table: Table, column: Column[Any], n: int) -> Any:
    is_key = column.primary_key or any(column.name in each for each in _unique(table))
    if column.nullable and n % 3 == 0:
        return None
    if column.name == "issues":
        return n == 0
    if words := _allowed(table, column):
        return words[n % len(words)]
    match column.type:
        case Boolean():
            return n % 2 == 0
        case Moment():
            return BEGUN + timedelta(hours=n, microseconds=n % 2 * 123_456)
        case Date():
            return date(2026, 1, 1) + timedelta(days=n % 900)
        case JSON():
            return JSONS[n % len(JSONS)]
        case LargeBinary():
            return bytes(range(256)) * (1 + n % 3)
        case Float():
            return FLOATS[n % len(FLOATS)]
        case Integer():
            return n + 1 if is_key or column.foreign_keys else n * 7 % 100_003
        case _:
            return f"{TEXTS[n % len(TEXTS)]} {n}" if is_key else TEXTS[n % len(TEXTS)]


def _unique(table: Table) -> Iterator[set[str]]:
    yield from ({column.name for column in index.columns} for index in table.indexes if index.unique)
    for constraint in table.constraints:
        if type(constraint).__name__ == "UniqueConstraint":
            yield {column.name for column in constraint.columns}  # type: ignore[attr-defined]


def _allowed(table: Table, column: Column[Any]) -> tuple[str, ...]:
    """Return the words that a check allows in a column."""
    if table is batches and column.name == "state":
        return FINISHED
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint) and str(constraint.sqltext).startswith(f"{column.name} IN "):
            return tuple(re.findall(r"'(\w+)'", str(constraint.sqltext)))
    return ()
