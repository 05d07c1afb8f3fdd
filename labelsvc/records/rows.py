"""Rows of a records file: where they stand, what was read of them, or why they are refused."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.records.columns import column_letter
from labelsvc.records.headings import Headings
from labelsvc.records.text import CellValue, shown


@dataclass(frozen=True, slots=True)
class RowLocation:
    """Where a row stands; ``sheet`` is empty for a CSV, ``row`` counts from 1 as a spreadsheet shows it."""

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
        """Return the place as words for another row's message."""
        return Problem("records.place_of_sheet" if self.sheet else "records.place", self._facts())

    def _facts(self) -> dict[str, object]:
        """The row's number is text: no dot stands in row 1328."""
        return {"file": self.file, "sheet": self.sheet, "row": str(self.row)}


@dataclass(frozen=True, slots=True)
class LetterConversion:
    """A cell whose letters were converted from an old encoding, as it was asked for."""

    place: RowLocation
    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not accepted, as it stands in the file, with every reason."""

    place: RowLocation
    headings: Headings
    cells: tuple[CellValue, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row that was read. ``quantity`` None where it orders none.

    ``given``: fields of Product and Recognition that it says something of; ``blank``: fields whose column the file has,
    but whose cell is blank here.
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
        """Return the cell of a field, empty text where the row has none."""
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
