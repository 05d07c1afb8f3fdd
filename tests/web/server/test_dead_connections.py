"""Pages whose database connection dies in their midst, at each statement in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, event

from labelsvc.domain.account import Role
from labelsvc.storage.db.database import Database
from tests.offices.desk_office import DeskOffice, printable

PAGES = ("/office", "/office/products", "/register")


@pytest.fixture
def desk(tmp_path: Path, postgresql_url: str, database_url: str) -> DeskOffice:
    made = DeskOffice(tmp_path, database_url)
    made.take(4)
    return made


def begun_batch(desk: DeskOffice) -> str:
    """Order a batch that has a folder already; return its name."""
    items = {"products": [{"product_id": printable(desk), "quantity": 5}], "stock": "a4"}
    headers = desk.token(Role.CLERK, "batches:write")
    name: str = desk.app.test_client().post("/api/v1/batches", json=items, headers=headers).get_json()["batch"]
    folder = desk.services.output().batch(name)
    folder.make()
    desk.services.batches.set_folder(name, folder.place)
    return name


def end_connection(connection: Connection, url: str) -> None:
    pid = connection.connection.driver_connection.info.backend_pid
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 2000)", (pid,))


@contextmanager
def dying_at_commit(database: Database, url: str, *changes: str) -> Iterator[None]:
    """End a connection right before it commits such a change."""
    adding: list[Connection] = []

    def note(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(changes):
            adding.append(connection)

    def end(connection: Connection) -> None:
        if connection in adding:
            end_connection(connection, url)

    event.listen(database.engine, "before_cursor_execute", note)
    event.listen(database.engine, "commit", end)
    yield
    event.remove(database.engine, "before_cursor_execute", note)
    event.remove(database.engine, "commit", end)


@contextmanager
def dying_before(database: Database, url: str, statement: str) -> Iterator[None]:
    """End a connection right before a statement that begins so."""

    def end(connection: Connection, _cursor: object, found: str, *_rest: object) -> None:
        if found.startswith(statement):
            end_connection(connection, url)

    event.listen(database.engine, "before_cursor_execute", end)
    yield
    event.remove(database.engine, "before_cursor_execute", end)


@contextmanager
def dying_at(database: Database, url: str, number: int) -> Iterator[list[str]]:
    """End the connection right before its statement of this number, counted from 0; gives all statements."""
    seen: list[str] = []

    def end(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)
        if len(seen) == number + 1:
            end_connection(connection, url)

    event.listen(database.engine, "before_cursor_execute", end)
    yield seen
    event.remove(database.engine, "before_cursor_execute", end)


@pytest.mark.faults
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_answered_wherever_its_connection_dies(desk: DeskOffice, database_url: str, path: str) -> None:
    clerk = desk.client(Role.CLERK)
    whole = clerk.get(path)

    number, count = 0, 1
    while number < count:
        with dying_at(desk.services.database, database_url, number) as seen:
            answer = clerk.get(path)
        assert answer.status_code == 200, (number, seen[number])
        assert len(answer.data) == len(whole.data)
        number, count = number + 1, len(seen) if number == 0 else count
    assert number > 2


@pytest.mark.faults
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_api_write_whose_connection_dies_does_nothing(desk: DeskOffice, database_url: str) -> None:
    clerk, headers = desk.app.test_client(), desk.token(Role.CLERK, "products:write")
    body = {"name": "Trà sen", "producer": "HTX Quảng An"}
    known, statuses = desk.services.products.count(), []

    number, count = 0, 1
    while number < count:
        with dying_at(desk.services.database, database_url, number) as seen:
            answer = clerk.post("/api/v1/products", json=body, headers=headers)
        statuses.append(answer.status_code)
        assert answer.status_code != 503 or answer.headers["Retry-After"]
        assert desk.services.products.count() == known + (201 in statuses)
        number, count = number + 1, max(count, len(seen))
    again = clerk.post("/api/v1/products", json=body, headers=headers)

    assert set(statuses) <= {201, 409, 503}
    assert 503 in statuses
    assert again.status_code in (201, 409)
    assert desk.services.products.count() == known + 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_write_with_an_unanswered_commit_is_told_so(desk: DeskOffice, database_url: str) -> None:
    program, body = desk.app.test_client(), {"name": "Trà sen", "producer": "HTX Quảng An"}
    headers = desk.token(Role.CLERK, "products:write") | {"Idempotency-Key": "1", "Accept-Language": "en"}
    browser = desk.client(Role.CLERK)
    browser.get("/office/products/new")

    with dying_at_commit(desk.services.database, database_url, "INSERT INTO products ", "DELETE FROM sessions "):
        answer = program.post("/api/v1/products", json=body, headers=headers)
        form = browser.post("/office/products/new", **body, stars="4", decision_date=f"{desk.now:%d/%m/%Y}")
        page = browser.post("/logout")
    again = program.post("/api/v1/products", json=body, headers=headers)

    assert [told.status_code for told in (answer, again, form, page)] == [503, 503, 422, 503]
    assert "could not be told" in answer.get_json()["title"]
    assert again.get_json() == answer.get_json()
    assert "hưa rõ đã lưu hay chưa" in form.text
    assert "Chưa rõ đã lưu hay chưa" in page.text
    assert "chưa có gì bị thay đổi" not in page.text


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_write_that_was_saved_in_part_is_told_so(desk: DeskOffice, database_url: str) -> None:
    browser, program = desk.client(Role.CLERK), desk.app.test_client()
    headers = desk.token(Role.CLERK, "batches:write") | {"Accept-Language": "en"}
    names = [begun_batch(desk), begun_batch(desk)]
    browser.get("/office/batches")

    with dying_before(desk.services.database, database_url, "UPDATE batches SET holder="):
        page = browser.post(f"/office/batches/{names[0]}/cancel", reason="nhầm")
        answer = program.post(f"/api/v1/batches/{names[1]}/cancel", headers=headers)

    assert [told.status_code for told in (page, answer)] == [503, 503]
    assert "một phần đã được lưu" in page.text
    assert "chưa có gì bị thay đổi" not in page.text
    assert "part of it is saved" in answer.get_json()["title"]
    assert {desk.services.batches.get(name).state for name in names} == {"cancelled"}
