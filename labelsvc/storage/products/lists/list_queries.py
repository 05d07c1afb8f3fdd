"""Queries of the list of products: what is asked of its rows, and how many they are.

``rows`` is the list that is kept, or the same worked out (``kept_list``). Words are found by an index of the former.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select

from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.storage.products.lists.kept_counts import Counts
from labelsvc.storage.products.lists.word_search import WordSearch
from labelsvc.storage.unindexed import unindexed

ListColumn = ColumnElement[Any]
MANY = 10_000
"""So many rows are sorted slower than the whole list is walked in its order."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A filter over the rows of a day's list; ``kept``: what was counted before in this state of the list."""

    connection: Connection
    rows: FromClause
    wanted: ProductFilter
    today: date
    kept: Counts = field(default_factory=dict)

    def count(self) -> int:
        """Return how many rows are wanted."""
        asked = self.wanted, ""
        if asked not in self.kept:
            self.kept[asked] = self._count()
        return int(self.kept[asked])

    def _count(self) -> int:
        words, filters = self._words(), self._filters(_as_it_is)
        if words and not filters:
            counted = words.count(self.connection)
            if counted is not None:
                return counted
        return self.connection.scalar(select(func.count()).select_from(self.rows).where(*self.found())) or 0

    def counts(self, key: ListColumn) -> Mapping[Any, int]:
        """Return how many rows are wanted of each value of a column."""
        asked = self.wanted, str(key)
        if asked not in self.kept:
            query = select(key, func.count()).select_from(self.rows).where(*self.found()).group_by(key)
            self.kept[asked] = {row[0]: row[1] for row in self.connection.execute(query)}
        return cast(Mapping[Any, int], self.kept[asked])

    def found(self) -> list[ListColumn]:
        """Return the conditions by which few rows are found, and many are counted."""
        words = self._words()
        return self._filters(self._unindexed if words else _as_it_is) + ([words.matches()] if words else [])

    def walked(self, near: bool = False) -> list[ListColumn]:
        """Return the conditions to be asked of each row while the list is walked in its order.

        ``near``: not far, through rows most of which are wanted.
        """
        words = self._words()
        asked = [] if words is None else [words.in_texts() if near else words.among()]
        return self._filters(self._unindexed) + asked

    def conditions(self) -> list[ListColumn]:
        """Return the conditions for a list of all rows wanted, in the order of an index."""
        return self.found() if self.has_words and self.are_few(self.count()) else self.walked()

    def are_most(self, rows: int) -> bool:
        """Return whether so many rows are more than half of the list."""
        return 2 * rows > self._everything.count()

    def are_all(self, rows: int) -> bool:
        """Return whether so many rows are the whole list, every product of which has the words."""
        return rows == self._everything.count()

    def are_few(self, rows: int) -> bool:
        """Return whether so many rows with some words are better found first and then sorted."""
        return self.has_words and rows <= MANY

    @property
    def has_words(self) -> bool:
        """Whether words are searched for."""
        return bool(self.wanted.words.strip())

    @property
    def _everything(self) -> ListQuery:
        return replace(self, wanted=ProductFilter())

    def _words(self) -> WordSearch | None:
        if not self.has_words:
            return None
        return WordSearch(self.rows, self.wanted.asked_words, self.connection.dialect.name)

    def _unindexed(self, column: ListColumn) -> ListColumn:
        return unindexed(column) if self.connection.dialect.name == "sqlite" else column

    def _filters(self, of: Callable[[ListColumn], ListColumn]) -> list[ListColumn]:
        c, wanted, standings = self.rows.c, self.wanted, self.wanted.standings
        equal: tuple[tuple[ListColumn, object], ...] = (
            (c.district, wanted.district or None),
            (c.commune, wanted.commune or None),
            (c.product_group, wanted.group or None),
            (c.demonstration, wanted.demonstration),
            (c.stars, wanted.stars or None),
        )
        asked: list[ListColumn] = [of(each) == value for each, value in equal if value is not None]
        if wanted.producer_id is not None:
            asked.append(c.producer_id == wanted.producer_id)  # always few: its index is better than any walk
        if wanted.ends_within is not None:
            standings = tuple(each for each in standings or HOLDING if each in HOLDING)
            asked.append(of(c.last_day) <= self.today + timedelta(days=wanted.ends_within))
        if standings or wanted.ends_within is not None:
            asked.append(of(c.standing).in_([standing.value for standing in standings]))
        if wanted.lacks_trace is not None:
            asked.append((trace_lacks(self.rows, self.today) > 0) == wanted.lacks_trace)
        return asked


def _as_it_is(column: ListColumn) -> ListColumn:
    return column


def trace_lacks(rows: FromClause, today: date) -> ColumnElement[Any]:
    """Return how many of the nine facts of a trace code a product lacks on a day; NULL of a service."""
    expired = case((rows.c.trace_until < today, 1), else_=0)
    return rows.c.trace_lacks_record + rows.c.trace_lacks_profile + expired
