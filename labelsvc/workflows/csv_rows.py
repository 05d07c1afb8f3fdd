"""The rows of a CSV file: UTF-8 with or without a mark, or UTF-16 with one; comma, semicolon or tab between cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.workflows.record_columns import field_of
from labelsvc.workflows.workbook_reader import MOST_ROWS
from labelsvc.workflows.workbook_rows import Row, Sheet

SEPARATORS = ",;\t"
LINES_LOOKED_AT = 40
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
LEGACY_WORDS = (
    ("TCVN3 (.VnTime)", re.compile("s¶n phÈm|phÈm|Chñ thÓ|chñ thÓ|H¹ng|quyÕt|S¶n")),
    ("VNI", re.compile("saûn phaåm|phaåm|Chuû theå|chuû theå|Haïng|quyeát|Saûn")),
    ("Windows-1252", re.compile("sáº£n|pháº©m|Chá»§|thá»ƒ|quyáº¿t|Háº¡ng")),
)
"""What headings look like that were written for an old font, or read in a wrong encoding."""


def csv_sheet(file: BinaryIO, name: str) -> Sheet:
    """Return a CSV file as a sheet without a name; its rows raise RecordsUnreadable at quotes that are never closed.

    Raises RecordsUnreadable where the text is in another encoding, saying which it may be.
    """
    text = _decoded(file.read(), name)
    said = _SEPARATOR_LINE.match(text)
    separator = said[1] if said else _separator(text)
    rows = _rows(text[said.end() :] if said else text, separator, name, first=2 if said else 1)
    if text.count("\n") > MOST_ROWS:
        _count_first(text, separator, name)
    return Sheet("", rows)


def legacy_encoding(text: str) -> str | None:
    """Return the old encoding whose Vietnamese letters a text shows, or None."""
    return next((encoding for encoding, words in LEGACY_WORDS if words.search(text)), None)


def _decoded(content: bytes, name: str) -> str:
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RecordsUnreadable.of("records.encoding", file=name, encoding=_guess(content), line=str(line)) from error
    if "\0" in text:
        raise RecordsUnreadable.of("records.not_text", file=name)
    return text


def _guess(content: bytes) -> str:
    """Return the encoding that bytes which are no UTF-8 may be in."""
    if content.count(0) * 4 > len(content):
        return "UTF-16"
    old_font = legacy_encoding(content[:20_000].decode("cp1252", "replace"))
    return old_font if old_font and old_font != "Windows-1252" else "Windows-1258"


def _separator(text: str) -> str:
    """Return the separator under which the first lines hold most known headings."""
    first = "\n".join(text[:200_000].splitlines()[:LINES_LOOKED_AT])

    def headings(separator: str) -> int:
        try:
            rows = list(csv.reader(StringIO(first), delimiter=separator))
        except csv.Error:
            return 0
        return max((len({field_of(cell) for cell in row} - {None}) for row in rows), default=0)

    return max(SEPARATORS, key=headings)


def _count_first(text: str, separator: str, name: str) -> None:
    """Refuse a million rows before any is read."""
    for count, _ in enumerate(_rows(text, separator, name), 1):
        if count > MOST_ROWS:
            raise RecordsUnreadable.of("records.too_many_rows", file=name, most=MOST_ROWS)


def _rows(text: str, separator: str, name: str, first: int = 1) -> Iterator[Row]:
    """Yield the rows that are not empty; a row is numbered as a spreadsheet shows it, whatever lines its cells hold."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, first):
            if any(map(str.strip, cells)):
                yield number, list(cells)
    except csv.Error as error:
        line = str(reader.line_num)
        raise RecordsUnreadable.of("records.csv_quotes", file=name, line=line) from error
