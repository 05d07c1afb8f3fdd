"""The API's own document, and how its refusals read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import SCOPES
from tests.house.reference import DOCS
from tests.offices.api_machine import Machine
from tests.offices.desk_office import DeskOffice


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.fixture
def http(desk: DeskOffice) -> Any:
    return Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))


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


def test_what_api_md_names_is_declared(desk: DeskOffice) -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    document = desk.app.test_client().get("/api/v1/openapi.json").get_json()
    declared = [
        (path.removeprefix("/api/v1"), method) for path, methods in document["paths"].items() for method in methods
    ]

    for path, query in re.findall(r"https://[^/ ]+(/api/v1/[^? ]+)\?(\S+)", page):
        known = {each["name"] for each in document["paths"][path]["get"]["parameters"] if each["in"] == "query"}
        assert {pair.partition("=")[0] for pair in query.split("&")} <= known
    for method, path in re.findall(r"`(GET|POST|PATCH) (?:/api/v1)?([/…][^`]+)`", page):
        wanted = re.compile(re.sub(r"\\{.*?\\}", r"\\{\\w+\\}", re.escape(path)).replace("…", ".+"))
        assert any(wanted.fullmatch(each) and method.lower() == how for each, how in declared), path
    of_verdicts = page.index("## Verdicts as evidence")  # their JSON is that of pages, which the document leaves open
    words = json.dumps(document)
    assert {name for name in re.findall(r"`([a-z_]+)`", page[:of_verdicts]) if f'"{name}"' not in words} == set()
