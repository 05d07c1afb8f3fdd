"""Opening and making a database, and what it refuses."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select, text

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.tables.products import producers
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.conftest import PostgresqlServer

TEMPLATES = CHECKOUT / "templates"


def test_a_new_database_has_all_tables_at_the_newest_revision(new_database_url: str) -> None:
    database = Database.open(new_database_url)

    with database.reading() as connection:
        names = set(inspect(connection).get_table_names())
        revision = schema.current_revision(connection)
    database.close()

    words = {name for name in names if name.startswith("product_words")}  # an index of SQLite, with tables of its own
    assert names - words == set(metadata.tables) | {"alembic_version"}
    assert revision == schema.HEAD


def test_opening_loads_neither_alembic_nor_the_object_mapper(tmp_path: Path) -> None:
    program = (
        "import sys; from labelsvc.storage.db.database import Database\n"
        "for _ in range(2): Database.open(sys.argv[1])\n"
        "print([name for name in ('alembic', 'sqlalchemy.orm', 'psycopg') if name in sys.modules])"
    )

    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path}/home/labelsvc.db"]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert loaded.strip() == "[]"


def open_when_all_are_there(url: str, barrier: Barrier) -> None:
    barrier.wait(60)
    Database.open(url).close()


def test_many_processes_may_open_an_empty_database_at_once(new_database_url: str) -> None:
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(6)
    started = [fork.Process(target=open_when_all_are_there, args=(new_database_url, barrier)) for _ in range(6)]

    for process in started:
        process.start()
    for process in started:
        process.join()

    assert [process.exitcode for process in started] == [0] * 6


def test_writes_of_a_failing_block_are_rolled_back(database: Database) -> None:
    with suppress(ZeroDivisionError), database.writing() as connection:
        connection.execute(insert(producers).values(name="HTX", name_key="htx"))
        1 / 0  # noqa: B018

    with database.reading() as connection:
        assert connection.execute(select(producers)).all() == []


def test_one_writer_at_a_time_and_readers_do_not_wait(database: Database) -> None:
    order: list[str] = []
    second_tries = threading.Event()

    def second() -> None:
        second_tries.set()
        with database.writing():
            order.append("second")

    with database.writing() as connection:
        connection.execute(insert(producers).values(name="HTX", name_key="htx"))
        thread = threading.Thread(target=second)
        thread.start()
        second_tries.wait()
        thread.join(0.2)
        with database.reading() as reader:
            order.append(f"reader sees {len(reader.execute(select(producers)).all())}")
        order.append("first")
    thread.join()

    assert order == ["reader sees 0", "first", "second"]


def test_a_forked_child_does_not_use_its_parents_connections(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(producers).values(name="HTX", name_key="htx"))

    child = os.fork()
    if child == 0:
        with database.writing() as connection:
            connection.execute(insert(producers).values(name="HTX 2", name_key="htx 2"))
        os._exit(0)
    status = os.waitpid(child, 0)[1]

    with database.reading() as connection:
        assert len(connection.execute(select(producers)).all()) == 2
    assert status == 0


def test_sqlite_runs_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/labelsvc.db")

    with database.reading() as connection:
        mode, keys = (connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys"))

    assert (mode, keys) == ("wal", 1)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://root@localhost/x", "storage.url"),
        ("nonsense", "storage.url"),
        ("sqlite://", "storage.in_memory"),
        ("sqlite:///:memory:", "storage.in_memory"),
        ("sqlite:////proc/nowhere/labelsvc.db", "storage.cannot_open"),
        ("postgresql://postgres:secret@/x?host=/nowhere", "storage.cannot_open"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_with_the_reason(url: str, code: str) -> None:
    with pytest.raises(StorageRefused) as refused:
        Database.open(url)

    problem = refused.value.problems[0]
    assert problem.code == code
    for language in ("vi", "en"):
        assert "secret" not in Wording(TEMPLATES / "wording", language).explain(problem)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labelsvc.db").write_bytes(b"Name,Stars\n" * 1000)

    with pytest.raises(StorageRefused, match=r"storage\.not_a_database"):
        Database.open(f"sqlite:///{tmp_path}/labelsvc.db")


def test_another_programs_database_is_refused_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE products (price)")

    with pytest.raises(StorageRefused, match=r"storage\.foreign_tables"):
        Database.open(f"sqlite:///{path}")

    assert sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall() == [("products",)]


def test_another_programs_tables_in_postgresql_are_refused(postgresql_server: PostgresqlServer) -> None:
    url = postgresql_server.new_database()
    postgresql_server.run("CREATE TABLE products (price int)", postgresql_server.name_in(url))

    with pytest.raises(StorageRefused, match=r"storage\.foreign_tables"):
        Database.open(url)


def test_a_naive_time_is_never_stored(database: Database) -> None:
    from datetime import datetime

    from sqlalchemy.exc import StatementError

    from labelsvc.storage.db.tables.products import imports

    with pytest.raises(StatementError, match="naive"), database.writing() as connection:
        connection.execute(insert(imports).values(at=datetime(2026, 1, 1)))


def test_reads_of_a_block_share_one_transaction(database: Database) -> None:
    with database.reading_together():
        with database.reading() as one:
            number = one.scalar(text("SELECT 1"))
        with database.reading_together(), database.reading() as other:
            assert other is one
        with database.reading() as last:
            assert last is one
    with database.reading() as later:
        assert later is not one
    assert number == 1


@pytest.mark.parametrize("write", ["writing", "touching", "writing_many_rows"])
def test_a_write_inside_a_block_of_reads_fails_at_once(database: Database, write: str) -> None:
    with (
        pytest.raises(RuntimeError, match="reads together"),
        database.reading_together(),
        getattr(database, write)(),
    ):
        pass

    with getattr(database, write)():
        pass  # after the block, whatever ended it
