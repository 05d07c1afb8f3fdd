"""Rows of a records file: their location and either the record or the reasons for refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.records.columns import column_letter
from labelsvc.records.headings import Headings
from labelsvc.records.text import CellValue, shown

MOST_RANGES = 12
"""The most runs of rows named in one message."""


def row_ranges(numbers: Sequence[int]) -> str:
    """Return row numbers in one line: "3–7, 9"."""
    runs = []
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        rows = [number for _, number in run]
        runs.append(str(rows[0]) if len(rows) == 1 else f"{rows[0]}–{rows[-1]}")
    return ", ".join(runs[:MOST_RANGES]) + (", …" if len(runs) > MOST_RANGES else "")


@dataclass(frozen=True, slots=True)
class RowLocation:
    """The location of a row; ``sheet`` is empty for a CSV, ``row`` counts from 1 as in a spreadsheet."""

    file: str
    sheet: str
    row: int

    def problem(self, why: Problem) -> Problem:
        """Return a problem of the whole row."""
        return Problem("records.row_of_sheet" if self.sheet else "records.row", self._facts() | {"why": why})

    def cell_problem(self, column: int, heading: str, value: CellValue, why: Problem) -> Problem:
        """Return a problem of one cell; ``column`` counts from 0."""
        facts = self._facts() | {"column": column_letter(column), "heading": heading, "value": shown(value), "why": why}
        return Problem("records.cell_of_sheet" if self.sheet else "records.cell", facts)

    def named(self) -> Problem:
        """Return the location as words for another row's message."""
        return Problem("records.place_of_sheet" if self.sheet else "records.place", self._facts())

    def _facts(self) -> dict[str, object]:
        """The row number is text, to avoid a thousands separator in row 1328."""
        return {"file": self.file, "sheet": self.sheet, "row": str(self.row)}


@dataclass(frozen=True, slots=True)
class LetterConversion:
    """A cell whose letters were converted from an old encoding on request."""

    place: RowLocation
    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row as in the file, with every reason."""

    place: RowLocation
    headings: Headings
    cells: tuple[CellValue, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """An accepted row. ``quantity`` is None if it orders nothing.

    ``given``: fields of Product and Recognition that it sets; ``blank``: fields whose column exists but whose cell is
    blank.
    """

    place: RowLocation
    headings: Headings
    cells: tuple[CellValue, ...]
    product: Product
    recognition: Recognition
    quantity: int | None
    given: frozenset[str]
    blank: frozenset[str]

    def cell(self, field: str) -> CellValue:
        """Return the cell of a field, empty text if the row has none."""
        column = self.headings.columns.get(field, len(self.cells))
        return self.cells[column] if column < len(self.cells) else ""

    def refused(self, *problems: Problem) -> RefusedRow:
        """Return the row as a refused one; a problem that names a field of the record becomes its cell's problem."""
        return RefusedRow(self.place, self.headings, self.cells, tuple(map(self._placed, problems)))

    def _placed(self, why: Problem) -> Problem:
        column = self.headings.columns.get(str(why.facts.get("field")))
        if column is None:
            return self.place.problem(why)
        value = self.cells[column] if column < len(self.cells) else ""
        return self.place.cell_problem(column, self.headings.texts[column], value, why)
