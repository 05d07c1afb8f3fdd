"""Databases at the newest schema with nothing in them: SQLite's copied for every test, PostgreSQL's emptied."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.tables.products import record_version

on_sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what looks at paper or at words: SQL is not what it tries, so one kind of database is enough."""


@cache
def sqlite_bytes() -> bytes:
    """Return the file of a SQLite database."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "labelsvc.db"
        Database.open(f"sqlite:///{path}").close()
        return path.read_bytes()


def put_sqlite(path: Path) -> str:
    """Write a SQLite database where there is none yet, and return its URL."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(sqlite_bytes())
    return f"sqlite:///{path}"


_NOBODY_LOOKED = """
UPDATE pg_class SET relpages = 0, reltuples = -1, relallvisible = 0
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i') AND reltuples >= 0
"""
"""What the planner was told of rows that are gone: plans must not depend on which tests were run before."""


def empty_postgresql(url: str) -> None:
    """Take all rows out of a PostgreSQL database and let numbers begin at 1: a tenth of what a new database costs.

    Whoever is still connected belongs to a test that is over.
    """
    import psycopg

    others = "datname = current_database() AND pid <> pg_backend_pid()"
    filled = set(metadata.sorted_tables) - {record_version}  # whose one row is there from the beginning
    rows = ";".join(f"DELETE FROM {table.name}" for table in filled)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        connection.execute("DROP FUNCTION IF EXISTS refuse_moved() CASCADE")  # of one that a test moved elsewhere
        connection.execute("SET session_replication_role = replica")  # no triggers: they let the audit only grow
        connection.execute(rows)
        connection.execute(_NOBODY_LOOKED)
        connection.execute("SELECT setval(quote_ident(sequencename), start_value, false) FROM pg_sequences")
