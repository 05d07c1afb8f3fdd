"""Codes that a product is found by beside its names: its OCOP code, and the numbers of all its decisions.

They are folded by the database itself, as decisions are not among a product's columns: separators end words, capitals
and Đ do not count. Codes are of ASCII, but for Đ; a word with another letter is not found.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, func, select

from labelsvc.storage.db.tables.products import recognitions

SEPARATORS = "/-–.()<>"
"""Few, as SQLite's parser takes some twenty calls within one another."""
_BLANK, _MARK, _ENDED = " ", "<>", "><"
"""Each blank becomes a pair of signs that no code has left, so that many blanks in a row become one."""


def with_codes(words: ColumnElement[str], ocop_code: ColumnElement[str], product: ColumnElement[int]) -> Any:
    """Return the words that a product is found by, with those of its codes; single blanks between them."""
    of_product = recognitions.c.product_id == product
    numbers = select(func.aggregate_strings(recognitions.c.decision_number, _BLANK)).where(of_product).scalar_subquery()
    return func.trim(_single_blanks(words + _BLANK + _folded(ocop_code + _BLANK + func.coalesce(numbers, ""))))


def _folded(codes: ColumnElement[str]) -> ColumnElement[str]:
    written = {"Đ": "d", "đ": "d", **dict.fromkeys(SEPARATORS, _BLANK)}
    return func.lower(reduce(_replaced, written.items(), codes))


def _single_blanks(words: ColumnElement[str]) -> ColumnElement[str]:
    return reduce(_replaced, ((_BLANK, _MARK), (_ENDED, ""), (_MARK, _BLANK)), words)


def _replaced(written: ColumnElement[str], change: tuple[str, str]) -> ColumnElement[str]:
    return func.replace(written, *change)
