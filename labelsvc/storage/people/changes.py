"""The log of changes, as it is looked through: who, when, what, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables import audit

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Change:
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

    def page(
        self,
        *,
        who: str = "",
        subject: str = "",
        subject_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        page: int = 1,
        per_page: int = PER_PAGE,
    ) -> tuple[list[Change], int]:
        """Return a page of changes and how many there are; empty conditions ask for nothing. ``until`` is excluded."""
        chosen: list[Any] = []
        if who:
            chosen.append(audit.c.who.contains(who, autoescape=True))
        if subject:
            chosen.append(audit.c.subject == subject)
        if subject_id is not None:
            chosen.append(audit.c.subject_id == subject_id)
        if since is not None:
            chosen.append(audit.c.at >= since)
        if until is not None:
            chosen.append(audit.c.at < until)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(audit).where(*chosen)) or 0
            cut = _ALL.where(*chosen).order_by(audit.c.id.desc()).limit(per_page)
            rows = connection.execute(cut.offset((max(1, page) - 1) * per_page)).mappings()
            return [Change(**row) for row in rows], total


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
