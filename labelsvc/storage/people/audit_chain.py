"""The audit as a chain: each row bears a SHA-256 over its own contents and over the one of the row before it.

    chain = SHA-256(chain of the row before, in hexadecimal ‖ "\\n" ‖ the row's fields as compact JSON), in hexadecimal

The first row follows the empty text. Whoever changes, removes or slips in a row changes every later one, the last of
them too: the head. Heads stand on tickets, where nobody who holds the database can change them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.audit import audit

FIELDS = ("who", "reason", "import_id", "subject", "subject_id", "field", "before", "after")
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class AuditHead:
    """A row of the audit and its chain, 64 hexadecimal digits; 0 and the empty text before the first row."""

    row: int = 0
    chain: str = ""

    @property
    def short(self) -> str:
        """The head as it stands on paper: the row, and the first 80 bits of its chain."""
        return f"{self.row}:{self.chain[:20]}"


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a look at the whole chain found: its head, the rows that do not follow from the one before them (the first
    few), and whether the head that was asked for is in it."""

    head: AuditHead
    broken: tuple[int, ...] = ()
    has_asked: bool = True

    @property
    def whole(self) -> bool:
        """Return whether nothing was changed, removed or slipped in."""
        return not self.broken and self.has_asked


def linked(previous: str, row: Mapping[str, Any] | RowMapping) -> str:
    """Return the chain of a row; ``row["at"]`` is an aware moment."""
    fields = [row["at"].astimezone(UTC).isoformat(), *(row[name] for name in FIELDS)]
    content = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return sha256(f"{previous}\n{content}".encode()).hexdigest()


def link(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Give new rows their chain, in the writer's transaction, in which nobody else adds any."""
    previous = connection.scalar(select(audit.c.chain).order_by(audit.c.id.desc()).limit(1)) or ""
    for row in rows:
        row["chain"] = previous = linked(previous, row)


def head_of(connection: Connection, subject: str, subject_id: int) -> AuditHead:
    """Return the chain as it was when something was first recorded of a subject."""
    first = (audit.c.subject == subject) & (audit.c.subject_id == subject_id)
    row = connection.execute(select(audit.c.id, audit.c.chain).where(first).order_by(audit.c.id).limit(1)).first()
    return AuditHead(*row) if row else AuditHead()


def verify_audit(database: Database, asked: str = "", most_broken: int = 5) -> AuditVerdict:
    """Look through the whole audit. ``asked``: a head as a ticket has it, which must be in the chain."""
    with database.reading() as connection:
        return verify_audit_rows(connection, asked, most_broken)


def verify_audit_rows(connection: Connection, asked: str = "", most_broken: int = 5) -> AuditVerdict:
    """Look through the whole audit as a connection reads it."""
    previous, head, broken, has_asked = "", AuditHead(), list[int](), not asked
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(audit).order_by(audit.c.id))
    for row in rows.mappings():
        if linked(previous, row) != row["chain"] and len(broken) < most_broken:
            broken.append(row["id"])
        previous, head = row["chain"], AuditHead(row["id"], row["chain"])
        has_asked = has_asked or head.short == asked
    return AuditVerdict(head, tuple(broken), has_asked)
