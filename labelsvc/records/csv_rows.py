"""The rows of a CSV file: UTF-8 with or without BOM, or UTF-16 with one; comma, semicolon or tab between cells.

The file is read twice and never held in memory: once for its encoding, once for its rows.
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
"""Twice the rows of the largest spreadsheet, including empty ones."""
MOST_COLUMNS = 1 << 14
"""As in the largest spreadsheet."""
_CHUNK = 1 << 20
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)
_OLD_FONTS = (
    ("TCVN3 (.VnTime)", re.compile("s¶n phÈm|phÈm|Chñ thÓ|chñ thÓ|H¹ng|quyÕt|S¶n")),
    ("VNI", re.compile("saûn phaåm|phaåm|Chuû theå|chuû theå|Haïng|quyeát|Saûn")),
)
"""Headings as they look when written for an old font."""
_CODE_PAGES = {"TCVN3 (.VnTime)": "cp1252", "VNI": "cp1252", "Windows-1258": "cp1258"}
"""The code page for reading each encoding's bytes; old-font letters are converted cell by cell."""


class _OtherEncoding(RecordsUnreadable):
    """Text that is not UTF-8; ``code_page`` is None if unknown."""

    def __init__(self, file: str, encoding: str, line: str) -> None:
        super().__init__(Problem("records.encoding", {"file": file, "encoding": encoding, "line": line}))
        self.code_page = _CODE_PAGES.get(encoding)


def csv_sheet(file: BinaryIO, name: str, convert_legacy: bool = False) -> Worksheet:
    """Return a CSV file (at its beginning) as a sheet without a name; RecordsUnreadable at unclosed quotes.

    Raises RecordsUnreadable if the text is in another encoding, naming the likely one, or has too many rows. With
    ``convert_legacy`` it is read in the likely code page; its cells may still be garbled.
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
    """Return the beginning of the text and its number of lines; refuse bytes that are not text."""
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
    """Return the likely encoding of bytes that are not UTF-8."""
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
    """Yield the non-empty rows; numbered as in a spreadsheet, even if cells contain line breaks."""
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
