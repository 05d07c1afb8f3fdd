"""The office's brand kit: official artwork; every version is kept for ever, at most one is in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.people_tables import official_artworks
from labelsvc.storage.db.tables import sources
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

    def add(self, content: bytes, kind: str, note: str, context: ChangeContext) -> int:
        """Store a new version and put it into use; return its number, from 1."""
        with self._database.writing() as connection:
            version = (connection.scalar(select(func.max(official_artworks.c.version))) or 0) + 1
            row = {"version": version, "kind": kind, "note": note, "at": context.now, "who": context.who}
            digest = keep_source(connection, content)
            connection.execute(insert(official_artworks).values(row | {"source_sha256": digest}))
        self.use(version, context)
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
        """Return content and media type of a version; NotFound where there is none."""
        with self._database.reading() as connection:
            row = connection.execute(_CONTENT.where(official_artworks.c.version == version)).first()
        if row is None:
            raise NotFound.from_code("looks.no_artwork", version=version)
        return bytes(row.content), str(row.kind)

    def use(self, version: int, context: ChangeContext) -> None:
        """Put a version into use instead of the current one; NotFound if there is none."""
        self.content(version)
        self._change(context, version)

    def retire(self, context: ChangeContext) -> None:
        """Use none: designs show the wordmark again. Batches keep what they were printed with."""
        self._change(context, None)

    def _change(self, context: ChangeContext, version: int | None) -> None:
        used, table = official_artworks.c.state == "in_use", official_artworks
        with self._database.writing() as connection:
            before = connection.scalar(select(table.c.version).where(used))
            connection.execute(update(table).where(used).values(state="retired"))
            connection.execute(update(table).where(table.c.version == version).values(state="in_use"))
            difference = FieldDifference("in_use", before, version)
            record_differences(connection, context, [("official_artwork", version or before or 0, [difference])])


_ALL: Select[Any] = select(
    official_artworks.c.version,
    official_artworks.c.state,
    official_artworks.c.kind,
    official_artworks.c.at,
    official_artworks.c.who,
    official_artworks.c.note,
)
_CONTENT: Select[Any] = select(sources.c.content, official_artworks.c.kind).join(
    sources, sources.c.sha256 == official_artworks.c.source_sha256
)
