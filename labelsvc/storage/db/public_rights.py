"""What a machine that only verifies may do in PostgreSQL: read what public pages are made of, and count scans.

It may not add a line, a batch or an epoch, so no code that it makes up leads to a record; nor read accounts, sessions,
the secrets of the service, or the log of changes.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from labelsvc.domain.errors import InvalidValue, StorageRefused
from labelsvc.storage.db.schema import HEAD, REVISIONS, current_revision

READ = (
    "alembic_version",
    "batches",
    "epochs",
    "lines",
    "lots",
    "product_files",
    "product_profiles",
    "products",
    "profile_files",
    "recognitions",
    "record_version",
    "voids",
)
COUNTED = ("alarms", "scans")
"""Written by scans."""
FORGOTTEN = ("day_salts", "device_marks", "scan_batches")
"""Written by scans, and destroyed when they are no longer needed."""
LONGEST_NAME = 63
"""Bytes of a name in PostgreSQL."""


def public_rights(role: str) -> list[str]:
    """Return the statements that give a role exactly these rights; InvalidValue if it can be no role's name."""
    if not role or len(role.encode()) > LONGEST_NAME or not role.isprintable():
        raise InvalidValue.from_code("db.no_role", field="role", value=role)
    name = '"' + role.replace('"', '""') + '"'
    granted = {
        "SELECT": READ,
        "SELECT, INSERT, UPDATE": COUNTED,
        "SELECT, INSERT, UPDATE, DELETE": FORGOTTEN,
    }
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name};",
        f"GRANT USAGE ON SCHEMA public TO {name};",
        *(f"GRANT {rights} ON {', '.join(tables)} TO {name};" for rights, tables in granted.items()),
    ]


def check_verifiable(connection: Connection) -> None:
    """Refuse (StorageRefused) tables of another version, or moved ones; it takes no right but to read.

    A database that was moved has a function that says so, which every role sees.
    """
    revision = current_revision(connection)
    if revision != HEAD:
        code = "storage.older" if revision in REVISIONS or not revision else "storage.newer"
        raise StorageRefused.from_code(code, revision=revision or "–", head=HEAD)
    if connection.dialect.name == "postgresql" and connection.scalar(text("SELECT to_regproc('refuse_moved')")):
        raise StorageRefused.from_code("storage.moved", reason="–")
