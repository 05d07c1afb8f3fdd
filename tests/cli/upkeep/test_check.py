"""``labelsvc db check``: what it finds in a sound, changed or damaged database."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text, update

from labelsvc.storage.backups.last_backup import note_backup
from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.db.tables.keys import epochs
from tests.offices.command_line import CommandLine
from tests.offices.prepared_databases import on_sqlite_alone
from tests.offices.stored_office import Stores
from tests.offices.upkeep_office import faults, filled, url_of

from_either_kind = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.faults)], indirect=True
)
"""The way to PostgreSQL in every run, the way back where there is more time."""


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> CommandLine:
    """An office with an empty database of either kind."""
    Database.open(database_url).close()
    return CommandLine(tmp_path, database=database_url, language="en")


@on_sqlite_alone
def test_a_sound_database_is_checked_table_by_table(office: CommandLine) -> None:
    with closing(Database.trusted(url_of(office))) as database:
        Stores(database, office.home).order(3)

    office.run("keys", "list")  # closes the home that the test made
    said = office.run("db", "check")

    assert (said.status, said.err) == (0, "")
    assert said.last == "Nothing is wrong."
    assert {line.split()[1]: int(line.split()[0]) for line in said.out.splitlines()[1:-3]}["lines"] == 1


@from_either_kind
def test_check_tells_as_json_what_it_found(office: CommandLine) -> None:
    filled(office)

    said = json.loads(office.run("db", "check", "--json").out)

    assert said["schema"] == said["program_schema"] == schema.HEAD
    assert said["rows"]["audit"] == 3
    assert said["faults"][0].keys() >= {"code", "message"}  # of lines that are made up
    assert said["audit_head"].startswith("3:")


def test_a_database_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    office = CommandLine(tmp_path, language="en")

    assert office.run("db", "check").last == "There is no database here yet; its first use makes it."
    assert office.run("db", "upgrade").last == f"The database was made, at schema {schema.HEAD}."


def break_audit(connection: Connection) -> None:
    row = {"field": "x", "subject": "product", "subject_id": 1, "before": "", "after": "", "chain": "made up"}
    connection.execute(insert(audit).values(at=datetime(2026, 1, 1, tzinfo=UTC), **row))


@on_sqlite_alone
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (break_audit, "db.audit_broken"),
        (lambda connection: connection.execute(update(epochs).values(next_line=1)), "db.lines_not_issued"),
        (lambda connection: connection.execute(text("DROP INDEX ix_products_gtin")), "db.no_index"),
        (lambda connection: connection.execute(text("UPDATE alembic_version SET version_num='9999'")), "storage.newer"),
    ],
)
def test_what_was_changed_by_hand_is_found(
    office: CommandLine, spoil: Callable[[Connection], object], code: str
) -> None:
    with closing(Database.trusted(url_of(office))) as database:
        Stores(database, office.home).order(3)
        with database.writing() as connection:
            spoil(connection)

    assert faults(office) == [code]


@on_sqlite_alone
def test_the_last_backup_is_told_beside_a_broken_record(office: CommandLine) -> None:
    with closing(Database.trusted(url_of(office))) as database:
        note_backup(database, datetime(2026, 1, 1, 2, 30, tzinfo=UTC))
        with database.writing() as connection:
            break_audit(connection)

    said = office.run("db", "check")

    assert said.status == 1
    assert "The last backup is of 09:30 01/01/2026." in said.out


@on_sqlite_alone
def test_keys_that_are_missing_are_a_fault(office: CommandLine) -> None:
    with closing(Database.trusted(url_of(office))) as database:
        Stores(database, office.home).order(3)
    (office.home / "keys.json").unlink()

    assert faults(office) == ["keys.lost"]


@on_sqlite_alone
def test_a_damaged_file_is_found(office: CommandLine) -> None:
    filled(office)
    with (office.home / "labelsvc.db").open("r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 4096)

    said = office.run("db", "check")

    assert said.status == 1
    assert "backup" in said.err
