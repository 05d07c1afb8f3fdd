"""The office's fonts: every version of a face is kept for ever; of a family, weight and slant one is in use at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.designs import fonts, sources
from labelsvc.storage.designs.kept_sources import keep_source
from labelsvc.storage.designs.office_looks import OfficeFont
from labelsvc.storage.people.audit import FieldDifference, record_differences

FontState = Literal["in_use", "retired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFont:
    """A face to be kept: ``file`` as it was uploaded, ``content`` as it is printed with; ``facts`` are JSON values."""

    family: str
    weight: int
    italic: bool
    name: str
    facts: Mapping[str, Any]
    file: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class ShelvedFont:
    """A version of a face."""

    id: int
    family: str
    weight: int
    italic: bool
    version: int
    state: FontState
    name: str
    facts: Mapping[str, Any]
    at: datetime
    who: str


class OfficeFonts:
    """All faces that the office uploaded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewFont, context: ChangeContext) -> ShelvedFont:
        """Keep a face and put it into use instead of an older version of the same face."""
        with self._database.writing() as connection:
            family = _spelling(connection, new.family)
            same = _same_face(family, new.weight, new.italic)
            versions = connection.scalars(select(fonts.c.version).where(*same)).all()
            row = {
                "family": family, "weight": new.weight, "italic": new.italic, "version": max(versions, default=0) + 1,
                "state": "retired", "name": new.name, "facts": dict(new.facts),
                "file_sha256": keep_source(connection, new.file),
                "font_sha256": keep_source(connection, new.content), "at": context.now, "who": context.who,
            }  # fmt: skip
            font_id = int(connection.execute(insert(fonts).values(row).returning(fonts.c.id)).scalar_one())
            made = FieldDifference("font", "", f"{family} {new.weight}{' italic' if new.italic else ''}")
            record_differences(connection, context, [("font", font_id, [made])])
            _use(connection, _get(connection, font_id), context)
            return _get(connection, font_id)

    def all(self) -> list[ShelvedFont]:
        """Return every version, by family, weight and slant, the newest first."""
        query = _ALL.order_by(fonts.c.family, fonts.c.weight, fonts.c.italic, fonts.c.version.desc())
        with self._database.reading() as connection:
            return [ShelvedFont(**row) for row in connection.execute(query).mappings()]

    def get(self, font_id: int) -> ShelvedFont:
        """Return a version; NotFound if there is none."""
        with self._database.reading() as connection:
            return _get(connection, font_id)

    def face(self, font_id: int) -> OfficeFont:
        """Return a version with its file as it is printed with; NotFound if there is none."""
        with self._database.reading() as connection:
            _get(connection, font_id)
            return _faces(connection, fonts.c.id == font_id)[0]

    def numbers_in_use(self) -> tuple[int, ...]:
        """Return the ids of the faces in use, which change whenever something changes about them."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(fonts.c.id).where(fonts.c.state == "in_use").order_by(fonts.c.id)))

    def in_use(self) -> tuple[OfficeFont, ...]:
        """Return the faces in use with their files, by id."""
        with self._database.reading() as connection:
            return tuple(_faces(connection, fonts.c.state == "in_use"))

    def use(self, font_id: int, context: ChangeContext) -> None:
        """Put a version into use instead of another one; NotFound if there is none."""
        with self._database.writing() as connection:
            _use(connection, _get(connection, font_id), context)

    def retire(self, font_id: int, context: ChangeContext) -> None:
        """Take a version out of use; batches keep it. ChangedMeanwhile if it is not in use any more, NotFound."""
        with self._database.writing() as connection:
            found = _get(connection, font_id)
            if found.state != "in_use":
                raise ChangedMeanwhile.from_code("font.changed_meanwhile", name=found.name)
            _set_state(connection, found, "retired", context)


def _use(connection: Connection, font: ShelvedFont, context: ChangeContext) -> None:
    others = *_same_face(font.family, font.weight, font.italic), fonts.c.state == "in_use"
    for row in connection.execute(_ALL.where(*others)).mappings().all():
        _set_state(connection, ShelvedFont(**row), "retired", context)
    _set_state(connection, font, "in_use", context)


def _set_state(connection: Connection, font: ShelvedFont, state: FontState, context: ChangeContext) -> None:
    connection.execute(update(fonts).where(fonts.c.id == font.id).values(state=state))
    record_differences(connection, context, [("font", font.id, [FieldDifference("state", font.state, state)])])


def _same_face(family: str, weight: int, italic: bool) -> tuple[ColumnElement[bool], ...]:
    return fonts.c.family == family, fonts.c.weight == weight, fonts.c.italic.is_(italic)


def _spelling(connection: Connection, family: str) -> str:
    """Return a family as it was spelt first: designs name it without regard to case and spaces."""
    known = connection.scalars(select(fonts.c.family).order_by(fonts.c.id)).all()
    return next((each for each in known if _plain(each) == _plain(family)), family)


def _plain(family: str) -> str:
    return family.replace(" ", "").casefold()


def _get(connection: Connection, font_id: int) -> ShelvedFont:
    row = connection.execute(_ALL.where(fonts.c.id == font_id)).mappings().first()
    if row is None:
        raise NotFound.from_code("font.unknown", number=font_id)
    return ShelvedFont(**row)


def _faces(connection: Connection, condition: ColumnElement[bool]) -> list[OfficeFont]:
    wanted = fonts.c.id, fonts.c.family, fonts.c.weight, fonts.c.italic, fonts.c.name, sources.c.content
    query = select(*wanted).join(sources, sources.c.sha256 == fonts.c.font_sha256).where(condition)
    rows = connection.execute(query.order_by(fonts.c.id)).all()
    return [OfficeFont(row.id, row.family, row.weight, row.italic, row.name, bytes(row.content)) for row in rows]


_ALL: Select[Any] = select(*(fonts.c[each.name] for each in fields(ShelvedFont)))
