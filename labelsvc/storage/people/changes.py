"""Queries of the change log: who, when, what, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

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
        chosen: list[Any] = _conditions(made) if made else []
        if subject:
            chosen.append(audit.c.subject == subject)
        if subject_id is not None:
            chosen.append(audit.c.subject_id == subject_id)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(audit).where(*chosen)) or 0
            cut = _ALL.where(*chosen).order_by(audit.c.id.desc()).limit(per_page)
            rows = connection.execute(cut.offset((max(1, page) - 1) * per_page)).mappings()
            return [RecordedChange(**row) for row in rows], total


def _conditions(made: ChangesMade) -> list[Any]:
    chosen: list[Any] = [audit.c.who.contains(made.who, autoescape=True)] if made.who else []
    if made.since is not None:
        chosen.append(audit.c.at >= made.since)
    if made.until is not None:
        chosen.append(audit.c.at < made.until)
    return chosen


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
