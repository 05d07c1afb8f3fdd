"""A desk whose process began while the database was away explains itself, and begins once the database is back."""

from __future__ import annotations

from pathlib import Path

from werkzeug.test import Client
from werkzeug.wrappers import Response

from labelsvc.domain.errors import StorageRefused
from labelsvc.web.server.late_app import LateApp

TEMPLATES = Path(__file__).parents[3] / "templates"


class Database:
    """Away until it is said to be back."""

    is_back = False

    def desk(self) -> Response:
        if not self.is_back:
            raise StorageRefused.from_code("storage.cannot_open", database="postgresql", reason="refused")
        return Response("the desk")


def test_a_desk_without_database_speaks_the_readers_language() -> None:
    client = Client(LateApp(Database().desk, TEMPLATES))

    vietnamese, english = (client.get("/office/", headers={"Accept-Language": each}) for each in ("vi", "en-GB"))

    assert {answer.status_code for answer in (vietnamese, english)} == {503}
    assert {answer.headers["Retry-After"] for answer in (vietnamese, english)} == {"5"}
    assert "Hệ thống chưa phục vụ được lúc này" in vietnamese.text
    assert "cannot reach its records for the moment" in english.text
    assert (">Thử lại</a>" in vietnamese.text, ">Try again</a>" in english.text) == (True, True)
    assert all(answer.mimetype == "text/html" for answer in (vietnamese, english))


def test_programs_get_a_problem_while_there_is_no_database() -> None:
    answer = Client(LateApp(Database().desk, TEMPLATES)).get("/api/v1/products", headers={"Accept-Language": "en"})

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.json is not None
    assert (answer.json["status"], answer.json["title"]) == (503, "Not possible right now")


def test_a_desk_begins_once_the_database_is_back() -> None:
    database = Database()
    client = Client(LateApp(database.desk, TEMPLATES))

    database.is_back = True

    assert client.get("/office/").text == "the desk"
