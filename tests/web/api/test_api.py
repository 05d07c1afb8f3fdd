"""The API: what a machine asks, what it is told, and how a refusal helps it on."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import OF_PRODUCERS, SCOPES
from labelsvc.domain.host import EXAMPLE
from labelsvc.web.desk.limits import limiter
from tests.offices.desk_office import ADDRESSES, DeskOffice, printable
from tests.offices.printing_office import manifest

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


def recognised(desk: DeskOffice) -> tuple[int, str]:
    """Return a product that may be printed, and the path of its newest recognition."""
    product = printable(desk)
    newest = desk.services.products.get(product).recognitions[-1]
    return product, f"/products/{product}/recognitions/{newest.id}"


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


@pytest.mark.parametrize(
    ("query", "vietnamese", "english"),
    [
        ("per_page=0", "per_page phải từ 1 trở lên", "per_page must be 1 or more"),
        ("sort=gia", "name, producer, stars, last_day", "must be one of"),
        ("khong=1", "Không có trường tên khong", "no field called khong"),
        ("ends_within=x", "số nguyên", "whole number"),
    ],
)
def test_validation_errors_are_in_the_readers_language(http: Any, query: str, vietnamese: str, english: str) -> None:
    said = [http.get(f"/products?{query}", headers={"Accept-Language": tag}).get_json() for tag in ("vi", "en")]

    assert vietnamese in said[0]["problems"][0]["message"]
    assert english in said[1]["problems"][0]["message"]
    assert said[0]["problems"][0]["field"] == query.partition("=")[0]


def test_faults_of_machines_speak_of_no_pages(http: Any) -> None:
    method, entry = http.delete("/products/1"), http.get("/products/1")
    media = http.post("/products", data="name=x", headers={"Content-Type": "text/plain"})

    assert (method.status_code, entry.status_code, media.status_code) == (405, 404, 415)
    assert not any("trang" in str(each.get_json()) for each in (method, entry, media))


def test_the_document_declares_what_every_answer_and_request_may_carry(desk: DeskOffice) -> None:
    document = desk.app.test_client().get("/api/v1/openapi.json").get_json()

    def headers(path: str, method: str) -> set[str]:
        parameters = document["paths"][f"/api/v1{path}"][method]["parameters"]
        return {one["name"] for one in parameters if one["in"] == "header"}

    file = document["paths"]["/api/v1/batches/{name}/files/{file}"]["get"]
    assert document["servers"] == [{"url": "http://localhost"}]
    assert headers("/batches", "post") == {"Idempotency-Key"}
    assert headers("/products/{product_id}", "patch") == {"If-Match"}
    assert headers("/batches/{name}/files/{file}", "get") == {"If-None-Match", "Range", "If-Range"}
    assert {"200", "206", "304", "416"} <= set(file["responses"])
    assert {"ETag", "Link"} <= set(document["paths"]["/api/v1/products"]["get"]["responses"]["200"]["headers"])


def test_the_documentation_page_tells_fields_in_tables(desk: DeskOffice) -> None:
    page = desk.app.test_client().get("/api/v1/docs").text

    assert "&#34;properties&#34;" not in page
    assert re.search(r'curl [^\n]*"http://localhost/api/v1/products\?words=tra', page)
    assert '<h3 id="BatchOrder">' in page
    assert "integer (≥ 1, ≤ 1048575)" in page


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


def test_every_reference_of_the_document_leads_somewhere(desk: DeskOffice) -> None:
    document = desk.app.test_client().get("/api/v1/openapi.json").get_json()
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)))

    def found(reference: str) -> bool:
        at = document
        for step in reference.split("/"):
            at = at.get(step, {})
        return bool(at)

    assert len(references) > 20
    assert [reference for reference in references if not found(reference)] == []


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
