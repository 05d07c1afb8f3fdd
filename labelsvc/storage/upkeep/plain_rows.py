"""Rows as they are stored, the same from SQLite and from PostgreSQL: read, written, and hashed table by table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Column, Connection, Float, LargeBinary, MetaData, Table, Text, cast, select
from sqlalchemy.types import TypeEngine

from labelsvc.storage.db.bulk_insert import copy_rows, insert_rows
from labelsvc.storage.db.output_path import OutputPath

ROWS_AT_ONCE, FILES_AT_ONCE = 2_000, 4
"""How many rows are in memory, and how many where a column holds whole files."""
_BITS = 128

PlainRow = tuple[Any, ...]
TellRows = Callable[[int], None]
"""Is told how many more rows are done."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: how many rows, and the sum of their hashes, whatever their order."""

    rows: int
    digest: int


class ContentSum:
    """Adds rows up to a table's :class:`Content`."""

    def __init__(self) -> None:
        self._rows, self._digest = 0, 0

    def through(self, rows: Iterable[PlainRow]) -> Iterator[PlainRow]:
        """Yield the rows, and count and hash them on the way."""
        for row in rows:
            self._rows += 1
            self._digest += int.from_bytes(blake2b(repr(row).encode(), digest_size=_BITS // 8).digest())
            yield row

    @property
    def content(self) -> Content:
        """What went through so far."""
        return Content(self._rows, self._digest % (1 << _BITS))


def read_rows(connection: Connection, table: Table, tell: TellRows | None = None) -> Iterator[PlainRow]:
    """Yield all rows, a few thousand in memory; JSON and folders as the text that is stored."""
    plain = _plain(table).c
    is_json = {column.name: isinstance(column.type, JSON) for column in table.columns}
    chosen = [cast(plain[name], Text) if is_json[name] else plain[name] for name in is_json]
    result = connection.execute(select(*chosen), execution_options={"yield_per": _at_once(table)})
    has_floats = any(isinstance(column.type, Float) for column in table.columns)
    for rows in result.partitions():
        yield from map(_without_minus_zero if has_floats else tuple, rows)
        if tell:
            tell(len(rows))


def _without_minus_zero(row: Iterable[Any]) -> PlainRow:
    """Return a row with 0.0 for -0.0, which SQLite does not keep."""
    return tuple(value + 0.0 if isinstance(value, float) else value for value in row)


def write_rows(connection: Connection, table: Table, rows: Iterable[PlainRow]) -> None:
    """Write rows as :func:`read_rows` gives them, in the connection's transaction."""
    names = table.columns.keys()
    if connection.dialect.name == "postgresql":
        copy_rows(connection, table, names, rows)
        return
    plain, left = _plain(table), iter(rows)
    while some := list(islice(left, _at_once(table))):
        insert_rows(connection, plain, [dict(zip(names, row, strict=True)) for row in some], {})


def content_of(connection: Connection, table: Table, tell: TellRows | None = None) -> Content:
    """Return what a table holds."""
    content = ContentSum()
    for _ in content.through(read_rows(connection, table, tell)):
        pass
    return content.content


def _plain(table: Table) -> Table:
    """Return the table with text where values would be read and written in another form."""
    return Table(table.name, MetaData(), *(Column(column.name, _stored(column.type)) for column in table.columns))


def _stored(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return Text() if isinstance(kind, JSON | OutputPath) else kind


def _at_once(table: Table) -> int:
    has_files = any(isinstance(column.type, LargeBinary) for column in table.columns)
    return FILES_AT_ONCE if has_files else ROWS_AT_ONCE
