"""Finds a sheet's headings: not always in the first row, sometimes in two rows, often below a merged title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from labelsvc.domain.errors import Problem
from labelsvc.records.columns import COLUMN, NEEDED, column_letter, field_of, is_ignored, nearest_heading
from labelsvc.records.letters.garbled_text import find_garbled
from labelsvc.records.text import CellValue, shown
from labelsvc.records.workbook import WorksheetRow

ROWS_LOOKED_AT = 40
FEWEST_HEADINGS = 2
MOST_NAMED = 12
"""Unknown headings in one message."""
_NUMBERING = re.compile(r"[(\[]?\d{1,2}[)\]]?|[(\[]?[A-Z][)\]]?")

Merged = Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True)
class Headings:
    """The headings of a sheet. ``texts`` by column from 0; ``last_row``: the last row that belongs to them.

    ``hidden`` columns are not read.
    """

    texts: tuple[str, ...]
    last_row: int
    hidden: frozenset[int] = frozenset()

    @cached_property
    def fields(self) -> dict[int, str]:
        """The fields of known columns, by column."""
        known = {column: name for column, text in enumerate(self.texts) if (name := field_of(text))}
        return {column: name for column, name in known.items() if column not in self.hidden}

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each field."""
        return {name: column for column, name in self.fields.items()}


def find_headings(rows: Sequence[WorksheetRow], merged: Merged) -> Headings | None:
    """Return the headings among the first rows: the row with most known ones, or two rows that have more together."""
    one_row, two_rows = [], []
    for i, (number, cells) in enumerate(rows[:ROWS_LOOKED_AT]):
        texts = [_legible(cell) for cell in cells]
        one_row.append(Headings(tuple(texts), number))
        if i + 1 < len(rows) and rows[i + 1][0] == number + 1:
            below = [_legible(cell) for cell in rows[i + 1][1]]
            two_rows.append(Headings(_both(_spread(texts, number, merged), below), number + 1))
    best = max(one_row + two_rows, key=lambda headings: len(headings.columns), default=None)
    return best if best and len(best.columns) >= FEWEST_HEADINGS else None


def _legible(cell: CellValue) -> str:
    """Return a heading's text; garbled text is repaired, since headings are never printed."""
    text = shown(cell, 200)
    garbled = find_garbled(text) if isinstance(cell, str) else None
    return garbled.proposed if garbled and garbled.proposed else text


def faults_of(headings: Headings) -> list[Problem]:
    """Return why records cannot be read under these headings: duplicates, or required ones missing or hidden.

    A decision's day may be in the same cell as its number.
    """
    faults = []
    for name in headings.columns:
        columns = [column for column, field in headings.fields.items() if field == name]
        if len(columns) > 1:
            letters = ", ".join(map(column_letter, columns))
            faults.append(Problem("records.heading_twice", {"heading": COLUMN[name].heading, "columns": letters}))
    missing = [name for name in NEEDED if name not in headings.columns]
    if "decision_number" in headings.columns and missing == ["decision_date"]:
        missing = []
    if missing:
        faults.append(_headings_missing(headings, missing))
    return faults


def _headings_missing(headings: Headings, missing: Sequence[str]) -> Problem:
    """Describe what is missing, what was found, and the likely meaning of unknown headings."""
    facts = {
        "headings": _listed(COLUMN[name].heading for name in missing),
        "row": str(headings.last_row),
        "found": _listed(headings.texts[column] for column in headings.fields),
    }
    unknown = [
        f"{column_letter(column)} «{shown(text)}»" + (f" (≈ «{nearest}»)" if (nearest := nearest_heading(text)) else "")
        for column, text in _unknown(headings)
    ]
    if not unknown:
        return Problem("records.headings_missing", facts)
    return Problem("records.headings_missing_unknown", facts | {"unknown": ", ".join(unknown[:MOST_NAMED])})


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"«{shown(text)}»" for text in texts)


def _unknown(headings: Headings) -> list[tuple[int, str]]:
    return [
        (column, text)
        for column, text in enumerate(headings.texts)
        if column not in headings.fields and column not in headings.hidden and not is_ignored(text)
    ]


def warnings_of(headings: Headings) -> list[Problem]:
    """Return a warning for each column that is not read: hidden, or unknown, with the nearest known one."""
    warnings = []
    for column in sorted(headings.hidden):
        if column < len(headings.texts) and field_of(headings.texts[column]):
            facts = {"heading": shown(headings.texts[column]), "column": column_letter(column)}
            warnings.append(Problem("records.column_hidden", facts))
    for column, text in _unknown(headings):
        facts = {"heading": shown(text), "column": column_letter(column)}
        if nearest := nearest_heading(text):
            warnings.append(Problem("records.heading_unknown_near", facts | {"nearest": nearest}))
        else:
            warnings.append(Problem("records.heading_unknown", facts))
    return warnings


def numbers_columns(row: WorksheetRow) -> bool:
    """Return whether a row only numbers columns, "(1) (2) (3)" or "A B 1 2", as official tables do below headings."""
    texts = [shown(cell) for cell in row[1] if cell != ""]
    return len(texts) > 2 and len(set(texts)) == len(texts) and all(_NUMBERING.fullmatch(text) for text in texts)


def _spread(texts: list[str], row: int, merged: Merged) -> list[str]:
    """Return a row's texts, with those of cells merged over several columns repeated in each."""
    spread = list(texts)
    for top, left, bottom, right in merged:
        if top <= row <= bottom and left < len(texts):
            spread += [""] * (right + 1 - len(spread))
            spread[left : right + 1] = [texts[left]] * (right + 1 - left)
    return spread


def _both(above: list[str], below: list[str]) -> tuple[str, ...]:
    width = max(len(above), len(below))
    pairs = zip(above + [""] * (width - len(above)), below + [""] * (width - len(below)), strict=True)
    return tuple(_joined(top, bottom) for top, bottom in pairs)


def _joined(top: str, bottom: str) -> str:
    """Return the heading of two cells, one above the other: "Quyết định" over "Ngày" is "Ngày Quyết định"."""
    if not bottom:
        return top
    ways = (f"{bottom} {top}", f"{top} {bottom}", bottom)
    return next((text for text in ways if field_of(text)), bottom)
