"""The audit: changes field by field, with who, when, why, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.people.audit_chain import link


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field (a column's name) with its values before and after; None and "" mean nothing."""

    field: str
    before: object
    after: object


def differences_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldDifference, ...]:
    """Return the fields of ``after`` that differ."""
    return tuple(
        FieldDifference(name, before.get(name), value) for name, value in after.items() if before.get(name) != value
    )


def record_differences(
    connection: Connection, context: ChangeContext, changes: Iterable[tuple[str, int, Iterable[FieldDifference]]]
) -> None:
    """Record changes, each of a subject ("product", "recognition" …), its row's id and the differences."""
    common = {
        "at": context.now,
        "who": context.who,
        "reason": context.reason.replace("\0", " "),  # PostgreSQL stores none
        "import_id": context.import_id,
    }
    rows = [
        {
            **common,
            "subject": subject,
            "subject_id": subject_id,
            "field": difference.field,
            "before": as_text(difference.before),
            "after": as_text(difference.after),
        }
        for subject, subject_id, differences in changes
        for difference in differences
    ]
    if rows:
        link(connection, rows)
        connection.execute(insert(audit), rows)


def as_text(value: object) -> str:
    """Return a value as it is recorded: days in ISO 8601, nothing as the empty text."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
