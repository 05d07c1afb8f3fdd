"""Reads a CSV file in a process of its own, as workbook_reader reads workbooks; both sides.

A CSV is read by Python alone, which is safe with memory; all the same it is a stranger's file, and the web process has
keys. Lines are those of workbook_reader, and ``{"refused": code, "facts": {…}}`` names what csv_rows refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.limited_process.nursery import Nursery, answer_files
from labelsvc.records.csv_rows import csv_sheet
from labelsvc.records.workbook import Worksheet, sheets_of

MEMORY = 1 << 30
SECONDS = 30
REFUSALS = frozenset(
    f"records.{name}" for name in ("encoding", "not_text", "too_many_rows", "too_many_columns", "csv_quotes")
)
_NURSERY = Nursery("from labelsvc.records.csv_reader import answer_csv_files; answer_csv_files()")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@contextmanager
def csv_sheets(file: BinaryIO, name: str, convert_legacy: bool) -> Iterator[Iterator[Worksheet]]:
    """Open a CSV (a real file) and yield its one sheet.

    Iterating raises RecordsUnreadable as :func:`csv_sheet` does.
    """
    file.flush()
    with _NURSERY.ask(file, b"convert" if convert_legacy else b"-") as answer:
        yield sheets_of(answer, name, REFUSALS)


def answer_csv_files() -> None:
    """Read the files that somebody hands over: the nursery's side."""
    answer_files(lambda said: write_csv(convert_legacy=said == b"convert"), most_bytes=MEMORY, most_seconds=SECONDS)


def write_csv(*, convert_legacy: bool) -> None:
    """Write the rows of the CSV on standard input."""
    out = open(1, "w", encoding="utf-8", errors="surrogatepass", closefd=False)  # noqa: SIM115
    answer: dict[str, object] = {"end": True}
    try:
        with open(0, "rb", closefd=False) as file:
            _write_rows(csv_sheet(file, "", convert_legacy), out)
    except RecordsUnreadable as error:
        answer = {"refused": error.problems[0].code, "facts": dict(error.problems[0].facts)}
    except MemoryError:
        answer = {"refused": "memory"}
    print(json.dumps(answer), file=out, flush=True)


def _write_rows(sheet: Worksheet, out: IO[str]) -> None:
    about = {"sheet": "", "hidden": False, "merged": [], "hidden_rows": [], "hidden_columns": []}
    print(json.dumps(about), file=out)
    for number, cells in sheet.rows:
        print(_ENCODE([number - 1, cells]), file=out)
