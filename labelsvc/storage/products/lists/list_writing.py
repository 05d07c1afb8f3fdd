"""Writes the list of products that is kept for a day: every product with its current recognition and its standing.

What a list shows changes where somebody writes (triggers note the product) and where a day ends or begins a standing.
The latter is noted first, then the rows of all that are noted are written anew. Whoever changes many rows does it in
the same transaction; the worker does it when a day has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, insert, select, text, update

from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.db.late_indexes import MANY, late_indexes
from labelsvc.storage.db.tables.product_list import listed_day, product_list, unlisted_products
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.products.lists.searched_codes import with_codes
from labelsvc.storage.products.lists.standings import LAST_DAY, precedence, standing

OF_PRODUCTS = (
    "sort_key", "producer_sort_key", "producer_id", "district", "commune", "product_group", "demonstration",
    "trace_lacks_record", "trace_lacks_profile", "trace_until",
)  # fmt: skip


def bring_list_to(connection: Connection, today: date) -> int:
    """Write anew what is out of date for a day, in the writer's transaction; return how many products that were."""
    note_day(connection, today)
    return write_noted(connection)


def note_day(connection: Connection, today: date) -> None:
    """Let the list be of a day: note which rows are out of date for it."""
    listed = connection.scalar(select(listed_day.c.day))
    if listed is None:
        _note(connection, select(products.c.id))
        connection.execute(insert(listed_day).values(day=today))
    elif listed != today:
        for changed in changed_between(listed, today):
            _note(connection, changed)
        connection.execute(update(listed_day).values(day=today))


def write_noted(connection: Connection) -> int:
    """Write anew the rows that are noted, for the day that the list is of; return how many products that were."""
    stale = select(unlisted_products.c.product_id)
    rows = worked_out(connection.execute(select(listed_day.c.day)).scalar_one(), stale)
    with _words_and_indexes(connection, stale):
        connection.execute(delete(product_list).where(product_list.c.product_id.in_(stale)))
        connection.execute(insert(product_list).from_select([column.name for column in rows.selected_columns], rows))
    return connection.execute(delete(unlisted_products)).rowcount


def bring_list_up_to_date(connection: Connection, now: datetime) -> int:
    """Write anew what was changed, for the day that the list is of; a list that was never written, for the day of now.

    So the first reader after a large import, or an upgrade, does not wait for it. Returns how many products that were.
    """
    return bring_list_to(connection, connection.scalar(select(listed_day.c.day)) or now.astimezone(VIETNAM).date())


@contextmanager
def _words_and_indexes(connection: Connection, stale: Select[tuple[int]]) -> Iterator[None]:
    """Keep SQLite's index of words in step with what the block writes; PostgreSQL does so itself."""
    if connection.dialect.name != "sqlite":
        yield
        return
    rows = connection.scalar(select(func.count()).select_from(stale.subquery())) or 0
    if rows < MANY:
        connection.execute(_TAKE_WORDS)
    with late_indexes(connection, product_list, rows):
        yield
    connection.execute(_ADD_WORDS if rows < MANY else _ALL_WORDS)


_STALE_ROWS = "FROM product_list WHERE product_id IN (SELECT product_id FROM unlisted_products)"
_TAKE_WORDS = text(
    f"INSERT INTO product_words (product_words, rowid, search) SELECT 'delete', product_id, search {_STALE_ROWS}"
)
_ADD_WORDS = text(f"INSERT INTO product_words (rowid, search) SELECT product_id, search {_STALE_ROWS}")
_ALL_WORDS = text("INSERT INTO product_words (product_words) VALUES ('rebuild')")


def worked_out(today: date, only: Select[tuple[int]] | None = None) -> Select[Any]:
    """Return what the list of a day is, from the records; ``only``: of products with these ids."""
    c, p = recognitions.c, products.c
    of_products = (p.id.label("product_id"), *(p[name] for name in OF_PRODUCTS), p.search, p.ocop_code)
    of_recognition = (c.id.label("recognition_id"), standing(today).label("standing"), c.stars)
    days = (LAST_DAY.label("last_day"), c.decided_until)
    place = func.row_number().over(partition_by=p.id, order_by=precedence(today)).label("place")
    query = select(*of_products, *of_recognition, *days, place).select_from(products.outerjoin(recognitions))
    row = (query if only is None else query.where(p.id.in_(only))).subquery().c
    columns = {column.name: row[column.name] for column in product_list.c}
    columns["search"] = with_codes(row.search, row.ocop_code, row.product_id).label("search")
    return select(*columns.values()).where(row.place == 1)


def changed_between(one: date, other: date) -> list[Select[tuple[int]]]:
    """Return queries of the products whose standing, or whose current recognition, may differ between two days.

    A product may be found several times.
    """
    low, high = min(one, other), max(one, other)
    if rules_on(low).lowest_printed_stars != rules_on(high).lowest_printed_stars:
        return [select(products.c.id)]
    c = recognitions.c
    begins = (c.decision_date, c.valid_from, c.suspended_since, c.withdrawn_since)
    ends = (c.decided_until, c.extended_until, c.suspended_until)
    touched = [(day > low) & (day <= high) for day in begins] + [(day >= low) & (day < high) for day in ends]
    return [select(c.product_id).where(days) for days in touched]  # one by one: each by its index


def _note(connection: Connection, changed: Select[tuple[int]]) -> None:
    is_noted = exists().where(unlisted_products.c.product_id == changed.selected_columns[0])
    new = changed.distinct().where(~is_noted)  # NOT IN of very many would be PostgreSQL's loop in a loop
    connection.execute(insert(unlisted_products).from_select(["product_id"], new))
