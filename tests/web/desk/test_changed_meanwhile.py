"""Two people change one thing: nobody's change is lost unseen, and nothing that was typed is."""

from __future__ import annotations

import html
import io
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.permission import StampRequest
from labelsvc.storage.db.tables.products import products
from tests.offices.desk_office import DeskClient, DeskOffice, scan_unknown
from tests.offices.prepared_databases import on_sqlite_alone

PARALLEL = 12


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    office = DeskOffice(tmp_path, database_url)
    office.take(2)
    return office


def at_once(desk: DeskOffice, ask: Callable[[Any, int], Any]) -> Counter[int]:
    """Send a request from so many threads at the same moment; return how often each status came."""
    start, statuses = threading.Barrier(PARALLEL), Counter[int]()

    def run(number: int) -> None:
        http = desk.app.test_client()
        start.wait()
        statuses[ask(http, number).status_code] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(PARALLEL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def form_fields(page: str, action: str) -> dict[str, str]:
    """Return what a browser would send of the form with this address, as the page has it."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    found = form[0] if form else page
    inputs = [one for one in re.findall(r"<input[^>]*>", found) if "checkbox" not in one or "checked" in one]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', " ".join(inputs)))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', found, re.DOTALL))
    fields |= {
        name: chosen[1] if (chosen := re.search(r'value="([^"]*)" selected', options)) else ""
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', found, re.DOTALL)
    }
    return {name: html.unescape(value) for name, value in fields.items() if name != "csrf_token"}


def opened(client: DeskClient, path: str, action: str = "") -> dict[str, str]:
    fields = form_fields(client.get(path).text, action or path)
    assert fields.get("seen"), "the form says what it was filled in on"
    return fields


def test_one_of_many_changes_with_one_etag_is_taken(desk: DeskOffice) -> None:
    headers = desk.token(Role.CLERK, "products:read", "products:write", "recognitions:write")
    product = desk.services.products.all()[0]
    paths = {f"/api/v1/products/{product.id}": "brand"}
    paths[f"/api/v1/products/{product.id}/recognitions/{product.recognitions[0].id}"] = "decision_number"
    for path, field in paths.items():
        etag = desk.app.test_client().get(path, headers=headers).headers["ETag"]

        def change(http: Any, number: int, path: str = path, field: str = field, etag: str = etag) -> Any:
            return http.patch(path, json={field: f"Số {number}"}, headers=headers | {"If-Match": etag})

        statuses = at_once(desk, change)

        assert statuses == {200: 1, 412: PARALLEL - 1}


def test_changes_of_other_fields_at_once_are_all_kept(desk: DeskOffice) -> None:
    headers = desk.token(Role.CLERK, "products:read", "products:write")
    product = desk.services.products.all()[0]
    fields = ("brand", "address", "net_content", "ingredients", "storage", "shelf_life", "directions", "origin")

    def change(http: Any, number: int) -> Any:
        facts = {fields[number % len(fields)]: "Mới"}
        return http.patch(f"/api/v1/products/{product.id}", json=facts, headers=headers)

    statuses = at_once(desk, change)

    assert statuses == {200: PARALLEL}
    now = desk.services.products.get(product.id).product
    assert [getattr(now, name) for name in fields] == ["Mới"] * len(fields)


def test_a_product_that_two_people_edit_shows_both_and_loses_neither(desk: DeskOffice) -> None:
    product = desk.services.products.all()[0]
    path, clerk = f"/office/products/{product.id}/edit", desk.client(Role.CLERK)
    mine, theirs = opened(clerk, path), opened(clerk, path)
    clerk.post(path, **(theirs | {"brand": "Của người ấy", "storage": "Để nơi khô"}))

    conflict = clerk.post(path, **(mine | {"brand": "Của tôi", "origin": "Hà Nội"}))

    kept = form_fields(conflict.text, path)
    assert conflict.status_code == 409
    assert (kept["brand"], kept["origin"], kept["storage"]) == ("Của tôi", "Hà Nội", "Để nơi khô")
    assert "Của người ấy" in conflict.text, "theirs stands beside mine"
    assert desk.services.products.get(product.id).product.brand == "Của người ấy", "nothing was stored"
    assert clerk.post(path, **kept).status_code == 302
    now = desk.services.products.get(product.id).product
    assert (now.brand, now.origin, now.storage) == ("Của tôi", "Hà Nội", "Để nơi khô")


def test_correcting_a_recognition_keeps_its_suspension(desk: DeskOffice) -> None:
    stored = desk.services.products.all()[0]
    page, clerk = f"/office/products/{stored.id}", desk.client(Role.CLERK)
    act = f"{page}/recognitions/{stored.recognitions[0].id}"
    mend, suspend = opened(clerk, page, f"{act}/mend"), opened(clerk, page, f"{act}/suspend")
    clerk.post(f"{act}/suspend", **(suspend | {"reason": "Đang thanh tra"}))

    conflict = clerk.post(f"{act}/mend", **(mend | {"decision_number": "77/QĐ-UBND", "reason": "Gõ nhầm"}))

    assert conflict.status_code == 409
    kept = form_fields(conflict.text, f"{act}/mend")
    assert (kept["decision_number"], kept["reason"]) == ("77/QĐ-UBND", "Gõ nhầm")
    assert "Đang thanh tra" in conflict.text
    assert clerk.post(f"{act}/mend", **kept).status_code == 302
    now = desk.services.products.get(stored.id).recognitions[0].recognition
    assert now.suspension is not None
    assert now.decision_number == "77/QĐ-UBND"


@on_sqlite_alone
def test_a_refused_form_still_knows_what_it_was_filled_in_on(desk: DeskOffice) -> None:
    product = desk.services.products.all()[0]
    path, clerk = f"/office/products/{product.id}/edit", desk.client(Role.CLERK)
    mine, theirs = opened(clerk, path), opened(clerk, path)
    refused = clerk.post(path, **(mine | {"gtin": "12"}))
    clerk.post(path, **(theirs | {"brand": "Của người ấy"}))

    conflict = clerk.post(path, **(form_fields(refused.text, path) | {"gtin": ""}))

    assert (refused.status_code, conflict.status_code) == (422, 409)


def producers_order(desk: DeskOffice) -> int:
    """Return an order of a product's stamps that the office has not looked at yet."""
    product = desk.services.products.all()[0]
    producer_id = desk.services.product_lists.producer_of(product.id)
    context = ChangeContext("chuthe@htx.vn", desk.now)
    return desk.services.stamp_orders.ask(StampRequest(producer_id, product.id, 5, "tem-25x35"), context)


@on_sqlite_alone
def test_an_order_is_not_taken_on_from_an_old_page(desk: DeskOffice) -> None:
    order_id, clerk, page = producers_order(desk), desk.client(Role.CLERK), "/office/stamp-orders"
    old = opened(clerk, page, f"{page}/{order_id}/approved")
    desk.services.stamp_orders.change(order_id, "approved", ChangeContext("thu@vanphong.vn", desk.now))

    late = clerk.post(f"{page}/{order_id}/refused", **(old | {"answer": "Chưa đủ giấy tờ"}))

    assert late.status_code == 409
    assert "Chưa đủ giấy tờ" in late.text
    assert "thu@vanphong.vn" in late.text
    assert desk.services.stamp_orders.get(order_id).state == "approved"


@on_sqlite_alone
def test_two_notes_on_one_alarm_are_shown_beside_each_other(desk: DeskOffice) -> None:
    scan_unknown(desk)
    clerk, page = desk.client(Role.CLERK), "/office/alarms"
    address = html.unescape(re.findall(r'action="([^"]+/seen[^"]*)"', clerk.get(page).text)[0])
    mine, theirs = opened(clerk, page, address), opened(clerk, page, address)
    clerk.post(address, **(theirs | {"note": "Đã gọi cho chủ thể"}))

    late = clerk.post(address, **(mine | {"note": "Tem in hỏng"}))

    assert late.status_code == 409
    assert "Đã gọi cho chủ thể" in late.text
    kept = form_fields(late.text, address)
    assert kept["note"] == "Tem in hỏng"
    assert clerk.post(address, **kept).status_code == 302


@on_sqlite_alone
def test_a_design_that_two_people_save_shows_both_sources(desk: DeskOffice) -> None:
    shelf, context = desk.services.design_shelf, ChangeContext("thu@vanphong.vn", desk.now)
    source = desk.services.assets.design_source("tem-25x35")
    shelf.add("tem-tet", source, context)
    path, clerk = "/office/designs/edit?name=tem-tet&version=1", desk.client(Role.CLERK)
    mine = form_fields(clerk.get(path).text, path)
    shelf.add("tem-tet", source.replace(b"</svg>", b"<!-- theirs --></svg>"), context)
    typed = mine["source"].replace("</svg>", "<!-- mine --></svg>")

    late = clerk.post("/office/designs/edit", **(mine | {"name": "tem-tet", "source": typed}))

    kept = form_fields(late.text, path)
    assert late.status_code == 409
    assert "mine" in kept["source"]
    assert "theirs" in late.text
    assert shelf.newest("tem-tet").version == 2
    assert clerk.post("/office/designs/edit", **(kept | {"name": "tem-tet"})).status_code == 302


@on_sqlite_alone
def test_published_designs_are_not_changed_from_an_old_page(desk: DeskOffice) -> None:
    shelf, kit, context = desk.services.design_shelf, desk.services.brand_kit, ChangeContext("thu", desk.now)
    for _ in range(2):
        shelf.add("tem-tet", desk.services.assets.design_source("tem-25x35"), context)
    page = desk.client(Role.ADMINISTRATOR)
    old = opened(page, "/office/designs", "/office/designs/tem-tet/1/publish")
    shown = opened(page, "/office/kit", "/office/kit/artwork")
    shelf.publish("tem-tet", 2, context)
    kit.add(b"%PDF-1.7", "application/pdf", "", context)

    page.post("/office/designs/tem-tet/1/publish", **old)
    retired = page.post("/office/kit/artwork/retire", **shown)

    assert [each.state for each in shelf.all() if each.name == "tem-tet"] == ["published", "draft"]
    assert retired.status_code == 409
    assert kit.in_use() is not None


@on_sqlite_alone
def test_an_import_does_what_was_looked_at_or_nothing(desk: DeskOffice) -> None:
    clerk, stored = desk.client(Role.CLERK), desk.services.products.all()[0]
    facts, rated = stored.product, stored.recognitions[0].recognition
    told = facts.name, facts.producer, str(rated.stars), str(rated.decision_date), "Mới"
    rows = "Tên sản phẩm;Chủ thể;Số sao;Ngày quyết định;Nhãn hiệu\n" + ";".join(f'"{each}"' for each in told) + "\n"
    clerk.get("/office/import")
    sent = clerk.post("/office/import", files=(io.BytesIO(rows.encode()), "a.csv"))
    preview = sent.headers["Location"]
    form = form_fields(clerk.get(preview).text, preview)
    with desk.services.database.writing() as connection:
        connection.execute(update(products).where(products.c.id == stored.id).values(brand="Vừa đổi"))

    late = clerk.post(preview, **form)

    assert form["compared"]
    assert late.status_code == 409
    assert desk.services.products.get(stored.id).product.brand == "Vừa đổi"
    assert clerk.post(preview, **form_fields(late.text, preview)).status_code == 302
    assert desk.services.products.get(stored.id).product.brand == "Mới"


@on_sqlite_alone
def test_a_role_is_not_changed_from_an_old_page(desk: DeskOffice) -> None:
    page, store = desk.client(Role.ADMINISTRATOR), desk.services.accounts
    clerk = next(account for account in store.all() if account.role is Role.CLERK)
    old = opened(page, "/office/accounts", f"/office/accounts/{clerk.id}/role")
    store.set_role(clerk.id, Role.AUDITOR, ChangeContext("cli", desk.now))

    page.post(f"/office/accounts/{clerk.id}/role", **(old | {"role": "administrator"}))

    assert store.get(clerk.id).role is Role.AUDITOR


@on_sqlite_alone
def test_no_product_is_added_without_its_given_recognition(desk: DeskOffice) -> None:
    before, clerk = desk.services.products.count(), desk.client(Role.CLERK)
    clerk.get("/office/products/new")

    refused = clerk.post(
        "/office/products/new", name="Mật ong", producer="HTX Ba Vì", stars="9", decision_date="05/03/2026"
    )

    assert refused.status_code == 422
    assert desk.services.products.count() == before
