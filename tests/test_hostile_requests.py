"""What nobody types and somebody sends: it is answered in words, and never ends a page or a process."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from desk_office import DeskOffice

from labelsvc.domain.account import Role
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.recognition import Recognition, Suspension, Withdrawal


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("hostile"))
    office.take(6)
    return office


@pytest.mark.parametrize("days", ["until=9999-12-31", "since=0001-01-01", "since=01/01/0001&until=31/12/9999"])
def test_the_log_of_changes_takes_any_day(desk: DeskOffice, days: str) -> None:
    assert desk.client(Role.ADMINISTRATOR).get(f"/office/audit?{days}").status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "31/12/2017", "2101-01-01"])
@pytest.mark.parametrize("field", ["decision_date", "valid_from", "valid_until"])
def test_a_day_that_no_decision_has_is_refused_in_words(desk: DeskOffice, field: str, day: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/products/1")
    form = {"stars": "4", "decision_date": "2026-03-05", field: day}

    answer = clerk.post("/office/products/1/recognitions", **form)

    assert answer.status_code == 422
    assert "31/12/2100" in answer.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("act", ["extend", "suspend", "withdraw"])
def test_a_change_of_a_recognition_takes_no_such_day_either(desk: DeskOffice, act: str, day: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/products/1")
    which = desk.shop.products.get(1).recognitions[0].id

    answer = clerk.post(
        f"/office/products/1/recognitions/{which}/{act}", since=day, until=day, decision="12", reason="thử"
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2017-12-31", "2101-01-01"])
def test_the_api_refuses_such_a_day_with_a_problem(desk: DeskOffice, day: str) -> None:
    token = desk.token(Role.CLERK, "products:write")

    answer = desk.app.test_client().post(
        "/api/v1/products/1/recognitions", json={"stars": 4, "decision_date": day}, headers=token
    )

    assert answer.status_code == 409
    assert answer.get_json()["problems"][0]["code"] == "recognition.day"


@pytest.mark.parametrize(
    "facts",
    [
        {"suspension": Suspension(date(1, 1, 1), "x")},
        {"suspension": Suspension(date(2026, 1, 1), "x", date(9999, 12, 31))},
        {"withdrawal": Withdrawal(date(9999, 12, 31), "x")},
        {"valid_from": date(2017, 12, 31)},
    ],
)
def test_a_recognition_has_no_day_outside_of_the_programme(facts: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        Recognition(stars=4, decision_date=date(2026, 1, 1), **facts)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_an_id_that_no_row_can_have_is_not_found(desk: DeskOffice, number: int) -> None:
    clerk, token = desk.client(Role.CLERK), desk.token(Role.CLERK, "products:read")

    answers = [
        clerk.get(path).status_code
        for path in (f"/office/products/{number}", f"/office/kit/artwork/{number}", f"/office/designs/a/{number}.svg")
    ]
    by_machine = desk.app.test_client().get(f"/api/v1/products/{number}", headers=token)

    assert answers == [404] * 3
    assert by_machine.status_code == 404
    assert by_machine.mimetype == "application/problem+json"


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_a_body_that_is_nested_without_end_is_refused(desk: DeskOffice, body: str) -> None:
    headers = desk.token(Role.CLERK, "products:write") | {"Content-Type": "application/json"}

    answer = desk.app.test_client().post("/api/v1/products", data=body, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"
