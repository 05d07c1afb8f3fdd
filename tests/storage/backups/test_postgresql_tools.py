"""PostgreSQL's own programs: the right one is asked for by name, and a dump has the rows of one moment."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.dump_reader import read_dump
from labelsvc.storage.backups.postgresql_tools import dump_postgresql
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.audit import FieldDifference, record_differences
from tests.offices.prepared_databases import empty_postgresql
from tests.offices.stored_office import NOW, Stores, record
from tests.samples.dumped_text import HOSTILE


def put_program(folder: Path, name: str, version: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("version", "code"), [("", "no_program"), ("9.6.24", "old_program"), ("13.1 (Debian 13.1-1)", "old_program")]
)
def test_a_program_that_is_missing_or_old_is_asked_for(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, code: str
) -> None:
    if version:
        put_program(tmp_path, "pg_dump", version)
    monkeypatch.setenv("PATH", str(tmp_path))

    with closing(Database.trusted(postgresql_url)) as database, pytest.raises(BackupRefused, match=code):
        dump_postgresql(database, tmp_path / "dump")


def test_a_dump_is_read_without_a_server_whatever_people_wrote(postgresql_url: str, tmp_path: Path) -> None:
    empty_postgresql(postgresql_url)
    with closing(Database.open(postgresql_url)) as database:
        Stores(database, tmp_path / "home").save(record(), record(name="Trà"))
        with database.writing() as connection:
            differences = [("product", 1, [FieldDifference("brand", "", HOSTILE)])]
            record_differences(connection, ChangeContext(HOSTILE, NOW), differences)

        facts = dump_postgresql(database, tmp_path / "dump")

    with (tmp_path / "dump").open("rb") as dump:
        rows, audit = read_dump(dump)
    assert rows == facts.rows
    assert (audit.whole, audit.head.short) == (True, facts.audit)
    assert rows["products"] == 2


def test_a_dump_that_was_cut_off_is_refused(postgresql_url: str, tmp_path: Path) -> None:
    with closing(Database.trusted(postgresql_url)) as database:
        dump_postgresql(database, tmp_path / "dump")
    os.truncate(tmp_path / "dump", (tmp_path / "dump").stat().st_size - 200)

    with (tmp_path / "dump").open("rb") as dump, pytest.raises(BackupRefused, match="database_broken"):
        read_dump(dump)
