"""Producers' own versions of designs: each has one owner, and what the office approved of it prints for that one alone.

draft → sent → approved, or declined with a reason. One that was approved and is changed is a draft again; what was
approved prints until the next approval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.designs import design_copies, sources
from labelsvc.storage.db.tables.products import producers
from labelsvc.storage.designs.kept_sources import keep_source
from labelsvc.storage.people.audit import FieldDifference, record_differences

CopyState = Literal["draft", "sent", "approved", "declined"]
_NAME = re.compile(r"own\.([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class DesignCopy:
    """A producer's own version of a design.

    ``origin`` and ``origin_version`` (0: shipped) are what it was made of; ``revision`` counts what was saved, from 1.
    ``at``, ``who``, ``note`` are of the producer, ``decided_at``, ``decided_by``, ``answer`` of the office.
    """

    id: int
    producer_id: int
    title: str
    origin: str
    origin_version: int
    revision: int
    state: CopyState
    source_sha256: str
    origin_sha256: str
    approved_sha256: str | None
    at: datetime
    who: str
    note: str
    decided_at: datetime | None
    decided_by: str
    answer: str
    producer: str

    @property
    def name(self) -> str:
        """What batches call it; no design of the office may have a point in its name."""
        return f"own.{self.id}"

    @property
    def prints(self) -> bool:
        """Whether a version of it is approved."""
        return self.approved_sha256 is not None


class DesignCopies:
    """All producers' own versions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, producer_id: int, title: str, origin: tuple[str, int, bytes], context: ChangeContext) -> int:
        """Make a copy of a design (its name, version and source); return its id."""
        name, version, source = origin
        with self._database.writing() as connection:
            digest = keep_source(connection, source)
            row = {"producer_id": producer_id, "title": title, "origin": name, "origin_version": version}
            row |= {"source_sha256": digest, "origin_sha256": digest, "at": context.now, "who": context.who}
            made = int(connection.execute(insert(_TABLE).values(row).returning(_TABLE.c.id)).scalar_one())
            difference = FieldDifference("design_copy", "", title)
            record_differences(connection, context, [("design_copy", made, [difference])])
        return made

    def get(self, copy_id: int) -> DesignCopy:
        """Return a copy; NotFound."""
        with self._database.reading() as connection:
            return _get(connection, copy_id)

    def owned(self, copy_id: int, producer_id: int) -> DesignCopy:
        """Return a producer's copy; NotFound for anybody else's."""
        found = self.get(copy_id)
        if found.producer_id != producer_id:
            raise _missing(copy_id)
        return found

    def of_producer(self, producer_id: int) -> list[DesignCopy]:
        """Return a producer's copies, the newest first."""
        return self._listed(_ALL.where(_TABLE.c.producer_id == producer_id).order_by(_TABLE.c.id.desc()))

    def waiting(self) -> list[DesignCopy]:
        """Return what was sent and waits, the oldest first."""
        return self._listed(_ALL.where(_TABLE.c.state == "sent").order_by(_TABLE.c.at, _TABLE.c.id))

    def printing(self) -> list[DesignCopy]:
        """Return those of which a version prints, by producer."""
        approved = _TABLE.c.approved_sha256.is_not(None)
        return self._listed(_ALL.where(approved).order_by(producers.c.name_key, _TABLE.c.id))

    def count(self) -> int:
        """Return how many wait."""
        with self._database.reading() as connection:
            query = select(func.count()).select_from(_TABLE).where(_TABLE.c.state == "sent")
            return connection.scalar(query) or 0

    def _listed(self, query: Select[Any]) -> list[DesignCopy]:
        with self._database.reading() as connection:
            return [DesignCopy(**row) for row in connection.execute(query).mappings()]

    def content(self, digest: str) -> bytes:
        """Return a kept source by its SHA-256."""
        with self._database.reading() as connection:
            return bytes(connection.execute(select(sources.c.content).where(sources.c.sha256 == digest)).scalar_one())

    def find_named(self, name: str) -> DesignCopy | None:
        """Return the copy that batches call so; None if there is none."""
        match = _NAME.fullmatch(name)
        found = self._listed(_ALL.where(_TABLE.c.id == int(match[1]))) if match else []
        return found[0] if found else None

    def find_printing(self, name: str) -> DesignCopy | None:
        """Return the copy that batches call so, if a version of it prints."""
        found = self.find_named(name)
        return found if found and found.prints else None

    def save(self, copy_id: int, content: bytes, revision_seen: int, context: ChangeContext) -> int:
        """Keep what a copy becomes, as a draft; return its revision. What was sent is taken back by that.

        ChangedMeanwhile where another revision was saved since ``revision_seen``.
        """
        with self._database.writing() as connection:
            found = _get(connection, copy_id)
            _refuse_another(found, revision_seen)
            values = {"source_sha256": keep_source(connection, content), "revision": found.revision + 1}
            values |= {"state": "draft", "at": context.now, "who": context.who}
            _change(connection, found, context, values)
        return found.revision + 1

    def send(self, copy_id: int, revision_seen: int, context: ChangeContext) -> None:
        """Send a draft to the office, the context's reason is a note to it. ChangedMeanwhile as above."""
        with self._database.writing() as connection:
            found = _get(connection, copy_id)
            _refuse_another(found, revision_seen, "draft", "declined")
            values = {"state": "sent", "note": context.reason, "answer": "", "at": context.now, "who": context.who}
            _change(connection, found, context, values)

    def approve(self, copy_id: int, revision_seen: int, context: ChangeContext) -> None:
        """Let what was sent print from now on. ChangedMeanwhile if it is another revision, or waits no more."""
        self._decide(copy_id, revision_seen, context, "approved")

    def decline(self, copy_id: int, revision_seen: int, context: ChangeContext) -> None:
        """Say in words (the context's reason) what must change. ChangedMeanwhile as above."""
        self._decide(copy_id, revision_seen, context, "declined")

    def _decide(self, copy_id: int, revision_seen: int, context: ChangeContext, state: CopyState) -> None:
        with self._database.writing() as connection:
            found = _get(connection, copy_id)
            _refuse_another(found, revision_seen, "sent")
            values: dict[str, Any] = {"state": state, "answer": context.reason}
            values |= {"decided_at": context.now, "decided_by": context.who}
            values |= {"approved_sha256": found.source_sha256} if state == "approved" else {}
            _change(connection, found, context, values)

    def withdraw(self, copy_id: int, context: ChangeContext) -> None:
        """Let a copy print no more; the context's reason says why. Batches keep what they were printed with."""
        with self._database.writing() as connection:
            found = _get(connection, copy_id)
            values: dict[str, Any] = {"approved_sha256": None, "answer": context.reason}
            values |= {"decided_at": context.now, "decided_by": context.who}
            values |= {"state": "declined"} if found.state == "approved" else {}
            _change(connection, found, context, values)
            withdrawn = FieldDifference("copy_prints", found.prints, False)
            record_differences(connection, context, [("design_copy", found.id, [withdrawn])])


_TABLE = design_copies
_OWN = tuple(field.name for field in fields(DesignCopy) if field.name != "producer")
_ALL: Select[Any] = select(*(_TABLE.c[name] for name in _OWN), producers.c.name.label("producer")).join(
    producers, producers.c.id == _TABLE.c.producer_id
)


def _get(connection: Connection, copy_id: int) -> DesignCopy:
    row = connection.execute(_ALL.where(_TABLE.c.id == copy_id)).mappings().first()
    if row is None:
        raise _missing(copy_id)
    return DesignCopy(**row)


def _missing(copy_id: int) -> NotFound:
    return NotFound.from_code("copy.unknown", id=copy_id)


def _refuse_another(found: DesignCopy, revision_seen: int, *states: CopyState) -> None:
    if found.revision != revision_seen or (states and found.state not in states):
        raise ChangedMeanwhile.from_code("copy.changed_meanwhile", title=found.title)


def _change(connection: Connection, found: DesignCopy, context: ChangeContext, values: Mapping[str, Any]) -> None:
    connection.execute(update(_TABLE).where(_TABLE.c.id == found.id).values(values))
    if found.state != values.get("state", found.state):
        difference = FieldDifference("copy_state", found.state, values["state"])
        record_differences(connection, context, [("design_copy", found.id, [difference])])
