"""The meter on the desk: product pages, lists, import previews, print plans and the API say what is lacking."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import SCOPES
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.trace.profile import Certificate, KeyEvent, ProductPicture, ProductProfile
from labelsvc.storage.profiles.file_rows import UploadedFile
from tests.offices.api_machine import Machine
from tests.offices.desk_office import DeskClient, DeskOffice, product_named, upload
from tests.offices.visible_text import plain

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ROWS = (
    "Tên sản phẩm,Chủ thể,Nhãn hiệu,Hạng sao,Ngày quyết định,Xã,Xuất xứ,Hạn sử dụng,Nhóm sản phẩm\n"
    "Chè đủ,HTX Ba Trại,Ba Trại,4,05/03/2026,Ba Vì,Hà Nội,12 tháng,Đồ uống\n"
    "Chè không chuyện,HTX Ba Trại,Ba Trại,4,05/03/2026,Ba Vì,Hà Nội,12 tháng,Đồ uống\n"
    "Chè thiếu,HTX Ba Trại,Ba Trại,4,05/03/2026,,,,Đồ uống\n"
    "Du lịch vườn chè,HTX Ba Trại,,4,05/03/2026,Ba Vì,,,Du lịch\n"
)
CONTEXT = ChangeContext("canbo@vanphong.vn", NOW, "bổ sung")


def instead(profile: ProductProfile, _: ProductProfile) -> ProductProfile:
    return profile


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    desk = DeskOffice(tmp_path_factory.mktemp("desk"), now=NOW)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    clerk.post(upload(clerk, "/office/import", ROWS.encode(), "a.csv"))
    for name, story in (("Chè đủ", " ".join(["Chè trồng từ năm 1960."] * 10)), ("Chè không chuyện", "")):
        made, files = product_named(desk, name), desk.services.profile_files
        picture = files.add(made, UploadedFile(name.encode(), "image/jpeg", b"page", 960, 720), CONTEXT)
        profile = ProductProfile(
            story=story,
            pictures=(ProductPicture(picture, 960, 720),),
            certificates=(Certificate("VietGAP"),),
            events=(KeyEvent("Thu hái", "Ba Trại", date(2026, 10, 2)),),
        )
        desk.services.profiles.change(made, partial(instead, profile), CONTEXT)
    return desk


@pytest.fixture
def clerk(desk: DeskOffice) -> DeskClient:
    client = desk.client(Role.CLERK)
    client.get("/office/print")
    return client


@pytest.fixture
def http(desk: DeskOffice) -> Any:
    return Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))


def test_a_product_page_names_what_lacks_with_article_and_remedy(desk: DeskOffice, clerk: DeskClient) -> None:
    page = plain(clerk.get(f"/office/products/{product_named(desk, 'Chè thiếu')}").text)

    assert "Có 3 trên 9 thông tin mà mã truy xuất phải dẫn đến." in page
    assert "trang của mã chỉ gọi là «Kiểm tra tem»" in page
    assert "Ghi xuất xứ (nơi trồng, nuôi hoặc làm ra sản phẩm). Nghị định 37/2026/NĐ-CP, điều 23(5)" in page
    assert "Quyết định 26/2026/QĐ-TTg, phụ lục II, tiêu chí 5.1 · bắt buộc từ 4 sao" in page


def test_a_producer_sees_the_same_meter_and_a_service_none(desk: DeskOffice, clerk: DeskClient) -> None:
    whole, service = product_named(desk, "Chè đủ"), product_named(desk, "Du lịch vườn chè")
    desk.add("chuthe@htx.vn", Role.PRODUCER, desk.services.product_lists.producer_of(whole))

    own = plain(desk.client("chuthe@htx.vn").get(f"/producer/products/{whole}").text)
    other = plain(clerk.get(f"/office/products/{service}").text)

    assert "trang của mã được gọi là «Truy xuất nguồn gốc»" in own
    assert "không phải hàng hóa, không cần truy xuất nguồn gốc" in other


def test_a_list_counts_and_filters_what_lacks(clerk: DeskClient) -> None:
    pages = {name: plain(clerk.get(f"/office/products?trace={name}").text) for name in ("", "lacks", "whole")}

    assert "thiếu 6" in pages[""]
    assert ("Chè thiếu" in pages["lacks"], "Chè đủ" in pages["lacks"]) == (True, False)
    assert ("Chè thiếu" in pages["whole"], "Chè không chuyện" in pages["whole"]) == (False, True)
    assert "Du lịch vườn chè" not in pages["lacks"] + pages["whole"]


def test_an_import_preview_counts_whole_products_and_names_rows(clerk: DeskClient) -> None:
    clerk.get("/office/import")

    page = plain(clerk.get(upload(clerk, "/office/import", ROWS.encode(), "b.csv")).text)

    assert "2 trên 3 sản phẩm của tệp này sẽ đủ chín thông tin truy xuất." in page
    assert "dòng 4" in page[page.index("Xem từng dòng thiếu gì") :]


def test_a_print_plan_warns_or_refuses_what_lacks(desk: DeskOffice, clerk: DeskClient) -> None:
    ids = [product_named(desk, name) for name in ("Chè đủ", "Chè không chuyện", "Chè thiếu")]
    asked = "&".join(["quantity=4&chosen=1", *(f"product={each}" for each in ids)])

    warned = plain(clerk.get(f"/office/print?{asked}").text)
    refused = plain(clerk.get(f"/office/print?{asked}&strict_trace=1").text)

    assert "Thiếu thông tin truy xuất (2)" in warned
    assert "thiếu thông tin truy xuất: câu chuyện sản phẩm" in warned
    assert "mà đợt in này đòi hỏi" not in warned
    assert refused.count("mà đợt in này đòi hỏi") == 2


def test_a_strict_order_keeps_its_option_and_refuses_by_name(desk: DeskOffice, http: Any) -> None:
    ids = [product_named(desk, name) for name in ("Chè đủ", "Chè thiếu")]
    body = {"products": [{"product_id": each, "quantity": 1} for each in ids], "strict_trace": True}

    ordered = http.post("/batches", json=body, headers={"Accept-Language": "en"}).get_json()

    assert [one["printed"] for one in ordered["products"]] == [True, False]
    reasons = " ".join(ordered["products"][1]["reasons"])
    assert "(picture, address, origin, key events, use-by, standards applied, the product’s story)" in reasons
    assert desk.services.batches.get(ordered["batch"]).options.strict_trace


def test_the_api_gives_the_meter_of_products_and_imports(desk: DeskOffice, http: Any) -> None:
    whole = http.get(f"/products/{product_named(desk, 'Chè đủ')}").get_json()["trace"]
    storyless = http.get(f"/products/{product_named(desk, 'Chè không chuyện')}").get_json()["trace"]
    listed = http.get("/products?lacks_trace=true").get_json()["items"]
    file = {"file": (io.BytesIO(ROWS.encode()), "c.csv")}
    judged = http.post("/imports?dry_run=true", data=file).get_json()["trace"]

    assert (whole["traceable"], whole["met"], whole["percent"]) == (True, 9, 100)
    assert [one["state"] for one in storyless["criteria"]] == ["met", "lacking"]
    assert [(one["name"], one["trace_lacks"]) for one in listed] == [("Chè thiếu", 6)]
    assert (judged["products"], judged["complete"], [row["row"] for row in judged["rows"]]) == (3, 2, [4])
