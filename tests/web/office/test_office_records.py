"""The office's pages of batches, products and accounts: what each says, asks and keeps."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.product import PRODUCT_TEXTS
from labelsvc.storage.batches.batches import Batches
from tests import CHECKOUT
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice, printable, printed_batch
from tests.offices.prepared_databases import on_sqlite_alone
from tests.offices.visible_text import visible
from tests.samples.generator import make_records

ADMIN, CLERK = ADDRESSES[Role.ADMINISTRATOR], ADDRESSES[Role.CLERK]
PNG = CHECKOUT / "docs" / "office.png"


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


def test_a_producer_with_many_open_batches_gets_429(desk: DeskOffice) -> None:
    desk.services.batches = Batches(desk.services.database, desk.services.epochs, most_open=1)
    product = desk.take(1)[0].stored
    producer = desk.services.product_lists.producer_of(product.id)
    desk.add("chu@coso.vn", Role.PRODUCER, producer)
    headers, http = desk.token("chu@coso.vn", "batches:write"), desk.app.test_client()
    body = {"products": [{"product_id": product.id, "quantity": 2}], "stock": "single"}

    answers = [http.post("/api/v1/batches", json=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 429]
    assert "1 đợt in chưa xong" in answers[1].get_data(as_text=True)
    assert int(answers[1].headers["Retry-After"]) > 0


@on_sqlite_alone
def test_the_list_of_batches_is_live_until_all_are_done(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    printed_batch(desk)
    done = clerk.get("/office/batches").text
    form = {"product": printable(desk), "quantity": 3, "design": "tem-25x35", "stock": "a4", "nonce": "z"}
    clerk.get("/office/print")
    clerk.post("/office/print", **form)
    waiting = clerk.get("/office/batches?state=ordered").text

    assert 'hx-trigger="every 2s"' not in done
    assert 'hx-get="/office/batches?state=ordered' in waiting
    assert 'hx-select="#batches"' in waiting


@pytest.mark.parametrize("act", ["reprint", "replace"])
def test_spoiled_stamps_are_requested_by_name_and_input_is_kept(desk: DeskOffice, act: str) -> None:
    name = printed_batch(desk)
    line = desk.services.batches.lines(name)[0].line.number
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/batches/{name}")
    path, form = f"/office/batches/{name}/{act}", {"serials": f"{line}:1-3", "reason": "rơi xuống sông"}

    wrong = clerk.post(path, **form | {"serials": f"{line}:1-999"})
    no_reason = clerk.post(path, serials=f"{line}:1-3", reason=" ")
    asked = clerk.post(path, **form)
    other = clerk.post(path, **form, sure=f" {line}:1-2")
    unchanged = desk.services.reprints.for_batch(name), desk.services.voids.for_batch(name)
    done = clerk.post(path, **form, sure=f" {line}:1-3")

    assert (wrong.status_code, no_reason.status_code, asked.status_code, other.status_code) == (422, 422, 200, 200)
    assert f'value="{line}:1-999"' in wrong.text
    assert 'value="rơi xuống sông"' in wrong.text
    assert "field wrong" in wrong.text
    assert f"3 tem {line}:1-3" in visible(asked.text)
    assert unchanged == ([], [])
    assert done.status_code == 302
    assert desk.services.reprints.for_batch(name) or desk.services.voids.for_batch(name)


@on_sqlite_alone
def test_progress_omits_forms_and_shows_the_time_left(desk: DeskOffice) -> None:
    printed_batch(desk)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print")
    form = {"product": printable(desk), "quantity": 900, "design": "tem-25x35", "stock": "a4", "nonce": "y"}
    path = clerk.post("/office/print", **form).headers["Location"]
    waiting = clerk.get(path, headers={"HX-Request": "true"}).text
    desk.services.claims.next_part(desk.now)
    desk.now += timedelta(seconds=1)

    page, progress = clerk.get(path).text, clerk.get(path, headers={"HX-Request": "true"}).text

    assert "Chờ đến lượt in" in waiting
    assert "tem/giây" not in waiting
    assert "<form" not in progress
    assert "tem/giây" in progress
    assert "còn " in progress
    assert "ước tính" in progress
    assert page.index('id="progress"') < page.index("/cancel")


def test_invitations_find_producers_by_name_and_keep_the_input(desk: DeskOffice) -> None:
    desk.take(8)
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")
    known = desk.services.producer_names.having("", 1)[0]
    path, form = "/office/accounts/invitations", {"email": "chuthe@htx.vn", "role": "producer"}

    unknown = admin.post(path, **form, producer="99999")
    nobody = admin.post(path, **form, producer="Không Có Ai")
    preset = admin.get(f"/office/accounts?producer={known.id}").text
    made = admin.post(path, **form, producer=known.name)

    assert (unknown.status_code, nobody.status_code, made.status_code) == (422, 422, 302)
    assert 'value="chuthe@htx.vn"' in unknown.text
    assert "Không có chủ thể mã" in unknown.text
    assert 'value="producer" selected' in preset
    assert desk.services.invitations.waiting(desk.now)[0].producer_id == known.id


@on_sqlite_alone
def test_a_refused_form_switches_language_on_its_own_page(desk: DeskOffice) -> None:
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")
    headers = {"Referer": "http://localhost/office/accounts?producer="}

    refused = admin.http.post(
        "/office/accounts/invitations", data={"csrf_token": admin.csrf, "email": "x"}, headers=headers
    )
    switch = re.search(r'href="(/language/en[^"]*)"', refused.text)
    assert switch
    back = admin.get(switch[1].replace("&amp;", "&")).headers["Location"]

    assert refused.status_code == 422
    assert back == "/office/accounts?producer="
    assert admin.get(back).status_code == 200
    assert admin.get("/language/vi?next=/logout").headers["Location"] == "/register"


def test_every_step_that_loses_something_asks_without_a_script() -> None:
    templates = {path: path.read_text(encoding="utf-8") for path in (CHECKOUT / "templates" / "web").rglob("*.html")}

    assert not [path.name for path, page in templates.items() if "data-ask" in page]
    for name, act in (
        ("office/import_done", "undo_import"),
        ("office/accounts", '"stop"'),
        ("office/designs", '"retire"'),
        ("login/profile", "revoke_token"),
        ("login/profile", "end_sessions"),
        ("login/profile", "second_factor_off"),
        ("office/accounts", "withdraw_invitation"),
        ("office/accounts", '"second-factor"'),
        ("office/brand_kit", "retire_artwork"),
        ("office/batch", "office.cancel"),
        ("producer/orders", "producer.cancel"),
    ):
        page = next(page for path, page in templates.items() if path.match(f"*/{name}.html"))
        assert re.search(r"parts\.ask\(url_for\([^%]*" + re.escape(act), page), (name, act)


@on_sqlite_alone
def test_unprintable_products_say_so_once_beside_their_labels(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1].id
    clerk = desk.client(Role.CLERK)
    before = clerk.get(f"/office/products/{product}").text
    clerk.post(
        f"/office/products/{product}/recognitions/{recognition}/withdraw",
        since=desk.now.strftime("%d/%m/%Y"),
        decision="6/QĐ",
        reason="vi phạm",
    )
    after = clerk.get(f"/office/products/{product}").text

    shown_once = (after.count('class="badge red">Bị thu hồi'), before.count('class="badge green">Còn hiệu lực'))
    assert len(desk.services.products.get(product).recognitions) > 1 or shown_once == (1, 1)
    assert "ảnh chỉ để xem" not in before
    assert "ảnh chỉ để xem" in after
    assert "tem đã đặt in: ai quét sẽ thấy sản phẩm bị tạm dừng" not in before


@on_sqlite_alone
@pytest.mark.parametrize(("typed", "said"), [("123", "8, 12, 13 hoặc 14 chữ số"), ("8938505974195", "số kiểm tra")])
def test_an_invalid_gtin_is_refused_with_its_fault(desk: DeskOffice, typed: str, said: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/products/new")

    page = clerk.post("/office/products/new", name="Trà", producer="HTX", gtin=typed)

    assert page.status_code == 422
    assert said in page.text
    assert 'href="#f-gtin"' in page.text


def test_tokens_have_ticked_scopes_only_and_sessions_name_browsers(desk: DeskOffice) -> None:
    clerk = desk.client()
    clerk.http.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
    )
    clerk.post("/login", email=CLERK, password=PASSWORD)

    page = clerk.get("/account").text

    assert "Chrome trên Linux" in page
    assert "AppleWebKit" not in page
    assert 'name="scopes" value="products:read">' in page


def test_renaming_a_printed_product_shows_what_was_printed_and_asks(desk: DeskOffice) -> None:
    items = desk.take_records(make_records(1, 5, day=desk.now.date()))
    batch = desk.office.order(desk.office.plan(items))
    stored = items[0].stored
    clerk = desk.client(Role.CLERK)
    path = f"/office/products/{stored.id}/edit"
    clerk.get(path)
    form = {name: getattr(stored.product, name) for name in PRODUCT_TEXTS} | {"name": "Tên khác"}

    asked = clerk.post(path, **form)
    done = clerk.post(path, **form, reason="Theo quyết định đổi tên", rename_confirmed="1")

    assert asked.status_code == 422
    for said in (f"Đã in 5 tem mang tên «{stored.product.name}»", batch, 'name="rename_confirmed"', "cần ghi lý do"):
        assert said in html.unescape(asked.text)
    assert done.status_code == 302
    assert desk.services.products.get(stored.id).product.name == "Tên khác"
