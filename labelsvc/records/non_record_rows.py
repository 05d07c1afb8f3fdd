"""Rows of a table that are not records: titles, sections, totals, signatures, repeated headings."""

from __future__ import annotations

import re

from labelsvc.domain.product import without_diacritics
from labelsvc.records.columns import NEEDED, is_ignored
from labelsvc.records.headings import Headings, numbers_columns
from labelsvc.records.merged_cells import MergedCells
from labelsvc.records.text import CellValue, shown
from labelsvc.records.workbook import WorksheetRow

_NUMERAL = r"(?:[ivx]+|[a-h]|\d+(?:\.\d+)*)"
_PART = "quan|huyen|thi xa|thi tran|xa|phuong|nhom|nganh|linh vuc|bo san pham|san pham|hang"
_SECTION = re.compile(
    rf"{_NUMERAL}\s*[.)/:·–-]*\s*(?:{_PART})\b"
    r"|(?:quan|huyen|thi xa|tong|cong|nhom|nganh hang|linh vuc|bo san pham|hang (?:[345]|ba|bon|nam) sao"
    r"|san pham (?:dat|hang|nhom|[345] sao)|dot \d|nam 20\d\d)\b"
)
_SECTION_NUMBER = re.compile(r"(?:[IVX]+|[A-H])[.)]?")
_SIGNATURE = re.compile(
    r"\(?(?:nguoi (?:lap|tong hop|kiem tra|duyet|ky)|lap (?:bieu|bang)|ke toan|thu truong|noi nhan|xac nhan"
    r"|(?:pho )?(?:giam doc|chu tich|truong phong|chanh van phong)|(?:tm|kt|tl|tuq)\b|ky[, ]+(?:ten|ghi|dong|va|xac)"
    r"|\S[^,]{0,30}, ngay\b.{0,10}thang|ngay\b.{0,10}thang)"
)


class NonRecordRows:
    """Recognises the rows of a sheet that are not records; call it row by row, downwards."""

    def __init__(self, headings: Headings, merged: MergedCells) -> None:
        self._headings, self._merged = headings, merged
        self._needed = [headings.columns[name] for name in NEEDED if name in headings.columns]
        self._naming = headings.columns["name"], headings.columns["producer"]
        self._judging = [headings.columns[name] for name in ("stars", "decision_date") if name in headings.columns]
        self._ignored = {column for column, text in enumerate(headings.texts) if text and is_ignored(text)}
        self._signed = False

    def text_of(self, row: WorksheetRow) -> str | None:
        """Return the text of a row that is not a record, else None.

        A section or title has at most two cells, at most one of them required for records, and names nothing, a place,
        a group or a total. Below a signature come names without stars and days. Empty text: numbered columns, or
        repeated headings.
        """
        number, cells = row
        if self._is_signature(cells):
            return self._told(cells)
        if self._filled(cells, self._needed) > 1:
            numbered = number == self._headings.last_row + 1 and numbers_columns(row)
            return "" if numbered or self._repeats_headings(cells) else None
        filled = [shown(cell) for index, cell in enumerate(cells) if index not in self._ignored and cell != ""]
        if not filled:
            told = self._told(cells)
            return told if _SECTION.match(without_diacritics(told)) else ""
        if len(filled) > 2:
            return None
        named = self._filled(cells, self._naming) > 0
        if named and not self._merged.spans_columns(number) and not self._is_section(cells, filled[0]):
            return None
        return " | ".join(filled)

    def _is_section(self, cells: list[CellValue], first: str) -> bool:
        numbers = [shown(cells[index]) for index in self._ignored if index < len(cells)]
        by_number = any(_SECTION_NUMBER.fullmatch(number) for number in numbers)
        return by_number or bool(_SECTION.match(without_diacritics(first)))

    def _is_signature(self, cells: list[CellValue]) -> bool:
        judged = [cells[index] for index in self._judging if index < len(cells) and cells[index] != ""]
        if not all(map(_signs, judged)):
            self._signed = False
            return False
        self._signed = self._signed or any(map(_signs, cells))
        return self._signed

    def _told(self, cells: list[CellValue]) -> str:
        return " | ".join(text for cell in cells if (text := shown(cell)))

    def _filled(self, cells: list[CellValue], columns: list[int] | tuple[int, ...]) -> int:
        width = len(cells)
        return sum([cells[index] != "" for index in columns if index < width])

    def _repeats_headings(self, cells: list[CellValue]) -> bool:
        """Return whether the headings are repeated here, as at the top of each printed page."""
        return all(index < len(cells) and cells[index] == self._headings.texts[index] for index in self._needed)


def _signs(cell: CellValue) -> bool:
    """Return whether a cell is part of a signature: "Người lập biểu", "KT. CHỦ TỊCH", "Hà Nội, ngày … tháng …"."""
    begins = isinstance(cell, str) and (cell[:1].isalpha() or cell[:1] == "(")
    return begins and bool(_SIGNATURE.match(without_diacritics(str(cell))))
