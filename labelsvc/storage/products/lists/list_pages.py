"""Which rows stand on a page of a list.

A list is walked in sections that each lie together in an index, whatever the order of the sections: those with five
stars, then those with four … each by name. A page is walked to from the nearer end of its section. Rows that have
no stars, or no last day, come last in either direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select, text, true

from labelsvc.domain.product_filter import SORTS
from labelsvc.storage.db.tables.product_list import product_list
from labelsvc.storage.products.lists.list_queries import ListQuery

ListOrder = Sequence[tuple[str, bool]]
"""Names of columns, each with whether it goes down."""

NEAR = 6
"""A page is near the end of its section where no more than one in so many of all rows wanted is passed.

Reading a row's text takes about as long as gathering six ids from the index of words, on either database.
"""

FIRST_ROWS = 2_000
"""Among so many rows one is met that has a common word; they are read in some milliseconds."""


@dataclass(frozen=True, slots=True)
class ListSection:
    """So many rows of a list, which one index has in their order."""

    condition: ColumnElement[bool]
    order: ListOrder
    size: int


@dataclass(frozen=True, slots=True)
class IdPage:
    """The ids of a page's products in their order, how many there are in all, and which page it is."""

    ids: Sequence[int]
    total: int
    page: int


def find_page(query: ListQuery, sort: str, down: bool, page: int, per_page: int) -> IdPage:
    """Return a page of a list; a page beyond the last one is the last one."""
    sections = list(_sections(query, sort if sort in SORTS else "name", down))
    total = sum(section.size for section in sections)
    page = min(max(1, page), max(1, -(-total // per_page)))
    ids: list[int] = []
    first = (page - 1) * per_page
    for section in sections:
        ids += _ids(query, section, max(0, first), min(section.size, first + per_page), total)
        first -= section.size
    return IdPage(ids, total, page)


def find_first(query: ListQuery) -> int | None:
    """Return the id of the first row wanted, by name; no row is counted.

    It is looked for among the first of the list; where none of them is wanted, by the index of the words.
    """
    by_name: ListOrder = (("sort_key", False), ("product_id", False))
    begun = select(query.rows).order_by(*_columns(query.rows, by_name)).limit(FIRST_ROWS).subquery()
    for each in (replace(query, rows=begun), query):
        found = select(each.rows.c.product_id, each.rows.c.sort_key).where(*each.found())
        met = found.cte().prefix_with("MATERIALIZED")
        first = query.connection.scalar(select(met.c.product_id).order_by(*_columns(met, by_name)).limit(1))
        if first is not None:
            return int(first)
    return None


def _sections(query: ListQuery, sort: str, down: bool) -> Iterator[ListSection]:
    c = query.rows.c
    by_name: ListOrder = (("sort_key", False), ("product_id", False))
    if sort == "stars":
        sizes = query.counts(c.stars)
        for stars in sorted((each for each in sizes if each is not None), reverse=down):
            yield ListSection(c.stars == stars, by_name, sizes[stars])
        yield ListSection(c.stars.is_(None), by_name, sizes.get(None, 0))
    elif sort == "last_day":
        ends = c.last_day.is_not(None)
        sizes = query.counts(ends)
        yield ListSection(ends, (("last_day", down), *by_name), sizes.get(True, 0))
        yield ListSection(c.last_day.is_(None), by_name, sizes.get(False, 0))
    elif sort == "name":
        yield ListSection(true(), (("sort_key", down), ("product_id", down)), query.count())
    else:
        yield ListSection(true(), (("producer_sort_key", down), *by_name), query.count())


def _ids(query: ListQuery, section: ListSection, first: int, end: int, total: int) -> Sequence[int]:
    """Return the ids of a section's rows from ``first`` to before ``end``."""
    if first >= end:
        return ()
    from_end = section.size - end
    backwards = from_end < first
    order = [(name, down != backwards) for name, down in section.order]
    passed = min(first, from_end)
    cut = _in_order(query, section, order, passed, total).limit(end - first).offset(passed)
    with _walking(query, _is_near(query, passed, total)):
        found = list(query.connection.scalars(cut))
    return found[::-1] if backwards else found


def _in_order(query: ListQuery, section: ListSection, order: ListOrder, passed: int, total: int) -> Select[Any]:
    """Return the query of a section's ids; few that have some words are found first and then sorted."""
    rows = query.rows
    if query.are_few(total):
        columns = [rows.c[name] for name in dict(order)]
        rows = select(*columns).where(*query.found(), section.condition).cte().prefix_with("MATERIALIZED")
        return select(rows.c.product_id).order_by(*_columns(rows, order))
    all_wanted = query.has_words and query.are_all(total)
    asked = [] if all_wanted else query.walked(_is_near(query, passed, total))
    return select(rows.c.product_id).where(*asked, section.condition).order_by(*_columns(rows, order))


def _is_near(query: ListQuery, passed: int, total: int) -> bool:
    return query.has_words and passed < total // NEAR and query.are_most(total)


@contextmanager
def _walking(query: ListQuery, near: bool) -> Iterator[None]:
    """Keep PostgreSQL from sorting while near rows are read.

    It guesses that few texts have a word, and sorted all of them, 150,000, to pass 25,000.
    """
    if not near or query.rows is not product_list or query.connection.dialect.name != "postgresql":
        yield
        return
    query.connection.execute(_SORTS, {"sorts": "off"})
    yield
    query.connection.execute(_SORTS, {"sorts": "on"})


_SORTS = text("SELECT set_config('enable_sort', :sorts, true)")


def _columns(rows: FromClause, order: ListOrder) -> list[ColumnElement[Any]]:
    return [rows.c[name].desc() if down else rows.c[name].asc() for name, down in order]
