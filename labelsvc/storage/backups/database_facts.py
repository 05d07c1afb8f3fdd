"""What a database says of itself for a backup, whatever its revision: by the tables that it has."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select, table, text

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.db.schema import HEAD, current_revision
from labelsvc.storage.people.audit_chain import AuditHead


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """``rows`` by table; ``audit``: the head of the log of changes; ``epochs`` by name, the newest first."""

    revision: str
    rows: dict[str, int]
    audit: str
    epochs: tuple[str, ...]


def read_database_facts(connection: Connection) -> DatabaseFacts:
    """Return them as of the connection's transaction; BackupRefused backup.no_database if it has no tables yet."""
    if not (revision := current_revision(connection)):
        raise BackupRefused.from_code("backup.no_database")
    names = sorted(inspect(connection).get_table_names())
    rows = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
    return DatabaseFacts(revision, rows, _audit_head(connection), _epochs(connection, names))


def read_batch_names(connection: Connection) -> list[str]:
    """Return the names of all batches, the oldest first; none of a database that is older than batches."""
    if "batches" not in inspect(connection).get_table_names():
        return []
    return [str(name) for name in connection.scalars(text("SELECT name FROM batches ORDER BY id"))]


def check_revision(revision: str) -> None:
    """Refuse (BackupRefused backup.newer_tables) tables that a newer program made."""
    if not revision.isdigit() or int(revision) > int(HEAD):
        raise BackupRefused.from_code("backup.newer_tables", revision=revision, known=HEAD)


def _audit_head(connection: Connection) -> str:
    """Return the head as tickets have it; empty where the log is empty, or older than its chain."""
    if "chain" not in {column["name"] for column in inspect(connection).get_columns("audit")}:
        return ""
    last = connection.execute(text("SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1")).first()
    return AuditHead(*last).short if last else ""


def _epochs(connection: Connection, names: list[str]) -> tuple[str, ...]:
    if "epochs" not in names:
        return ()
    return tuple(map(str, connection.scalars(text("SELECT name FROM epochs ORDER BY id DESC"))))
