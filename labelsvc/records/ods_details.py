"""Details of the sheets of an .ods, read from its XML. Source: OpenDocument 1.3 part 3, 9.1 and 19.

Merged cells are included: calamine knows only those of .xlsx and .xls.
"""

from __future__ import annotations

import re
import zipfile
from typing import Any

from labelsvc.records.sheet_details import Details, SheetDetails
from labelsvc.records.xlsx_details import elements

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_MOST_REPEATED = 200_000
"""Rows; the empty rest of a sheet is one row repeated a million times."""
_MOST_COLUMNS = 16_384
_PLAIN = re.compile(r"-?[\d.,\s]*(?:[eE][+-]?\d+)?")


class _Sheet:
    """Gathers the details of one sheet, column by column and row by row."""

    def __init__(self) -> None:
        self.details = SheetDetails(merged=[])
        self.row = self.column = 0

    def add_column(self, column: Any) -> None:
        count = min(_repeated(column, "columns"), _MOST_COLUMNS)
        if _is_hidden(column):
            self.details.hidden_columns.update(range(self.column, self.column + count))
        self.column += count

    def add_row(self, row: Any) -> None:
        count = min(_repeated(row, "rows"), _MOST_REPEATED)
        if _is_hidden(row):
            self.details.hidden_rows.update(range(self.row, self.row + count))
        column = 0
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self._look_at(cell, column)
            column += _repeated(cell, "columns")
        self.row += count

    def _look_at(self, cell: Any, column: int) -> None:
        if fault := _fault_of(cell):
            self.details.faults[self.row, column] = fault
        elif (form := _form_of(cell)) is not None:
            self.details.shown[self.row, column] = form
        rows, columns = (int(cell.get(f"{_TABLE}number-{each}-spanned", "1")) for each in ("rows", "columns"))
        if (rows > 1 or columns > 1) and self.details.merged is not None:
            self.details.merged.append((self.row, column, self.row + rows - 1, column + columns - 1))


def ods_details(archive: zipfile.ZipFile) -> Details:
    """Return the details of every sheet. Raises ValueError or etree.LxmlError if the file is broken."""
    details: Details = {}
    sheet = _Sheet()
    with archive.open("content.xml") as stream:
        for element in elements(stream, "table-row", "table-column", "table"):
            match element.tag.removeprefix(_TABLE):
                case "table-column":
                    sheet.add_column(element)
                case "table-row":
                    sheet.add_row(element)
                case "table":
                    details[element.get(f"{_TABLE}name", "")] = sheet.details
                    sheet = _Sheet()
    return details


def _repeated(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))


def _is_hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _fault_of(cell: Any) -> str:
    formula: str = cell.get(f"{_TABLE}formula", "")
    kind = cell.get(f"{_CALC}value-type")
    if kind == "error":
        return _text_of(cell) or "Err:500"
    if not formula or cell.get(f"{_OFFICE}value-type"):
        return ""
    return "=" + formula.partition("=")[2]


def _form_of(cell: Any) -> str | None:
    """Return the displayed text of a number if it differs from its digits; None for other cells."""
    if cell.get(f"{_OFFICE}value-type") not in ("float", "percentage", "currency"):
        return None
    shown, value = _text_of(cell), cell.get(f"{_OFFICE}value", "")
    if not shown or shown == value:
        return None
    leading_zeros = re.match(r"0\d", shown) is not None
    return shown if leading_zeros or not _PLAIN.fullmatch(shown) else None


def _text_of(cell: Any) -> str:
    return " ".join("".join(each.itertext()) for each in cell.iterchildren(f"{_TEXT}p")).strip()
