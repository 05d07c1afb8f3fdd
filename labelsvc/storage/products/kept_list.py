"""The list of products that is kept for a day: every product with its current recognition and its standing.

A big office has hundreds of thousands of products; asking for each one's standing took seconds a page. What a list
shows changes only where somebody writes (triggers note the product) and where a day ends or begins a standing. Both
are brought up to date by whoever reads next; a large import does it itself. Where that cannot be written just now
(another writer, a full disk), the same rows are worked out while they are read: slower, and never wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, FromClause, Select, delete, exists, func, insert, or_, select, text, update

from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.db.database import NOTING_SECONDS, Database
from labelsvc.storage.db.late_indexes import MANY, late_indexes
from labelsvc.storage.db.tables.product_list import listed_day, product_list, unlisted_products
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.products.standings import LAST_DAY, precedence, standing

OF_PRODUCTS = (
    "sort_key", "producer_sort_key", "producer_id", "district", "commune", "product_group", "demonstration",
    "trace_lacks_record", "trace_lacks_profile", "trace_until", "search",
)  # fmt: skip


@contextmanager
def reading_list(database: Database, today: date) -> Iterator[tuple[Connection, FromClause]]:
    """Provide a connection and the list of a day, with the columns of ``product_list``: kept, or worked out."""
    with database.reading() as connection:
        kept = _is_of(connection, today)
        if kept:
            _walk_indexes(connection)
            yield connection, product_list
    if kept:
        return
    with suppress(StorageRefused), database.writing(patience=NOTING_SECONDS) as connection:
        bring_list_to(connection, today)
    with database.reading() as connection:
        yield connection, product_list if _is_of(connection, today) else worked_out(today).subquery()


def _walk_indexes(connection: Connection) -> None:
    """Let PostgreSQL read the kept list by its indexes, and plan each filter anew: they leave ten rows or all."""
    if connection.dialect.name == "postgresql":
        connection.execute(_BY_INDEXES)


_SETTINGS = {"work_mem": "64MB", "enable_seqscan": "off", "jit": "off", "plan_cache_mode": "force_custom_plan"}
_BY_INDEXES = text("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items()))


def bring_list_to(connection: Connection, today: date) -> None:
    """Write anew what is out of date for a day, in the writer's transaction."""
    listed = connection.scalar(select(listed_day.c.day))
    if listed is None:
        _note(connection, select(products.c.id))
        connection.execute(insert(listed_day).values(day=today))
    elif listed != today:
        _note_between(connection, listed, today)
        connection.execute(update(listed_day).values(day=today))
    stale = select(unlisted_products.c.product_id)
    rows = worked_out(today, stale)
    with _words_and_indexes(connection, stale):
        connection.execute(delete(product_list).where(product_list.c.product_id.in_(stale)))
        connection.execute(insert(product_list).from_select([column.name for column in rows.selected_columns], rows))
    connection.execute(delete(unlisted_products))


def bring_list_up_to_date(connection: Connection, now: datetime) -> None:
    """Write anew what was changed, for the day that the list is of; a list that was never written, for the day of now.

    So the first reader after a large import does not wait for it.
    """
    bring_list_to(connection, connection.scalar(select(listed_day.c.day)) or now.astimezone(VIETNAM).date())


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
    of_products = (p.id.label("product_id"), *(p[name] for name in OF_PRODUCTS))
    of_recognition = (c.id.label("recognition_id"), standing(today).label("standing"), c.stars)
    days = (LAST_DAY.label("last_day"), c.decided_until)
    place = func.row_number().over(partition_by=p.id, order_by=precedence(today)).label("place")
    query = select(*of_products, *of_recognition, *days, place).select_from(products.outerjoin(recognitions))
    placed = (query if only is None else query.where(p.id.in_(only))).subquery()
    return select(*(placed.c[column.name] for column in product_list.c)).where(placed.c.place == 1)


def _is_of(connection: Connection, today: date) -> bool:
    """Return whether the list is of a day and nothing changed since."""
    stale = exists().where(unlisted_products.c.product_id.is_not(None))
    row = connection.execute(select(listed_day.c.day, stale)).first()
    return row is not None and row[0] == today and not row[1]


def _note_between(connection: Connection, one: date, other: date) -> None:
    """Note the products whose standing, or whose current recognition, may differ between two days."""
    low, high = min(one, other), max(one, other)
    c = recognitions.c
    begins = (func.coalesce(c.valid_from, c.decision_date), c.suspended_since, c.withdrawn_since)
    ends = (c.decided_until, c.extended_until, c.suspended_until)
    touched = [(day > low) & (day <= high) for day in begins] + [(day >= low) & (day < high) for day in ends]
    changed = select(c.product_id).where(or_(*touched)).distinct()
    if rules_on(low).lowest_printed_stars != rules_on(high).lowest_printed_stars:
        changed = select(products.c.id)
    _note(connection, changed)


def _note(connection: Connection, changed: Select[tuple[int]]) -> None:
    new = changed.where(changed.selected_columns[0].not_in(select(unlisted_products.c.product_id)))
    connection.execute(insert(unlisted_products).from_select(["product_id"], new))
