"""Words of the product list: found by the index of either database, or in the texts of rows that are worked out.

A word that may be a GTIN also finds the product that has it, by its own index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.types import UserDefinedType

from labelsvc.domain.product import GTIN_LENGTHS
from labelsvc.storage.db.list_triggers import WORDS_OF_LIST
from labelsvc.storage.db.tables.product_list import product_list
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.unindexed import unindexed

_WORDS = table("product_words", column("rowid"), column("product_words"))
"""SQLite's index of words; its hidden column is what a search is asked of."""


class _Tsquery(UserDefinedType[str]):
    """PostgreSQL's type of questions; its dialect takes a sixth of a second to load, which SQLite needs not."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "TSQUERY"


def may_be_gtin(word: str) -> bool:
    """Return whether a folded word is written as a GTIN is."""
    return len(word) in GTIN_LENGTHS and word.isascii() and word.isdigit()


def gtins_of(digits: str) -> list[str]:
    """Return a GTIN in each of its lengths: scanners put zeros before a short one (GS1 General Specifications 3.3)."""
    number = digits.lstrip("0")
    return [number.zfill(length) for length in GTIN_LENGTHS if len(number) <= length]


@dataclass(frozen=True, slots=True)
class WordSearch:
    """Folded words, each of which must begin a word of a row, or be its GTIN; none at all find nothing."""

    rows: FromClause
    words: tuple[str, ...]
    dialect: str

    def matches(self) -> ColumnElement[bool]:
        """Return the condition that begins with the index: for counts, and where few rows have the words."""
        if not self.words:
            return false()
        if self.rows is not product_list or self._has_numbers:
            return self.in_texts()
        if self.dialect == "sqlite":
            return and_(product_list.c.product_id == unindexed(_WORDS.c.rowid), self._found())  # the words go first
        return self._found()

    def among(self) -> ColumnElement[bool]:
        """Return the condition for a walk through the list in its order: is the row among those that have the words?"""
        if not self.words or self.rows is not product_list or self._has_numbers:
            return self.matches()
        if self.dialect == "sqlite":
            return unindexed(product_list.c.product_id).in_(self._ids())
        return product_list.c.product_id.in_(self._ids()).is_(True)  # a planner that joined them would lose the order

    def in_texts(self) -> ColumnElement[bool]:
        """Return the condition that reads each row's text: where most rows have the words, and few are asked for."""
        return and_(*(self._has_number(word) if may_be_gtin(word) else self._in_text(word) for word in self.words))

    def count(self, connection: Connection) -> int | None:
        """Return how many rows of the whole list have the words, None where only the list itself can tell."""
        if self.dialect != "sqlite" or self.rows is not product_list or not self.words or self._has_numbers:
            return None
        return connection.scalar(select(func.count()).select_from(_WORDS).where(self._found())) or 0

    @property
    def _has_numbers(self) -> bool:
        """Whether a word may be a GTIN: few rows have it, and the other words are looked for in their texts."""
        return any(map(may_be_gtin, self.words))

    def _in_text(self, word: str) -> ColumnElement[bool]:
        return literal(" ").concat(self.rows.c.search).contains(f" {word}")

    def _has_number(self, word: str) -> ColumnElement[bool]:
        """Return the condition that a row's GTIN is the word, or that one of its words begins so: each by its index."""
        bearers = select(products.c.id).where(products.c.gtin.in_(gtins_of(word)))
        if self.rows is not product_list:
            return or_(self.rows.c.product_id.in_(bearers), self._in_text(word))
        found = bearers.union_all(replace(self, words=(word,))._ids())
        return product_list.c.product_id.in_(found)

    def _ids(self) -> Select[Any]:
        if self.dialect == "sqlite":
            return select(_WORDS.c.rowid).where(self._found())
        return select(literal_column("product_id")).select_from(text("product_list")).where(self._found())

    def _found(self) -> ColumnElement[bool]:
        if self.dialect == "sqlite":
            asked = " AND ".join(f'"{word}"*' for word in self.words)
            return _WORDS.c.product_words.op("MATCH", is_comparison=True)(asked)
        prefixes = literal(" & ".join(f"'{word}':*" for word in self.words))
        return literal_column(WORDS_OF_LIST).op("@@", is_comparison=True)(cast(prefixes, _Tsquery))
