"""Look a backup through: does it open, is every byte of it what was written, and is its database whole?"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.age_header import Unlock
from labelsvc.storage.backups.backup_archive import KEYS, POSTGRESQL, SQLITE, extract
from labelsvc.storage.backups.backup_facts import BackupFacts, Member
from labelsvc.storage.backups.database_facts import check_revision
from labelsvc.storage.backups.dump_reader import read_dump
from labelsvc.storage.backups.sqlite_copy import check_sqlite
from labelsvc.storage.db.database import Database
from labelsvc.storage.keys.key_file import KeyFile
from labelsvc.storage.people.audit_chain import AuditVerdict, verify_audit
from labelsvc.workflows.backups.office_places import BackupProgress


@dataclass(frozen=True, slots=True)
class CheckedBackup:
    """A backup that is whole. ``audit``: what a look at its log of changes found; None where that has no chain yet."""

    facts: BackupFacts
    members: tuple[Member, ...]
    audit: AuditVerdict | None

    @property
    def audit_holds(self) -> bool:
        """Return whether the log of changes is what was recorded, up to the head that the backup names."""
        return self.audit is None or (self.audit.whole and self.audit.head.short == self.facts.audit)


def check_backup(path: Path, unlock: Unlock, folder: Path, progress: BackupProgress) -> CheckedBackup:
    """Unpack a backup into an empty folder and compare all there is to compare.

    Raises BackupRefused: not opened, damaged, of a newer program, its database broken, rows or keys missing.
    """
    size, done = path.stat().st_size, 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress("read", done, 0)

    facts, members = extract(path, unlock, folder, tell)
    progress("read", size, size)
    check_revision(facts.revision)
    if (folder / KEYS).exists() and {key.name for key in KeyFile(folder / KEYS).read()} != set(facts.keys):
        raise BackupRefused.from_code("backup.damaged")
    rows, audit = _database(folder, facts)
    if strange := sorted(name for name in rows.keys() | facts.rows.keys() if rows.get(name) != facts.rows.get(name)):
        raise BackupRefused.from_code("backup.rows_differ", tables=strange)
    return CheckedBackup(facts, tuple(members), audit if facts.audit else None)


def _database(folder: Path, facts: BackupFacts) -> tuple[Mapping[str, int], AuditVerdict | None]:
    name = SQLITE if facts.dialect == "sqlite" else POSTGRESQL
    if not (folder / name).exists():
        raise BackupRefused.from_code("backup.damaged")
    if name == POSTGRESQL:
        return read_dump(folder / name)
    found = check_sqlite(folder / name)
    if not found.audit:
        return found.rows, None
    with closing(Database.trusted(f"sqlite:///{folder / name}")) as database:
        return found.rows, verify_audit(database)
