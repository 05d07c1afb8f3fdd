"""Queries of the change log: who, when, what, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from labelsvc.domain.change_context import ChangesMade
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables import audit
from labelsvc.storage.people.audit_chain import AuditVerdict, verify_audit

PER_PAGE = 100


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
        """Return a page of changes and how many there are; empty conditions ask for nothing."""
        with self._database.reading() as connection:
            chosen = _conditions(connection, made) if made else []
            if subject:
                chosen.append(audit.c.subject == subject)
            if subject_id is not None:
                chosen.append(audit.c.subject_id == subject_id)
            total, cut = _cut(connection, chosen, (max(1, page) - 1) * per_page)
            ids = cut.order_by(audit.c.id.desc()).limit(per_page)
            rows = connection.execute(_ALL.where(audit.c.id.in_(ids)).order_by(audit.c.id.desc())).mappings()
            return [RecordedChange(**row) for row in rows], total


def _cut(connection: Connection, chosen: list[Any], first: int) -> tuple[int, Select[Any]]:
    """Return how many changes are chosen, and the ids of those from ``first`` on.

    Numbers of rows that were never taken back have no gaps: then a page of all begins at a number, and nobody counts
    his way there.
    """
    query = select(audit.c.id).where(*chosen)
    counted = select(func.count(), func.min(audit.c.id), func.max(audit.c.id)).where(*chosen)
    total, lowest, highest = connection.execute(counted.select_from(audit)).one()
    if not chosen and total and highest - lowest + 1 == total:
        return total, query.where(audit.c.id <= highest - first)
    return total, query.offset(first)


def _conditions(connection: Connection, made: ChangesMade) -> list[Any]:
    chosen: list[Any] = []
    if made.who:
        everybody = connection.scalars(_EVERYBODY).all()
        fitting = [who for who in everybody if who is not None and made.who.casefold() in who.casefold()]
        if len(fitting) + 1 < len(everybody):  # besides the None at their end
            chosen.append(audit.c.who.in_(fitting))
    if made.since is not None:
        chosen.append(audit.c.at >= made.since)
    if made.until is not None:
        chosen.append(audit.c.at < made.until)
    return chosen


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
