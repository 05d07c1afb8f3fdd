"""The API: what a machine asks, what it is told, and how a refusal helps it on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desk_office import DeskOffice
from printing_office import manifest
from test_desk_pages import printable

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import SCOPES
from labelsvc.domain.host import EXAMPLE

STRANGE_CODE = "0123456789ABCDEFGHJK"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.fixture
def http(desk: DeskOffice) -> Any:
    return Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))


class Machine:
    """A program with a token."""

    def __init__(self, client: Any, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    def __getattr__(self, method: str) -> Any:
        def ask(path: str, *, headers: dict[str, str] | None = None, **body: Any) -> Any:
            return getattr(self._client, method)(
                f"/api/v1{path.removeprefix('/api/v1')}", headers=self._headers | (headers or {}), **body
            )

        return ask


def test_a_code_that_is_not_ours_is_a_problem_with_the_verdicts_facts(desk: DeskOffice, http: Any) -> None:
    answers = [http.get(f"/verdicts/{code}", headers={"Accept-Language": "en"}) for code in (STRANGE_CODE, "ABC")]

    for answer in answers:
        body = answer.get_json()
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert (body["status"], body["verdict"], body["code"], body["product"]) == (404, "not_ours", None, None)
        assert "not in" in body["title"] + body["detail"]
        assert "page" not in body["title"]


def test_an_order_that_names_what_there_is_not_says_which_field_and_what_there_is(desk: DeskOffice, http: Any) -> None:
    desk.take(4)
    line = {"product_id": printable(desk), "quantity": 1}

    product = http.post("/batches", json={"products": [line, line | {"product_id": 999_999}]})
    design = http.post("/batches", json={"products": [line], "design": "tem-25x36"})
    stock = http.post("/batches", json={"products": [line], "stock": "330x481"})

    assert [each.status_code for each in (product, design, stock)] == [409] * 3
    assert [each.get_json()["problems"][0]["field"] for each in (product, design, stock)] == [
        "products.1.product_id", "design", "stock",
    ]  # fmt: skip
    assert "999999" in product.get_json()["detail"]
    assert "«tem-25x36»; gần giống nhất: tem-25x35" in design.get_json()["detail"]
    assert "330x480" in stock.get_json()["detail"]
    assert not desk.shop.batch_lists.page()[1]


def test_an_order_of_which_nothing_may_be_printed_is_refused_with_every_reason(desk: DeskOffice, http: Any) -> None:
    desk.take(4)
    product = printable(desk)
    body = {"products": [{"product_id": product, "quantity": 1_000_000}, {"product_id": product, "quantity": 2_001}]}

    judged = http.post("/batches", json=body | {"dry_run": True})
    refused = http.post("/batches", json=body)
    partly = http.post("/batches", json={"products": [*body["products"], {"product_id": product, "quantity": 5}]})

    assert judged.status_code == 200
    assert [one["printed"] for one in judged.get_json()["products"]] == [False, False]
    assert (refused.status_code, refused.mimetype) == (409, "application/problem+json")
    problems = refused.get_json()["problems"]
    assert {one["field"] for one in problems} == {"products.0", "products.1"}
    assert all("hạn mức" in one["message"] for one in problems if one["code"] == "print.over_quota")
    assert partly.status_code == 201
    assert [one["printed"] for one in partly.get_json()["products"]] == [False, False, True]
    assert partly.headers["Location"] == partly.get_json()["url"]


@pytest.mark.parametrize(("host", "specimen"), [(EXAMPLE, True), ("TEM.OCOPHN.VN", False)])
def test_a_verdict_says_specimen_where_the_stamp_bears_the_word(tmp_path: Path, host: str, specimen: bool) -> None:
    desk = DeskOffice(tmp_path, host=host)
    desk.take(4)
    http = Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))
    name = http.post("/batches", json={"products": [{"product_id": printable(desk), "quantity": 1}]}).json["batch"]
    desk.work()
    code = manifest(Path(desk.shop.batches.get(name).folder))[0]["code"]

    found = http.get(f"/verdicts/{code}").get_json()

    assert found["verdict"] != "not_ours"
    assert found["specimen"] is specimen
