"""How many rows of the list were wanted, kept while nothing changes: to count a common word takes as long as a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from labelsvc.domain.product_filter import ProductFilter
from labelsvc.storage.db.tables.product_list import product_list
from labelsvc.storage.db.tables.products import record_version

MOST_COUNTS = 1_000

Counts = dict[tuple[ProductFilter, str], Any]
"""By filter and what the rows were grouped by, empty for their number."""


class KeptCounts:
    """The counts of one state of the list; another state, or too many of them, begin anew."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Any, ...], Counts] = ((), {})

    def at(self, connection: Connection, today: date) -> Counts:
        """Return the counts of the list as a connection sees it, for more to be added."""
        state = (today, *connection.execute(_STATE).one())
        of, counts = self._kept
        if of != state or len(counts) >= MOST_COUNTS:
            counts = {}
            self._kept = state, counts
        return counts


_STATE = select(record_version.c.version, select(func.max(product_list.c.product_id)).scalar_subquery())
"""A new product alone does not raise the version, but has the highest number."""
