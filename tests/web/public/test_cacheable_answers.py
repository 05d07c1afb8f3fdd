"""Answers that a cache may hand to others set no cookie and say what they depend on, on every route there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from labelsvc.domain.account import Role
from labelsvc.web.public.app import public_app
from tests.offices.desk_office import DeskClient, DeskOffice


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("kept"))
    office.take(4)
    return office


def kept_by_others(answer: Any) -> bool:
    control = answer.headers.get("Cache-Control", "")
    return "private" not in control and bool(re.search(r"public|(s-maxage|max-age)=[1-9]", control))


def path_of(rule: Rule, app: Flask) -> str:
    style = next(iter(re.findall(r"/style/([\w.-]+)", app.test_client().get("/").text)), "x")
    names = {argument: "1" if "int" in str(rule._converters[argument]).lower() else "x" for argument in rule.arguments}
    names |= {"name": style} if rule.rule.startswith("/style") else {}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: names[found[1]], rule.rule)


def pages_of(app: Flask) -> list[str]:
    return sorted({path_of(rule, app) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())})


@pytest.mark.parametrize("who", [None, Role.CLERK, Role.ADMINISTRATOR], ids=str)
def test_no_cacheable_answer_of_the_desk_sets_a_cookie(desk: DeskOffice, who: Role | None) -> None:
    client = desk.client(who)
    client.get("/language/en")
    paths = [path for path in pages_of(desk.app) if path != "/language/x"]

    kept = [(path, answer) for path in paths if kept_by_others(answer := client.get(path))]

    assert {path for path, _ in kept} >= {"/register/register.csv", "/register/register.json"}
    assert [path for path, answer in kept if "Set-Cookie" in answer.headers] == []
    assert [path for path, answer in kept if "Cookie" not in answer.headers["Vary"]] == []


def test_no_cacheable_answer_of_the_public_pages_sets_a_cookie(desk: DeskOffice) -> None:
    app = public_app(desk.services)
    client = DeskClient(app.test_client())

    kept = [(path, answer) for path in pages_of(app) if kept_by_others(answer := client.get(path))]

    assert [path.split("/")[1] for path, _ in kept] == ["style"]
    assert [path for path, answer in kept if "Set-Cookie" in answer.headers] == []
    assert [path for path, answer in kept if "Accept-Encoding" not in answer.headers["Vary"]] == []


def test_a_register_whose_session_changes_is_kept_by_nobody(desk: DeskOffice) -> None:
    client = desk.app.test_client()
    with client.session_transaction() as session:
        session["_flashes"] = [("done", "x")]
    desk.app.before_request_funcs.setdefault("register", []).append(change_session)
    try:
        answer = client.get("/register/register.json")
    finally:
        desk.app.before_request_funcs["register"].remove(change_session)

    assert "Set-Cookie" in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def change_session() -> None:
    from flask import session

    session["language"] = "en"
