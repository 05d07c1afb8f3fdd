"""The list of products that is kept for a day, as it is read.

A big office has hundreds of thousands of products; asking for each one's standing took seconds a page. A few rows that
are out of date are written anew by whoever reads next. Many are written by whoever made them so, or by the worker, for
whom nobody waits; until then, and where a few cannot be written just now (another writer, a full disk), what is out of
date is worked out while it is read: slower, and never wrong. To work out very many would take seconds of each page: it
is refused, and the list is written behind it (``list_renewal``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, FromClause, Select, func, select, text, union_all

from labelsvc.domain.errors import ServiceBusy, StorageRefused
from labelsvc.storage.db.database import NOTING_SECONDS, Database
from labelsvc.storage.db.late_indexes import MANY
from labelsvc.storage.db.tables.product_list import listed_day, product_list, unlisted_products
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.products.lists.list_writing import changed_between, note_day, worked_out, write_noted

FEW = 500
"""So many rows a reader writes anew, within a twentieth of a second."""
VERY_MANY = 10_000
"""More rows no reader works out: it would take half a second of each page, and eight seconds of 200,000."""
_NOTED = select(unlisted_products.c.product_id)


class ListOutdated(ServiceBusy):
    """The list is out of date in so many rows that it has to be written first."""


@dataclass(frozen=True, slots=True)
class OutdatedRows:
    """Which products' rows are out of date for a day, and how many at most, more than VERY_MANY as one more.

    ``is_of_day``: whether the list is of that day, and they are all that is noted.
    """

    ids: Select[tuple[int]]
    count: int
    is_of_day: bool


@contextmanager
def reading_list(database: Database, today: date) -> Iterator[tuple[Connection, FromClause]]:
    """Provide a connection and the list of a day, with the columns of ``product_list``: kept, or worked out.

    Raises ListOutdated where very many rows would have to be worked out.
    """
    with database.reading() as connection:
        outdated = _outdated(connection, today)
        writes = outdated.count <= VERY_MANY and (0 < outdated.count <= FEW or not outdated.is_of_day)
        if not writes:
            yield connection, _rows(connection, today, outdated)
    if not writes:
        return
    with suppress(StorageRefused), database.writing(patience=NOTING_SECONDS) as connection:
        note_day(connection, today)
        if _outdated(connection, today).count <= FEW:
            write_noted(connection)
    with database.reading() as connection:
        yield connection, _rows(connection, today, _outdated(connection, today))


def write_list(database: Database, today: date, *, back: bool = False) -> None:
    """Bring the list to a day that has begun, and write whatever is noted of it where that is too much for a reader.

    For the worker, which asks again in a second. A clock that is behind changes nothing, unless it is a reader's:
    then the list goes ``back``, as it may be of a clock that was ahead.
    """
    with database.reading() as connection:
        day = connection.scalar(select(listed_day.c.day))
        outdated = _outdated(connection, today)
    if (outdated.is_of_day and outdated.count <= FEW) or (day is not None and day > today and not back):
        return
    with suppress(StorageRefused):
        with database.writing(patience=NOTING_SECONDS) as connection:
            note_day(connection, today)  # seen at once by readers, who work out what is noted
        with database.writing_many_rows(patience=NOTING_SECONDS) as connection:
            written = write_noted(connection)
        tidy_list(database, written)


def tidy_list(database: Database, written: int) -> None:
    """Let indexes alone answer again after so many products of the list were written, where they are many."""
    if written >= MANY:
        database.tidy(product_list)
        database.tidy(unlisted_products)  # each reader looks there first


def _outdated(connection: Connection, today: date) -> OutdatedRows:
    few = _NOTED.limit(VERY_MANY + 1).subquery()
    noted = select(func.count()).select_from(few).scalar_subquery()
    row = connection.execute(select(listed_day.c.day, noted)).first()
    if row is not None and row[0] == today:
        return OutdatedRows(_NOTED, row[1], is_of_day=True)
    changed = changed_between(row[0], today) if row else [select(products.c.id)]
    ids = select(union_all(_NOTED, *changed).subquery().c.product_id)  # some twice: they are counted to the limit alone
    counted = select(func.count()).select_from(ids.limit(VERY_MANY + 1).subquery())
    return OutdatedRows(ids, connection.scalar(counted) or 0, is_of_day=False)


def _rows(connection: Connection, today: date, outdated: OutdatedRows) -> FromClause:
    """Return the rows of a day: those that are kept, with what is out of date worked out."""
    if outdated.count > VERY_MANY:
        raise ListOutdated.from_code("storage.list_outdated")
    if outdated.count:
        kept = select(*product_list.c).where(product_list.c.product_id.not_in(outdated.ids))
        return union_all(kept, worked_out(today, outdated.ids)).subquery()
    if connection.dialect.name == "postgresql":
        connection.execute(_BY_INDEXES)
    return product_list


_SETTINGS = {"work_mem": "64MB", "enable_seqscan": "off", "jit": "off", "plan_cache_mode": "force_custom_plan"}
_BY_INDEXES = text("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items()))
"""Lets PostgreSQL read the kept list by its indexes, and plan each filter anew: they leave ten rows or all."""
