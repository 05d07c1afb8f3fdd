"""The sheets of a workbook and their rows, read by a process that may die without harm (workbook_reader)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Thread
from time import monotonic
from typing import IO, Any, BinaryIO, cast

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.limited_process import start_child
from labelsvc.records.text import CellValue, ShownNumber, TextFault
from labelsvc.records.workbook_reader import DAY, FAULT, FORM, MOST_ROWS

PATIENCE_SECONDS = 120
"""Wall-clock time that the reader may say nothing while it is waited for; its own limit is CPU time.

What we take for its rows does not count: 200,000 of them keep a busy machine for minutes.
"""
LOOK_SECONDS = 0.5

_REFUSALS = {
    "password": "records.password",
    "broken": "records.broken",
    "rows": "records.too_many_rows",
    "memory": "records.too_much_memory",
}
_MARK = b"\\u0000"
"""How JSON writes what marked cells begin with."""
_PROGRAM = "from labelsvc.records.workbook_reader import main; main()"

WorksheetRow = tuple[int, list[CellValue]]
"""A row's number, from 1, and its cells from column A; trailing empty cells are left out."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet whose rows are read lazily, before the next sheet.

    ``name`` is empty for a CSV. ``merged``: first row, first column, last row, last column; rows count from 1, columns
    from 0, including hidden ones.
    """

    name: str
    rows: Iterator[WorksheetRow]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = field(default=(), repr=False)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


class _EndedEarly(Exception):
    """The reader stopped midway: it reached its limits, or the file crashes calamine."""


def sheets_of(answer: IO[bytes], name: str, refusals: Collection[str]) -> Iterator[Worksheet]:
    """Yield the sheets that a reader of another kind of file writes; ``refusals``: codes that it may refuse with."""
    try:
        yield from _sheets(answer, name, refusals)
    except _EndedEarly as error:
        raise RecordsUnreadable.from_code("records.too_much_memory", file=name) from error


@contextmanager
def workbook_sheets(file: BinaryIO, name: str) -> Iterator[Iterator[Worksheet]]:
    """Open a workbook (a real file) and yield its sheets in order.

    Iterating raises RecordsUnreadable if the file is broken, protected or too large.
    """
    file.flush()
    os.lseek(
        file.fileno(), 0, os.SEEK_SET
    )  # the process reads from the descriptor: seek() only moves within Python's buffer
    process = start_child(_PROGRAM, stdin=cast(IO[bytes], file), stderr=subprocess.DEVNULL)
    silence = _Silence(process.kill)
    try:
        with silence, cast(IO[bytes], process.stdout) as answer:
            yield _sheets(silence.broken_by(answer), name)
    except _EndedEarly as error:
        status = process.wait()
        slow = silence.too_long or status == -signal.SIGXCPU
        code = "records.too_slow" if slow else "records.too_much_memory" if status < 0 else "records.broken"
        raise RecordsUnreadable.from_code(code, file=name) from error
    finally:
        process.kill()
        process.wait()


class _Silence:
    """Ends a reader that says nothing for PATIENCE_SECONDS while somebody waits for it."""

    def __init__(self, end: Callable[[], None]) -> None:
        self.too_long = False
        self._end, self._over = end, Event()
        self._since: float | None = None
        self._thread = Thread(target=self._watch, daemon=True, name="silence")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def broken_by(self, answer: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines of an answer."""
        lines = iter(answer)
        while True:
            self._since = monotonic()
            line = next(lines, None)
            self._since = None
            if line is None:
                return
            yield line

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            since = self._since
            if since is not None and monotonic() - since > PATIENCE_SECONDS:
                self.too_long = True
                self._end()
                return


def _sheets(answer: Iterable[bytes], name: str, refusals: Collection[str] = ()) -> Iterator[Worksheet]:
    lines = _lines(answer)
    about = next(lines)
    while "sheet" in about:
        after: list[dict[str, Any]] = []
        merged = tuple((top + 1, left, bottom + 1, right) for top, left, bottom, right in about["merged"])
        rows = _rows(lines, after)
        hidden_rows = frozenset(row + 1 for row in about["hidden_rows"])
        yield Worksheet(about["sheet"], rows, about["hidden"], merged, hidden_rows, frozenset(about["hidden_columns"]))
        for _ in rows:
            pass
        about = after[0]
    if refused := about.get("refused"):
        if refused in refusals:
            raise RecordsUnreadable.from_code(refused, **about["facts"] | {"file": name})
        raise RecordsUnreadable.from_code(_REFUSALS[refused], file=name, most=MOST_ROWS)


def _lines(answer: Iterable[bytes]) -> Iterator[Any]:
    try:
        for line in answer:
            said = json.loads(line.decode("utf-8", "surrogatepass"))
            if isinstance(said, list) and _MARK in line:
                said[1] = list(map(_unmarked, said[1]))
            yield said
    except ValueError as error:
        raise _EndedEarly from error
    raise _EndedEarly


def _rows(lines: Iterator[Any], after: list[dict[str, Any]]) -> Iterator[WorksheetRow]:
    """Yield the rows up to the next line that is none, which goes to ``after``."""
    while isinstance(line := next(lines), list):
        number, cells = line
        yield number + 1, cells
    after.append(line)


def _unmarked(text: CellValue) -> CellValue:
    if not isinstance(text, str) or not text.startswith("\x00"):
        return text
    try:
        if text.startswith(FORM):
            number, _, form = text.removeprefix(FORM).partition("\x00")
            return ShownNumber(float(number), form or None)
        return (
            TextFault(text.removeprefix(FAULT))
            if text.startswith(FAULT)
            else date.fromisoformat(text.removeprefix(DAY))
        )
    except ValueError:  # a text of the file that begins with our mark
        return text
