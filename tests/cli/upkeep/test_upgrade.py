"""``labelsvc db upgrade``: from which form to which, once, by command alone in PostgreSQL."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from tests.conftest import PostgresqlServer
from tests.offices.command_line import CommandLine
from tests.offices.upkeep_office import faults, put_older, was_vacuumed


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> CommandLine:
    """An office with an empty database of either kind."""
    Database.open(database_url).close()
    return CommandLine(tmp_path, database=database_url, language="en")


def test_upgrade_says_from_which_to_which_and_what_each_step_does(tmp_path: Path) -> None:
    office = CommandLine(tmp_path, database=f"sqlite:///{tmp_path / 'a.db'}", language="en")
    put_older(office)

    said, again = office.run("db", "upgrade"), office.run("db", "upgrade")

    lines = said.out.splitlines()
    assert lines[0] == f"Upgrading the schema from 0025 to {schema.HEAD}:"
    assert lines[1] == "  0026  public ids in addresses of products' pages"
    assert [line.split()[0] for line in lines[1:-1]] == list(schema.pending_revisions("0025"))
    assert again.out == f"The schema is at {schema.HEAD} already; there is nothing to do.\n"


def test_only_the_command_upgrades_postgresql(postgresql_server: PostgresqlServer, tmp_path: Path) -> None:
    url = postgresql_server.new_database()
    office = CommandLine(tmp_path, database=url, language="en")
    put_older(office)

    found, listed = faults(office), office.run("keys", "list")

    assert found == ["storage.older"]
    assert listed.status == 1
    assert "labelsvc db upgrade" in listed.err
    assert office.run("db", "upgrade").status == 0
    assert office.run("keys", "list").status == 0
    with closing(Database.open(url)) as database:
        assert was_vacuumed(database), "an upgrade writes the list of products anew"


@pytest.mark.faults
def test_two_upgrades_at_once_are_one(new_database_url: str, tmp_path: Path) -> None:
    put_older(CommandLine(tmp_path, database=new_database_url))
    reached: list[str] = []

    def upgrade() -> None:
        with closing(Database.trusted(new_database_url)) as database:
            schema.bring_up_to_date(database.engine, tell=reached.append)

    both = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert reached == list(schema.pending_revisions("0025"))
