"""The programme's rules on the desk: windows for renewal, issuers that do not fit, potential five stars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import SCOPES
from labelsvc.domain.product import Product
from labelsvc.domain.programme.rules import months_later
from labelsvc.domain.recognition import Extension, Recognition
from labelsvc.domain.trace.product_details import NO_DETAILS, PublicProduct
from labelsvc.web.product_words import product_words
from tests.offices.api_machine import Machine
from tests.offices.desk_office import DeskClient, DeskOffice, product_named, upload
from tests.offices.visible_text import plain
from tests.samples.records_files import VIETNAMESE

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HEADING = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định,Cơ quan cấp,Điểm,Tiềm năng 5 sao\n"
ROWS = (
    "Trà đủ điểm,HTX A,4,05/10/2026,UBND TP Hà Nội,91,x\n"
    "Trà của xã,HTX B,3,05/10/2026,UBND xã Ba Vì,,\n"
    "Trà của huyện,HTX C,3,05/10/2026,UBND huyện Ba Vì,,\n"
    "Trà huyện xưa,HTX D,3,05/10/2024,UBND huyện Ba Vì,,\n"
    "Trà không dấu,HTX E,4,05/10/2026,,91,\n"
)
LEFT = {"Trà sớm": 181, "Trà mở": 180, "Trà hạn chót": 120, "Trà muộn": 119}


def by_days_left(left: int) -> date:
    """Return the day of a decision whose stars end in so many days."""
    return months_later(NOW.date() + timedelta(days=left), -36)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    desk = DeskOffice(tmp_path_factory.mktemp("desk"), now=NOW)
    rows = "".join(f"{name},HTX F,4,{by_days_left(left):%d/%m/%Y},,,\n" for name, left in LEFT.items())
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    clerk.post(upload(clerk, "/office/import", (HEADING + ROWS.splitlines(True)[0] + rows).encode(), "a.csv"))
    return desk


@pytest.fixture
def clerk(desk: DeskOffice) -> DeskClient:
    return desk.client(Role.CLERK)


@pytest.fixture
def http(desk: DeskOffice) -> Any:
    return Machine(desk.app.test_client(), desk.token(Role.CLERK, *SCOPES))


def test_an_import_preview_names_issuers_that_cannot_have_decided(clerk: DeskClient) -> None:
    clerk.get("/office/import")

    page = plain(clerk.get(upload(clerk, "/office/import", (HEADING + ROWS).encode(), "b.csv")).text)

    assert "1 dòng (3): «UBND xã Ba Vì»: cấp xã chỉ nhận và kiểm tra hồ sơ, không bao giờ công nhận sao" in page
    assert "1 dòng (4): «UBND huyện Ba Vì» không phải nơi công nhận 3 sao: theo quyết định 26/2026/QĐ-TTg" in page
    assert page.count("UBND huyện Ba Vì» không phải") == 1
    assert "Điểm 91 không thuộc hạng 4 sao; nếu sản phẩm chờ Bộ đánh giá 5 sao, hãy đánh dấu" in page


def test_a_list_says_until_when_files_are_received(clerk: DeskClient) -> None:
    page = plain(clerk.get("/office/products?words=HTX+F").text)

    said = {name: page[page.index(name) :].partition("HTX")[2][:90] for name in LEFT}
    assert "hồ sơ" not in said["Trà sớm"]
    assert "Nộp hồ sơ đến hết 23/01/2027" in said["Trà mở"]
    assert "Nộp hồ sơ đến hết 24/11/2026" in said["Trà hạn chót"]
    assert "Hết hạn nộp hồ sơ từ 23/11/2026" in said["Trà muộn"]


def test_the_start_page_names_the_window_and_its_source(clerk: DeskClient) -> None:
    page = plain(clerk.get("/office/").text)

    assert "Nhận hồ sơ công nhận lại từ 180 đến 120 ngày trước khi hết hạn (26/2026/QĐ-TTg)." in page
    assert "Hết hạn nộp hồ sơ từ 23/11/2026" in page
    assert "Trà sớm" not in page


def test_a_product_page_and_the_api_tell_the_window(desk: DeskOffice, clerk: DeskClient, http: Any) -> None:
    late, early = product_named(desk, "Trà muộn"), product_named(desk, "Trà sớm")

    page = plain(clerk.get(f"/office/products/{early}").text)
    renewal = http.get(f"/products/{late}").get_json()["recognitions"][0]["renewal"]

    assert "nhận hồ sơ từ 25/11/2026 đến hết 24/01/2027 (26/2026/QĐ-TTg)" in page
    expected = {"opens": "2026-09-24", "closes": "2026-11-23", "stage": "closed", "source": "26/2026/QĐ-TTg"}
    assert renewal == expected


def test_a_form_takes_91_points_with_four_stars_and_the_flag(desk: DeskOffice, clerk: DeskClient) -> None:
    base = f"/office/products/{product_named(desk, 'Trà sớm')}"
    clerk.get(base)
    rated = {"stars": "4", "score": "91", "decision_date": "01/11/2026", "issuer": "UBND phường Hà Đông"}

    unflagged = clerk.post(f"{base}/recognitions", **rated)
    taken = clerk.post(f"{base}/recognitions", **rated, potential_five="1")
    page = plain(clerk.get(base).text)

    assert (unflagged.status_code, taken.status_code) == (422, 302)
    assert "hãy đánh dấu «tiềm năng 5 sao»" in unflagged.text
    assert "«UBND phường Hà Đông»: cấp xã chỉ nhận" in page


def test_a_machine_takes_91_points_with_four_stars_and_the_flag(desk: DeskOffice, http: Any) -> None:
    path = f"/products/{product_named(desk, 'Trà mở')}/recognitions"
    rated = {"stars": 4, "score": 91, "decision_date": "2026-11-01", "issuer": "Bộ NN&MT"}

    unflagged = http.post(path, json=rated)
    taken = http.post(path, json={**rated, "potential_five": True})

    assert (unflagged.status_code, taken.status_code) == (422, 201)
    assert (taken.get_json()["score"], taken.get_json()["potential_five"]) == (91, True)
    assert "UBND cấp tỉnh" in taken.get_json()["issuer_doubt"]


@pytest.mark.parametrize(
    ("ended", "by_office", "said"),
    [
        (date(2026, 9, 1), False, ["OCOP 4 sao, được gia hạn", "Được gia hạn đến hết ngày 31/12/2026."]),
        (date(2026, 12, 30), True, ["còn hiệu lực", "Sau ngày 30/12/2026 là thời gian giữ hiệu lực", "Lý do: Chờ."]),
        (date(2026, 10, 1), True, ["theo quyết định của Văn phòng", "Văn phòng quyết định giữ", "Lý do: Chờ."]),
    ],
)
def test_a_products_own_page_says_who_extended_its_stars(ended: date, by_office: bool, said: list[str]) -> None:
    longer = Extension(date(2026, 12, 31), "Chờ", by_office)
    rated = Recognition(stars=4, decision_date=date(2024, 1, 1), valid_until=ended, extension=longer)
    public = PublicProduct(product=Product(name="Trà", producer="HTX"), history=(rated,), details=NO_DETAILS)

    words = product_words(public, NOW.date(), VIETNAMESE)

    assert all(text in " ".join((words.title, *words.sentences)) for text in said)


def test_an_imported_potential_five_keeps_score_and_flag(desk: DeskOffice) -> None:
    stored = desk.services.products.get(product_named(desk, "Trà đủ điểm"))

    assert [(r.stars, r.score, r.potential_five) for r in stored.history] == [(4, 91, True)]
