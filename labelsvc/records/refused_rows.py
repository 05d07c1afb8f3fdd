"""Writes refused rows to a file that can be corrected in a spreadsheet and sent again.

The columns are those of the original file; the last one lists the problems. A spreadsheet must not interpret text as a
formula ("=…", "+84…"), a number or a day ("0123…", "12/2024"): such text gets a leading apostrophe, which is removed
again on reading (text.py).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from io import StringIO

from labelsvc.domain.errors import Problem
from labelsvc.formula_guard import guarded_for_import
from labelsvc.records.columns import COLUMN, ERRORS_HEADING, heading_key
from labelsvc.records.rows import RefusedRow
from labelsvc.records.text import CellValue, ShownNumber, written

_NUMBER_LIKE = re.compile(r"'*(?:0\d+|\d{12,}|[\d\s]*\d[/.,:\-][\d\s/.,:\-]*|\d+[eE]\+?\d+)")
_SURPLUS = "surplus cell"
_TEXT_KINDS = ("text", "gtin", "gln", "class")


def refused_rows_csv(rows: Sequence[RefusedRow], explain: Callable[[Problem], str]) -> bytes:
    """Return the rows as a CSV in UTF-8 with BOM, as Excel expects; ``explain`` turns a problem into a sentence.

    Rows of sheets with different columns share the columns of the same meaning.
    """
    columns = _columns(rows)
    stream = StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([*map(_guarded, columns.values()), ERRORS_HEADING])
    for row in rows:
        cells = {key: cell for key, cell in zip(_keys(row), row.cells, strict=False) if key in columns}
        reasons = " ".join(explain(_bare(problem)) for problem in row.problems)
        writer.writerow([*(_cell(key, cells.get(key, "")) for key in columns), _guarded(reasons)])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8", "replace")


def _columns(rows: Sequence[RefusedRow]) -> dict[str, str]:
    """Return the headings of all columns by key, those of the first row first."""
    columns: dict[str, str] = {}
    for headings in {id(row.headings): row.headings for row in rows}.values():
        for column, text in enumerate(headings.texts):
            key = headings.fields.get(column) or heading_key(text)
            if column in headings.hidden:
                continue
            if key and key != heading_key(ERRORS_HEADING):
                columns.setdefault(key, text)
    longest = max((len(row.cells) - len(row.headings.texts) for row in rows if not row.place.sheet), default=0)
    return columns | {f"{_SURPLUS} {n}": "" for n in range(longest)}


def _keys(row: RefusedRow) -> list[str]:
    """Return the keys of a row's cells; cells without a heading are surplus."""
    texts, fields = row.headings.texts, row.headings.fields
    hidden = row.headings.hidden
    keys = ["" if column in hidden else fields.get(column) or heading_key(text) for column, text in enumerate(texts)]
    return keys + [f"{_SURPLUS} {n}" for n in range(len(row.cells) - len(texts))]


def _bare(problem: Problem) -> Problem:
    """Return a problem without its place, since it is in the row concerned."""
    why = problem.facts.get("why")
    if not isinstance(why, Problem):
        return problem
    heading = problem.facts.get("heading")
    return Problem("records.reason_of_cell", {"heading": heading, "why": why}) if heading else why


def _cell(key: str, value: CellValue) -> str:
    if isinstance(value, ShownNumber) and value.shown is not None and _is_text(key):
        value = value.shown
    text = written(value).strip()
    guard = isinstance(value, str) and _is_text(key)
    return "'" + text if guard and _NUMBER_LIKE.fullmatch(text) else _guarded(text)


def _is_text(key: str) -> bool:
    """Return whether a column holds text; unknown for cells shifted by a comma."""
    return COLUMN[key].kind in _TEXT_KINDS if key in COLUMN else not key.startswith(_SURPLUS)


def _guarded(text: str) -> str:
    return guarded_for_import(text.strip())
