"""Moves everything from one database into another, empty one, in one transaction of each.

1. Nobody writes the old one any more: its writer's lock is held to the end (in PostgreSQL the tables' too).
2. All tables are read in one transaction, and written in the order of their keys, in the new one's only transaction.
3. The new one's sequences go on from the old one's numbers; its list of products is written.
4. Every table is read back: its count and the sum of its rows' hashes must be the old one's.
5. The new one is committed, then the old one is marked as moved.

Whatever fails before 5 leaves the new one empty and the old one as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, delete, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.batches.held_batches import UNFINISHED
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.engine.idle_transactions import end_when_idle
from labelsvc.storage.db.fingerprint import fingerprint
from labelsvc.storage.db.moved_mark import mark_moved
from labelsvc.storage.db.refusals import place_of, refusal_code, shown
from labelsvc.storage.db.schema import HEAD, create_all, current_revision
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.product_list import LIST_TABLES, product_list
from labelsvc.storage.db.tables.products import record_version, rules_followed
from labelsvc.storage.products.lists.list_writing import bring_list_up_to_date
from labelsvc.storage.upkeep.plain_rows import Content, ContentSum, TellRows, content_of, read_rows, write_rows
from labelsvc.storage.upkeep.sequences import last_numbers, set_last_numbers

PATIENCE_SECONDS = 5
"""How long to wait for whoever writes the old one."""
MOVED_TABLES = tuple(table for table in metadata.sorted_tables if table not in (record_version, *LIST_TABLES))
"""Each after those that it refers to. ``record_version`` counts changes of its own database, and stays there; the list
of products is written anew."""
MANY_NAMED = 5
_ALL_NAMES = ", ".join(metadata.tables)


@dataclass(frozen=True, slots=True)
class MovedContent:
    """What was moved: the new place without secrets, and rows by table."""

    place: str
    rows: dict[str, int]


def move_content(old: Database, new: Database, begin: Callable[[int], TellRows]) -> MovedContent:
    """Move everything; StorageRefused names what is in the way. ``begin`` is told how many rows it takes altogether."""
    _refuse_same(old, new)
    with _standing_still(old) as (writer, reader):
        with new.writing_many_rows() as target:
            end_when_idle(target, 0)
            _refuse_filled(target, new)
            _make_tables(target)
            tell = begin(2 * sum(reader.scalar(select(func.count()).select_from(table)) or 0 for table in MOVED_TABLES))
            contents = {table.name: _move_table(reader, target, table, tell) for table in MOVED_TABLES}
            set_last_numbers(target, last_numbers(reader))
            bring_list_up_to_date(target, datetime.now(UTC))
            for table in MOVED_TABLES:
                if content_of(target, table, tell) != contents[table.name]:
                    raise StorageRefused.from_code("db.differs", table=table.name)
            _tell_planner(target)
        mark_moved(writer, place_of(new.engine.url))
    new.tidy(product_list)
    return MovedContent(place_of(new.engine.url), {name: content.rows for name, content in contents.items()})


def _refuse_same(old: Database, new: Database) -> None:
    with old.reading() as one, new.reading() as other:
        if fingerprint(one) == fingerprint(other):
            raise StorageRefused.from_code("db.same", database=shown(new.engine.url))


@contextmanager
def _standing_still(old: Database) -> Iterator[tuple[Connection, Connection]]:
    """Give the writer's connection of a database that is not printed from, and one that reads it as it stands now."""
    with old.writing(patience=PATIENCE_SECONDS) as writer:
        end_when_idle(writer, 0)
        if (revision := current_revision(writer)) != HEAD:
            raise StorageRefused.from_code("storage.older", revision=revision, head=HEAD)
        _refuse_unfinished(writer)
        if old.dialect == "postgresql":
            writer.execute(text(f"LOCK TABLE {_ALL_NAMES} IN SHARE MODE"))
        with old.engine.connect() as connection:
            if old.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield writer, connection


def _refuse_unfinished(connection: Connection) -> None:
    unfinished = batches.c.state.in_(UNFINISHED)
    names = connection.scalars(select(batches.c.name).where(unfinished).order_by(batches.c.id)).all()
    if names:
        more = ["…"] if len(names) > MANY_NAMED else []
        raise StorageRefused.from_code("db.unfinished", batches=[*names[:MANY_NAMED], *more], count=len(names))


def _refuse_filled(target: Connection, new: Database) -> None:
    """Raise StorageRefused where the new database has tables of another version or program, or rows."""
    there = inspect(target).get_table_names()
    if not there:
        return
    if current_revision(target) != HEAD:
        raise StorageRefused.from_code("db.not_empty", database=shown(new.engine.url), table=min(there))
    for table in MOVED_TABLES:
        if table is not rules_followed and target.scalar(select(func.count()).select_from(table)):
            raise StorageRefused.from_code("db.not_empty", database=shown(new.engine.url), table=table.name)


def _make_tables(target: Connection) -> None:
    if current_revision(target):
        target.execute(delete(rules_followed))
    else:
        create_all(target)


def _move_table(reader: Connection, target: Connection, table: Table, tell: TellRows) -> Content:
    """Move the rows of one table; StorageRefused db.row_refused where one of them cannot be read or is not taken."""
    content = ContentSum()
    try:
        write_rows(target, table, content.through(read_rows(reader, table, tell)))
    except (DBAPIError, ValueError) as error:
        cause = getattr(error, "orig", error)
        code = refusal_code(cause) or "db.row_refused"
        reason = str(cause).strip().partition("\n")[0]
        raise StorageRefused.from_code(code, database=table.name, table=table.name, reason=reason) from error
    return content.content


def _tell_planner(target: Connection) -> None:
    """Let the planner of queries know the rows at once, not when the database finds the time."""
    if target.dialect.name == "postgresql":
        target.execute(text(f"ANALYZE {_ALL_NAMES}"))
