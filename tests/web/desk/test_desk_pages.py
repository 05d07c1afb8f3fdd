"""The desk as a whole: who comes in, what each may see and change, and in which language."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import ADDRESSES, DeskOffice, printable
from tests.offices.prepared_databases import on_sqlite_alone
from tests.samples.generator import make_records

OFFICE_PAGES = (
    "/office", "/office/products", "/office/producers", "/office/products/1", "/office/batches", "/office/stamp-orders",
    "/office/designs", "/office/kit", "/office/audit", "/office/import", "/account",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


def test_office_pages_require_a_sign_in_and_open_after_it(desk: DeskOffice) -> None:
    desk.take(4)
    stranger, clerk = desk.client(), desk.client(Role.CLERK)

    for path in OFFICE_PAGES:
        asked, opened = stranger.get(path), clerk.get(path)

        assert asked.status_code == 302, path
        assert "/login" in asked.headers["Location"], path
        assert opened.status_code == 200, path
        assert "Traceback" not in opened.text, path


@on_sqlite_alone
def test_an_auditor_reads_everything_and_changes_nothing(desk: DeskOffice) -> None:
    desk.take(4)
    auditor = desk.client(Role.AUDITOR)

    read = [auditor.get(path).status_code for path in OFFICE_PAGES]
    changed = [
        auditor.post(path).status_code
        for path in (
            "/office/print",
            "/office/products/new",
            "/office/products/1/recognitions",
            "/office/import",
            "/office/batches/2026-001/cancel",
            "/office/imports/1/undo",
            "/office/accounts/invitations",
            "/office/stamp-orders/1/approved",
        )
    ]

    assert set(read) == {200}
    assert set(changed) == {403}


@on_sqlite_alone
def test_a_producer_finds_nothing_of_the_office_or_of_another_producer(desk: DeskOffice) -> None:
    desk.take(8)
    own = printable(desk)
    producer_id = desk.services.product_lists.producer_of(own)
    desk.add("chuthe@htx.vn", Role.PRODUCER, producer_id)
    others = [
        one.id for one in desk.services.products.all() if desk.services.product_lists.producer_of(one.id) != producer_id
    ]
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/print?product={own}")
    name = clerk.post("/office/print", product=own, quantity=2, design="tem-25x35", stock="a4").headers["Location"]
    batch = name.rpartition("/")[2]
    producer = desk.client("chuthe@htx.vn")

    assert producer.get(f"/producer/products/{own}").status_code == 200
    for path in (
        *OFFICE_PAGES[:-1],
        f"/producer/products/{others[0]}",
        f"/producer/products/{others[0]}/labels/tem-25x35.png",
        f"/producer/labels/{batch}",
        f"/producer/labels/{batch}/all.zip",
        f"/producer/labels/{batch}/forms/qr-svg.zip",
        f"/producer/labels/{batch}/files/labels-001.pdf",
        f"/office/batches/{batch}/files/labels-001.pdf",
    ):
        assert producer.get(path).status_code == 404, path
    assert producer.post(f"/producer/products/{others[0]}/labels", quantity=1).status_code == 404
    assert producer.post(f"/producer/products/{others[0]}/orders", quantity=1).status_code == 404


def test_the_office_extends_suspends_withdraws_and_renews_with_reasons(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1]
    base = f"/office/products/{product}/recognitions"
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/products/{product}")
    until = recognition.recognition.last_day_by_decision

    later = {"until": (until + timedelta(days=180)).strftime("%d/%m/%Y"), "reason": "chờ"}
    by_law = clerk.post(f"{base}/{recognition.id}/extend", **later)
    extended = clerk.post(f"{base}/{recognition.id}/override", **later)
    suspended = clerk.post(
        f"{base}/{recognition.id}/suspend", since="01/01/2020", until="", decision="5/QĐ", reason="kiểm tra"
    )
    withdrawing = {"since": desk.now.strftime("%d/%m/%Y"), "decision": "6/QĐ", "reason": "vi phạm"}
    groundless = clerk.post(f"{base}/{recognition.id}/withdraw", **withdrawing, ground="")
    withdrawn = clerk.post(f"{base}/{recognition.id}/withdraw", **withdrawing, ground="misuse_of_mark")
    renewed = clerk.post(base, stars="5", decision_date=(desk.now - timedelta(days=1)).strftime("%d/%m/%Y"))
    page = clerk.get(f"/office/products/{product}").text
    changes, _ = desk.services.changes.page(subject="recognition", subject_id=recognition.id)

    assert (by_law.status_code, groundless.status_code) == (422, 422)
    assert "Không quy định nào cho gia hạn" in by_law.text
    assert "theo quyết định của Văn phòng (không phải gia hạn theo quy định)" in page
    assert "hiểu lầm · vi phạm" in page
    assert [each.status_code for each in (extended, suspended, withdrawn, renewed)] == [302] * 4
    assert "6/QĐ" in page
    assert {"extended_until", "suspended_since", "withdrawn_since"} <= {change.field for change in changes}
    assert {change.who for change in changes if change.reason in ("chờ", "vi phạm")} == {ADDRESSES[Role.CLERK]}


def test_the_register_lists_valid_products_and_its_csv_has_no_formulas(desk: DeskOffice) -> None:
    desk.take_records(make_records(10, day=desk.office.today))
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/products/new")
    made = clerk.post(
        "/office/products/new",
        name="=1+1",
        producer="@HTX",
        stars="4",
        decision_date=(desk.now - timedelta(days=3)).strftime("%d/%m/%Y"),
    )
    guest = desk.client()

    page, table, facts = (
        guest.get(path) for path in ("/register", "/register/register.csv", "/register/register.json")
    )
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))

    assert made.status_code == 302
    assert page.status_code == 200
    assert any(row[0] == "'=1+1" for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert len(json.loads(facts.data)["products"]) == len(rows) - 1


@on_sqlite_alone
def test_every_answer_has_the_headers_that_keep_a_page_safe(desk: DeskOffice) -> None:
    answer = desk.client().get("/login")

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert " style=" not in answer.text
    assert "onclick" not in answer.text


def test_one_and_two_stars_are_not_registered_or_in_force(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    day = f"{desk.office.today - timedelta(days=300):%d/%m/%Y}"
    rows = f"Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nTest A,HTX A,2,{day}\nTest B,HTX A,3,{day}\n"
    upload = clerk.http.post(
        "/office/import",
        data={"csrf_token": clerk.csrf, "files": (io.BytesIO(rows.encode()), "nhap.csv")},
        content_type="multipart/form-data",
    )
    clerk.post(upload.headers["Location"])
    lists, today = desk.services.product_lists, desk.now.date()

    page = desk.client().get("/register").text
    facts = desk.client().get("/register/register.json").get_json()
    api = desk.app.test_client().get("/api/v1/register").get_json()
    overview, (producers, _) = lists.overview(today, (9_000,)), lists.producers("", today)
    own_page = clerk.get("/office/products?words=test+a").text

    assert "Test A" not in page
    assert [one["name"] for one in facts["products"]] == [one["name"] for one in api["items"]] == ["Test B"]
    assert (overview.in_force, overview.total, overview.ends_within) == (1, 2, {9_000: 1})
    assert [(one.products, one.in_force) for one in producers] == [(2, 1)]
    assert "Chưa được chứng nhận" in own_page


def test_communes_are_those_of_the_district_chosen(desk: DeskOffice) -> None:
    desk.take(40)
    clerk = desk.client(Role.CLERK)
    places = desk.services.product_lists.places()
    district, commune = next(place for place in places if all(place))
    elsewhere = next(other for of, other in places if other and of != district)

    rows = clerk.get(f"/office/products?district={district}&commune={elsewhere}", headers={"HX-Request": "true"}).text

    assert 'id="communes" hx-swap-oob="true"' in rows
    assert f'<option value="{commune}"' in rows
    assert f'<option value="{elsewhere}"' not in rows
    assert "Không tìm thấy gì" not in rows


@on_sqlite_alone
def test_lists_of_an_empty_office_ask_for_an_import(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)

    empty = [clerk.get(address).text for address in ("/office/products", "/office/producers")]
    searched = [clerk.get(address).text for address in ("/office/products?words=mật", "/office/producers?words=mật")]

    assert all("Chưa có sản phẩm nào." in page for page in empty)
    assert all("Không tìm thấy gì." in page for page in searched)
    assert "Sổ đăng ký chưa có sản phẩm" in clerk.get("/register").text
    assert "ít từ hơn" in clerk.get("/register?words=mật").text


@on_sqlite_alone
def test_the_desk_in_english_calls_designs_and_fields_in_english(desk: DeskOffice) -> None:
    desk.take(8)
    clerk = desk.client(Role.CLERK)
    clerk.post("/language/en")
    clerk.get("/language/en")

    pages = clerk.get(f"/office/print?product={printable(desk)}&quantity=1", headers={"Accept-Language": "en"}).text
    gallery = clerk.get("/office/designs", headers={"Accept-Language": "en"}).text
    large = clerk.get("/office/designs/tem-25x35", headers={"Accept-Language": "en"}).text

    assert "Stamp 25 × 35 mm" in pages
    assert "<h1>Stamp 25\u00a0×\u00a035\u00a0mm</h1>" in large, "the size stays on one line"
    assert "Print 1 label · 1 sheet<" in pages
    assert "In 1 PDF file," in pages
    assert "QR code version 3, level Q, modules of 0.4" in pages
    assert "QR code version 3, level Q, modules of" in large
    assert "Round stamp" in gallery
    assert "Biển kệ hàng" not in gallery
