"""Former communes at the desk: the import's preview, the print page, the product's page, the page of places."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskClient, DeskOffice, upload
from tests.samples.generator import make_records
from tests.samples.records_files import csv_of

HEADINGS = ("Tên sản phẩm", "Chủ thể", "Địa chỉ", "Xã/Phường", "Quận/Huyện", "Hạng sao", "Ngày quyết định")
HOST = "TEM.OCOPHN.VN"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path, host=HOST)


def rows(desk: DeskOffice) -> bytes:
    day = make_records(1, 1, day=desk.now.date())[0]["Ngày quyết định"]
    radish = ("Củ cải", "HTX Đông Cao", "Thôn Đông Cao", "Tráng Việt", "Mê Linh", "4", day)
    return csv_of(HEADINGS, radish, ("Trà sen", "Hộ Hiền", "Ngõ 5", "Quảng An", "Tây Hồ", "4", day))


def taken(desk: DeskOffice, client: DeskClient, query: str = "") -> str:
    client.get("/office/import")
    preview = upload(client, "/office/import", rows(desk), "a.csv")
    page = client.get(preview + query).text
    compared = re.search(r'name="compared" value="([^"]*)"', page)
    client.post(preview + query, compared=compared[1] if compared else "")
    return html.unescape(page)


def communes(desk: DeskOffice) -> list[str]:
    return sorted(stored.product.commune for stored in desk.services.products.all())


def answer(page: str, unit: str) -> str:
    """Return the value of a choice by its unit's name."""
    found = re.search(rf'<option value="([0-9a-f]{{8}}:\d{{5}})"[^>]*>{unit}</option>', page)
    assert found is not None, unit
    return found[1]


def test_the_preview_proposes_and_asks_and_changes_nothing(desk: DeskOffice) -> None:
    page = taken(desk, desk.client(Role.CLERK))

    assert "Thôn Đông Cao, Tráng Việt, Mê Linh → <strong>Thôn Đông Cao, Xã Mê Linh</strong>" in page
    assert "Phường Quảng An, Quận Tây Hồ" in page
    assert communes(desk) == ["Quảng An", "Tráng Việt"]


def test_one_click_and_one_choice_renew_a_whole_file(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    client.get("/office/import")
    preview = upload(client, "/office/import", rows(desk), "a.csv")
    chosen = answer(html.unescape(client.get(preview).text), "Phường Tây Hồ")

    page = taken(desk, client, f"?renew=1&place={chosen}")

    assert "Ngõ 5, Quảng An, Tây Hồ → <strong>Ngõ 5, Phường Tây Hồ</strong>" in page
    assert communes(desk) == ["Phường Tây Hồ", "Xã Mê Linh"]


def test_the_print_page_renews_what_it_refuses(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    taken(desk, client)
    ids = [stored.id for stored in desk.services.products.all()]
    asked = "/office/print?design=nhan-60x90&" + "&".join(f"product={number}" for number in ids)
    page = html.unescape(client.get(asked).text)
    chosen = answer(page, "Phường Tây Hồ")
    looked_at_anew = client.get(f"{asked}&place={chosen}", headers={"HX-Request": "true"}).text

    form = {"product": ids, "quantity": 4, "design": "nhan-60x90", "stock": "a4"}
    after = html.unescape(client.post("/office/print/places", **form, place=chosen).text)

    assert "Địa chỉ còn tên cũ" in page
    assert f'value="{chosen}" selected' in looked_at_anew
    assert "Đã đổi địa danh của 2 sản phẩm." in after
    assert "Địa chỉ còn tên cũ" not in after
    assert communes(desk) == ["Phường Tây Hồ", "Xã Mê Linh"]


def test_a_products_page_renews_its_place(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    taken(desk, client)
    radish = next(stored.id for stored in desk.services.products.all() if stored.product.commune == "Tráng Việt")
    page = html.unescape(client.get(f"/office/products/{radish}").text)

    client.post(f"/office/products/{radish}/place")

    assert "Thôn Đông Cao, Tráng Việt, Mê Linh → <strong>Thôn Đông Cao, Xã Mê Linh</strong>" in page
    assert communes(desk) == ["Quảng An", "Xã Mê Linh"]
    assert "places" not in re.findall(
        r'<section class="card notice warned" id="(\w+)"', client.get(f"/office/products/{radish}").text
    )


def test_the_page_of_places_renews_all_products(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    taken(desk, client)
    page = html.unescape(client.get("/office/places").text)

    client.post("/office/places", place=answer(page, "Phường Hồng Hà"))

    assert communes(desk) == ["Phường Hồng Hà", "Xã Mê Linh"]
    assert "Không sản phẩm nào còn địa danh cũ." in client.get("/office/places").text
    assert client.get("/office/places/labels.csv").text.startswith("\ufeffĐợt in,")


def test_product_forms_offer_the_units_that_exist(desk: DeskOffice) -> None:
    page = html.unescape(desk.client(Role.CLERK).get("/office/products/new").text)
    offered = re.findall(r'<option value="((?:Xã|Phường) [^"]+)">', page.split('id="units"')[1].split("</datalist>")[0])

    assert len(offered) == 126
    assert offered[:2] == ["Xã An Khánh", "Phường Ba Đình"]
    assert 'list="units"' in page
