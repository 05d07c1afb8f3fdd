"""What a machine decides of recognitions."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import SCOPES
from tests.offices.api_machine import Machine
from tests.offices.desk_office import ADDRESSES, DeskOffice, recognised


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.fixture
def http(desk: DeskOffice) -> Any:
    return Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))


MISUSE = {"ground": "misuse_of_mark"}


def test_a_machine_decides_of_recognitions_as_the_office_does(desk: DeskOffice, http: Any) -> None:
    desk.take(6)
    product, path = recognised(desk)
    last = date.fromisoformat(http.get(path).get_json()["last_day"])

    later = {"until": str(last + timedelta(days=180)), "reason": "chờ"}
    by_law = http.post(f"{path}/extend", json=later)
    extended = http.post(f"{path}/extend", json={**later, "by_office": True})
    suspended = http.post(f"{path}/suspend", json={"decision_number": "5/QĐ", "reason": "kiểm tra"})
    resumed = http.post(f"{path}/resume", json={"reason": "xong"})
    withdrawn = http.post(f"{path}/withdraw", json={"decision_number": "6/QĐ", "reason": "vi phạm"} | MISUSE)
    again = http.post(f"{path}/extend", json={"until": str(last + timedelta(days=9)), "reason": "chờ"})
    changes, _ = desk.services.changes.page(subject="recognition", subject_id=int(path.rpartition("/")[2]))

    assert (by_law.status_code, by_law.get_json()["problems"][0]["field"]) == (422, "extension")
    assert extended.get_json()["extension"] == {**later, "by_office": True, "rule": ""}
    assert suspended.get_json()["standing"] == "suspended"
    assert resumed.get_json()["standing"] == "in_force"
    assert (withdrawn.get_json()["standing"], withdrawn.get_json()["withdrawal"]["reason"]) == ("withdrawn", "vi phạm")
    assert withdrawn.get_json()["withdrawal"]["ground"] == MISUSE["ground"]
    assert again.status_code == 409
    assert {change.who for change in changes if change.reason == "vi phạm"} == {ADDRESSES[Role.CLERK]}
    assert http.get(f"/products/{product}").get_json()["may_be_printed"] is False


def test_recognitions_are_patched_field_by_field_unless_outdated(desk: DeskOffice, http: Any) -> None:
    desk.take(6)
    _, path = recognised(desk)
    before, etag = http.get(path).get_json(), http.get(path).headers["ETag"]

    mended = http.patch(path, json={"decision_number": "77/QĐ"}, headers={"If-Match": etag})
    late = http.patch(path, json={"decision_number": "78/QĐ"}, headers={"If-Match": etag})
    senseless = http.patch(path, json={"valid_until": "2001-01-01"})

    assert mended.get_json() == before | {"decision_number": "77/QĐ"}
    assert late.status_code == 412
    assert (senseless.status_code, senseless.get_json()["problems"][0]["field"]) == (422, "valid_until")


def test_renewals_answer_with_the_recognition_even_when_repeated(desk: DeskOffice, http: Any) -> None:
    desk.take(6)
    product, _ = recognised(desk)
    body, key = {"stars": 5, "decision_date": f"{desk.now:%Y-%m-%d}"}, {"Idempotency-Key": "công nhận".encode().hex()}

    made, again = (http.post(f"/products/{product}/recognitions", json=body, headers=key) for _ in range(2))

    assert made.status_code == again.status_code == 201
    assert (made.get_json()["stars"], made.get_json()["standing"]) == (5, "in_force")
    assert made.headers["Location"] == again.headers["Location"] == made.get_json()["url"]
    assert http.get(made.headers["Location"]).get_json() == made.get_json()


def test_two_stars_are_recorded_and_said_to_be_not_certified(desk: DeskOffice, http: Any) -> None:
    made = http.post("/products", json={"name": "Trà", "producer": "HTX"})

    facts = {"stars": 2, "decision_date": str(desk.office.today)}
    given = http.post(f"{made.get_json()['url']}/recognitions", json=facts)
    product = http.get(made.headers["Location"]).get_json()

    assert given.get_json()["standing"] == product["standing"] == "not_certified"
    assert product["may_be_printed"] is False
    assert "never certified" in str(desk.app.test_client().get("/api/v1/openapi.json").get_json())
