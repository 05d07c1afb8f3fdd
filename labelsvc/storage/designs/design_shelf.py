"""Designs that the office uploaded: every version for ever; one of a name may be published, and prints then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, false, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, Conflict, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.designs import designs, sources
from labelsvc.storage.designs.kept_sources import keep_source, kept_sizes, kept_sources, whole_digests
from labelsvc.storage.people.audit import FieldDifference, record_differences

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
    note: str = ""
    restored_from: int | None = None
    published_at: datetime | None = None
    published_by: str = ""


class DesignShelf:
    """All uploaded designs; with ``four_eyes`` nobody publishes a version that is their own."""

    def __init__(self, database: Database, *, four_eyes: bool = False) -> None:
        self._database, self.four_eyes = database, four_eyes

    def add(
        self,
        name: str,
        content: bytes,
        context: ChangeContext,
        newest_seen: int | None = None,
        restored_from: int | None = None,
    ) -> int:
        """Keep a new version as a draft and return its number, from 1; the context's reason is its note.

        ``newest_seen``: the newest version that whoever made this one knew, 0 for none; ChangedMeanwhile if there is
        a newer one. ``restored_from``: the version that it is a copy of.
        """
        with self._database.writing() as connection:
            digest = keep_source(connection, content)
            newest = connection.scalar(select(func.max(designs.c.version)).where(_named(name))) or 0
            if newest_seen not in (None, newest):
                raise ChangedMeanwhile.from_code("looks.newer_version", name=name, version=newest)
            row = {"name": name, "version": newest + 1, "source_sha256": digest, "at": context.now}
            row |= {"who": context.who, "note": context.reason.replace("\0", " "), "restored_from": restored_from}
            design_id = int(connection.execute(insert(designs).values(row).returning(designs.c.id)).scalar_one())
            record_differences(connection, context, [("design", design_id, [FieldDifference("design", "", name)])])
        return newest + 1

    def restore(self, name: str, version: int, context: ChangeContext, newest_seen: int | None = None) -> int:
        """Keep an older version's source as a new version; return its number. ``newest_seen`` as in :meth:`add`."""
        return self.add(name, self.source(name, version), context, newest_seen, version)

    def versions(self, name: str) -> list[ShelvedDesign]:
        """Return the versions of a name, the newest first; NotFound if there is none."""
        query = _ALL.where(_named(name)).order_by(designs.c.version.desc())
        with self._database.reading() as connection:
            found = [ShelvedDesign(**row) for row in connection.execute(query).mappings()]
        if not found:
            raise NotFound.from_code("looks.no_version", name=name, version=1)
        return found

    def get(self, name: str, version: int) -> ShelvedDesign:
        """Return a version; NotFound if there is none."""
        with self._database.reading() as connection:
            return _get(connection, name, version)

    def keep_file(self, content: bytes) -> str:
        """Keep a picture or a PDF that a design will be made with; return its SHA-256."""
        with self._database.writing() as connection:
            return keep_source(connection, content)

    def files(self, names: Iterable[str]) -> dict[str, bytes]:
        """Return kept files by their SHA-256, or by the beginning of it that was asked for."""
        with self._database.reading() as connection:
            whole = whole_digests(connection, names)
            found = kept_sources(connection, whole.values())
        return {name: found[digest] for name, digest in whole.items() if digest in found}

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Return the bytes of kept files by their SHA-256, or by the beginning of it that was asked for."""
        with self._database.reading() as connection:
            whole = whole_digests(connection, names)
            found = kept_sizes(connection, whole.values())
        return {name: found[digest] for name, digest in whole.items() if digest in found}

    def all(self) -> list[ShelvedDesign]:
        """Return every version, by name, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(designs.c.name, designs.c.version.desc())).mappings()
            return [ShelvedDesign(**row) for row in rows]

    def source(self, name: str, version: int) -> bytes:
        """Return a version's source; NotFound if there is none."""
        with self._database.reading() as connection:
            _get(connection, name, version)
            chosen = _named(name), designs.c.version == version
            return bytes(connection.execute(_SOURCE.where(*chosen)).scalar_one())

    def published_names(self) -> list[str]:
        """Return the names of the designs that print."""
        query = select(designs.c.name).where(designs.c.state == "published").order_by(designs.c.name)
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def published(self) -> dict[str, bytes]:
        """Return the sources of the designs that print, by name."""
        query = _SOURCE.add_columns(designs.c.name).where(designs.c.state == "published").order_by(designs.c.name)
        with self._database.reading() as connection:
            return {name: bytes(content) for content, name in connection.execute(query)}

    def find_published(self, name: str) -> bytes | None:
        """Return the source of the version that prints; None if none does."""
        query = _SOURCE.where(_named(name), designs.c.state == "published")
        with self._database.reading() as connection:
            content = connection.scalar(query)
            return None if content is None else bytes(content)

    @staticmethod
    def states_seen(versions: Iterable[ShelvedDesign]) -> str:
        """Name the states of a design's versions, as ``seen`` of :meth:`publish` and :meth:`retire`."""
        return ",".join(f"{each.version}:{each.state}" for each in sorted(versions, key=lambda each: each.version))

    def newest(self, name: str) -> ShelvedDesign | None:
        """Return the newest version of a name; None if there is none."""
        query = _ALL.where(_named(name)).order_by(designs.c.version.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return ShelvedDesign(**row) if row else None

    def publish(self, name: str, version: int, context: ChangeContext, seen: str = "") -> None:
        """Publish a version; the previously published one is retired.

        ``seen``: the states of the name's versions (:meth:`states_seen`) that whoever publishes saw; ChangedMeanwhile
        if they are others now. With ``four_eyes``, Conflict looks.own_version for whoever saved the version, or the
        same source before: a version that somebody restored is still its author's.
        """
        with self._database.writing() as connection:
            _refuse_unseen(connection, name, seen)
            found = _get(connection, name, version)
            if self.four_eyes and context.who in _authors(connection, found.id):
                raise Conflict.from_code("looks.own_version", name=name, version=version)
            older = _named(name), designs.c.state == "published", designs.c.id != found.id
            retired = update(designs).where(*older).values(state="retired").returning(designs.c.id)
            for older_id in connection.scalars(retired).all():
                _record(connection, older_id, context, "published", "retired")
            values = {"state": "published", "published_at": context.now, "published_by": context.who}
            connection.execute(update(designs).where(designs.c.id == found.id).values(values))
            _record(connection, found.id, context, found.state, "published", FieldDifference("saved_by", "", found.who))

    def retire(self, name: str, version: int, context: ChangeContext, seen: str = "") -> None:
        """Retire a version; batches that were printed with it keep it. ``seen`` as in :meth:`publish`."""
        with self._database.writing() as connection:
            _refuse_unseen(connection, name, seen)
            found = _get(connection, name, version)
            connection.execute(update(designs).where(designs.c.id == found.id).values(state="retired"))
            _record(connection, found.id, context, found.state, "retired")


_ALL: Select[Any] = select(*(designs.c[each.name] for each in fields(ShelvedDesign)))
_SOURCE: Select[Any] = select(sources.c.content).join(designs, sources.c.sha256 == designs.c.source_sha256)


def _named(name: str) -> ColumnElement[bool]:
    """Return the condition for a name; nothing has one with NUL, which PostgreSQL does not even compare."""
    return false() if "\0" in name else designs.c.name == name


def _get(connection: Connection, name: str, version: int) -> ShelvedDesign:
    row = connection.execute(_ALL.where(_named(name), designs.c.version == version)).mappings().first()
    if row is None:
        raise NotFound.from_code("looks.no_version", name=name, version=version)
    return ShelvedDesign(**row)


def _authors(connection: Connection, design_id: int) -> set[str]:
    """Return who saved a version, and whoever had saved the same source before, under any name."""
    own = select(designs.c.source_sha256).where(designs.c.id == design_id).scalar_subquery()
    before = designs.c.source_sha256 == own, designs.c.id <= design_id
    return set(connection.scalars(select(designs.c.who).where(*before)))


def _refuse_unseen(connection: Connection, name: str, seen: str) -> None:
    rows = connection.execute(_ALL.where(_named(name))).mappings()
    if seen not in ("", DesignShelf.states_seen(ShelvedDesign(**row) for row in rows)):
        raise ChangedMeanwhile.from_code("looks.changed_meanwhile", name=name)


def _record(
    connection: Connection, design_id: int, context: ChangeContext, before: str, after: str, *more: FieldDifference
) -> None:
    changed = [FieldDifference("state", before, after), *more]
    record_differences(connection, context, [("design", design_id, changed)])
