"""Reads a sheet's rows as records: every cell, every problem in one pass; a row is accepted whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.records.cells import MultiFieldCell, group_of
from labelsvc.records.column_doubts import ColumnDoubts
from labelsvc.records.column_readers import NOTHING_SAID, ColumnReader
from labelsvc.records.columns import COLUMN, NEEDED, PRODUCT_FIELDS, RECOGNITION_FIELDS, column_letter
from labelsvc.records.headings import Headings
from labelsvc.records.merged_cells import MergedCells
from labelsvc.records.non_record_rows import NonRecordRows
from labelsvc.records.rows import LetterConversion, RecordRow, RefusedRow, RowLocation, row_ranges
from labelsvc.records.text import CellValue, GarbledText, shown
from labelsvc.records.workbook import Worksheet, WorksheetRow

_UNREAD = object()
"""The value of a text not yet in the cache."""
_REFUSED = object()
"""The value of a refused cell."""

_NEEDED_OF = {Product: PRODUCT_FIELDS & set(NEEDED), Recognition: RECOGNITION_FIELDS & set(NEEDED)}

Made = TypeVar("Made", Product, Recognition)


@dataclass(slots=True)
class _RowReading:
    """A row being read: its cells and the problems so far."""

    place: RowLocation
    headings: Headings
    cells: list[CellValue]
    problems: list[Problem]

    def blame(self, field: str, why: Problem) -> None:
        """Add a problem of a field's cell."""
        index = self.headings.columns[field]
        value = self.cells[index] if index < len(self.cells) else ""
        self.problems.append(self.place.cell_problem(index, self.headings.texts[index], value, why))


class RowReader:
    """Reads the rows of one sheet from top to bottom.

    ``warnings`` collects what is left out. ``conversions`` are the cells whose letters are converted with
    ``convert_legacy``, and would be without it. ``added``: values of the last headings, which have no cells in the
    sheet.
    """

    def __init__(
        self, file: str, sheet: Worksheet, headings: Headings, today: date, convert_legacy: bool, *added: str
    ) -> None:
        self.warnings: list[Problem] = []
        self.conversions: list[LetterConversion] = []
        self._file, self._sheet, self._headings, self._added = file, sheet, headings, added
        self._today, self._convert_legacy = today, convert_legacy
        self._width = len(headings.texts) - len(added)
        readers = {index: ColumnReader(COLUMN[name], today) for index, name in headings.fields.items()}
        self._readers = [(index, each.column.field, each.known, each) for index, each in readers.items()]
        self._merged = MergedCells(sheet.merged, headings)
        self._between = NonRecordRows(headings, self._merged)
        self._doubts = ColumnDoubts()
        self._nameless = [column for column, text in enumerate(headings.texts) if not text]
        self._known_nameless: set[int] = set()
        self._known_sets: dict[frozenset[str], frozenset[str]] = {}
        self._blank: dict[frozenset[str], frozenset[str]] = {}
        self._section_group: ProductGroup | None = None
        self._hidden: list[int] = []

    def read(self, row: WorksheetRow) -> RecordRow | RefusedRow | None:
        """Return a row as a record or as refused; None for hidden rows, titles, totals and signatures."""
        number, cells = row
        place = RowLocation(self._file, self._sheet.name, number)
        merged_wrongly = self._merged.fill(number, cells)
        if (between := self._between.text_of(row)) is not None:
            self._note_between(place, between)
            return None
        if number in self._sheet.hidden_rows:
            self._hidden.append(number)
            return None
        problems = self._cells_without_heading(place, cells)
        if self._added:
            cells = [*cells[: self._width], *[""] * (self._width - len(cells)), *self._added]
        in_hand = _RowReading(place, self._headings, cells, problems)
        for name in merged_wrongly:
            in_hand.blame(name, Problem("records.merged_cell"))
        return self._record(in_hand)

    def second_look(self, rows: Sequence[RecordRow]) -> Iterator[tuple[RecordRow, RecordRow | RefusedRow]]:
        """Yield the accepted rows that the rest of their columns puts in doubt, with their new result.

        Call it when all rows of the sheet are read.
        """
        for row, doubts in self._doubts.doubtful(rows):
            in_hand = _RowReading(row.place, self._headings, list(row.cells), [])
            for name, doubt in doubts.items():
                if not (isinstance(doubt, GarbledText) and self._convert(in_hand, self._headings.columns[name], doubt)):
                    in_hand.blame(name, doubt.problems[0])
            yield row, self._record(in_hand)

    def tell_hidden(self) -> Iterator[Problem]:
        """Yield warnings about rows hidden by a filter or a person."""
        if self._hidden:
            yield Problem("records.rows_hidden", {"rows": row_ranges(self._hidden), "count": len(self._hidden)})

    def _record(self, row: _RowReading) -> RecordRow | RefusedRow:
        values = self._values(row)
        product = self._made(Product, PRODUCT_FIELDS, values, row)
        decided = values if "decision_date" in values else self._with_any_day(values)
        recognition = self._made(Recognition, RECOGNITION_FIELDS, decided, row)
        cells = tuple(row.cells)
        if row.problems or product is None or recognition is None:
            return RefusedRow(row.place, self._headings, cells, tuple(row.problems))
        quantity = values.pop("quantity", None)
        given = self._same(frozenset(values))
        blank = self._blank.get(given)
        if blank is None:
            blank = self._blank[given] = frozenset(self._headings.columns) - given - {"quantity"}
        return RecordRow(row.place, self._headings, cells, product, recognition, quantity, given, blank)

    def _note_between(self, place: RowLocation, text: str) -> None:
        """Warn about skipped rows; a group title sets the group of the rows below."""
        if not text:
            return
        code = "records.title_skipped"
        try:
            self._section_group = group_of(text)
            code = "records.section_is_group"
        except InvalidValue:
            pass
        self.warnings.append(place.problem(Problem(code, {"value": text})))

    def _values(self, row: _RowReading) -> dict[str, Any]:
        """Return the values of all non-empty cells by field; faults go to the row's problems."""
        values: dict[str, Any] = {}
        several: list[tuple[str, MultiFieldCell]] = []
        cells, width = row.cells, len(row.cells)
        for index, field, known, reader in self._readers:
            cell = cells[index] if index < width else ""
            value = known.get(cell, _UNREAD)
            if value is _UNREAD:
                try:
                    value = reader.value(cell)
                except InvalidValue as error:
                    value = self._value_after(error, reader.read, row, index)
            if value is NOTHING_SAID:
                continue
            if value.__class__ is str and value == cell:
                cells[index] = value  # one text for both: cells of 200,000 rows would take 300 MB
            if isinstance(value, MultiFieldCell):
                several.append((field, value))
            else:
                values[field] = value
        if several:
            _add_several(several, values, row)
        if "decision_date" not in values:
            _ask_for_day(row)
        if self._section_group and "group" not in values:
            values["group"] = self._section_group
        return {name: value for name, value in values.items() if value is not _REFUSED} if row.problems else values

    def _value_after(
        self, error: InvalidValue, read: Callable[[CellValue], object], row: _RowReading, index: int
    ) -> object:
        """Return the value of a refused cell whose letters could be converted; blame all others."""
        field = self._headings.fields[index]
        if isinstance(error, GarbledText) and error.proposed and self._convert(row, index, error):
            try:
                return read(row.cells[index])
            except InvalidValue as again:
                error = again
        self._doubts.note(field, row.cells[index] if index < len(row.cells) else "", error)
        row.blame(field, error.problems[0])
        return _REFUSED

    def _convert(self, row: _RowReading, index: int, garbled: GarbledText) -> bool:
        """Record a cell's conversion, and apply it if requested; return whether it was applied."""
        before, after = shown(row.cells[index]), shown(garbled.proposed)
        self.conversions.append(LetterConversion(row.place, self._headings.texts[index], before, after))
        if self._convert_legacy:
            self._doubts.note(self._headings.fields[index], row.cells[index], garbled)
            row.cells[index] = garbled.proposed
        return self._convert_legacy

    def _made(self, make: type[Made], names: frozenset[str], values: dict[str, Any], row: _RowReading) -> Made | None:
        """Construct the product or recognition; contradicting fields are dropped until all problems are found."""
        told = {name: value for name, value in values.items() if name in names}
        needed = _NEEDED_OF[make]
        while needed <= told.keys():
            try:
                return make(**told)
            except InvalidValue as error:
                wrong = str(error.problems[0].facts["field"])
                if wrong not in told or wrong not in self._headings.columns:
                    row.problems.append(row.place.problem(error.problems[0]))
                    return None
                row.blame(wrong, error.problems[0])
                del told[wrong]
        return None

    def _with_any_day(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a row refused for its day, so that everything else is checked in the same pass."""
        undated = {name: value for name, value in values.items() if name not in ("valid_from", "valid_until")}
        return undated | {"decision_date": self._today}

    def _cells_without_heading(self, place: RowLocation, cells: list[CellValue]) -> list[Problem]:
        """Return a problem if a CSV row has more cells than headings: an unquoted comma shifts the others.

        A column without a heading is warned of once.
        """
        surplus = [index for index in range(self._width, len(cells)) if cells[index] != ""]
        if surplus and not self._sheet.name:
            return [place.problem(Problem("records.more_cells", {"cells": len(cells), "headings": self._width}))]
        for index in surplus + [index for index in self._nameless if index < len(cells) and cells[index] != ""]:
            if index not in self._known_nameless:
                self._known_nameless.add(index)
                why = Problem("records.no_heading", {"column": column_letter(index)})
                self.warnings.append(place.problem(why))
        return []

    def _same(self, names: frozenset[str]) -> frozenset[str]:
        """Return the cached set of these names: thousands of rows share a few."""
        return self._known_sets.setdefault(names, names)


def _add_several(several: list[tuple[str, MultiFieldCell]], values: dict[str, Any], row: _RowReading) -> None:
    """Add values that cells give for other fields; the field's own cell may repeat but not contradict them."""
    for field, told in several:
        for name, value in told.values.items():
            if name != field and values.get(name) not in (None, "", value):
                facts = {"value": _value_shown(value), "heading": COLUMN[name].heading}
                row.blame(field, Problem("records.says_otherwise", facts))
            else:
                values[name] = value


def _ask_for_day(row: _RowReading) -> None:
    """Require the decision's day, which may be in the cell of its number."""
    if "decision_date" in row.headings.columns:
        row.blame("decision_date", Problem("records.missing"))
    else:
        row.blame("decision_number", Problem("records.day_missing"))


def _value_shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        return "✓" if value else "–"
    return shown(value)
