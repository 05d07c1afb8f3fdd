"""Looks through a database: its schema, whether it is whole, what it holds, its audit and its keys.

1. Which schema it has, and whether it was moved elsewhere.
2. Whether the engine finds it damaged, and whether tables, columns, indexes and triggers are all there.
3. Whether every row that is referred to is there, and no number would be given twice.
4. Whether the audit's chain is whole.
5. Whether the keys at hand and the lines that were issued fit the epochs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.storage.backups.last_backup import last_backup
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.moved_mark import moved_to
from labelsvc.storage.db.schema import HEAD, REVISIONS, current_revision
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.storage.people.audit_chain import AuditVerdict, verify_audit
from labelsvc.storage.upkeep.integrity import content_faults, engine_faults, row_counts, schema_faults

NOTED = ("moved", "restored", "exhausted")
"""Why the next order begins a new epoch, where somebody may wonder."""


@dataclass(slots=True)
class DatabaseReport:
    """What was found. ``faults`` are to be mended; ``notes`` are to be known.

    ``revision`` is empty where there are no tables yet; ``audit`` is None where the schema is another one.
    ``last_backup``: from when the last whole one is, None if there was none, or the schema is another one.
    """

    revision: str
    program_revision: str
    moved_to: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    audit: AuditVerdict | None = None
    last_backup: datetime | None = None
    faults: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check_database(database: Database, epochs_of: Callable[[Database], Epochs]) -> DatabaseReport:
    """Look through a database as it is stored; nothing is changed. StorageRefused where it cannot be reached."""
    with database.reading() as connection:
        report = DatabaseReport(current_revision(connection), HEAD)
        if not report.revision:
            report.notes.append(Problem("db.none"))
            return report
        report.faults += engine_faults(connection)
        report.rows = row_counts(connection)
        if report.revision != HEAD:
            report.faults.append(_other_schema(report.revision))
            return report
        if lacking := schema_faults(connection):
            report.faults += lacking
            if any(each.code == "db.no_column" for each in lacking):
                return report
        report.faults += content_faults(connection)
        report.moved_to = moved_to(connection)
        report.last_backup = last_backup(connection)
    report.audit = verify_audit(database)
    report.faults += [Problem("db.audit_broken", {"row": row}) for row in report.audit.broken]
    if report.moved_to:
        report.notes.append(Problem("db.moved", {"place": report.moved_to}))
    else:
        _look_at_keys(epochs_of(database), report)
    return report


def _other_schema(revision: str) -> Problem:
    if revision in REVISIONS:
        return Problem("storage.older", {"revision": revision, "head": HEAD})
    return Problem("storage.newer", {"revision": revision})


def _look_at_keys(epochs: Epochs, report: DatabaseReport) -> None:
    try:
        report.faults += [Problem("db.lines_not_issued", {"epoch": name}) for name in epochs.with_lines_beyond()]
        reason = epochs.foresee()
    except LabelsvcError as error:
        report.faults += error.problems
        return
    if reason in NOTED:
        report.notes.append(Problem(f"db.epoch_{reason}"))
