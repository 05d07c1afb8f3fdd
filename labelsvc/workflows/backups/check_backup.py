"""Look a backup through: does it open, is every byte of it what was written, and is its database whole?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.age_header import Unlock
from labelsvc.storage.backups.backup_archive import KEYS, POSTGRESQL, SQLITE, read_backup, small_content
from labelsvc.storage.backups.backup_facts import BackupFacts, Member
from labelsvc.storage.backups.database_facts import check_revision
from labelsvc.storage.backups.dump_reader import read_dump
from labelsvc.storage.backups.sqlite_copy import NamelessCopy, check_sqlite
from labelsvc.storage.backups.tar_reader import MemberStream, buffered, write_member
from labelsvc.storage.keys.key_file import parse_json
from labelsvc.storage.people.audit_chain import AuditVerdict
from labelsvc.workflows.backups.office_places import BackupProgress

Looked = tuple[Mapping[str, int], AuditVerdict | None]
"""The rows of each table, and what a look at the log of changes found."""


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


def check_backup(path: Path, unlock: Unlock, progress: BackupProgress) -> CheckedBackup:
    """Read a backup to its end and compare all there is to compare; nothing of it is left on the disk.

    Raises BackupRefused: not opened, damaged, of a newer program, its database broken, rows or keys missing.
    """
    with closing(_PassingBy()) as passing:
        facts, members = read_backup(path, unlock, passing.take, told_read(progress))
        return concluded(facts, members, passing.keys, passing.database)


class _PassingBy:
    """Files of a backup as they are read: keys stay in memory, a dump is read on its way, SQLite's has no name."""

    def __init__(self) -> None:
        self.keys = b""
        self._dump: Looked | None = None
        self._copy: NamelessCopy | None = None

    def take(self, member: MemberStream) -> None:
        """Take one file."""
        if member.name == KEYS:
            self.keys = small_content(member)
        elif member.name == POSTGRESQL:
            self._dump = read_dump(buffered(member))
        elif member.name == SQLITE:
            self._copy = NamelessCopy()
            write_member(member, self._copy.stream, Path(gettempdir()))

    def database(self, dialect: str) -> Looked | None:
        """Return what a look at the database finds; None if there is none of that kind."""
        if dialect == "postgresql":
            return self._dump
        return looked_at_sqlite(self._copy.connection) if self._copy else None

    def close(self) -> None:
        """Give the room of the copy back."""
        if self._copy:
            self._copy.close()


def concluded(
    facts: BackupFacts, members: Sequence[Member], keys: bytes, database: Callable[[str], Looked | None]
) -> CheckedBackup:
    """Return what was found of a backup that was read to its end; BackupRefused where it is not what it says."""
    check_revision(facts.revision)
    if keys and {key.name for key in parse_json(keys, KEYS)} != set(facts.keys):
        raise BackupRefused.from_code("backup.damaged")
    if (looked := database(facts.dialect)) is None:
        raise BackupRefused.from_code("backup.damaged")
    rows, audit = looked
    if strange := sorted(name for name in rows.keys() | facts.rows.keys() if rows.get(name) != facts.rows.get(name)):
        raise BackupRefused.from_code("backup.rows_differ", tables=strange)
    return CheckedBackup(facts, tuple(members), audit if facts.audit else None)


def looked_at_sqlite(connection: sqlite3.Connection) -> Looked:
    """Look through a copy of a SQLite database."""
    found, audit = check_sqlite(connection)
    return found.rows, audit


def told_read(progress: BackupProgress) -> Callable[[int], None]:
    """Return what adds up the bytes that were read of a backup, and tells how many."""
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress("read", done, 0)

    return tell
