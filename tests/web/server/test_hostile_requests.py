"""What nobody types and somebody sends: it is answered in words, and never ends a page or a process."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import session

from labelsvc.domain.account import Role
from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.recognition import Recognition, Suspension, Withdrawal
from labelsvc.web.desk.context import flash_refusal, flash_success
from labelsvc.wording import Wording
from tests.offices.desk_office import DeskOffice
from tests.samples.records_files import xlsx_of


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("hostile"))
    office.take(6)
    return office


@pytest.mark.parametrize("days", ["until=9999-12-31", "since=0001-01-01", "since=01/01/0001&until=31/12/9999"])
def test_the_log_of_changes_takes_any_day(desk: DeskOffice, days: str) -> None:
    assert desk.client(Role.ADMINISTRATOR).get(f"/office/audit?{days}").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2017-12-31", "x"])
def test_the_list_of_batches_takes_any_day(desk: DeskOffice, day: str) -> None:
    assert desk.client(Role.AUDITOR).get(f"/office/batches?since={day}").status_code == 200


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
    which = desk.services.products.get(1).recognitions[0].id

    answer = clerk.post(
        f"/office/products/1/recognitions/{which}/{act}", since=day, until=day, decision="12", reason="thử"
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2017-12-31", "2101-01-01"])
def test_the_api_refuses_such_a_day_with_a_problem(desk: DeskOffice, day: str) -> None:
    token = desk.token(Role.CLERK, "recognitions:write")

    answer = desk.app.test_client().post(
        "/api/v1/products/1/recognitions", json={"stars": 4, "decision_date": day}, headers=token
    )

    assert answer.status_code == 422
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


@pytest.mark.parametrize(
    "body", ['{"name": "\\ud800", "producer": "HTX"}', '{"\\uDFFF": 1}', '{"reason": ["\\ud800"]}']
)
def test_half_a_letter_in_a_body_is_refused_in_words(desk: DeskOffice, body: str) -> None:
    headers = desk.token(Role.CLERK, "products:write") | {"Content-Type": "application/json"}

    answer = desk.app.test_client().post("/api/v1/products", data=body, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_too_many_files_are_refused_and_none_is_dropped_silently(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    files = [(io.BytesIO(b"a;b"), f"{number}.csv") for number in range(21)]

    answer = clerk.http.post("/office/import", data={"csrf_token": clerk.csrf, "files": files})

    assert answer.status_code == 422
    assert "21 tệp" in answer.text


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_api_imports_have_the_same_row_limit(desk: DeskOffice, monkeypatch: pytest.MonkeyPatch, dry_run: str) -> None:
    monkeypatch.setattr("labelsvc.web.api.imports.MOST_ROWS", 5)
    rows = "".join(f"Chè {number};HTX {number};4;05/03/2026\n" for number in range(6))
    file = (io.BytesIO(f"Tên sản phẩm;Chủ thể;Hạng sao;Ngày quyết định\n{rows}".encode()), "a.csv")

    answer = desk.app.test_client().post(
        f"/api/v1/imports?dry_run={dry_run}", data={"file": file}, headers=desk.token(Role.CLERK, "imports:write")
    )

    assert answer.status_code == 409
    assert answer.json["problems"][0]["code"] == "records.too_many_rows_here"


def test_web_imports_are_limited_to_rows_processed_in_time(desk: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.web.office.importing.MOST_ROWS", 5)
    heading, *rows = (
        "Tên sản phẩm;Chủ thể;Hạng sao;Ngày quyết định",
        *(f"Mật ong {number};HTX {number};4;05/03/2026" for number in range(6)),
    )
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")

    def shown(lines: list[str]) -> str:
        files = [(io.BytesIO("\n".join([heading, *lines]).encode()), "a.csv")]
        answer = clerk.http.post("/office/import", data={"csrf_token": clerk.csrf, "files": files})
        return str(clerk.get(answer.headers["Location"]).text)

    assert "labelsvc import" in shown(rows)
    assert "labelsvc import" not in shown(rows[:5])


def test_a_cell_of_millions_of_letters_is_refused_by_its_place(desk: DeskOffice) -> None:
    content = xlsx_of(
        ("A", [["Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày quyết định"], ["a" * 5_000_000, "HTX", 4, "05/03/2026"]])
    )
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")

    answer = clerk.http.post(
        "/office/import", data={"csrf_token": clerk.csrf, "files": [(io.BytesIO(content), "dai.xlsx")]}
    )
    page = clerk.get(answer.headers["Location"])

    assert page.status_code == 200
    assert "Tên sản phẩm" in page.text
    assert len(page.text) < 100_000


def test_what_is_refused_fits_into_the_cookie_that_a_browser_takes(desk: DeskOffice) -> None:
    letters = "".join(chr(0x1EA0 + number * 7 % 90) for number in range(20_000))
    response = desk.app.response_class()

    with desk.app.test_request_context("/"):
        for _ in range(5):
            flash_refusal(InvalidValue.from_code("account.email", field="email", value=letters))
        flash_success("people.withdrawn")
        desk.app.session_interface.save_session(desk.app, session, response)

    assert 100 < len(response.headers["Set-Cookie"]) < 3_500


def test_too_many_attempts_are_answered_with_the_time_to_retry(desk: DeskOffice) -> None:
    guest = desk.client()

    answers = [guest.post("/login", email="a@b.vn", password="x" * 20) for _ in range(11)]

    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_an_unsatisfiable_range_is_answered_with_the_file_length(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print?product=1")
    product = next(
        one.id
        for one in desk.services.products.all()
        if (found := one.history) and found[-1].holds_on(desk.now.date()) and found[-1].stars >= 3
    )
    clerk.post("/office/print", product=product, quantity=1, design="tem-25x35", stock="a4", nonce="r")
    desk.work()
    batch = desk.services.batches.last()
    assert batch
    path = f"/office/batches/{batch.name}/files/labels-001.pdf"
    size = len(clerk.get(path).data)

    answer = clerk.get(path, headers={"Range": "bytes=999999999-"})

    assert size
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"


def test_an_error_quotes_no_whole_page(desk: DeskOffice) -> None:
    wording = Wording(desk.services.templates / "wording", "vi")
    page = "<p>" * 300_000

    said = wording.explain(Problem("design.template", {"line": 3, "value": page, "reason": page}))
    within = wording.explain(Problem("design.at", {"line": 3, "why": Problem("design.link_outside", {"value": page})}))

    assert len(said) < 1_200
    assert len(within) < 1_200
