"""Stamps that a machine voids, reprints and replaces."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import OF_PRODUCERS, SCOPES
from tests.offices.api_machine import Machine
from tests.offices.desk_office import DeskOffice, printable, recognised
from tests.offices.printing_office import manifest


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.fixture
def http(desk: DeskOffice) -> Any:
    return Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))


def test_spoiled_stamps_are_reprinted_and_lost_ones_replaced(desk: DeskOffice, http: Any) -> None:
    desk.take(6)
    made = http.post("/batches", json={"products": [{"product_id": printable(desk), "quantity": 3}], "stock": "a4"})
    desk.work()
    url, name = made.headers["Location"], made.get_json()["batch"]
    line = manifest(Path(desk.services.batches.get(name).folder))[0]["line"]

    reprinted = http.post(f"{url}/reprints", json={"serials": [f"{line}:1-2"], "reason": "ướt"})
    replaced = http.post(f"{url}/replacements", json={"serials": [f"{line}:3"], "reason": "mất"})
    twice = http.post(f"{url}/replacements", json={"serials": [f"{line}:3"], "reason": "mất"})
    neither = http.post(f"{url}/reprints", json={"reason": "ướt"})

    assert (reprinted.status_code, reprinted.get_json()["count"]) == (201, 2)
    assert sha256(http.get(reprinted.headers["Location"]).data).hexdigest() == reprinted.get_json()["sha256"]
    assert http.get(url).get_json()["reprints"] == [reprinted.get_json()]
    assert (replaced.status_code, replaced.get_json()["pieces"]) == (201, 1)
    assert replaced.headers["Location"] != url
    assert (twice.status_code, neither.status_code) == (409, 422)


def ready_batch(desk: DeskOffice, http: Any, quantity: int = 5) -> tuple[str, str]:
    """Print a batch; return its address, and its line as people write it before serials."""
    desk.take(6)
    ordered = http.post("/batches", json={"products": [{"product_id": printable(desk), "quantity": quantity}]})
    desk.work()
    (line,) = desk.services.batches.lines(ordered.get_json()["batch"])
    return ordered.headers["Location"], str(line.line.number)


def test_programs_void_stamps_once_without_replacement(desk: DeskOffice, http: Any) -> None:
    url, line = ready_batch(desk, http)
    asked = {"serials": [f"{line}:1-2", f"{line}:4"], "kind": "destroyed", "reason": "cháy kho"}
    key = {"Idempotency-Key": "kho-3"}

    done = http.post(f"{url}/voids", json=asked, headers=key)
    again = http.post(f"{url}/voids", json=asked, headers=key)
    other = http.post(f"{url}/voids", json=asked | {"kind": "lost"}, headers=key)
    twice = http.post(f"{url}/voids", json=asked)

    said = {"kind": "destroyed", "serials": [f"{line}:1-2", f"{line}:4"], "count": 3}
    assert (done.status_code, done.headers["Location"]) == (201, url)
    assert {name: done.get_json()[name] for name in said} == said
    assert (again.status_code, again.get_json()) == (201, done.get_json())
    assert [answer.status_code for answer in (other, twice)] == [422, 409]
    voids = http.get(url).get_json()["voids"]
    assert [(void["serials"], void["kind"], void["replaced_by"]) for void in voids] == [
        (f"{line}:1-2", "destroyed", ""),
        (f"{line}:4", "destroyed", ""),
    ]
    code = manifest(Path(desk.services.batches.get(url.rpartition("/")[2]).folder))[3]["code"]
    assert http.get(f"/verdicts/{code}").get_json()["verdict"] == "reported_destroyed"


def test_lost_stamps_of_a_withdrawn_product_are_voided_by_programs(desk: DeskOffice, http: Any) -> None:
    url, line = ready_batch(desk, http)
    _, path = recognised(desk)
    withdrawn = http.post(f"{path}/withdraw", json={"decision_number": "9/QĐ", "reason": "vi phạm"})

    lost = {"serials": [f"{line}:5"], "reason": "mất trên đường"}
    replaced = http.post(f"{url}/replacements", json=lost)
    void = http.post(f"{url}/voids", json=lost | {"kind": "lost"})

    assert withdrawn.status_code == 200
    assert (replaced.status_code, void.status_code) == (409, 201)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "stolen"}, 422),
        ({"reason": ""}, 422),
        ({"serials": []}, 422),
        ({"serials": ["1:9-3"]}, 422),
        ({"serials": ["1:6"]}, 404),
        ({"serials": ["2:1"]}, 404),
    ],
)
def test_voids_that_cannot_be_are_refused_and_void_nothing(
    desk: DeskOffice, http: Any, change: dict[str, object], status: int
) -> None:
    url, _ = ready_batch(desk, http)
    asked = {"serials": ["1:1"], "kind": "lost", "reason": "mất"}

    refused = http.post(f"{url}/voids", json=asked | change)

    assert (refused.status_code, refused.mimetype) == (status, "application/problem+json")
    assert http.get(url).get_json()["voids"] == []


def test_only_the_offices_tokens_void_stamps(desk: DeskOffice, http: Any) -> None:
    url, line = ready_batch(desk, http)
    asked = {"serials": [f"{line}:1"], "kind": "lost", "reason": "mất"}
    desk.add("chuthe@htx.vn", Role.PRODUCER, 1)

    reader = Machine(desk.app.test_client(), desk.token(Role.CLERK, "batches:read", "batches:write"))
    producer = Machine(desk.app.test_client(), desk.token("chuthe@htx.vn", *OF_PRODUCERS))

    assert reader.post(f"{url}/voids", json=asked).status_code == 403
    assert producer.post(f"{url}/voids", json=asked).status_code == 403
    assert http.get(url).get_json()["voids"] == []
