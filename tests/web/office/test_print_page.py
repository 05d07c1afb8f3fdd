"""The print page: what an order would print, what stands against it, and what else would do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskOffice, printable
from tests.offices.prepared_databases import on_sqlite_alone


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


@on_sqlite_alone
def test_a_second_look_without_scripts_orders_nothing(desk: DeskOffice) -> None:
    desk.take(4)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    page = clerk.get(f"/office/print?product={product}").text
    form = {"product": product, "quantity": 7, "design": "tem-25x35", "stock": "a4", "nonce": "n"}

    looked = clerk.post("/office/print", **form, look="1")

    assert 'method="get"' not in page.split('id="order"')[1].split("</form>")[0]
    assert "<noscript" in page
    assert looked.status_code == 200
    assert 'name="quantity" type="text" value="7"' in looked.text
    assert not re.search(r"(csrf_token|nonce|look)=", looked.text)
    assert desk.services.batches.last() is None


@on_sqlite_alone
def test_stocks_too_small_for_a_design_are_refused_with_alternatives(desk: DeskOffice) -> None:
    desk.take(4)
    clerk = desk.client(Role.CLERK)

    page = clerk.get(f"/office/print?product={printable(desk)}&design=nhan-60x90&stock=avery-l7160").text
    clerk.get("/language/en")
    english = clerk.get(f"/office/print?product={printable(desk)}&design=nhan-60x90&stock=avery-l7160").text

    notice = page[page.index('<div class="notice refused" role="alert">') :]
    assert "Khổ «Avery L7160: 21 nhãn 63,5 × 38,1 mm trên A4» không đủ chiều cao" in notice
    assert "Khổ giấy in được mẫu này:" in notice
    assert "Avery L7169: 4 nhãn 99,1 × 139 mm trên A4" in notice[notice.index("in được mẫu này") :][:400]
    assert "Round stamp Ø 32 mm" in english


def stock_options(page: str) -> dict[str, tuple[str, str]]:
    """Each stock of the print form: the heading of its group, and its words."""
    select = page[page.index('<select id="f-stock"') :].partition("</select>")[0]
    groups = re.findall(r'<optgroup label="(.+?)">(.*?)</optgroup>', select, re.DOTALL) or [("", select)]
    options = [(group, *option) for group, inner in groups for option in re.findall(OPTION, inner)]
    return {name: (group, " ".join((said + state).split())) for group, name, state, said in options}


OPTION = r'<option value="(.+?)"([^>]*)>(.*?)</option>'


@on_sqlite_alone
def test_unsuitable_stocks_are_listed_separately_with_the_reason(desk: DeskOffice) -> None:
    desk.take(4)
    clerk, product = desk.client(Role.CLERK), printable(desk)

    large = clerk.get(f"/office/print?product={product}&design=nhan-60x90&stock=avery-l7160").text
    stamp = clerk.get(f"/office/print?product={product}&design=tem-25x35").text
    changed = clerk.get(
        f"/office/print?product={product}&design=nhan-60x90&stock=a4", headers={"HX-Request": "true"}
    ).text

    options = stock_options(large)
    assert options["a4"] == ("Xếp được mẫu này", "Tờ A4 210 × 297 mm")
    assert options["avery-3427"][0] == "Không xếp được mẫu này"
    assert options["avery-3427"][1].endswith("– thiếu 16 mm bề cao disabled")
    assert options["avery-l7160"][1].endswith("– thiếu 51,9 mm bề cao selected")
    unsuitable = {name for name, (group, _) in stock_options(stamp).items() if group == "Không xếp được mẫu này"}
    assert all(name.startswith("thermal-") for name in unsuitable)
    assert '<div id="stock-choice" hx-swap-oob="true">' in changed
    assert stock_options(changed) == options | {
        "a4": (options["a4"][0], f"{options['a4'][1]} selected"),
        "avery-l7160": (options["avery-l7160"][0], options["avery-l7160"][1].replace("selected", "disabled")),
    }


@on_sqlite_alone
def test_floating_labels_are_warned_of_on_the_print_page(desk: DeskOffice) -> None:
    desk.take(4)
    address = f"/office/print?product={printable(desk)}&design=tem-25x35"

    page = desk.client(Role.CLERK).get(f"{address}&stock=avery-l7160").text
    exact = desk.client(Role.CLERK).get(f"{address}&stock=a4").text

    warned = page[page.index('<div class="notice warned">') :].partition("</div>")[0]
    assert "Nhãn 25 × 35 mm nhỏ hơn ô bế sẵn 63,5 × 38,1 mm của khổ «Avery L7160" in warned
    assert "viền trắng 19,25 mm mỗi bên, 1,55 mm trên và dưới" in warned
    assert "viền trắng" not in exact


@on_sqlite_alone
def test_print_page_says_the_dots_of_a_thermal_printer(desk: DeskOffice) -> None:
    desk.take(4)
    address, clerk = f"/office/print?product={printable(desk)}", desk.client(Role.CLERK)

    black = clerk.get(f"{address}&design=tem-nhiet-50x30&stock=thermal-50x30-203").text
    coloured = clerk.get(f"{address}&design=tem-25x35&stock=thermal-60x40-203").text

    assert "Máy in nhiệt 203 dpi: mã QR phiên bản 3" in black
    assert "(4 điểm in)" in black
    assert "chỉ màu đen, 203 dpi" in black
    assert "máy in nhiệt chỉ in mẫu một màu đen" in coloured
    assert "máy in nhiệt chỉ in đen. Dùng #17231C" in coloured


@on_sqlite_alone
def test_the_print_form_forbids_to_turn_labels(desk: DeskOffice) -> None:
    desk.take(4)
    clerk, product = desk.client(Role.CLERK), printable(desk)
    form = {"product": product, "quantity": 8, "design": "nhan-60x90", "stock": "a4"}

    page = clerk.get(f"/office/print?product={product}&turn=never").text
    clerk.post("/office/print", **form, nonce="t")
    clerk.post("/office/print", **form, turn="never", nonce="n")

    upright, turned = desk.services.batch_lists.page()[0][:2]
    assert '<option value="never" selected>Không bao giờ</option>' in page
    assert [(batch.sheets, desk.services.batches.get(batch.name).options.may_turn) for batch in (turned, upright)] == [
        (1, True),
        (2, False),
    ]


@on_sqlite_alone
def test_print_page_mistakes_are_shown_beside_the_judgement(desk: DeskOffice) -> None:
    desk.take(4)
    clerk = desk.client(Role.CLERK)

    answers = [
        clerk.get(f"/office/print?product={printable(desk)}&{typed}", headers={"HX-Request": "true"}).text
        for typed in ("quantity=abc", "skip=-3")
    ]

    assert all("Cần một số nguyên từ" in text for text in answers)
    assert "Số tem nhãn mỗi sản phẩm" in answers[0]
    assert "Bỏ qua số ô đã dùng" in answers[1]


@on_sqlite_alone
def test_refused_products_are_grouped_with_links_and_suggestions(desk: DeskOffice) -> None:
    desk.take(12)
    product = printable(desk)
    admin, clerk = desk.client(Role.ADMINISTRATOR), desk.client(Role.CLERK)
    path = f"/office/print?product={product}&quantity=90.000&stock=a4"

    refused, granting = clerk.get(path).text, admin.get(path).text
    query = re.search(r'href="/office/print(\?[^"]*suggested=1)"', refused)
    assert query
    lowered = clerk.get("/office/print" + query[1].replace("&amp;", "&")).text
    ordered = clerk.post("/office/print", product=product, quantity="90.000", stock="a4", suggested="1")

    assert "Vượt hạn mức (1)" in refused
    assert f'href="/office/products/{product}"' in refused
    assert "dòng lệnh" not in refused
    link = re.search(r'href="(/office/products/[^"#]*opened=(grant-quota-\d+))#\2"', granting)
    assert link
    assert f'<details id="{link[2]}" open>' in admin.get(link[1]).text
    assert "Cấp ngoại lệ" in granting
    assert "Cấp ngoại lệ" not in refused
    assert "Đã giảm số lượng của 1 sản phẩm" in lowered
    assert "Vượt hạn mức" not in lowered
    assert ordered.status_code == 302
    assert desk.services.batch_lists.page()[0][0].pieces <= 2_000


@on_sqlite_alone
def test_an_administrator_grants_what_an_order_lacks_on_the_print_page(desk: DeskOffice) -> None:
    desk.take(12)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1].id
    admin = desk.client(Role.ADMINISTRATOR)
    page = admin.get(f"/office/print?product={product}&quantity=2500").text
    path, form = f"/office/print/grant/quota/{recognition}", {"product": product, "quantity": 2500}

    unreasoned = admin.post(path, **form)
    granted = admin.post(path, **form, **{f"grant_reason-quota-{recognition}": "hội chợ xuân"})
    again = admin.post(path, **form, **{f"grant_reason-quota-{recognition}": "hội chợ xuân"})

    assert f'formaction="{path}"' in page
    assert "nhờ quản trị viên" not in page
    assert (unreasoned.status_code, granted.status_code, again.status_code) == (422, 200, 422)
    assert 'value="2500"' in granted.text
    assert "In 2.500 tem" in granted.text
    assert desk.services.quotas.for_recognitions([recognition])[recognition].left == 2500


@on_sqlite_alone
def test_a_clerk_is_sent_to_an_administrator_and_cannot_grant(desk: DeskOffice) -> None:
    desk.take(12)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1].id
    clerk = desk.client(Role.CLERK)

    page = clerk.get(f"/office/print?product={product}&quantity=2500").text

    assert "nhờ quản trị viên" in page
    assert "/print/grant/" not in page
    assert clerk.post(f"/office/print/grant/quota/{recognition}", product=product).status_code == 403


@on_sqlite_alone
def test_print_the_chosen_ones_says_why_nothing_is_there(desk: DeskOffice) -> None:
    desk.take(3)
    clerk = desk.client(Role.CLERK)

    assert 'name="chosen" value="1"' in clerk.get("/office/products").text
    assert "Chưa chọn sản phẩm nào" in clerk.get("/office/print?chosen=1").text
    assert "Chưa chọn sản phẩm nào" not in clerk.get("/office/print").text
