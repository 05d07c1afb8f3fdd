"""Databases of every form that landed are brought up with what they hold, on either kind.

Every migration is run over rows that were written at each revision before it, so a database of any age passes here.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.audit_chain import verify_audit
from labelsvc.storage.upkeep.integrity import content_faults, engine_faults, schema_faults
from labelsvc.storage.upkeep.sequences import last_numbers, set_last_numbers
from tests import CHECKOUT
from tests.offices.older_forms import OlderRows, Rows, stored_rows

FROZEN = CHECKOUT / "tests" / "house" / "frozen" / "forms.txt"
"""The revision, and a hash of SQLite's tables, indexes and triggers at it: what landed is never changed."""


def form(connection: Connection) -> str:
    """Return a hash of a SQLite database's schema, whatever the order of columns."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    said = sorted(
        (name, *sorted(piece.strip(" )") for piece in " ".join(sql.split()).split(","))) for name, sql in rows
    )
    return sha256(repr(said).encode()).hexdigest()[:16]


def lost_or_changed(before: Rows, after: Rows) -> list[str]:
    """Return what is no longer as it was: rows, and columns that both have."""
    return [
        f"{table} {key} {name or 'row'}"
        for table, rows in before.items()
        for key, row in rows.items()
        for name in (row if key in after.get(table, {}) else [""])
        if not name or after[table][key].get(name, row[name]) != row[name]
    ]


def test_forms_that_landed_are_built_as_they_were(tmp_path: Path) -> None:
    frozen = dict(line.split() for line in FROZEN.read_text().splitlines())
    database, built = Database.trusted(f"sqlite:///{tmp_path / 'a.db'}"), {}

    with database.writing() as connection:
        schema.migrate(connection, tell=lambda revision: built.update({revision: form(connection)}))
    database.close()

    assert {revision: built[revision] for revision in frozen} == frozen


@pytest.mark.faults
def test_rows_of_every_revision_are_there_at_the_newest(new_database_url: str) -> None:
    database, older, written = Database.trusted(new_database_url), OlderRows(), Rows()

    with database.writing() as connection:
        for revision in schema.REVISIONS:
            schema.migrate(connection, revision)
            older.add(connection)
            for table, rows in stored_rows(connection).items():
                written[table] = rows | written.get(table, {})  # as each was when it was new
        set_last_numbers(connection, last_numbers(connection))
        after = stored_rows(connection)
        faults = engine_faults(connection) + schema_faults(connection) + content_faults(connection)
    verdict = verify_audit(database)
    database.close()

    assert lost_or_changed(written, after) == []
    assert (faults, verdict.whole) == ([], True)
    assert (len(after["products"]), len(after["audit"])) == (len(schema.REVISIONS),) * 2
