"""Reads a sheet's rows as records: every cell, every problem in one pass; a row is accepted whole or not at all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.product import Product, without_diacritics
from labelsvc.domain.recognition import Recognition
from labelsvc.records.cells import cell_reader, refuse_fault
from labelsvc.records.columns import (
    COLUMN,
    NEEDED,
    PRODUCT_FIELDS,
    RECOGNITION_FIELDS,
    column_letter,
    is_ignored,
)
from labelsvc.records.headings import Headings, numbers_columns
from labelsvc.records.merged_cells import MergedCells
from labelsvc.records.rows import RecordRow, RefusedRow, RowLocation
from labelsvc.records.text import Fault, Value, shown
from labelsvc.records.workbook import Row, Sheet

DASHES = ("-", "–", "—", "−")
"""A lone dash says that there is nothing, and clears what is stored; a blank cell leaves what is stored."""
EMPTY_OF_KIND = {"text": "", "gtin": "", "gln": "", "flag": False}
"""What a dash stands for, by the column's kind; None for the others."""

_SECTION = re.compile(
    r"(?:[ivx]+|[a-h]|\d+)[.)/ -]+(?:quan|huyen|thi xa|thi tran|xa|phuong)\b|(?:quan|huyen|thi xa|tong|cong)\b"
)

Made = TypeVar("Made", Product, Recognition)


class RowReader:
    """Reads the rows of one sheet, from the top; ``warnings`` gathers what is left out on the way.

    ``added``: values of the last headings, which no cell of the sheet holds.
    """

    def __init__(self, file: str, sheet: Sheet, headings: Headings, today: date, *added: str) -> None:
        self.warnings: list[Problem] = []
        self._file, self._sheet, self._headings, self._added = file, sheet.name, headings, added
        self._today = today
        self._width = len(headings.texts) - len(added)
        self._readers = [
            (index, COLUMN[name], cell_reader(COLUMN[name], today)) for index, name in headings.fields.items()
        ]
        self._merged = MergedCells(sheet.merged, headings)
        self._needed = [headings.columns[name] for name in NEEDED]
        self._naming = headings.columns["name"], headings.columns["producer"]
        self._ignored = {column for column, text in enumerate(headings.texts) if text and is_ignored(text)}
        self._nameless = [column for column, text in enumerate(headings.texts) if not text]
        self._known_nameless: set[int] = set()
        self._known_sets: dict[frozenset[str], frozenset[str]] = {}

    def read(self, row: Row) -> RecordRow | RefusedRow | None:
        """Return a row as a record or as refused; None for a title, a total or a signature between records."""
        number, cells = row
        place = RowLocation(self._file, self._sheet, number)
        merged_wrongly = self._merged.fill(number, cells)
        if (filled := self._only_a_title(row)) is not None:
            if filled:
                self.warnings.append(place.problem(Problem("records.title_skipped", {"value": filled})))
            return None
        problems = self._cells_without_heading(place, cells)
        problems += [self._problem(place, cells, name, Problem("records.merged_cell")) for name in merged_wrongly]
        if self._added:
            cells = [*cells[: self._width], *[""] * (self._width - len(cells)), *self._added]
        values = self._values(place, cells, problems)
        product = self._made(Product, PRODUCT_FIELDS, values, place, cells, problems)
        decided = values if "decision_date" in values else self._with_any_day(values)
        recognition = self._made(Recognition, RECOGNITION_FIELDS, decided, place, cells, problems)
        if problems or product is None or recognition is None:
            return RefusedRow(place, self._headings, tuple(cells), tuple(problems))
        quantity = values.pop("quantity", None)
        given = self._same(frozenset(values))
        blank = self._same(frozenset(self._headings.columns) - given - {"quantity"})
        return RecordRow(place, self._headings, tuple(cells), product, recognition, quantity, given, blank)

    def _values(self, place: RowLocation, cells: list[Value], problems: list[Problem]) -> dict[str, Any]:
        """Return the values of all cells that have one, by field; what is wrong goes to ``problems``."""
        values: dict[str, Any] = {}
        width = len(cells)
        for index, column, read in self._readers:
            cell = cells[index] if index < width else ""
            text = cell.strip() if isinstance(cell, str) else None
            if text == "" or (column.needed and text in DASHES):
                if column.needed:
                    problems.append(self._problem(place, cells, column.field, Problem("records.missing")))
            elif text in DASHES:
                values[column.field] = EMPTY_OF_KIND.get(column.kind)
            else:
                try:
                    values[column.field] = refuse_fault(cell) if isinstance(cell, Fault) else read(cell)
                except InvalidValue as error:
                    problems.append(self._problem(place, cells, column.field, error.problems[0]))
        return values

    def _made(
        self,
        make: type[Made],
        names: frozenset[str],
        values: dict[str, Any],
        place: RowLocation,
        cells: list[Value],
        problems: list[Problem],
    ) -> Made | None:
        """Make the product or the recognition; what does not go together is left out again until all of it is found."""
        told = {name: value for name, value in values.items() if name in names}
        while all(name in told for name in NEEDED if name in names):
            try:
                return make(**told)
            except InvalidValue as error:
                wrong = str(error.problems[0].facts["field"])
                if wrong not in told:
                    problems.append(place.problem(error.problems[0]))
                    return None
                problems.append(self._problem(place, cells, wrong, error.problems[0]))
                del told[wrong]
        return None

    def _with_any_day(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a row that is refused for its day, so that all else is looked at in the same pass."""
        undated = {name: value for name, value in values.items() if name not in ("valid_from", "valid_until")}
        return undated | {"decision_date": self._today}

    def _only_a_title(self, row: Row) -> str | None:
        """Return the text of a row that is no record (a title, a total, a signature), else None.

        It has at most two cells, at most one of those that a record needs, and names nothing, or a place or a total.
        Empty text: numbered columns, or the headings once more.
        """
        number, cells = row
        needed = sum(index < len(cells) and cells[index] != "" for index in self._needed)
        if needed > 1:
            numbered = number == self._headings.last_row + 1 and numbers_columns(row)
            return "" if numbered or self._repeats_headings(cells) else None
        told = [shown(cell) for index, cell in enumerate(cells) if index not in self._ignored]
        filled = [text for text in told if text]
        if len(filled) > 2:
            return None
        named = any(index < len(cells) and cells[index] != "" for index in self._naming)
        if named and not self._merged.spans_columns(number) and not _SECTION.match(without_diacritics(filled[0])):
            return None
        return " | ".join(filled)

    def _repeats_headings(self, cells: list[Value]) -> bool:
        """Tell whether the headings stand here again, as at the top of each printed page."""
        return all(index < len(cells) and cells[index] == self._headings.texts[index] for index in self._needed)

    def _cells_without_heading(self, place: RowLocation, cells: list[Value]) -> list[Problem]:
        """Return a problem where a CSV's row has more cells than headings: a comma without quotes shifts the others.

        A column without a heading is warned of once.
        """
        surplus = [index for index in range(self._width, len(cells)) if cells[index] != ""]
        if surplus and not self._sheet:
            return [place.problem(Problem("records.more_cells", {"cells": len(cells), "headings": self._width}))]
        for index in surplus + [index for index in self._nameless if index < len(cells) and cells[index] != ""]:
            if index not in self._known_nameless:
                self._known_nameless.add(index)
                why = Problem("records.no_heading", {"column": column_letter(index)})
                self.warnings.append(place.problem(why))
        return []

    def _problem(self, place: RowLocation, cells: list[Value], name: str, why: Problem) -> Problem:
        index = self._headings.columns[name]
        return place.cell_problem(index, self._headings.texts[index], cells[index] if index < len(cells) else "", why)

    def _same(self, names: frozenset[str]) -> frozenset[str]:
        """Return the set that was made of the same names before: thousands of rows share a few."""
        return self._known_sets.setdefault(names, names)
