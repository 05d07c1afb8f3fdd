"""Refusals name kinds: no page and no answer of the API says where a file lies or a database answers."""

from __future__ import annotations

import logging
import re
import tomllib
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.errors import Problem
from labelsvc.services import shared_folder
from labelsvc.web.desk import context
from tests.offices.desk_office import DeskOffice

PLACE, ADDRESS = "/srv/office-7/secret-place", "10.11.12.13"
DATABASE = f"postgresql+psycopg://labels@{ADDRESS}:5432/ocop"
SAID = f'connection to server at "{ADDRESS}", port 5432 failed: no such file {PLACE}/x.pdf'
FACTS = {"path": f"{PLACE}/labels-001.pdf", "home": PLACE, "folder": PLACE, "log": PLACE, "database": DATABASE}


def sentences_with_places() -> list[str]:
    """The codes of all sentences that have a place in them, or what a library says of it."""
    found = []
    for path in sorted((shared_folder("templates") / "wording").glob("*.toml")):
        for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if re.search(r"\{(path|home|folder|log|database|reason|message)\}", words.get("vi", "")):
                found.append(f"{path.stem}.{name}")
    return found


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    return DeskOffice(tmp_path_factory.mktemp("places"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_sentence_of_a_page_holds_a_place(shared_desk: DeskOffice, language: str) -> None:
    codes = sentences_with_places()

    with shared_desk.app.test_request_context(headers={"Accept-Language": language}):
        told = [context.explain(Problem(code, _facts_of(code))) for code in codes]
        nested = context.explain(
            Problem("records.file", {"file": "a.csv", "why": Problem("keys.unreadable", _facts_of("keys.unreadable"))})
        )

    assert len(codes) > 40
    assert [said for said in (*told, nested) if re.search(rf"/srv|secret-place\b/|{ADDRESS}|5432", said)] == []
    assert "labels-001.pdf" in nested


def test_a_form_of_a_moved_database_says_whom_to_ask(shared_desk: DeskOffice) -> None:
    with shared_desk.app.test_request_context(headers={"Accept-Language": "en"}):
        told = context.explain(Problem("storage.moved", _facts_of("storage.moved")))

    assert "ask whoever runs the server" in told
    assert "labelsvc db reopen" not in told


def _facts_of(code: str) -> dict[str, object]:
    """Whatever a sentence tells; a database says where it was asked, anything else which file it could not open."""
    area, _, name = code.partition(".")
    words = tomllib.loads((shared_folder("templates") / "wording" / f"{area}.toml").read_text(encoding="utf-8"))[name]
    said = SAID if area == "storage" else f"cannot open {PLACE}/x.pdf: not a file"
    told: dict[str, object] = dict.fromkeys(re.findall(r"\{(\w+)", words["vi"] + words["en"]), 2)
    return told | FACTS | {"reason": said, "message": said}


@pytest.mark.parametrize("path", ["/register", "/register/register.json", "/api/v1/products"])
def test_a_database_that_broke_is_not_described(tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture) -> None:
    desk = DeskOffice(tmp_path)
    client, token = desk.client(), desk.token(Role.CLERK, "products:read")
    desk.services.database.close()
    for each in desk.services.settings.home.glob("labelsvc.db*"):
        each.write_bytes(b"no database" * 500)

    answer = client.get(path, headers=token if "api" in path else {})

    assert answer.status_code >= 400
    assert str(tmp_path) not in answer.text
    assert str(tmp_path) in caplog.text


def test_an_output_that_takes_no_files_is_not_described(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = DeskOffice(tmp_path)
    desk.take(1)
    Path(desk.services.settings.output).parent.mkdir(exist_ok=True)
    Path(desk.services.settings.output).write_bytes(b"a file stands in the way")
    token = desk.token(Role.CLERK, "batches:write")
    body = {"products": [{"product_id": 1, "quantity": 1}], "design": "tem-25x35", "stock": "a4"}

    with caplog.at_level(logging.ERROR):
        answer = desk.app.test_client().post("/api/v1/batches", json=body, headers=token)

    assert answer.status_code == 409, answer.text
    assert str(tmp_path) not in answer.text
    assert str(tmp_path) in caplog.text
