"""``labelsvc db copy`` and ``reopen``: a move is whole or leaves nothing, and the old one takes nothing."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text, update

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.batches.print_load import read_print_load
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.product_list import product_list, unlisted_products
from labelsvc.storage.db.tables.products import producers
from labelsvc.storage.people.audit_chain import verify_audit
from labelsvc.storage.products.products import Products
from labelsvc.storage.upkeep.database_copy import MOVED_TABLES
from labelsvc.storage.upkeep.plain_rows import Content, content_of
from labelsvc.workflows.upkeep.move_database import name_place
from tests import CHECKOUT
from tests.conftest import PostgresqlServer
from tests.offices.command_line import PROGRAM, CommandLine, records
from tests.offices.filled_database import fill
from tests.offices.prepared_databases import empty_postgresql, on_sqlite_alone, put_sqlite
from tests.offices.stored_office import Stores
from tests.offices.upkeep_office import faults, filled, put_older, url_of, was_vacuumed

FROZEN = CHECKOUT / "tests" / "house" / "frozen"
ROWS = 9
from_either_kind = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.faults)], indirect=True
)
"""The way to PostgreSQL in every run, the way back where there is more time."""


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> CommandLine:
    """An office with an empty database of either kind."""
    Database.open(database_url).close()
    return CommandLine(tmp_path, database=database_url, language="en")


@pytest.fixture
def other_url(request: pytest.FixtureRequest, office: CommandLine, tmp_path: Path) -> str:
    """The URL of an empty database of the other kind: a file that is not there yet, or one with its tables."""
    if not url_of(office).startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'other.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    empty_postgresql(url)
    return url


def contents(url: str) -> dict[str, Content]:
    with closing(Database.trusted(url)) as database, database.reading() as connection:
        return {table.name: content_of(connection, table) for table in MOVED_TABLES}


def tables_in(url: str) -> list[str]:
    with closing(Database.trusted(url)) as database, database.reading() as connection:
        return list(connection.dialect.get_table_names(connection))


def is_empty(url: str) -> bool:
    return not tables_in(url) or all(not held.rows for name, held in contents(url).items() if name != "rules_followed")


def test_everything_moves_to_the_other_kind_of_database(office: CommandLine, other_url: str) -> None:
    filled(office, ROWS)
    before, wrong = contents(url_of(office)), faults(office)

    said = office.run("db", "copy", "--yes", other_url)

    assert said.status == 0, said.err
    assert contents(other_url) == before
    assert {held.rows for name, held in before.items() if name != "rules_followed"} == {ROWS}
    assert faults(CommandLine(office.folder, database=other_url)) == wrong  # keys that were made up
    with closing(Database.open(other_url)) as database:
        assert verify_audit(database).whole
        with database.reading() as connection:
            listed = connection.scalar(select(func.count()).select_from(product_list))
            noted = connection.scalar(select(func.count()).select_from(unlisted_products))
        assert (listed, noted) == (ROWS, 0), "nobody who reads the list first has to write it"
        assert was_vacuumed(database), "its indexes alone answer at once"
        with pytest.raises(Exception, match="only grows"), database.writing() as connection:
            connection.execute(update(audit).values(who="ai đó"))


@pytest.mark.faults
def test_new_rows_go_on_from_the_numbers_that_were_given(office: CommandLine, other_url: str) -> None:
    filled(office)
    with closing(Database.trusted(url_of(office))) as database, database.writing() as connection:
        connection.execute(text("DELETE FROM planned_orders WHERE id = 3"))
    office.run("db", "copy", "--yes", other_url)

    numbers = {}
    with closing(Database.trusted(other_url)) as database, database.writing() as connection:
        for table in (producers, metadata.tables["planned_orders"]):
            row = dict(connection.execute(select(table).limit(1)).mappings().one()) | {"name_key": "mới"}
            values = {name: row[name] for name in set(row) & set(table.c.keys()) - {"id"}}
            numbers[table.name] = connection.scalar(insert(table).values(values).returning(table.c.id))

    assert numbers == {"producers": 4, "planned_orders": 4}


@pytest.mark.faults
def test_the_moved_office_prints_on_in_a_new_epoch(office: CommandLine, other_url: str) -> None:
    office.run("import", "--quiet", office.records(*records(1)))
    assert office.run("print", "--all", "--quiet").status == 0
    (printed,) = office.batches()
    row = (office.output / printed / "manifest.csv").read_text(encoding="utf-8").splitlines()[1]
    code = next(word for word in row.split(",") if len(word) == 20)

    office.run("db", "copy", "--yes", other_url)
    refused = office.run("print", "--all"), office.process("serve", "--port", "0"), office.run("worker")
    new = CommandLine(office.folder, database=other_url, language="en")
    printed_on = new.run("print", "--all")

    assert [said.status for said in refused] == [1, 1, 1]
    assert all("was moved to" in said.err for said in refused)
    assert "a new epoch" in printed_on.err
    assert len(office.batches()) == 2
    assert new.run("verify", code).status == 0


@from_either_kind
def test_what_still_has_the_old_one_open_changes_nothing(office: CommandLine, other_url: str) -> None:
    running = Database.open(url_of(office))
    filled(office)

    office.run("db", "copy", "--yes", other_url)

    with pytest.raises(StorageRefused, match=r"storage\.moved"), running.writing() as connection:
        connection.execute(insert(producers).values(name="HTX", name_key="mới"))
    with pytest.raises(StorageRefused, match=r"storage\.moved"):  # so it is not ready, for a balancer
        read_print_load(running, datetime.now(UTC))
    running.close()


@from_either_kind
def test_an_old_database_is_reopened_by_command(office: CommandLine, other_url: str) -> None:
    filled(office)
    before = contents(url_of(office))
    office.run("db", "copy", "--yes", other_url)

    said = office.run("db", "reopen", "--yes")

    assert said.status == 0
    assert other_url.partition(":")[0] in said.out
    assert contents(url_of(office)) == before
    with closing(Database.open(url_of(office))) as database, database.writing() as connection:
        connection.execute(insert(producers).values(name="HTX", name_key="mới"))


def test_the_new_place_is_named_without_its_password() -> None:
    place = name_place("postgresql://van-phong:geheim@db/tem?password=geheim&sslpassword=geheim&sslmode=require")

    assert place == "postgresql+psycopg://van-phong:***@db/tem?sslmode=require"


@on_sqlite_alone
def test_unfinished_batches_stop_a_move_by_name(office: CommandLine, other_url: str) -> None:
    with closing(Database.trusted(url_of(office))) as database:
        name = Stores(database, office.home).order(3)

    said = office.run("db", "copy", "--yes", other_url)

    assert said.status == 1
    assert name in said.err
    assert is_empty(other_url)


@from_either_kind
def test_a_target_with_rows_is_refused_by_name(office: CommandLine, other_url: str) -> None:
    filled(office)
    with closing(Database.open(other_url)) as database, database.writing() as connection:
        connection.execute(insert(producers).values(name="HTX", name_key="htx"))

    said = office.run("db", "copy", "--yes", other_url)

    assert said.status == 1
    assert "producers" in said.err
    with closing(Database.open(url_of(office))):
        pass  # it was not marked as moved


def test_the_database_of_another_program_is_no_target(office: CommandLine, tmp_path: Path) -> None:
    target = tmp_path / "others.db"
    with closing(sqlite3.connect(target)) as others:
        others.execute("CREATE TABLE invoices (id INTEGER)")

    said = office.run("db", "copy", "--yes", f"sqlite:///{target}")

    assert said.status == 1
    assert "invoices" in said.err
    with closing(sqlite3.connect(target)) as others:
        assert others.execute("SELECT name FROM sqlite_master").fetchall() == [("invoices",)]


@from_either_kind
def test_a_target_that_is_the_source_is_refused(office: CommandLine) -> None:
    said = office.run("db", "copy", "--yes", url_of(office))

    assert said.status == 1
    assert "in use" in said.err


@pytest.mark.faults
def test_a_move_waits_for_no_writer_longer_than_some_seconds(
    office: CommandLine, other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labelsvc.storage.upkeep.database_copy.PATIENCE_SECONDS", 0.05)

    with closing(Database.trusted(url_of(office))) as database, database.writing():
        said = office.run("db", "copy", "--yes", other_url)

    assert said.status == 1
    assert "busy" in said.err
    assert is_empty(other_url)


@pytest.mark.faults
def test_a_row_that_the_target_refuses_leaves_nothing_behind(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    office = CommandLine(tmp_path, database=put_sqlite(tmp_path / "home" / "labelsvc.db"), language="en")
    filled(office)
    with closing(Database.trusted(url_of(office))) as database, database.writing() as connection:
        connection.execute(update(batches).where(batches.c.id == 2).values(reason="a\0b"))
    target = postgresql_server.new_database()

    said = office.run("db", "copy", "--yes", target)

    assert said.status == 1
    assert "A row of batches cannot be moved" in said.err
    assert tables_in(target) == []
    assert "not moved" in office.run("db", "reopen", "--yes").out


@on_sqlite_alone
@pytest.mark.parametrize(
    "url", ["secret", "mysql://u:secret@h/x", "sqlite://", "sqlite:///:memory:", "postgresql://u:a@secret/b@h:1/x"]
)
def test_a_target_that_is_none_is_refused_as_an_argument(office: CommandLine, url: str) -> None:
    said = office.run("db", "copy", "--yes", url, language="en")

    assert said.status == 2
    assert re.match(r"URL\b|The postgresql://… address in URL ", said.err)
    assert "LABELSVC_DATABASE" not in said.err
    assert "secret" not in said.err


@on_sqlite_alone
def test_a_move_asks_first(office: CommandLine, other_url: str) -> None:
    said = office.run("db", "copy", other_url)

    assert said.status == 2
    assert is_empty(other_url)


@pytest.mark.faults
def test_the_database_of_november_2026_moves_with_what_it_holds(postgresql_url: str, tmp_path: Path) -> None:
    office = CommandLine(tmp_path, database=f"sqlite:///{tmp_path / 'a.db'}", language="en")
    with closing(sqlite3.connect(tmp_path / "a.db")) as older:
        older.executescript((FROZEN / "2026-11.sql").read_text(encoding="utf-8").replace("@OUTPUT@", str(tmp_path)))
    empty_postgresql(postgresql_url)
    assert office.run("db", "upgrade").status == 0
    with closing(Database.trusted(url_of(office))) as database, database.writing() as connection:
        connection.execute(update(batches).where(batches.c.state == "ordered").values(state="cancelled"))
    before = contents(url_of(office))

    said = office.run("db", "copy", "--yes", postgresql_url)

    assert said.status == 0, said.err
    assert contents(postgresql_url) == before
    with closing(Database.open(postgresql_url)) as database:
        assert [product.product.name for product in Products(database).all()]
        assert verify_audit(database).whole


@pytest.mark.faults
def test_a_move_that_is_killed_leaves_the_new_one_empty(postgresql_server: PostgresqlServer, tmp_path: Path) -> None:
    office = CommandLine(tmp_path, database=put_sqlite(tmp_path / "home" / "labelsvc.db"), language="en")
    with closing(Database.trusted(url_of(office))) as database, database.writing() as connection:
        fill(connection, 3, {"audit": 6_000})
    target = postgresql_server.new_database()
    command = [*PROGRAM, "db", "copy", "--yes", target]
    writing = f"datname = '{postgresql_server.name_in(target)}' AND state <> 'idle'"

    for _ in range(2):
        with subprocess.Popen(command, env=office.environment({}), stderr=subprocess.DEVNULL) as moving:
            while postgresql_server.run(f"SELECT count(*) FROM pg_stat_activity WHERE {writing}") == "0":
                assert moving.poll() is None
            moving.kill()
        assert tables_in(target) == []
    moved = office.process("db", "copy", "--yes", target)

    assert moved.status == 0, moved.err
    assert contents(target)["audit"].rows == 6_000


@pytest.mark.faults
def test_a_move_whose_connection_dies_leaves_the_new_one_empty(
    postgresql_server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = CommandLine(tmp_path, database=put_sqlite(tmp_path / "home" / "labelsvc.db"), language="en")
    filled(office)
    target = postgresql_server.new_database()

    def end_connections(_target: Connection) -> None:
        others = f"datname = '{postgresql_server.name_in(target)}'"
        postgresql_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")

    with monkeypatch.context() as dying:
        dying.setattr("labelsvc.storage.upkeep.database_copy._tell_planner", end_connections)
        said = office.run("db", "copy", "--yes", target)

    assert said.status == 1
    assert tables_in(target) == []
    assert office.run("db", "copy", "--yes", target).status == 0


@pytest.mark.faults
def test_a_database_that_an_older_version_moved_is_reopened_then_upgraded(tmp_path: Path) -> None:
    office = CommandLine(tmp_path, database=f"sqlite:///{tmp_path / 'a.db'}", language="en")
    put_older(office)
    with closing(Database.trusted(url_of(office))) as database, database.writing() as connection:
        connection.execute(text("INSERT INTO secrets VALUES ('moved_to', 'postgresql://db/labelsvc')"))
        refusal = "BEGIN SELECT RAISE(ABORT, 'labelsvc moved: postgresql://db/labelsvc'); END"
        connection.exec_driver_sql(f"CREATE TRIGGER moved_producers_insert BEFORE INSERT ON producers {refusal}")

    upgraded, reopened, again = (office.run("db", *words) for words in (["upgrade"], ["reopen", "--yes"], ["upgrade"]))

    assert (upgraded.status, reopened.status, again.status) == (1, 0, 0)
    assert "was moved to postgresql://db/labelsvc" in upgraded.err
    with closing(Database.open(url_of(office))) as database, database.writing() as connection:
        connection.execute(insert(producers).values(name="HTX", name_key="mới"))
