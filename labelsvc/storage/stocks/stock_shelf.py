"""Stocks that the office made: every version for ever; one of a name at most is in use, and prints then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.designs import sources
from labelsvc.storage.db.tables.stocks import stocks
from labelsvc.storage.designs.kept_sources import keep_source
from labelsvc.storage.people.audit import FieldDifference, record_differences

StockState = Literal["in_use", "retired"]


@dataclass(frozen=True, slots=True)
class ShelvedStock:
    """A version of a stock; ``content`` is the stock as batches keep theirs (``rendering/sheets/kept_stocks``)."""

    id: int
    name: str
    version: int
    state: StockState
    at: datetime
    who: str
    content: bytes


class StockShelf:
    """All stocks that the office made."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, content: bytes, context: ChangeContext, newest_seen: int | None = None) -> int:
        """Keep a new version, put it into use, and return its number, from 1.

        ``newest_seen``: the newest version that whoever made this one knew, 0 for none; ChangedMeanwhile if there is
        a newer one.
        """
        with self._database.writing() as connection:
            newest = connection.scalar(select(func.max(stocks.c.version)).where(stocks.c.name == name)) or 0
            if newest_seen not in (None, newest):
                raise ChangedMeanwhile.from_code("papers.newer_version", field="name", name=name, version=newest)
            _retire(connection, name, context)
            row = {"name": name, "version": newest + 1, "at": context.now, "who": context.who}
            made = insert(stocks).values(row | {"source_sha256": keep_source(connection, content)})
            stock_id = int(connection.execute(made.returning(stocks.c.id)).scalar_one())
            difference = FieldDifference("stock", "", name)
            record_differences(connection, context, [("stock", stock_id, [difference])])
        return newest + 1

    def use(self, name: str, version: int, context: ChangeContext, seen: str = "") -> None:
        """Put an older version into use instead of the current one; NotFound if there is none.

        ``seen``: the states of the name's versions (:meth:`states_seen`) that whoever does it saw; ChangedMeanwhile
        if they are others now.
        """
        with self._database.writing() as connection:
            _refuse_unseen(connection, name, seen)
            found = connection.execute(_ALL.where(stocks.c.name == name, stocks.c.version == version)).first()
            if found is None:
                raise NotFound.from_code("looks.no_version", name=name, version=version)
            _retire(connection, name, context)
            connection.execute(update(stocks).where(stocks.c.id == found.id).values(state="in_use"))
            _record(connection, found.id, context, "retired", "in_use")

    def retire(self, name: str, context: ChangeContext, seen: str = "") -> None:
        """Let a stock be offered no more; batches that were printed on it keep it. ``seen`` as in :meth:`use`."""
        with self._database.writing() as connection:
            _refuse_unseen(connection, name, seen)
            _retire(connection, name, context)

    def all(self) -> list[ShelvedStock]:
        """Return every version, by name, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(stocks.c.name, stocks.c.version.desc())).mappings()
            return [ShelvedStock(**row) for row in rows]

    def in_use(self) -> list[ShelvedStock]:
        """Return the versions that print, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.where(stocks.c.state == "in_use").order_by(stocks.c.name)).mappings()
            return [ShelvedStock(**row) for row in rows]

    def find_in_use(self, name: str) -> ShelvedStock | None:
        """Return the version that prints; None if none does."""
        return self._find(_ALL.where(stocks.c.name == name, stocks.c.state == "in_use"))

    def newest(self, name: str) -> ShelvedStock | None:
        """Return the newest version of a name, in use or not; None if there is none."""
        return self._find(_ALL.where(stocks.c.name == name).order_by(stocks.c.version.desc()).limit(1))

    @staticmethod
    def states_seen(versions: Iterable[ShelvedStock]) -> str:
        """Name the states of a stock's versions, as ``seen`` of :meth:`use` and :meth:`retire`."""
        return ",".join(f"{each.version}:{each.state}" for each in sorted(versions, key=lambda each: each.version))

    def _find(self, query: Select[Any]) -> ShelvedStock | None:
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return ShelvedStock(**row) if row else None


_ALL: Select[Any] = select(
    stocks.c.id, stocks.c.name, stocks.c.version, stocks.c.state, stocks.c.at, stocks.c.who, sources.c.content
).join(sources, sources.c.sha256 == stocks.c.source_sha256)


def _retire(connection: Connection, name: str, context: ChangeContext) -> None:
    """Retire the version of a name that is in use, if one is, in the writer's transaction."""
    in_use = stocks.c.name == name, stocks.c.state == "in_use"
    for stock_id in connection.scalars(update(stocks).where(*in_use).values(state="retired").returning(stocks.c.id)):
        _record(connection, stock_id, context, "in_use", "retired")


def _refuse_unseen(connection: Connection, name: str, seen: str) -> None:
    rows = connection.execute(_ALL.where(stocks.c.name == name)).mappings()
    if seen not in ("", StockShelf.states_seen(ShelvedStock(**row) for row in rows)):
        raise ChangedMeanwhile.from_code("papers.changed_meanwhile", name=name)


def _record(connection: Connection, stock_id: int, context: ChangeContext, before: str, after: str) -> None:
    record_differences(connection, context, [("stock", stock_id, [FieldDifference("state", before, after)])])
