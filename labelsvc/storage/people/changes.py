"""Queries of the change log: who, when, what, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from labelsvc.domain.change_context import ChangesMade
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.people.audit_chain import AuditVerdict, verify_audit
from labelsvc.storage.unindexed import unindexed

PER_PAGE = 100
DENSE = 4
"""Changes are many where one in so many is wanted, from the first of them to the last."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """One field of one row that was changed."""

    id: int
    at: datetime
    who: str
    reason: str
    subject: str
    subject_id: int
    field: str
    before: str
    after: str


class Changes:
    """All changes, the newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def verify(self, head: str = "") -> AuditVerdict:
        """Look through the whole chain; ``head``, as a ticket has it, must be in it."""
        return verify_audit(self._database, head)

    def page(
        self,
        *,
        subject: str = "",
        subject_id: int | None = None,
        made: ChangesMade | None = None,
        page: int = 1,
        per_page: int = PER_PAGE,
    ) -> tuple[list[RecordedChange], int]:
        """Return a page of changes and how many there are; empty conditions ask for nothing.

        A page beyond the last one is the last one.
        """
        with self._database.reading() as connection:
            fitting, others = _fitting(connection, made.who) if made else (None, ())
            wanted = _WantedChanges(fitting, others, subject, subject_id, made)
            total, ids = _cut(connection, wanted, max(1, page), per_page)
            rows = connection.execute(_ALL.where(audit.c.id.in_(ids)).order_by(audit.c.id.desc())).mappings()
            return [RecordedChange(**row) for row in rows], total


@dataclass(frozen=True, slots=True)
class _WantedChanges:
    """``fitting``: by whom; None for anybody. ``others``: by whom not."""

    fitting: Sequence[str] | None
    others: Sequence[str]
    subject: str
    subject_id: int | None
    made: ChangesMade | None

    @property
    def only_by_time(self) -> bool:
        """Whether nothing but a time is asked for."""
        others = self.fitting is not None or self.subject or self.subject_id is not None
        return not others and bool(self.made and (self.made.since or self.made.until))

    def conditions(self, who: ColumnElement[Any] = audit.c.who) -> list[Any]:
        chosen: list[Any] = []
        if self.fitting is not None:
            chosen.append(who.in_(self.fitting))
        if self.made and self.made.since is not None:
            chosen.append(audit.c.at >= self.made.since)
        if self.made and self.made.until is not None:
            chosen.append(audit.c.at < self.made.until)
        if self.subject:
            chosen.append(audit.c.subject == self.subject)
        if self.subject_id is not None:
            chosen.append(audit.c.subject_id == self.subject_id)
        return chosen


def _cut(connection: Connection, wanted: _WantedChanges, page: int, per_page: int) -> tuple[int, Select[Any]]:
    """Return how many changes are wanted, and the ids of those on a page, walked to from the nearer end.

    Numbers of rows that were never taken back have no gaps: then a page of all begins at a number, and nobody counts
    his way there. Where many of the rows from the first to the last are wanted, they are walked by their numbers.
    A few of some days are found by the index of times and sorted: one row of a clock that was wrong lies far away.
    """
    chosen = wanted.conditions()
    number: ColumnElement[int] = audit.c.id
    total, lowest, highest = _counted(connection, wanted)
    first = min((page - 1) * per_page, max(0, total - 1) // per_page * per_page)
    rows = min(per_page, total - first)
    query = select(audit.c.id).where(*chosen).limit(rows)
    if total and DENSE * total > highest - lowest:
        if not chosen and highest - lowest + 1 == total:
            return total, query.where(number <= highest - first).order_by(number.desc())
        who = unindexed(audit.c.who) if connection.dialect.name == "sqlite" else audit.c.who
        numbers = number.between(lowest, highest)
        query = select(audit.c.id).where(numbers, *wanted.conditions(who)).limit(rows)
    elif wanted.only_by_time:
        number = unindexed(number)
    older = total - first - rows
    if older < first:
        return total, query.order_by(number).offset(older)
    return total, query.order_by(number.desc()).offset(first)


def _counted(connection: Connection, wanted: _WantedChanges) -> tuple[int, int, int]:
    """Return how many changes are wanted, and numbers from which and to which they are.

    Where most people are wanted, and they made many changes, those of the others are counted and taken from all.
    """
    if wanted.fitting is not None and 0 < len(wanted.others) < len(wanted.fitting):
        total, lowest, highest = _counted(connection, replace(wanted, fitting=None))
        total -= _counted(connection, replace(wanted, fitting=wanted.others, others=()))[0]
        if DENSE * total > highest - lowest:
            return total, lowest, highest
    facts: list[Any] = [func.count(), func.min(audit.c.id), func.max(audit.c.id)]
    query = select(*facts).select_from(audit).where(*wanted.conditions())
    if not wanted.conditions():  # each for itself: SQLite counts without a look at the rows, and knows both ends
        query = select(*(select(fact).select_from(audit).scalar_subquery() for fact in facts))
    total, lowest, highest = connection.execute(query).one()
    return total, lowest or 0, highest or 0


def _fitting(connection: Connection, part: str) -> tuple[list[str] | None, list[str]]:
    """Return who has a part of a name, None where that is everybody, and who has not."""
    fitting: list[str] = []
    others: list[str] = []
    for who in connection.scalars(_EVERYBODY) if part else ():
        if who is not None:
            (fitting if part.casefold() in who.casefold() else others).append(who)
    return fitting if others else None, others


_FIRST = select(func.min(audit.c.who).label("who")).cte("everybody", recursive=True)
_NEXT = select(func.min(audit.c.who)).where(audit.c.who > _FIRST.c.who).correlate(_FIRST).scalar_subquery()
_EVERYBODY = select(_FIRST.union_all(select(_NEXT).where(_FIRST.c.who.is_not(None))).c.who)
"""Everybody who changed anything, and None: from name to name through the index, however many changes there are."""


_ALL: Select[Any] = select(
    audit.c.id,
    audit.c.at,
    audit.c.who,
    audit.c.reason,
    audit.c.subject,
    audit.c.subject_id,
    audit.c.field,
    audit.c.before,
    audit.c.after,
)
