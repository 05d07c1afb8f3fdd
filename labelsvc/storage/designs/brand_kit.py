"""The office's brand kit: official artwork; every version is kept for ever, at most one is in use."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.designs import official_artworks, sources
from labelsvc.storage.designs.kept_sources import keep_source
from labelsvc.storage.people.audit import FieldDifference, record_differences

ArtworkState = Literal["in_use", "retired"]


@dataclass(frozen=True, slots=True)
class OfficialArtwork:
    """A version of the official artwork; ``kind`` is its media type."""

    version: int
    state: ArtworkState
    kind: str
    at: datetime
    who: str
    note: str


class BrandKit:
    """The slot for official artwork."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, content: bytes, kind: str, note: str, context: ChangeContext, seen: str = "") -> int:
        """Store a new version and put it into use; return its number, from 1.

        ``seen``: the version in use that whoever adds this one saw (``none`` for none); ChangedMeanwhile if another
        one is.
        """
        with self._database.writing() as connection:
            _refuse_unseen(connection, seen)
            version = (connection.scalar(select(func.max(official_artworks.c.version))) or 0) + 1
            row = {"version": version, "kind": kind, "note": note, "at": context.now, "who": context.who}
            digest = keep_source(connection, content)
            connection.execute(insert(official_artworks).values(row | {"source_sha256": digest}))
            _use(connection, context, version)
        return version

    def all(self) -> list[OfficialArtwork]:
        """Return every version, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(official_artworks.c.version.desc())).mappings()
            return [OfficialArtwork(**row) for row in rows]

    def in_use(self) -> tuple[bytes, str] | None:
        """Return content and media type of the version in use."""
        query = _CONTENT.where(official_artworks.c.state == "in_use")
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return (bytes(row.content), str(row.kind)) if row else None

    def content(self, version: int) -> tuple[bytes, str]:
        """Return content and media type of a version; NotFound if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_CONTENT.where(official_artworks.c.version == version)).first()
        if row is None:
            raise NotFound.from_code("looks.no_artwork", version=version)
        return bytes(row.content), str(row.kind)

    def use(self, version: int, context: ChangeContext, seen: str = "") -> None:
        """Put a version into use instead of the current one; NotFound if there is none. ``seen`` as above."""
        self.content(version)
        with self._database.writing() as connection:
            _refuse_unseen(connection, seen)
            _use(connection, context, version)

    def retire(self, context: ChangeContext, seen: str = "") -> None:
        """Use none: designs show the wordmark again. Batches keep what they were printed with. ``seen`` as above."""
        with self._database.writing() as connection:
            _refuse_unseen(connection, seen)
            _use(connection, context, None)


def _in_use(connection: Connection) -> int | None:
    return connection.scalar(select(official_artworks.c.version).where(official_artworks.c.state == "in_use"))


def _refuse_unseen(connection: Connection, seen: str) -> None:
    now = _in_use(connection)
    if seen not in ("", str(now or "none")):
        raise ChangedMeanwhile.from_code("looks.official_changed", version=now or "–")


def _use(connection: Connection, context: ChangeContext, version: int | None) -> None:
    """Take a version into use, none where it is None, in the writer's transaction."""
    before, table = _in_use(connection), official_artworks
    connection.execute(update(table).where(table.c.state == "in_use").values(state="retired"))
    connection.execute(update(table).where(table.c.version == version).values(state="in_use"))
    difference = FieldDifference("in_use", before, version)
    record_differences(connection, context, [("official_artwork", version or before or 0, [difference])])


_ALL: Select[Any] = select(*(official_artworks.c[each.name] for each in fields(OfficialArtwork)))
_CONTENT: Select[Any] = select(sources.c.content, official_artworks.c.kind).join(
    sources, sources.c.sha256 == official_artworks.c.source_sha256
)
