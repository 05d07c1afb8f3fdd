"""The office's palette: every version is kept for ever, the newest one prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.designs import palettes, sources
from labelsvc.storage.designs.kept_sources import keep_source
from labelsvc.storage.people.audit import FieldDifference, record_differences


@dataclass(frozen=True, slots=True)
class PaletteVersion:
    """A version with its inks as JSON; 1 is the palette as it was shipped when the office first changed it."""

    version: int
    at: datetime
    who: str
    note: str
    inks: str


class Palettes:
    """All versions of the palette."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> PaletteVersion | None:
        """Return the version that prints; None where the office never changed the palette."""
        with self._database.reading() as connection:
            row = connection.execute(_ALL.limit(1)).mappings().first()
        return _version(row) if row else None

    def newest_number(self) -> int:
        """Return the number of the version that prints, 0 if there is none."""
        with self._database.reading() as connection:
            return _newest(connection)

    def all(self) -> list[PaletteVersion]:
        """Return every version, the newest first."""
        with self._database.reading() as connection:
            return [_version(row) for row in connection.execute(_ALL).mappings()]

    def get(self, version: int) -> PaletteVersion:
        """Return a version; NotFound if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_ALL.where(palettes.c.version == version)).mappings().first()
        if row is None:
            raise NotFound.from_code("colour.no_version", version=version)
        return _version(row)

    def add(
        self, inks: str, differences: Sequence[FieldDifference], context: ChangeContext, *, seen: int, shipped: str
    ) -> int:
        """Put a new version into use and return its number.

        ``seen``: the version that it was made from; ChangedMeanwhile if there is a newer one. ``shipped``: the inks
        that become version 1 where there is none yet.
        """
        with self._database.writing() as connection:
            newest = _newest(connection)
            if seen != newest:
                raise ChangedMeanwhile.from_code("colour.changed_meanwhile", version=newest)
            if not newest:
                newest = _insert(connection, 1, shipped, ChangeContext("", context.now))
            _insert(connection, newest + 1, inks, context)
            record_differences(connection, context, [("palette", newest + 1, differences)])
        return newest + 1


def _insert(connection: Connection, version: int, inks: str, context: ChangeContext) -> int:
    digest = keep_source(connection, inks.encode())
    row = {"version": version, "source_sha256": digest, "at": context.now, "who": context.who, "note": context.reason}
    connection.execute(insert(palettes).values(row))
    return version


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(palettes.c.version))) or 0


def _version(row: Any) -> PaletteVersion:
    return PaletteVersion(row["version"], row["at"], row["who"], row["note"], bytes(row["content"]).decode())


_ALL: Select[Any] = (
    select(palettes, sources.c.content)
    .join(sources, sources.c.sha256 == palettes.c.source_sha256)
    .order_by(palettes.c.version.desc())
)
