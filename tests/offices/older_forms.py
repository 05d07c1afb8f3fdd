"""Rows as an older version could have written them, for whatever tables a database has at its revision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    inspect,
    text,
)

BEGUN = datetime(2025, 3, 1, 2, 0, tzinfo=UTC)
Rows = dict[str, dict[str, dict[str, Any]]]
"""By table and by key: what stands in each column, as text."""

PROFILE = {"story": "Nghề truyền đời", "events": [], "standards": [], "pictures": []}
SAID: dict[str, Any] = {
    "product_profiles.profile": PROFILE,
    "profile_proposals.content": PROFILE,
    "profile_proposals.begun": PROFILE,
    "batches.options": {"proof": "auto", "apart_mm": 0.2},
    "batches.versions": {"labelsvc": "0.0.9"},
    "lines.snapshot": {"product": {"name": "Trà sen"}, "recognition": {"stars": 4}},
    "api_tokens.scopes": ["products:read"],
    "reprints.pieces": [[1, 1, 2]],
    "products.product_group": "FOOD",
    "products.product_set": "1",
    "products.goods_class": "food",
    "recognitions.withdrawal_reason": "vi phạm nhãn",
}
"""What a column must say to be read, by table and column."""


KEPT_BY_PROGRAM = (
    "alembic_version", "record_version", "rules_followed", "listed_day", "product_list", "unlisted_products",
)  # fmt: skip
OF_THE_INDEX = "product_words"
"""How the tables begin that an index of words keeps for itself; triggers write to it."""


class OlderRows:
    """Adds a row to every table at each revision that it is told, each with values of its own."""

    def __init__(self) -> None:
        self._number = 0

    def add(self, connection: Connection) -> None:
        """Add one row to each table, referring to those of the same turn."""
        self._number += 1
        reflected = MetaData()
        reflected.reflect(connection)
        checks = inspect(connection).get_multi_check_constraints()
        made: dict[str, dict[str, Any]] = {}
        for table in reflected.sorted_tables:
            if not _is_kept_by_program(table.name):
                said = " ".join(str(check["sqltext"]) for check in checks.get((None, table.name), []))
                made[table.name] = self._row(table, said, made)
                if table.name == "audit" and "chain" in table.c:
                    _chain(connection, made[table.name])
                connection.execute(table.insert(), made[table.name])

    def _row(self, table: Table, checks: str, made: dict[str, dict[str, Any]]) -> dict[str, Any]:
        row = {column.name: self._value(f"{table.name}.{column.name}", column.type, checks) for column in table.columns}
        for constraint in table.foreign_key_constraints:
            for element in constraint.elements:
                target = made[element.column.table.name]
                row[element.parent.name] = target[element.column.name]
        return row

    def _value(self, name: str, kind: Any, checks: str) -> Any:
        column = name.partition(".")[2]
        if name in SAID:
            return SAID[name]
        if found := re.search(rf"\b{column}\b[^']*?(?:IN|= ANY)[^']*'(\w+)'", checks):
            return found[1]
        match kind:
            case Boolean():
                return column in ("active", "of_other_database")
            case DateTime():
                return BEGUN + timedelta(days=self._number)
            case Date():
                return date(2025, 3, 1) + timedelta(days=self._number)
            case JSON():
                return {"số": self._number}
            case LargeBinary():
                return f"tệp {self._number}".encode()
            case Integer() if column in ("stars", "first_serial"):
                return 3
            case Integer():
                return self._number + (column == "last_serial") * 10
            case Float() | Numeric():
                return self._number + 0.5
        return f"{column} số {self._number}"


def _chain(connection: Connection, row: dict[str, Any]) -> None:
    from labelsvc.storage.people.audit_chain import linked

    previous = connection.scalar(text("SELECT chain FROM audit ORDER BY id DESC LIMIT 1")) or ""
    row["chain"] = linked(previous, row)


def stored_rows(connection: Connection) -> Rows:
    """Return every row as text, but those that the program keeps for itself."""
    looks = inspect(connection)
    columns, keys = looks.get_multi_columns(), looks.get_multi_pk_constraint()
    return {
        name: dict(_rows_of(connection, name, [column["name"] for column in found], keys[None, name]))
        for (_, name), found in columns.items()
        if not _is_kept_by_program(name)
    }


def _is_kept_by_program(table: str) -> bool:
    return table in KEPT_BY_PROGRAM or table.startswith(OF_THE_INDEX)


def _rows_of(
    connection: Connection, name: str, columns: list[str], key_found: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    key = key_found["constrained_columns"]
    chosen = ", ".join(f'CAST("{column}" AS TEXT) AS "{column}"' for column in columns)
    for row in connection.execute(text(f"SELECT {chosen} FROM {name}")).mappings():
        yield " ".join(str(row[column]) for column in key), dict(row)
