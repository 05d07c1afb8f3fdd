"""The rows of a CSV file: UTF-8 with or without a mark, or UTF-16 with one; comma, semicolon or tab between cells.

The file is gone through twice and never held whole: once for its letters, once for its rows.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from typing import BinaryIO, cast

from labelsvc.domain.errors import Problem, RecordsUnreadable
from labelsvc.records.columns import field_of
from labelsvc.records.text import CellValue
from labelsvc.records.workbook import Worksheet, WorksheetRow
from labelsvc.records.workbook_reader import MOST_ROWS

SEPARATORS = ",;\t"
LINES_LOOKED_AT = 40
MOST_LINES = 2 << 20
"""Twice the rows of the largest sheet; nobody writes more by hand or by program, empty ones included."""
MOST_COLUMNS = 1 << 14
"""Those of the largest sheet."""
_CHUNK = 1 << 20
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
_OLD_FONTS = (
    ("TCVN3 (.VnTime)", re.compile("s¶n phÈm|phÈm|Chñ thÓ|chñ thÓ|H¹ng|quyÕt|S¶n")),
    ("VNI", re.compile("saûn phaåm|phaåm|Chuû theå|chuû theå|Haïng|quyeát|Saûn")),
)
"""What headings look like that were written for an old font."""
_CODE_PAGES = {"TCVN3 (.VnTime)": "cp1252", "VNI": "cp1252", "Windows-1258": "cp1258"}
"""The code page in which the bytes of each are read; letters of old fonts are converted cell by cell."""


class _OtherEncoding(RecordsUnreadable):
    """Text that is no UTF-8; ``code_page`` is None where nobody knows what it is."""

    def __init__(self, file: str, encoding: str, line: str) -> None:
        super().__init__(Problem("records.encoding", {"file": file, "encoding": encoding, "line": line}))
        self.code_page = _CODE_PAGES.get(encoding)


def csv_sheet(file: BinaryIO, name: str, convert_legacy: bool = False) -> Worksheet:
    """Return a CSV file (at its beginning) as a sheet without a name; its rows raise RecordsUnreadable at quotes that
    are never closed.

    Raises RecordsUnreadable where the text is in another encoding, saying which it may be, or has too many rows. With
    ``convert_legacy`` such a text is read in the code page that it may be in; its cells may still be garbled.
    """
    encoding = "utf-16" if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    try:
        beginning, lines = _checked(file, encoding, name)
    except _OtherEncoding as error:
        if not convert_legacy or error.code_page is None:
            raise
        encoding = error.code_page
        beginning, lines = _checked(file, encoding, name)
    said = _SEPARATOR_LINE.match(beginning)
    separator = said[1] if said else _separator(beginning)
    if lines > MOST_ROWS:  # a million rows are refused before any is read
        for count, _ in enumerate(_rows(file, encoding, separator, name), 1):
            if count > MOST_ROWS:
                raise RecordsUnreadable.from_code("records.too_many_rows", file=name, most=MOST_ROWS)
    rows = _rows(file, encoding, separator, name)
    return Worksheet("", (row for row in rows if row[0] > 1) if said else rows)


def _checked(file: BinaryIO, encoding: str, name: str) -> tuple[str, int]:
    """Return the beginning of the text and the number of its lines, or refuse bytes that are no text."""
    decoder = codecs.getincrementaldecoder(encoding)("strict" if encoding.startswith("utf") else "replace")
    beginning, lines = "", 1
    file.seek(0)
    while chunk := file.read(_CHUNK):
        try:
            text = decoder.decode(chunk, final=len(chunk) < _CHUNK)
        except UnicodeDecodeError as error:
            line = str(lines + error.object[: error.start].count(b"\n"))
            raise _OtherEncoding(name, _guess(chunk), line) from error
        if "\0" in text:
            raise RecordsUnreadable.from_code("records.not_text", file=name)
        beginning = beginning or text[:200_000]
        lines += max(text.count("\n"), text.count("\r"))
        if lines > MOST_LINES:
            raise RecordsUnreadable.from_code("records.too_many_rows", file=name, most=MOST_ROWS)
    return beginning, lines


def _guess(content: bytes) -> str:
    """Return the encoding that bytes which are no UTF-8 may be in."""
    if content.count(0) * 4 > len(content):
        return "UTF-16"
    text = content[:20_000].decode("cp1252", "replace")
    return next((encoding for encoding, words in _OLD_FONTS if words.search(text)), "Windows-1258")


def _separator(beginning: str) -> str:
    """Return the separator under which the first lines hold most known headings."""
    first = "\n".join(beginning.splitlines()[:LINES_LOOKED_AT])

    def headings(separator: str) -> int:
        try:
            rows = list(csv.reader(StringIO(first), delimiter=separator))
        except csv.Error:
            return 0
        return max((len({field_of(cell) for cell in row} - {None}) for row in rows), default=0)

    return max(SEPARATORS, key=headings)


def _rows(file: BinaryIO, encoding: str, separator: str, name: str) -> Iterator[WorksheetRow]:
    """Yield the rows that are not empty; a row is numbered as a spreadsheet shows it, whatever lines its cells hold."""
    file.seek(0)
    if encoding == "utf-8-sig":  # decodes in Python, chunk by chunk; without the mark it is plain UTF-8
        encoding = "utf-8"
        file.seek(len(codecs.BOM_UTF8) if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else 0)
    text = TextIOWrapper(file, encoding, newline="", errors="strict" if encoding.startswith("utf") else "replace")
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if len(cells) > MOST_COLUMNS:
                raise RecordsUnreadable.from_code(
                    "records.too_many_columns", file=name, row=str(number), most=MOST_COLUMNS
                )
            if any(map(str.strip, cells)):
                yield number, cast(list[CellValue], cells)
    except csv.Error as error:
        line = str(reader.line_num)
        raise RecordsUnreadable.from_code("records.csv_quotes", file=name, line=line) from error
    finally:
        if not file.closed:
            text.detach()  # else it would close the file with itself
