"""Stocks on the desk: the paper wizard, versions, and that everybody prints on them as on shipped ones."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock
from labelsvc.workflows.batches.label_exports import LabelExports
from labelsvc.workflows.batches.pieces.replace_pieces import plan_replacement
from tests.offices.desk_office import DeskClient, DeskOffice, printable

SHEET = {
    "title": "Decal Tomy 40 nhãn",
    "kind": "precut",
    "paper.width_mm": "210",
    "paper.height_mm": "297",
    "cells.columns": "4",
    "cells.rows": "7",
    "cells.width_mm": "45,7",
    "cells.height_mm": "38,1",
    "cells.corner_mm": "1,5",
    "cells.left_mm": "9.7",
    "cells.top_mm": "15,1",
    "cells.gap_x_mm": "2,5",
    "cells.gap_y_mm": "0",
    "margin.left_mm": "9",
    "margin.top_mm": "9",
    "margin.right_mm": "9",
    "margin.bottom_mm": "9",
    "gutter.x_mm": "6",
    "gutter.y_mm": "6",
    "bleed_mm": "0",
    "sheet_bleed_mm": "2",
    "marks": "corners",
    "newest": "0",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("stocks"))
    office.take(4)
    return office


@pytest.fixture
def clerk(desk: DeskOffice) -> DeskClient:
    client = desk.client(Role.CLERK)
    client.get("/office/stocks/new")
    return client


def save(client: DeskClient, changes: Mapping[str, str] = {}, **more: str) -> int:
    return int(client.post("/office/stocks/new", **(SHEET | dict(changes) | more)).status_code)


def drawn(client: DeskClient, changes: Mapping[str, str]) -> str:
    return str(client.post("/office/stocks/draw", **(SHEET | dict(changes))).text)


def test_a_saved_stock_is_printed_and_stays_with_its_batch(desk: DeskOffice, clerk: DeskClient) -> None:
    product, services = printable(desk), desk.services
    order = {"product": str(product), "quantity": "2", "design": "tem-25x35", "stock": "decal-tomy-40-nhan"}
    unknown = clerk.post("/office/print", **order, nonce="0").status_code

    saved = save(clerk)
    offered = clerk.get(f"/office/print?product={product}").text
    printed = clerk.post("/office/print", **order, nonce="1").status_code
    desk.work()
    wider = save(clerk, {"cells.gap_x_mm": "3", "cells.left_mm": "8"}, edited="decal-tomy-40-nhan", newest="1")
    clerk.post("/office/stocks/decal-tomy-40-nhan/retire")
    batch = services.batches.last()

    assert (unknown, saved, printed, wider) == (409, 302, 302, 302)
    assert "Decal Tomy 40 nhãn" in offered
    assert batch
    kept = read_kept_stock(batch.stock.content)
    assert (batch.state, kept.name, kept.cells and kept.cells.gap_x_mm) == ("ready", "decal-tomy-40-nhan", 2.5)
    assert "Decal Tomy 40 nhãn" in clerk.get(f"/office/batches/{batch.name}").text
    lost = ChangeContext("canbo@vanphong.vn", desk.now, "mất")
    replacement = plan_replacement(batch.name, [SerialRange(1, 1, 1)], services.batch_services, lost)
    assert replacement.plan.layout.stock == kept


def test_stocks_of_the_office_are_in_api_and_downloads(desk: DeskOffice, clerk: DeskClient) -> None:
    save(clerk, {"title": "Decal A"})
    save(clerk, {"title": "Giấy thường", "kind": "sheet"})
    save(clerk, {"title": "Nhà in", "kind": "sheet", "marks": "press"})
    headers = desk.token(Role.CLERK, "batches:read")

    stocks = {each["name"] for each in clerk.get("/api/v1/looks", headers=headers).json["stocks"]}
    taken = desk.office.printed(1, 1, "tem-25x35", "single").batch.name
    forms = {
        form.file
        for form in LabelExports.for_batch(desk.services.batches.get(taken), desk.services.batch_services).forms()
    }

    assert {"a4", "decal-a", "giay-thuong", "nha-in"} <= stocks
    assert {"decal-a.pdf", "giay-thuong.pdf", "a4-office.pdf"} <= forms
    assert "nha-in.pdf" not in forms


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"cells.columns": "5"}, ("Số cột", "thừa 38,2 mm")),
        ({"cells.rows": "8"}, ("Số hàng", "thừa 22,9 mm")),
        ({"cells.columns": "5", "cells.rows": "8"}, ("thừa 38,2 mm", "thừa 22,9 mm")),
        ({"cells.width_mm": "rộng"}, ("Nhãn rộng (mm): cần số mm từ 1",)),
        ({"cells.corner_mm": "30"}, ("Bo góc", "19,05 mm")),
        ({"cells.rows": "99999"}, ("Số hàng",)),
        ({"bleed_mm": "2"}, ("Khe giữa hai cột", "ít nhất 4 mm")),
        ({"kind": "sheet", "gutter.x_mm": "3"}, ("Khe ngang", "ít nhất 4 mm")),
        ({"kind": "sheet", "gutter.x_mm": "0"}, ("In quanh nhãn", "ít nhất 5 mm")),
        ({"kind": "sheet", "margin.left_mm": "205"}, ("Lề phải", "214 mm")),
    ],
)
def test_what_does_not_fit_is_named_with_field_and_number(
    clerk: DeskClient, changes: Mapping[str, str], named: tuple[str, ...]
) -> None:
    shown, refused = drawn(clerk, changes), save(clerk, changes, title="Không vừa")

    assert refused == 422
    assert all(words in shown for words in named), re.sub(r"<[^>]+>|\s+", " ", shown)


def test_labels_that_leave_the_paper_are_drawn_red(clerk: DeskClient) -> None:
    right, wrong = drawn(clerk, {}), drawn(clerk, {"cells.columns": "5"})

    assert (right.count('class="cell'), right.count("outside")) == (28, 0)
    assert (wrong.count('class="cell'), wrong.count("outside")) == (35, 7)
    assert "Ngang: 9,7 + 4 × 45,7 + 3 × 2,5 + còn 10 = 210 mm" in right


def test_a_browser_without_scripts_is_drawn_the_sheet_on_asking(clerk: DeskClient) -> None:
    page = clerk.post("/office/stocks/new", **SHEET, look="1")
    wrong = clerk.post("/office/stocks/new", **(SHEET | {"cells.rows": "8"}), look="1").text

    assert page.status_code == 200
    assert page.text.count('class="cell') == 28
    assert "thừa 22,9 mm. Hãy bớt hàng" in wrong
    assert 'value="45,7"' in page.text


def test_a_version_keeps_what_the_form_does_not_show(desk: DeskOffice, clerk: DeskClient) -> None:
    save(clerk, {"title": "Tròn", "cells.round": "1", "cells.width_mm": "32", "name": "tron-32"})
    stored = desk.services.stocks.stock("tron-32")

    page = clerk.get("/office/stocks/tron-32/edit").text
    again = save(clerk, {"title": "Chữ nhật", "cells.width_mm": "40"}, edited="tron-32", newest="1")
    stale = save(clerk, {"title": "Chậm"}, edited="tron-32", newest="1")

    assert stored.cells
    assert stored.cells.shape == Circle(32)
    assert re.search(r'name="cells.round" value="1" checked', page)
    assert (again, stale) == (302, 409)
    changed = desk.services.stocks.stock("tron-32")
    assert changed.cells
    assert changed.cells.shape == Rectangle(40, 38.1, 1.5)
    assert (changed.bleed_layer, changed.turns_exactly) == (stored.bleed_layer, stored.turns_exactly)


@pytest.mark.parametrize("name", ["a4", "roll-25x35x4", "x", "Á", "../a4"])
def test_names_that_no_stock_can_have_are_refused(clerk: DeskClient, name: str) -> None:
    assert save(clerk, {"name": name}) == 422


def test_an_auditor_sees_stocks_and_changes_none(desk: DeskOffice, clerk: DeskClient) -> None:
    save(clerk, {"title": "Của văn phòng"})
    auditor = desk.client(Role.AUDITOR)

    page = auditor.get("/office/stocks").text

    assert "Của văn phòng" in page
    assert "/retire" not in page
    assert auditor.get("/office/stocks/new").status_code == 403
    assert save(auditor) == 403
    assert auditor.post("/office/stocks/cua-van-phong/retire").status_code == 403


def test_the_audit_says_who_made_and_retired_a_stock(desk: DeskOffice, clerk: DeskClient) -> None:
    save(clerk, {"title": "Ghi nhật ký"})
    clerk.post("/office/stocks/ghi-nhat-ky/retire")

    page = desk.client(Role.ADMINISTRATOR).get("/office/audit?subject=stock").text

    assert "ghi-nhat-ky 1" in page
    assert "Không dùng nữa" in page


def test_a_paper_of_the_catalogue_becomes_a_stock_in_one_click(desk: DeskOffice, clerk: DeskClient) -> None:
    page = clerk.get("/office/stocks/catalogue?words=herma+4418").text
    taken = clerk.post("/office/stocks/catalogue", brand="Herma", number="4418")
    again = clerk.post("/office/stocks/catalogue", brand="Herma", number="4418")

    stock = desk.services.stocks.stock("herma-4418")
    assert "Herma 4418" in page
    assert (taken.status_code, again.status_code) == (302, 302)
    assert stock.cells
    assert (stock.title, stock.cells.columns, stock.cells.rows) == ("Herma 4418: 27 nhãn 63,5 × 29,63 mm", 3, 9)
    assert len([version for version in desk.services.stock_shelf.all() if version.name == "herma-4418"]) == 1


def test_a_paper_that_floats_around_the_design_is_warned_of(clerk: DeskClient) -> None:
    page = clerk.get("/office/stocks/catalogue?words=avery+l7160&design=tem-25x35").text
    none = clerk.get("/office/stocks/catalogue?words=avery+l7160&design=nhan-60x90").text

    assert "Còn viền trắng" in page
    assert "nhãn 25 × 35 mm; viền 19,25 mm mỗi bên, 1,55 mm trên và dưới" in page
    assert "Không có loại giấy nào như vậy" in none


def test_a_paper_that_sources_differ_on_is_measured_first(clerk: DeskClient) -> None:
    sent = clerk.post("/office/stocks/catalogue", brand="Tomy", number="145")

    page = clerk.get(sent.headers["Location"]).text

    assert "hãy đo tờ giấy" in page
    assert 'value="Tomy 145: 65 nhãn 38 × 21 mm"' in page
    assert clerk.post("/office/stocks/catalogue", brand="Tomy", number="1").status_code == 404


def test_the_studio_lays_designs_out_on_the_offices_stocks(clerk: DeskClient) -> None:
    save(clerk, {"title": "Giấy của xưởng"})

    page = clerk.get("/office/designs/tem-25x35/studio").text

    assert "Giấy của xưởng" in page


@pytest.mark.parametrize("name", ["%00", "nothing-here", "a4", "x" * 300])
def test_stocks_that_the_office_does_not_have_are_not_found(clerk: DeskClient, name: str) -> None:
    edited, retired = clerk.get(f"/office/stocks/{name}/edit"), clerk.post(f"/office/stocks/{name}/retire")

    assert (edited.status_code, retired.status_code) == (404, 404)
    assert clerk.get(f"/office/stocks/new?like={name}x").status_code == 404
