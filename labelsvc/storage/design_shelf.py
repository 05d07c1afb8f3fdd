"""Designs that the office uploaded: every version for ever; one of a name may be published, and prints then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.errors import NotFound
from labelsvc.domain.occasion import Occasion
from labelsvc.storage.audit import Difference, record_differences
from labelsvc.storage.database import Database
from labelsvc.storage.people_tables import designs
from labelsvc.storage.tables import sources

DesignState = Literal["draft", "published", "retired"]


@dataclass(frozen=True, slots=True)
class ShelvedDesign:
    """A version of an uploaded design."""

    id: int
    name: str
    version: int
    state: DesignState
    at: datetime
    who: str
    content: bytes


class DesignShelf:
    """All uploaded designs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, content: bytes, occasion: Occasion) -> int:
        """Keep a new version as a draft and return its number, from 1."""
        digest = sha256(content).hexdigest()
        with self._database.writing() as connection:
            if connection.scalar(select(sources.c.sha256).where(sources.c.sha256 == digest)) is None:
                connection.execute(insert(sources).values(sha256=digest, content=content))
            newest = connection.scalar(select(func.max(designs.c.version)).where(designs.c.name == name)) or 0
            row = {"name": name, "version": newest + 1, "source_sha256": digest, "at": occasion.now}
            made = insert(designs).values(row | {"who": occasion.who}).returning(designs.c.id)
            design_id = int(connection.execute(made).scalar_one())
            _record(connection, design_id, occasion, "", f"{name} {newest + 1}")
        return newest + 1

    def all(self) -> list[ShelvedDesign]:
        """Return every version, by name, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(designs.c.name, designs.c.version.desc())).mappings()
            return [ShelvedDesign(**row) for row in rows]

    def get(self, name: str, version: int) -> ShelvedDesign:
        """Return a version; NotFound where there is none."""
        with self._database.reading() as connection:
            return _get(connection, name, version)

    def published(self) -> dict[str, bytes]:
        """Return the sources of the designs that print, by name."""
        query = _ALL.where(designs.c.state == "published").order_by(designs.c.name)
        with self._database.reading() as connection:
            return {row["name"]: bytes(row["content"]) for row in connection.execute(query).mappings()}

    def publish(self, name: str, version: int, occasion: Occasion) -> None:
        """Let a version print; the one that printed until then is retired."""
        with self._database.writing() as connection:
            found = _get(connection, name, version)
            older = designs.c.name == name, designs.c.state == "published"
            connection.execute(update(designs).where(*older).values(state="retired"))
            connection.execute(update(designs).where(designs.c.id == found.id).values(state="published"))
            _record(connection, found.id, occasion, found.state, "published")

    def retire(self, name: str, version: int, occasion: Occasion) -> None:
        """Let a version print no more; batches that were printed with it keep it."""
        with self._database.writing() as connection:
            found = _get(connection, name, version)
            connection.execute(update(designs).where(designs.c.id == found.id).values(state="retired"))
            _record(connection, found.id, occasion, found.state, "retired")


_ALL: Select[Any] = select(
    designs.c.id, designs.c.name, designs.c.version, designs.c.state, designs.c.at, designs.c.who, sources.c.content
).join(sources, sources.c.sha256 == designs.c.source_sha256)


def _get(connection: Connection, name: str, version: int) -> ShelvedDesign:
    row = connection.execute(_ALL.where(designs.c.name == name, designs.c.version == version)).mappings().first()
    if row is None:
        raise NotFound.of("looks.no_version", name=name, version=version)
    return ShelvedDesign(**row)


def _record(connection: Connection, design_id: int, occasion: Occasion, before: str, after: str) -> None:
    record_differences(connection, occasion, [("design", design_id, [Difference("state", before, after)])])
