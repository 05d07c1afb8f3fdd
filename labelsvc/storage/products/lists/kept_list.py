"""The list of products that is kept for a day, as it is read.

A big office has hundreds of thousands of products; asking for each one's standing took seconds a page. A few rows that
are out of date are written anew by whoever reads next. Many are written by whoever made them so, or by the worker, for
whom nobody waits; until then, and where a few cannot be written just now (another writer, a full disk), what is out of
date is worked out while it is read: slower, and never wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

from sqlalchemy import Connection, FromClause, func, select, text, union_all

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.db.database import NOTING_SECONDS, Database
from labelsvc.storage.db.late_indexes import MANY
from labelsvc.storage.db.tables.product_list import listed_day, product_list, unlisted_products
from labelsvc.storage.products.lists.list_writing import note_day, worked_out, write_noted

FEW = 500
"""So many rows a reader writes anew, within a twentieth of a second."""
_NOTED = select(unlisted_products.c.product_id)


@contextmanager
def reading_list(database: Database, today: date) -> Iterator[tuple[Connection, FromClause]]:
    """Provide a connection and the list of a day, with the columns of ``product_list``: kept, or worked out."""
    with database.reading() as connection:
        noted = _rows_noted(connection, today)
        reads = noted == 0 or (noted or 0) > FEW
        if reads:
            yield connection, _rows(connection, today, noted)
    if reads:
        return
    with suppress(StorageRefused), database.writing(patience=NOTING_SECONDS) as connection:
        note_day(connection, today)
        if (_rows_noted(connection, today) or 0) <= FEW:
            write_noted(connection)
    with database.reading() as connection:
        yield connection, _rows(connection, today, _rows_noted(connection, today))


def write_list(database: Database, today: date) -> None:
    """Bring the list to a day that has begun, and write whatever is noted of it where that is too much for a reader.

    For the worker, which asks again in a second. A clock that is behind changes nothing.
    """
    with database.reading() as connection:
        day = connection.scalar(select(listed_day.c.day))
        noted = _rows_noted(connection, today)
    if (day == today and (noted or 0) <= FEW) or (day is not None and day > today):
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


def _rows_noted(connection: Connection, today: date) -> int | None:
    """Return how many rows are out of date, more than FEW as one more; None where the list is of another day."""
    few = _NOTED.limit(FEW + 1).subquery()
    row = connection.execute(select(listed_day.c.day, select(func.count()).select_from(few).scalar_subquery())).first()
    return row[1] if row is not None and row[0] == today else None


def _rows(connection: Connection, today: date, noted: int | None) -> FromClause:
    """Return the rows of a day: those that are kept, with what is noted worked out, or all worked out."""
    if noted is None:
        return worked_out(today).subquery()
    if noted:
        kept = select(*product_list.c).where(product_list.c.product_id.not_in(_NOTED))
        return union_all(kept, worked_out(today, _NOTED)).subquery()
    if connection.dialect.name == "postgresql":
        connection.execute(_BY_INDEXES)
    return product_list


_SETTINGS = {"work_mem": "64MB", "enable_seqscan": "off", "jit": "off", "plan_cache_mode": "force_custom_plan"}
_BY_INDEXES = text("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items()))
"""Lets PostgreSQL read the kept list by its indexes, and plan each filter anew: they leave ten rows or all."""
