"""A database that was moved elsewhere: it says so to whoever opens it, and takes nothing from whoever has it open.

Triggers refuse every change but counts of scans, so that a service that still runs takes no order that would be lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, delete, insert, text

from labelsvc.domain.errors import DatabaseMoved
from labelsvc.storage.db.kept_values import find_value
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.tables.keys import secrets
from labelsvc.storage.db.tables.scans import alarms, day_salts, device_marks, scan_batches, scans

MOVED = "storage.moved"
KEPT_AS = "moved_to"
"""What the new place is called among the values that the program makes for itself."""
SAID = "labelsvc moved: "
"""What the triggers say before the new place."""
SQLSTATE = "LS001"
"""What they raise it with in PostgreSQL."""
_PREFIX = "moved_"
_STILL_WRITTEN = (scans, scan_batches, alarms, day_salts, device_marks, secrets)


def moved_to(connection: Connection) -> str:
    """Return where a database was moved, without secrets; empty if it was not."""
    if not connection.dialect.has_table(connection, secrets.name):
        return ""
    return find_value(connection, KEPT_AS)


def refuse_moved(connection: Connection) -> None:
    """Raise DatabaseMoved storage.moved where the database was moved."""
    if place := moved_to(connection):
        raise DatabaseMoved.from_code(MOVED, reason=place)


def mark_moved(connection: Connection, place: str) -> None:
    """Say that the database was moved to a place, and let nothing be changed in it, in the writer's transaction."""
    connection.execute(insert(secrets).values(name=KEPT_AS, value=place))
    said = f"{SAID}{place}".replace("'", "''")
    if connection.dialect.name == "postgresql":
        raised = f"RAISE EXCEPTION USING ERRCODE = '{SQLSTATE}', MESSAGE = '{said}'"
        body = f"$moved$ BEGIN {raised}; END $moved$"
        _run(connection, f"CREATE FUNCTION refuse_moved() RETURNS trigger LANGUAGE plpgsql AS {body}")
    for name, table, change in _triggers():
        act = f"BEFORE {change} ON {table}"
        if connection.dialect.name == "postgresql":
            _run(connection, f"CREATE TRIGGER {name} {act} FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved()")
        else:
            _run(connection, f"CREATE TRIGGER {name} {act} BEGIN SELECT RAISE(ABORT, '{said}'); END")


def unmark_moved(connection: Connection) -> None:
    """Let the database be used again, in the writer's transaction, whichever version moved it."""
    connection.execute(delete(secrets).where(secrets.c.name == KEPT_AS))
    if connection.dialect.name == "postgresql":
        _run(connection, "DROP FUNCTION refuse_moved() CASCADE")
        return
    made = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :names")
    for name in connection.scalars(made, {"names": f"{_PREFIX}%"}).all():
        _run(connection, f"DROP TRIGGER {name}")


def _triggers() -> Iterator[tuple[str, str, str]]:
    """Yield name, table and change of each trigger."""
    for table in metadata.sorted_tables:
        if table not in _STILL_WRITTEN:
            for change in ("INSERT", "UPDATE", "DELETE"):
                yield f"{_PREFIX}{table.name}_{change.lower()}", table.name, change


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement.replace(":", r"\:")))
