"""The API: what a machine asks, what it is told, and how a refusal helps it on."""

from __future__ import annotations

import io
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import OF_PRODUCERS, SCOPES
from labelsvc.domain.host import EXAMPLE
from labelsvc.web.desk.limits import limiter
from tests.offices.api_machine import Machine
from tests.offices.desk_office import ADDRESSES, DeskOffice, printable
from tests.offices.printing_office import manifest

STRANGE_CODE = "0123456789ABCDEFGHJK"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.fixture
def http(desk: DeskOffice) -> Any:
    return Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))


def test_unknown_codes_answer_a_problem_with_the_verdicts_facts(desk: DeskOffice, http: Any) -> None:
    answers = [http.get(f"/verdicts/{code}", headers={"Accept-Language": "en"}) for code in (STRANGE_CODE, "ABC")]

    for answer in answers:
        body = answer.get_json()
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert (body["status"], body["verdict"], body["code"], body["product"]) == (404, "not_ours", None, None)
        assert "not in" in body["title"] + body["detail"]
        assert "page" not in body["title"]


def test_orders_with_unknown_names_report_the_field_and_choices(desk: DeskOffice, http: Any) -> None:
    desk.take(4)
    line = {"product_id": printable(desk), "quantity": 1}

    product = http.post("/batches", json={"products": [line, line | {"product_id": 999_999}]})
    design = http.post("/batches", json={"products": [line], "design": "tem-25x36"})
    stock = http.post("/batches", json={"products": [line], "stock": "330x481"})

    assert [each.status_code for each in (product, design, stock)] == [409] * 3
    assert [each.get_json()["problems"][0]["field"] for each in (product, design, stock)] == [
        "products.1.product_id",
        "design",
        "stock",
    ]
    assert "999999" in product.get_json()["detail"]
    assert "«tem-25x36»; gần giống nhất: tem-25x35" in design.get_json()["detail"]
    assert "330x480" in stock.get_json()["detail"]
    assert not desk.services.batch_lists.page()[1]


def test_orders_warn_of_floating_labels_and_may_forbid_turning(desk: DeskOffice, http: Any) -> None:
    desk.take(4)
    body = {"products": [{"product_id": printable(desk), "quantity": 8}], "dry_run": True, "design": "nhan-60x90"}

    floating = http.post("/batches", json=body | {"stock": "avery-l7169"}).get_json()
    turned = http.post("/batches", json=body | {"stock": "a4"}).get_json()
    upright = http.post("/batches", json=body | {"stock": "a4", "may_turn": False}).get_json()

    assert ["viền trắng 19,55 mm mỗi bên" in warning for warning in floating["warnings"]] == [True]
    assert (turned["warnings"], turned["sheets"], upright["sheets"]) == ([], 1, 2)


def test_lane_order_is_accepted_on_rolls_only(desk: DeskOffice, http: Any) -> None:
    desk.take(4)
    body = {"products": [{"product_id": printable(desk), "quantity": 40}], "order": "lanes"}

    name = http.post("/batches", json=body | {"stock": "roll-25x35x4"}).get_json()["batch"]
    sheet = http.post("/batches", json=body | {"stock": "a4"})
    unknown = http.post("/batches", json=body | {"order": "piles"})

    assert desk.services.batches.get(name).options.order == "lanes"
    assert (sheet.status_code, unknown.status_code) == (422, 422)
    assert "chỉ cuộn mới xẻ được" in sheet.get_json()["detail"]


def test_orders_with_nothing_printable_are_refused_with_every_reason(desk: DeskOffice, http: Any) -> None:
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
def test_verdicts_on_specimens_say_so(tmp_path: Path, host: str, specimen: bool) -> None:
    desk = DeskOffice(tmp_path, host=host)
    desk.take(4)
    http = Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))
    name = http.post("/batches", json={"products": [{"product_id": printable(desk), "quantity": 1}]}).json["batch"]
    desk.work()
    code = manifest(Path(desk.services.batches.get(name).folder))[0]["code"]

    found = http.get(f"/verdicts/{code}").get_json()

    assert found["verdict"] != "not_ours"
    assert found["specimen"] is specimen


ROWS = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nTrà mới,HTX Mới,4,05/03/2026\nSai,HTX Mới,9,05/03/2026\n"


def test_a_spreadsheet_is_judged_taken_in_and_undone(desk: DeskOffice, http: Any) -> None:
    def send(query: str = "") -> Any:
        return http.post(f"/imports{query}", data={"file": (io.BytesIO(ROWS.encode()), "nhập.csv")})

    judged = send("?dry_run=true").get_json()
    unwritten = desk.services.products.all()
    taken, again = send().get_json(), send().get_json()
    past = http.get("/imports").get_json()["items"]
    undone = http.post(f"/imports/{past[0]['id']}/undo")

    assert (judged["dry_run"], judged["new"], judged["refused"]) == (True, 1, 1)
    assert "«9»" in judged["refused_rows"][0]["reasons"][0]
    assert judged["refused_rows"][0]["row"] == 3
    assert not unwritten
    assert (taken["new"], again["new"], again["unchanged"]) == (1, 0, 1)
    assert (len(past), past[0]["source"], past[0]["who"]) == (1, "nhập.csv", ADDRESSES[Role.CLERK])
    assert undone.status_code == 204
    assert not desk.services.products.all()


def test_a_file_that_is_no_spreadsheet_gets_its_reasons(desk: DeskOffice, http: Any) -> None:
    broken = http.post("/imports", data={"file": (io.BytesIO(b"PK\x03\x04 hong"), "a.xlsx")})
    other = http.post("/imports", data=b"a,b", headers={"Content-Type": "text/csv"})

    assert (broken.status_code, broken.mimetype) == (409, "application/problem+json")
    assert broken.get_json()["problems"]
    assert (other.status_code, "multipart/form-data" in other.get_json()["detail"]) == (415, True)


def test_batch_files_say_where_they_are_and_what_they_hold(desk: DeskOffice, http: Any) -> None:
    desk.take(6)
    made = http.post("/batches", json={"products": [{"product_id": printable(desk), "quantity": 3}], "stock": "single"})
    desk.work()
    batch = http.get(made.headers["Location"]).get_json()

    downloads = {file["name"]: http.get(file["url"]) for file in batch["files"]}
    part = http.get(batch["files"][0]["url"], headers={"Range": "bytes=0-9"})

    assert set(downloads) >= {"labels-001.pdf", "ticket.pdf", "manifest.csv", "proof.json"}
    for file in batch["files"]:
        assert sha256(downloads[file["name"]].data).hexdigest() == file["sha256"]
    assert downloads["manifest.csv"].headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (part.status_code, len(part.data)) == (206, 10)


def test_a_producers_token_takes_its_files_and_asks_for_stamps(desk: DeskOffice, http: Any) -> None:
    desk.take(8)
    product = printable(desk)
    desk.add("chuthe@htx.vn", Role.PRODUCER, desk.services.product_lists.producer_of(product))
    own = Machine(desk.app.test_client(), desk.token("chuthe@htx.vn", *OF_PRODUCERS))
    others = next(one.id for one in desk.services.products.all() if own.get(f"/products/{one.id}").status_code == 404)
    line = {"product_id": product, "quantity": 1}

    url = own.post("/batches", json={"products": [line], "stock": "single"}).headers["Location"]
    early = own.get(f"{url}/forms/qr.svg")
    desk.work()
    forms = own.get(f"{url}/forms").get_json()["items"]
    files = {form["file"]: own.get(form["url"].removeprefix("/api/v1")) for form in forms}
    asked = own.post("/stamp-orders", json=line | {"quantity": 40, "note": "gấp"})
    foreign = own.post("/stamp-orders", json=line | {"product_id": others})
    hers, orders = asked.headers["Location"], own.get("/stamp-orders").get_json()
    printed = http.post("/batches", json={"products": [line | {"quantity": 40}]}).get_json()["batch"]
    desk.work()
    steps = [
        (own, "approved", 403),
        (http, "delivered", 409),
        (http, "cancelled", 403),
        (http, "approved", 200),
        (http, "printed", 200),
        (own, "cancelled", 409),
        (http, "delivered", 200),
    ]

    assert early.status_code == 404
    assert {file.status_code for file in files.values()} == {200}
    assert {form["kind"] for form in forms} == {"pdf", "png", "svg", "qr"}
    assert {file.mimetype for name, file in files.items() if name.startswith("qr")} == {
        "image/svg+xml",
        "application/pdf",
        "image/png",
    }
    assert files["labels-300dpi.png"].data.startswith(b"\x89PNG")
    assert (asked.status_code, asked.get_json()["state"], orders["total"]) == (201, "requested", 1)
    assert foreign.status_code == 404
    for who, state, status in steps:
        change = {"state": state} | ({"batch": printed} if state == "printed" else {})
        assert who.patch(hers, json=change).status_code == status, state
    assert http.post("/stamp-orders", json=line).status_code == 403
    assert own.post(f"{url}/reprints", json={"sheets": "1", "reason": "x"}).status_code == 403


def test_a_list_links_to_its_neighbours(desk: DeskOffice, http: Any) -> None:
    desk.take(5)

    answer = http.get("/products?per_page=2&page=2&sort=producer")
    links = {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])}

    assert set(links) == {"first", "prev", "next", "last"}
    assert links["last"] == links["next"]
    assert http.get(links["next"]).get_json()["page"] == 3
    assert "sort=producer" in links["next"]


def test_strangers_are_refused_before_anything_is_read(desk: DeskOffice) -> None:
    stranger = desk.app.test_client()

    answers = [
        stranger.post("/api/v1/products", json={"bad": 1}),
        stranger.post("/api/v1/products", data="[" * 100_000, content_type="application/json"),
        stranger.get("/api/v1/products?per_page=x"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3


def test_a_place_that_asks_too_often_waits(desk: DeskOffice) -> None:
    limiter.reset()
    stranger = desk.app.test_client()

    statuses = [stranger.post("/api/v1/products", json={}).status_code for _ in range(610)]
    limiter.reset()

    assert statuses[0] == 401
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/batches", {"products": [{"product_id": 1, "quantity": 1}], "strict_law": 0}),
        ("/batches", {"products": [{"product_id": "1", "quantity": 1}]}),
        ("/products", {"name": "A", "producer": "B", "registered_mark": 1}),
        ("/products/1/recognitions", {"stars": 4, "decision_date": 0}),
        ("/products/1/recognitions", {"stars": 4, "decision_date": "20260101"}),
        ("/products/1/recognitions", {"stars": "4", "decision_date": "2026-01-01"}),
    ],
)
def test_a_number_is_no_text_and_no_day(desk: DeskOffice, http: Any, path: str, body: dict[str, object]) -> None:
    desk.take(2)

    assert http.post(path, json=body).status_code == 422


@pytest.mark.parametrize("name", ["warnings_text", "warnings"])
def test_a_products_warnings_are_changed_under_either_name(desk: DeskOffice, http: Any, name: str) -> None:
    desk.take(1)
    path = f"/products/{desk.services.products.all()[0].id}"

    changed = http.patch(path, json={name: "Để xa tầm tay trẻ em"})

    assert changed.get_json()["warnings_text"] == http.get(path).get_json()["warnings_text"] == "Để xa tầm tay trẻ em"


def test_a_printed_name_is_changed_by_a_machine_that_confirms_it(desk: DeskOffice, http: Any) -> None:
    desk.take(4)
    product = printable(desk)
    http.post("/batches", json={"products": [{"product_id": product, "quantity": 1}]})
    path, new = f"/products/{product}", {"name": "Tên khác"}

    asked = http.patch(path, json=new)
    unreasoned = http.patch(path, json={**new, "rename_confirmed": True})
    done = http.patch(path, json={**new, "rename_confirmed": True, "reason": "Theo quyết định đổi tên"})

    assert asked.status_code == 409
    assert [one["field"] for one in asked.get_json()["problems"]] == ["rename_confirmed", "reason"]
    assert (unreasoned.status_code, unreasoned.get_json()["problems"][0]["field"]) == (422, "reason")
    assert (done.status_code, done.get_json()["name"]) == (200, "Tên khác")
