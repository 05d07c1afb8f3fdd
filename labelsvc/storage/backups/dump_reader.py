"""Reads a dump of PostgreSQL without a server: how many rows each table has, and the log of changes.

pg_dump writes a table as ``COPY schema.table (columns) FROM stdin;``, a line for each row (tabs between values, ``\\N``
for NULL, backslashes before what would end them), and ``\\.``.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import IO

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.people.audit_chain import AuditHead, AuditVerdict, linked

_COPY = re.compile(r'COPY (?:\S+\.)?"?(\w+)"? \((.*)\) FROM stdin;\n')
_END, _COMPLETE = "\\.\n", "-- PostgreSQL database dump complete"
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NUMBERS = ("id", "import_id", "subject_id")
_MOST_BROKEN = 5
LONGEST_LINE = 1 << 28
"""Bytes of a row: the largest upload has a tenth of them, written in hexadecimal."""
LogRow = dict[str, str | None]


def read_dump(dump: IO[bytes]) -> tuple[dict[str, int], AuditVerdict]:
    """Return the rows of each table and what a look at the log of changes found.

    Raises BackupRefused: it is cut off, or is no dump of ours.
    """
    try:
        return _read(dump)
    except (ValueError, KeyError, TypeError, OverflowError, sqlite3.Error) as error:
        raise BackupRefused.from_code("backup.database_broken", reason=type(error).__name__) from error


def _read(dump: IO[bytes]) -> tuple[dict[str, int], AuditVerdict]:
    counts, complete = dict[str, int](), False
    with closing(_Log()) as log:
        stream = read_lines(dump)
        for line in stream:
            complete = complete or line.startswith(_COMPLETE)
            if not (table := _COPY.fullmatch(line)):
                continue
            name, columns = table[1], [column.strip('" ') for column in table[2].split(",")]
            counts[name] = 0
            for row in _rows(stream):
                counts[name] += 1
                if name == "audit" and "chain" in columns:
                    log.add(_values(row, columns))
        if not complete:
            raise BackupRefused.from_code("backup.database_broken", reason="pg_dump")
        return counts, log.verdict()


class _Log:
    """The log of changes, put into the order of its numbers on the disk: a dump has rows as they lie in pages."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("")
        self._rows.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, row TEXT)")

    def add(self, row: LogRow) -> None:
        self._rows.execute("INSERT INTO log VALUES (?, ?)", (row["id"], json.dumps(row)))

    def verdict(self) -> AuditVerdict:
        """Look through the chain."""
        previous, head, broken = "", AuditHead(), list[int]()
        for number, content in self._rows.execute("SELECT id, row FROM log ORDER BY id"):
            row: LogRow = json.loads(content)
            chain = row["chain"] or ""
            if linked(previous, _typed(row)) != chain and len(broken) < _MOST_BROKEN:
                broken.append(number)
            previous, head = chain, AuditHead(number, chain)
        return AuditVerdict(head, tuple(broken))

    def close(self) -> None:
        self._rows.close()


def read_lines(dump: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a dump; ValueError for one that is longer than any of ours, or that is no text."""
    while line := dump.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise ValueError("line too long")
        yield line.decode("utf-8")


def _rows(stream: Iterator[str]) -> Iterator[str]:
    for line in stream:
        if line == _END:
            return
        yield line


def _values(line: str, columns: list[str]) -> LogRow:
    values = line.removesuffix("\n").split("\t")
    return {name: _value(value) for name, value in zip(columns, values, strict=True)}


def _value(written: str) -> str | None:
    if written == "\\N":
        return None
    return _ESCAPED.sub(lambda match: _MEANT.get(match[1], match[1]), written)


def _typed(row: LogRow) -> dict[str, object]:
    """Return a row of the log with the types that its chain was made of."""
    numbers = {name: int(value) for name in _NUMBERS if (value := row[name]) is not None}
    return {**row, **numbers, "at": datetime.fromisoformat(row["at"] or "")}
