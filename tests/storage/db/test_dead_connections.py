"""Connections that PostgreSQL closed: replaced where nothing was begun, told where something was."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Connection, event, insert, select, text

from labelsvc.domain.errors import CommitUnanswered, ConnectionLost, StorageRefused
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.engine.connector import RETURN_SECONDS
from labelsvc.storage.db.tables.products import producers
from tests.conftest import PostgresqlServer

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()"


@pytest.fixture
def kill_all(postgresql_server: PostgresqlServer, database_url: str) -> Callable[[], None]:
    """End whatever is connected to the database."""
    statement = OTHERS.format(postgresql_server.name_in(database_url))

    def kill() -> None:
        postgresql_server.run(statement)

    return kill


def add(database: Database, name: str) -> None:
    with database.writing() as connection:
        connection.execute(insert(producers).values(name=name, name_key=name))


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(select(producers.c.name).order_by(producers.c.id)))


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """Give a list of the statements that are run."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_connections_that_died_between_uses_are_replaced(database: Database, kill_all: Callable[[], None]) -> None:
    add(database, "A")

    for name in "BC":
        kill_all()
        assert names(database)
        kill_all()
        add(database, name)

    assert names(database) == ["A", "B", "C"]


def test_a_writer_whose_connection_dies_while_it_waits_waits_on(
    database: Database, kill_all: Callable[[], None], database_url: str
) -> None:
    holder = Database.trusted(database_url)
    thread = threading.Thread(target=add, args=(database, "B"))

    with suppress(ConnectionLost), holder.writing() as connection, counted_statements(database) as seen:
        connection.execute(insert(producers).values(name="A", name_key="a"))
        thread.start()
        while not any("pg_advisory_xact_lock" in statement for statement in seen):
            time.sleep(0.01)
        kill_all()
    thread.join()
    holder.close()

    assert names(database) == ["B"]


def test_a_connection_that_dies_in_the_midst_loses_all_of_it(database: Database, kill_all: Callable[[], None]) -> None:
    def add_two() -> None:
        with database.writing() as connection:
            connection.execute(insert(producers).values(name="A", name_key="a"))
            kill_all()
            connection.execute(insert(producers).values(name="B", name_key="b"))

    with pytest.raises(ConnectionLost):
        add_two()

    assert names(database) == []


def test_a_connection_that_dies_at_the_commit_leaves_it_open(database: Database, kill_all: Callable[[], None]) -> None:
    event.listen(database.engine, "commit", lambda _: kill_all())

    for changing in (database.writing, database.touching):
        with pytest.raises(CommitUnanswered), changing() as connection:
            connection.execute(insert(producers).values(name="A", name_key="a"))


def test_what_only_reads_has_changed_nothing_where_its_end_is_lost(
    database: Database, kill_all: Callable[[], None]
) -> None:
    event.listen(database.engine, "commit", lambda _: kill_all())

    with pytest.raises(ConnectionLost) as lost, database.reading() as connection:
        connection.execute(select(producers.c.id))

    assert not isinstance(lost.value, CommitUnanswered)


@pytest.mark.faults
def test_a_server_that_is_restarted_is_waited_for(database: Database, postgresql_server: PostgresqlServer) -> None:
    add(database, "A")

    postgresql_server.stop()
    starting = threading.Timer(0.3, postgresql_server.start)
    starting.start()
    found = names(database)
    starting.join()

    assert found == ["A"]


@pytest.mark.faults
def test_a_server_that_stays_away_is_refused_at_once(database: Database, postgresql_server: PostgresqlServer) -> None:
    add(database, "A")

    postgresql_server.stop()
    try:
        began = time.monotonic()
        with pytest.raises(StorageRefused):
            names(database)
        first, began = time.monotonic() - began, time.monotonic()
        with pytest.raises(StorageRefused):
            names(database)
        second = time.monotonic() - began
    finally:
        postgresql_server.start()

    assert first >= RETURN_SECONDS
    assert second < RETURN_SECONDS / 2
    assert names(database) == ["A"]


def test_a_server_that_was_never_reached_is_not_waited_for(database_url: str) -> None:
    nowhere = Database.trusted("postgresql://postgres@/x?host=/nowhere")

    began = time.monotonic()
    with pytest.raises(StorageRefused), nowhere.reading() as connection:
        connection.execute(text("SELECT 1"))

    assert time.monotonic() - began < RETURN_SECONDS / 2


def test_a_writer_that_fell_silent_stops_nobody(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = text("SELECT set_config('idle_in_transaction_session_timeout', left(:idle, 0) || '50ms', true)")
    monkeypatch.setattr("labelsvc.storage.db.engine.idle_transactions._SET", soon)
    other = Database.trusted(database_url)

    def fall_silent() -> None:
        with database.writing() as connection:
            connection.execute(insert(producers).values(name="A", name_key="a"))
            add(other, "B")
            connection.execute(insert(producers).values(name="C", name_key="c"))

    with pytest.raises(ConnectionLost):
        fall_silent()
    other.close()

    assert names(database) == ["B"]
