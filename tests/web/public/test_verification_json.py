"""A verdict as JSON, under the address of its page."""

from __future__ import annotations

import json

import pytest

from tests.offices.verification_office import (
    CODE,
    CODES,
    Office,
)


@pytest.fixture
def office() -> Office:
    return Office()


def test_json_has_the_same_url(office: Office) -> None:
    answer = office.client.get(f"/{CODE}", headers={"Accept": "application/json"})

    facts = answer.get_json()
    assert answer.mimetype == "application/json"
    assert (facts["verdict"], facts["colour"], facts["in_force"]) == ("in_force", "green", True)
    assert (facts["code"], facts["serial"], facts["day"]) == (CODE, 417, "2026-11-24")
    assert facts["product"]["name"] == "Củ cải trắng Đông Cao"
    assert facts["rating"]["last_day"] == "2028-12-30"
    assert facts["scans"] == {"count": 1, "first": "2026-11-24T10:00:00+07:00"}
    assert "line" not in facts


@pytest.mark.parametrize("case", CODES)
def test_every_verdict_has_the_same_keys_in_json(office: Office, case: str) -> None:
    answer = office.client.get(f"/{CODES[case]}", headers={"Accept": "application/json"})

    assert set(answer.get_json()) == {
        "verdict",
        "colour",
        "in_force",
        "day",
        "language",
        "title",
        "text",
        "code",
        "asked",
        "issued_by",
        "serial",
        "product",
        "recognition",
        "rating",
        "scans",
        "void",
        "lot",
        "traceable",
        "page",
        "details",
        "trial",
        "specimen",
    }


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.5,text/html", "text/html"),
        ("text/html;q=0.5,application/json", "application/json"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("image/png", "text/html"),
    ],
)
def test_who_asks_for_json_gets_json(office: Office, accept: str, mimetype: str) -> None:
    assert office.client.get(f"/{CODE}", headers={"Accept": accept}).mimetype == mimetype


def test_errors_are_json_for_a_machine(office: Office) -> None:
    answer = office.client.get("/nothing", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.get_json()) == (404, {"error": "not_found"})


def test_json_is_plain_utf8(office: Office) -> None:
    body = office.client.get(f"/{CODE}", headers={"Accept": "application/json"}).data

    assert "Củ cải trắng" in body.decode()
    assert json.loads(body)["title"] == "OCOP 4 sao, còn hiệu lực"
