"""How the cells of each column are read, and which words mean that a cell is empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Literal, NoReturn

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.law.entered_values import entered
from labelsvc.domain.product import without_diacritics
from labelsvc.records.cells import flag_of, gln_of, group_of, gtin_of, quantity_of, score_of, stars_of, text_of
from labelsvc.records.columns import COLUMN, Column
from labelsvc.records.days import YEARS_AHEAD, day_of, decision_day_of, decision_of
from labelsvc.records.text import CellValue, TextFault, are_figures, shown

EMPTY_OF_KIND = {"text": "", "gtin": "", "gln": "", "class": "", "flag": False}
"""The value of a word for "none", by the column's kind; None for the others."""

_NONE = re.compile(
    r"[-–—−_/\\.…]{1,5}|(?:khong|ko|chua) co"
    r"|(?:khong|ko|chua)(?: co| duoc)?(?: (?:dang ky|nhan hieu|thuong hieu|ma(?: so)?|ap dung|cap))+"
)
_BLANK = re.compile(r"n/a|n\.a\.?|#n/a|nan|nat|null|none|nil|\((?:blank|trong|rong|null|none)\)")
_TRUTH = frozenset(("true", "false"))
_NO_BRAND = frozenset(("khong", "ko", "k", "chua", "x", "0"))
LONGEST_WORD_FOR_NOTHING = 24
"""Letters; "chưa đăng ký thương hiệu" has as many."""
_NO_TEXT = "?" * (LONGEST_WORD_FOR_NOTHING + 1)
MOST_KNOWN = 8_192
"""The most texts per column whose values are cached."""
NOTHING_SAID = object()
"""The value of a cell that is as good as blank."""

_READERS: dict[str, Callable[[CellValue], object]] = {
    "stars": stars_of,
    "score": score_of,
    "flag": flag_of,
    "group": group_of,
    "quantity": quantity_of,
    "gtin": gtin_of,
    "gln": gln_of,
}


class ColumnReader:
    """Reads the cells of a column.

    ``known`` caches the values of texts, as most columns repeat themselves; only text is a key, so that 1 and yes stay
    distinct.
    """

    __slots__ = ("column", "known", "read")

    def __init__(self, column: Column, today: date) -> None:
        self.column, self.read = column, _reader(column, today)
        self.known: dict[object, object] = {}

    def value(self, cell: CellValue) -> object:
        """Return a cell's value, NOTHING_SAID if it is as good as blank; InvalidValue gives the correct form."""
        value = self._read_anew(cell)
        if isinstance(cell, str) and len(self.known) < MOST_KNOWN:
            self.known[cell] = value
        return value

    def _read_anew(self, cell: CellValue) -> object:
        text = cell.strip() if isinstance(cell, str) else _NO_TEXT
        may_say_nothing = len(text) <= LONGEST_WORD_FOR_NOTHING and (len(text) < 2 or not are_figures(text))
        said = nothing_said(text, self.column.field) if may_say_nothing else ""
        if not said:
            return _refuse_fault(cell) if isinstance(cell, TextFault) else self.read(cell)
        if self.column.needed and self.column.field != "decision_date":
            raise InvalidValue.from_code("records.missing")
        return NOTHING_SAID if said == "blank" or self.column.needed else EMPTY_OF_KIND.get(self.column.kind)


def _reader(column: Column, today: date) -> Callable[[CellValue], object]:
    """Return the reader of a column's kind; cells without a value are refused first."""
    if column.kind == "date":
        latest_year = today.year + YEARS_AHEAD[column.field]
        if column.field == "decision_date":
            return partial(decision_day_of, latest_year=latest_year, longest=COLUMN["decision_number"].longest)
        return partial(day_of, latest_year=latest_year)
    if column.field == "decision_number":
        return partial(decision_of, latest_year=today.year + YEARS_AHEAD["decision_date"], longest=column.longest)
    if column.kind == "class":
        return lambda cell: entered(column.field, text_of(cell, column.longest))
    return partial(text_of, longest=column.longest) if column.kind == "text" else _READERS[column.kind]


@lru_cache(8_192)
def nothing_said(text: str, field: str) -> Literal["", "none", "blank"]:
    """Return what a text says that stands for no value: "none", "blank" or, for any other text, the empty string.

    "none" is a word that means none ("-", "Không có"; for brands also "Không"). "blank" is what programs write into
    empty cells ("N/A", "NULL", "nan"), and empty text.
    TRUE and FALSE in a column of names come from a formula or a tick box; they are refused.
    """
    if not text:
        return "blank"
    plain = without_diacritics(text)
    is_name = field in ("name", "producer", "brand")
    if is_name and plain in _TRUTH:
        raise InvalidValue.from_code("records.truth_value", value=shown(text))
    if _NONE.fullmatch(plain) or (field == "brand" and plain in _NO_BRAND):
        return "none"
    if is_name and text.isprintable() and not any(letter.isalnum() for letter in plain):
        return "blank"
    return "blank" if _BLANK.fullmatch(plain) else ""


def _refuse_fault(fault: TextFault) -> NoReturn:
    """Refuse a cell without a value."""
    code = "records.formula" if fault.text.startswith("=") else "records.error_cell"
    raise InvalidValue.from_code(code, value=shown(fault))
