"""Words of the product list: found by the index of either database, or in the texts of rows that are worked out."""

from __future__ import annotations

from dataclasses import dataclass
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
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from labelsvc.domain.product import search_words
from labelsvc.storage.db.list_tables import product_list
from labelsvc.storage.db.list_triggers import WORDS_OF_LIST
from labelsvc.storage.unindexed import unindexed

_WORDS = table("product_words", column("rowid"), column("product_words"))
"""SQLite's index of words; its hidden column is what a search is asked of."""

MOST_WORDS = 10
"""Of a search. Each costs the index a walk through all that begins so: a hundred single letters took 7 s of CPU."""


def asked_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a search, the longest first and at most MOST_WORDS.

    One that another begins with asks for nothing more, and is left out.
    """
    words: list[str] = []
    for word in sorted(set(search_words(text)), key=lambda word: (-len(word), word)):
        if not any(longer.startswith(word) for longer in words):
            words.append(word)
    return tuple(words[:MOST_WORDS])


@dataclass(frozen=True, slots=True)
class WordSearch:
    """Folded words, each of which must begin a word of a row; none at all find nothing."""

    rows: FromClause
    words: tuple[str, ...]
    dialect: str

    def matches(self) -> ColumnElement[bool]:
        """Return the condition that begins with the index: for counts, and where few rows have the words."""
        if not self.words:
            return false()
        if self.rows is not product_list:
            return self.in_texts()
        if self.dialect == "sqlite":
            return and_(product_list.c.product_id == unindexed(_WORDS.c.rowid), self._found())  # the words go first
        return self._found()

    def among(self) -> ColumnElement[bool]:
        """Return the condition for a walk through the list in its order: is the row among those that have the words?"""
        if not self.words or self.rows is not product_list:
            return self.matches()
        if self.dialect == "sqlite":
            return unindexed(product_list.c.product_id).in_(select(_WORDS.c.rowid).where(self._found()))
        having: Select[Any] = (
            select(literal_column("product_id")).select_from(text("product_list")).where(self._found())
        )
        return product_list.c.product_id.in_(having).is_(True)  # a planner that joined them would lose the order

    def in_texts(self) -> ColumnElement[bool]:
        """Return the condition that reads each row's text: where most rows have the words, and few are asked for."""
        return and_(*(literal(" ").concat(self.rows.c.search).contains(f" {word}") for word in self.words))

    def count(self, connection: Connection) -> int | None:
        """Return how many rows of the whole list have the words, None where only the list itself can tell."""
        if self.dialect != "sqlite" or self.rows is not product_list or not self.words:
            return None
        return connection.scalar(select(func.count()).select_from(_WORDS).where(self._found())) or 0

    def _found(self) -> ColumnElement[bool]:
        if self.dialect == "sqlite":
            asked = " AND ".join(f'"{word}"*' for word in self.words)
            return _WORDS.c.product_words.op("MATCH", is_comparison=True)(asked)
        prefixes = literal(" & ".join(f"'{word}':*" for word in self.words))
        return literal_column(WORDS_OF_LIST).op("@@", is_comparison=True)(cast(prefixes, TSQUERY))
