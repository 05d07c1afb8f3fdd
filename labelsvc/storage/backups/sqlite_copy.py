"""A copy of a SQLite database that is in use, by SQLite's online backup: one snapshot, and nobody waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import StaticPool, create_engine

from labelsvc.domain.errors import BackupRefused, StorageRefused
from labelsvc.storage.backups.database_facts import DatabaseFacts, read_database_facts
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.refusals import refusal_code
from labelsvc.storage.files.private_file import make_private_file, open_private
from labelsvc.storage.people.audit_chain import AuditVerdict, verify_audit_rows

PAGES_AT_ONCE = 2_048

TellCopied = Callable[[int, int], object]
"""Is told how many pages are copied, and of how many."""


def copy_sqlite(database: Database, target: Path, tell: TellCopied) -> DatabaseFacts:
    """Copy a database to a file, and return what it has.

    The reading transaction holds the snapshot: others write on (WAL), and what they write is not in the copy.
    Raises StorageRefused and BackupRefused.
    """
    make_private_file(target)
    with database.reading() as connection:
        facts = read_database_facts(connection)
        source: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        try:
            with closing(sqlite3.connect(target)) as copy:
                copy.execute("PRAGMA synchronous = OFF")  # it is read back at once, and goes
                source.backup(copy, pages=PAGES_AT_ONCE, progress=lambda _, left, all_: tell(all_ - left, all_))
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        except sqlite3.Error as error:
            code = refusal_code(error) or "storage.damaged"
            raise StorageRefused.from_code(code, database=str(target), reason=str(error)) from error
    return facts


def check_sqlite(connection: sqlite3.Connection) -> tuple[DatabaseFacts, AuditVerdict | None]:
    """Look through a copy: its pages, its references, what it has, and the log's chain (None if it has none yet).

    Raises BackupRefused backup.database_broken.
    """
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # who knows who made it
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        strange = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise BackupRefused.from_code("backup.database_broken", reason=str(error)) from error
    if found != ["ok"] or strange:
        reason = found[0] if found != ["ok"] else f"foreign key of {strange[0]}"
        raise BackupRefused.from_code("backup.database_broken", reason=reason)
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as reading:
        facts = read_database_facts(reading)
        return facts, verify_audit_rows(reading) if facts.audit else None


@contextmanager
def opened_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """Provide a connection that reads a copy."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


class NamelessCopy:
    """A copy that is written to the disk without a name, so that nothing of it is left, however this process ends.

    SQLite opens a file by its name, and reads nothing of it before it is asked: so it opens an empty one, which loses
    its name before anything is written.
    """

    def __init__(self) -> None:
        with TemporaryDirectory(prefix="labelsvc-") as folder:
            path = Path(folder) / "copy.sqlite"
            self.stream = open_private(path, "xb")
            self.connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)

    def close(self) -> None:
        """Give its room back."""
        self.connection.close()
        with suppress(OSError):  # a full disk was told when it was written to
            self.stream.close()


def mark_restored(path: Path) -> None:
    """Let the epoch of a restored copy issue no more: wherever it lies, it is not where it was."""
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(UNKNOWN_PLACE)
    except sqlite3.Error as error:
        code = refusal_code(error) or "storage.damaged"
        raise StorageRefused.from_code(code, database=str(path), reason=str(error)) from error


UNKNOWN_PLACE = "UPDATE epochs SET fingerprint = ''"
"""No database has an empty fingerprint, so that a new epoch begins before anything is printed."""
