"""What the audit has of one row, as tests look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from labelsvc.storage.db.tables.audit import audit


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One recorded difference, as text."""

    at: datetime
    who: str
    reason: str
    field: str
    before: str
    after: str


def changes_of(connection: Connection, subject: str, subject_id: int) -> list[AuditEntry]:
    """Return what was changed of one row, the oldest change first."""
    columns = (audit.c.at, audit.c.who, audit.c.reason, audit.c.field, audit.c.before, audit.c.after)
    query = select(*columns).where(audit.c.subject == subject, audit.c.subject_id == subject_id).order_by(audit.c.id)
    return [AuditEntry(*row) for row in connection.execute(query)]
