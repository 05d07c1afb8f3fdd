"""Details of the sheets of an old .xls, read from its records.

Source: [MS-XLS]: BoundSheet8 2.4.28, BoolErr 2.4.24, ColInfo 2.4.53, FilePass 2.4.117, Format 2.4.126, Formula 2.4.127,
MulRk 2.4.175, Number 2.4.180, RK 2.4.220, Row 2.4.221, XF 2.4.353.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from labelsvc.records.number_format import BUILT_IN, changes_form, shown_in
from labelsvc.records.ole_file import WORKBOOK_NAMES, OleFile
from labelsvc.records.sheet_details import CellAddress, Details, SheetDetails

_BOF, _EOF, _BOUND_SHEET, _CODE_PAGE, _FILE_PASS = 0x0809, 0x000A, 0x0085, 0x0042, 0x002F
_FORMAT, _XF, _ROW, _COL_INFO = 0x041E, 0x00E0, 0x0208, 0x007D
_BOOL_ERR, _FORMULA, _NUMBER, _RK, _MUL_RK = 0x0205, 0x0006, 0x0203, 0x027E, 0x00BD
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_NO_NUMBER, _ERROR, _EMPTY_TEXT = 0xFFFF, 2, 3
_BIFF8 = 0x0600
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 0x01
_MOST_COLUMNS = 256


class PasswordNeeded(Exception):
    """An encrypted workbook."""


def with_known_stream(content: bytes) -> bytes:
    """Return an .xls whose stream has the name that calamine looks for, whatever its case was. ValueError: no .xls."""
    file = OleFile(content)
    entry = file.find(*WORKBOOK_NAMES)
    if entry is None:
        raise ValueError("no workbook stream")
    known = entry.name.capitalize()
    return content if entry.name == known else file.renamed(entry, known)


def xls_details(content: bytes) -> Details:
    """Return the details of every sheet; what is no readable .xls has none, and calamine refuses it.

    Raises PasswordNeeded for an encrypted workbook.
    """
    try:
        file = OleFile(content)
        entry = file.find(*WORKBOOK_NAMES)
        return _Book(file.read(entry)).details() if entry else {}
    except (struct.error, IndexError, ValueError, LookupError):
        return {}


@dataclass(slots=True)
class _Formulas:
    """The formulas of a sheet that have an empty text for a result, and whether any formula has a result."""

    empty: dict[CellAddress, str] = field(default_factory=dict)
    calculated: bool = False


class _Book:
    """The workbook stream: global records first, then the sheets'."""

    def __init__(self, book: bytes) -> None:
        self._book = book
        self._wide = struct.unpack_from("<H", book, 4)[0] >= _BIFF8
        self._code_page = "cp1252"
        self._sheets: list[tuple[str, int]] = []
        self._codes = dict(BUILT_IN)
        self._styles: list[int] = []
        for kind, data, _ in _records(book, 0):
            self._note_global(kind, data)
        self._forms = {
            index: self._codes[number]
            for index, number in enumerate(self._styles)
            if number in self._codes and changes_form(self._codes[number])
        }

    def details(self) -> Details:
        details, formulas = {}, {}
        for name, start in self._sheets:
            details[name], formulas[name] = SheetDetails(), _Formulas()
            for kind, data, depth in _records(self._book, start):
                if depth == 1:
                    self._note(kind, data, details[name], formulas[name])
        if not any(each.calculated for each in formulas.values()):
            for name, each in formulas.items():  # a program wrote the formulas and nothing ever opened the file
                details[name].faults |= each.empty
        return details

    def _note_global(self, kind: int, data: bytes) -> None:
        if kind == _FILE_PASS:
            raise PasswordNeeded
        if kind == _CODE_PAGE:
            self._code_page = f"cp{struct.unpack_from('<H', data)[0]}"
        elif kind == _BOUND_SHEET:
            self._sheets.append((self._text(data[6:], 1), struct.unpack_from("<I", data)[0]))
        elif kind == _FORMAT:
            self._codes[struct.unpack_from("<H", data)[0]] = self._text(data[2:], 2 if self._wide else 1)
        elif kind == _XF:
            self._styles.append(struct.unpack_from("<2xH", data)[0])

    def _text(self, data: bytes, count_bytes: int) -> str:
        """Return a text that begins with the number of its letters; BIFF8 says next whether they are UTF-16."""
        length = int.from_bytes(data[:count_bytes], "little")
        letters = data[count_bytes:]
        if not self._wide:
            return letters[:length].decode(self._code_page)
        if letters[0] & 1:
            return letters[1 : 1 + length * 2].decode("utf-16-le")
        return letters[1 : 1 + length].decode("latin-1")

    def _note(self, kind: int, data: bytes, details: SheetDetails, formulas: _Formulas) -> None:
        if kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", data)
            if flags & _ROW_HIDDEN:
                details.hidden_rows.add(row)
        elif kind == _COL_INFO:
            first, last, width, flags = struct.unpack_from("<HHH2xH", data)
            if flags & _COLUMN_HIDDEN or not width:
                details.hidden_columns.update(range(first, min(last + 1, _MOST_COLUMNS)))
        elif kind == _BOOL_ERR:
            if data[7]:
                details.faults[struct.unpack_from("<HH", data)] = _ERRORS.get(data[6], "#N/A")
        elif kind == _FORMULA:
            _note_formula(data, details, formulas)
        for row, column, style, number in _numbers(kind, data) if self._forms else ():
            if style in self._forms:
                details.shown[row, column] = shown_in(self._forms[style], number)


def _note_formula(data: bytes, details: SheetDetails, formulas: _Formulas) -> None:
    place = struct.unpack_from("<HH", data)
    result, marker = data[6], struct.unpack_from("<H", data, 12)[0]
    if marker == _NO_NUMBER and result == _EMPTY_TEXT:
        formulas.empty[place] = "=…"
        return
    formulas.calculated = True
    if marker == _NO_NUMBER and result == _ERROR:
        details.faults[place] = _ERRORS.get(data[8], "#N/A")


def _numbers(kind: int, data: bytes) -> Iterator[tuple[int, int, int, float]]:
    """Yield row, column, style and number of a record's cells that hold numbers."""
    if kind == _NUMBER or (kind == _FORMULA and struct.unpack_from("<H", data, 12)[0] != _NO_NUMBER):
        yield struct.unpack_from("<HHHd", data)
    elif kind == _RK:
        row, column, style, number = struct.unpack_from("<HHHI", data)
        yield row, column, style, _rk_number(number)
    elif kind == _MUL_RK:
        row, first = struct.unpack_from("<HH", data)
        for index in range((len(data) - 6) // 6):
            style, number = struct.unpack_from("<HI", data, 4 + index * 6)
            yield row, first + index, style, _rk_number(number)


def _rk_number(packed: int) -> float:
    """Return a number of 30 bits: whole or the upper half of a double, and perhaps a hundredth of it (2.5.218)."""
    if packed & 2:
        whole = packed >> 2
        number = float(whole - (1 << 30) if whole >> 29 else whole)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return number / 100 if packed & 1 else number


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield the records of one substream with the depth at which they stand: charts lie within sheets."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        yield kind, book[at + 4 : at + 4 + length], depth
        at += 4 + length
