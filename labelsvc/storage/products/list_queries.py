"""Queries of the list of products: what is asked of its rows, and their order.

``rows`` is the list that is kept, or the same worked out (``kept_list``). Words are found by an index of the former.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, bindparam, case, false, literal, text

from labelsvc.domain.product import search_words
from labelsvc.domain.product_filter import HOLDING, SORTS, ProductFilter
from labelsvc.storage.db.list_tables import product_list
from labelsvc.storage.db.list_triggers import WORDS_OF_LIST


def conditions(connection: Connection, rows: FromClause, wanted: ProductFilter, today: date) -> list[Any]:
    """Return what a filter asks of the rows of a day's list."""
    c, standings = rows.c, wanted.standings
    equal: tuple[tuple[ColumnElement[Any], object], ...] = (
        (c.district, wanted.district or None),
        (c.commune, wanted.commune or None),
        (c.product_group, wanted.group or None),
        (c.producer_id, wanted.producer_id),
        (c.demonstration, wanted.demonstration),
        (c.stars, wanted.stars or None),
    )
    asked: list[Any] = [each == value for each, value in equal if value is not None]
    if wanted.ends_within is not None:
        standings = tuple(each for each in standings or HOLDING if each in HOLDING)
        asked.append(c.last_day <= today + timedelta(days=wanted.ends_within))
    if standings or wanted.ends_within is not None:
        asked.append(c.standing.in_([standing.value for standing in standings]))
    if wanted.lacks_trace is not None:
        asked.append((trace_lacks(rows, today) > 0) == wanted.lacks_trace)
    if wanted.words.strip():
        asked.append(has_words(connection, rows, search_words(wanted.words)))
    return asked


def has_words(connection: Connection, rows: FromClause, words: list[str]) -> Any:
    """Return that words of a row begin with all of these; none at all find nothing."""
    if not words:
        return false()
    if rows is not product_list:
        return and_(*(literal(" ").concat(rows.c.search).contains(f" {word}") for word in words))
    if connection.dialect.name != "sqlite":
        asked = " & ".join(f"'{word}':*" for word in words)
        return text(f"{WORDS_OF_LIST} @@ CAST(:words AS tsquery)").bindparams(bindparam("words", asked, unique=True))
    words_asked = {"words": " AND ".join(f'"{word}"*' for word in words)}
    found = connection.scalar(text(f"SELECT count(*) {_FOUND}"), words_asked) or 0
    walked = "+" if found > MANY_FOUND else ""  # the sign leaves no index but the order's
    condition = text(f"{walked}product_list.product_id IN (SELECT rowid {_FOUND})")
    return condition.bindparams(bindparam("words", words_asked["words"], unique=True))


MANY_FOUND = 10_000
"""So many rows that words are in are sorted slower than the whole list is walked in its order."""
_FOUND = "FROM product_words WHERE product_words MATCH :words"


def trace_lacks(rows: FromClause, today: date) -> ColumnElement[Any]:
    """Return how many of the nine facts of a trace code a product lacks on a day; NULL of a service."""
    expired = case((rows.c.trace_until < today, 1), else_=0)
    return rows.c.trace_lacks_record + rows.c.trace_lacks_profile + expired


def list_order(rows: FromClause, sort: str, down: bool) -> list[Any]:
    """Return the columns that a list is ordered by."""
    name = rows.c.sort_key
    columns = {"name": name, "producer": rows.c.producer_sort_key, "stars": rows.c.stars, "last_day": rows.c.last_day}
    first = columns[sort if sort in SORTS else "name"]
    return [first.desc() if down else first.asc(), name, rows.c.product_id]
