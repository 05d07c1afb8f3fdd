"""Stamp orders: what they say is what became of their batch, and the office sees what it would print."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.permission import current_recognition
from tests.offices.desk_office import DeskClient, DeskOffice, printable
from tests.offices.one_line import one_line
from tests.offices.prepared_databases import on_sqlite_alone

PRODUCER = "chuthe@htx.vn"


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    office = DeskOffice(tmp_path, database_url)
    office.take(6)
    office.add(PRODUCER, Role.PRODUCER, office.services.product_lists.producer_of(printable(office)))
    return office


def clerk_of(desk: DeskOffice) -> DeskClient:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/stamp-orders")
    return clerk


def asked(desk: DeskOffice, quantity: int = 40, *, approved: bool = True) -> Any:
    """Ask for stamps; the office approves."""
    product = printable(desk)
    producer = desk.client(PRODUCER)
    producer.get(f"/producer/products/{product}")
    producer.post(f"/producer/products/{product}/orders", quantity=quantity, design="tem-25x35", note="gấp")
    order = desk.services.stamp_orders.page()[0][0]
    if approved:
        desk.services.stamp_orders.change(order.id, "approved", ChangeContext("canbo", desk.now))
    return order


def print_for(clerk: DeskClient, order: Any, nonce: str, **form: Any) -> Any:
    return clerk.post("/office/print", stock="a4", nonce=nonce, order_id=order.id, **form)


def state(desk: DeskOffice, order: Any) -> str:
    return desk.services.stamp_orders.get(order.id).state


def test_orders_are_printing_while_their_batch_runs_then_printed(desk: DeskOffice) -> None:
    order, clerk = asked(desk), clerk_of(desk)

    started = print_for(clerk, order, "o")
    waiting, page = state(desk, order), clerk.get("/office/stamp-orders?state=printing").text
    too_early = clerk.post(f"/office/stamp-orders/{order.id}/delivered")
    still = state(desk, order)
    desk.work()
    ready = state(desk, order)
    clerk.post(f"/office/stamp-orders/{order.id}/delivered")

    assert (waiting, still, ready, state(desk, order)) == ("printing", "printing", "printed", "delivered")
    assert too_early.status_code == 409
    assert started.headers["Location"] in page
    assert "Đang in" in page


def test_an_order_whose_batch_was_cancelled_can_be_printed_again(desk: DeskOffice) -> None:
    order, clerk = asked(desk), clerk_of(desk)
    first = print_for(clerk, order, "o").headers["Location"].rpartition("/")[2]

    clerk.post(f"/office/batches/{first}/cancel", reason="nhầm giấy")
    cancelled, counted = state(desk, order), desk.services.stamp_orders.count("approved")
    clerk.post(f"/office/stamp-orders/{order.id}/delivered")
    undelivered = state(desk, order)
    print_for(clerk, order, "o2")
    desk.work()

    assert (cancelled, counted, undelivered, state(desk, order)) == ("approved", 1, "approved", "printed")
    assert desk.services.stamp_orders.get(order.id).batch != first


def test_a_repeated_print_is_one_batch_and_keeps_the_order(desk: DeskOffice) -> None:
    order, clerk = asked(desk), clerk_of(desk)

    places = [print_for(clerk, order, "o").headers["Location"] for _ in range(2)]

    assert places[0] == places[1]
    assert state(desk, order) == "printing"


def test_externally_printed_batches_must_be_ready_and_hold_the_stamps(desk: DeskOffice) -> None:
    order, clerk = asked(desk), clerk_of(desk)
    form = {"product": order.product_id, "stock": "a4"}
    names = [
        clerk.post("/office/print", **form, **more).headers["Location"].rpartition("/")[2]
        for more in (
            {"quantity": 39, "design": "tem-25x35", "nonce": "a"},
            {"quantity": 40, "design": "tem-tron-32", "nonce": "b"},
            {"quantity": 40, "design": "tem-25x35", "nonce": "c"},
        )
    ]

    def say_printed(batch: str, **more: Any) -> tuple[str, str]:
        said = clerk.post(f"/office/stamp-orders/{order.id}/printed", batch=batch, **more)
        return state(desk, order), said.text

    unknown = say_printed("2020-777")
    waiting = say_printed(names[2])
    desk.work()
    few = say_printed(names[0])
    other = say_printed(names[1])
    right = say_printed(names[2])
    clerk.post(f"/office/stamp-orders/{order.id}/approved")
    undone = desk.services.stamp_orders.get(order.id)
    knowingly = say_printed(names[1], other_design="1")

    assert [each[0] for each in (unknown, waiting, few, other)] == ["approved"] * 4
    assert "Không có đợt in nào tên 2020-777" in unknown[1]
    assert "chưa in xong" in waiting[1]
    assert "có 39" in few[1]
    assert "in mẫu Tem tròn Ø 32 mm" in other[1]
    assert (right[0], undone.state, undone.batch, knowingly[0]) == ("printed", "approved", None, "printed")


def test_one_batch_does_not_serve_two_orders_with_the_same_stamps(desk: DeskOffice) -> None:
    first, second, clerk = asked(desk), asked(desk), clerk_of(desk)
    print_for(clerk, first, "o")
    desk.work()
    batch = desk.services.stamp_orders.get(first.id).batch

    refused = clerk.post(f"/office/stamp-orders/{second.id}/printed", batch=batch)

    assert state(desk, second) == "approved"
    assert "còn 0 chưa dành" in refused.text
    assert f'value="{batch}"' in refused.text, "what was typed is kept"


@on_sqlite_alone
def test_printing_for_an_order_keeps_its_design_unless_another_is_confirmed(desk: DeskOffice) -> None:
    order, clerk = asked(desk), clerk_of(desk)

    other = f"/office/print?order_id={order.id}&design=tem-tron-32&stock=a4"
    page, changed, ticked = (
        one_line(clerk.get(path).text) for path in (f"/office/print?order={order.id}", other, f"{other}&other_design=1")
    )
    refused = print_for(clerk, order, "a", design="tem-tron-32")
    few = print_for(clerk, order, "b", quantity=39)
    unlinked = state(desk, order)
    confirmed = print_for(clerk, order, "c", design="tem-tron-32", other_design="1")

    assert 'value="tem-25x35" checked' in page
    assert 'name="other_design"' not in page
    assert 'name="other_design" value="1" required>' in changed
    assert 'name="other_design" value="1" required checked>' in ticked
    assert (refused.status_code, few.status_code, confirmed.status_code) == (409, 409, 302)
    assert (unlinked, state(desk, order)) == ("approved", "printing")


@on_sqlite_alone
def test_an_approved_order_can_be_refused_with_an_answer(desk: DeskOffice) -> None:
    order, clerk = asked(desk), clerk_of(desk)

    page = clerk.get("/office/stamp-orders").text
    clerk.post(f"/office/stamp-orders/{order.id}/refused", answer="hết giấy")

    assert f"/office/stamp-orders/{order.id}/refused" in page
    assert (state(desk, order), desk.services.stamp_orders.get(order.id).answer) == ("refused", "hết giấy")


def test_the_office_sees_quota_and_standing_of_what_was_asked_for(desk: DeskOffice) -> None:
    order, clerk = asked(desk, 2_500), clerk_of(desk)

    over = clerk.get("/office/stamp-orders").text
    suspend(desk, order.product_id)
    stopped = clerk.get("/office/stamp-orders").text

    assert "Hạn mức còn 2.000 trên 2.000 tem" in over
    assert "đặt in 2.500 tem, hạn mức chỉ còn 2.000/2.000" in over
    assert "đang bị tạm dừng" in stopped


def suspend(desk: DeskOffice, product: int) -> None:
    """Suspend the recognition of a product since yesterday."""
    stored = desk.services.products.get(product)
    recognition = current_recognition(stored.history, desk.now.date())
    assert recognition
    clerk = clerk_of(desk)
    since = (desk.now - timedelta(days=1)).strftime("%d/%m/%Y")
    path = f"/office/products/{product}/recognitions/{stored.id_of(recognition)}/suspend"
    assert clerk.post(path, since=since, until="", decision="5/QĐ", reason="kiểm tra").status_code == 302


def test_a_form_that_is_sent_twice_asks_for_stamps_once(desk: DeskOffice) -> None:
    product, producer = printable(desk), desk.client(PRODUCER)
    page = one_line(producer.get(f"/producer/products/{product}").text)
    nonce = re.search(r'/orders".*?name="nonce" value="([^"]+)"', page)
    assert nonce

    for _ in range(2):
        form = {"quantity": 5, "design": "tem-25x35", "note": "", "nonce": nonce[1]}
        answer = producer.post(f"/producer/products/{product}/orders", **form)

    assert answer.headers["Location"] == "/producer/orders"
    assert desk.services.stamp_orders.page()[1] == 1


@on_sqlite_alone
def test_producers_with_unprintable_products_are_told_why(desk: DeskOffice) -> None:
    product = printable(desk)
    producer = desk.client(PRODUCER)
    before = producer.get(f"/producer/products/{product}").text
    suspend(desk, product)

    page = producer.get(f"/producer/products/{product}").text
    posted = producer.post(f"/producer/products/{product}/orders", quantity=5, design="tem-25x35", note="")

    form = f'action="/producer/products/{product}/orders"'
    assert form in before
    assert form not in page
    assert "Hôm nay chưa xin tem cho sản phẩm này được" in page
    assert posted.status_code == 409
    assert "in được khi hết tạm dừng" in posted.text
    assert desk.services.stamp_orders.page()[1] == 0


@on_sqlite_alone
def test_taken_labels_are_delivered_only_while_recognition_is_in_force(desk: DeskOffice) -> None:
    product = printable(desk)
    producer = desk.client(PRODUCER)
    producer.get(f"/producer/products/{product}")
    place = producer.post(f"/producer/products/{product}/labels", quantity=1, nonce="n").headers["Location"]
    desk.work()
    paths = [f"{place}/{file}" for file in ("all.zip", "files/labels-001.pdf", "forms/a4-office.pdf", "forms/qr.svg")]

    in_force = [producer.get(path).status_code for path in paths]
    suspend(desk, product)
    page = producer.get(place).text
    suspended = [producer.get(path) for path in paths]

    assert in_force == [200] * 4
    assert [answer.status_code for answer in suspended] == [409] * 4
    assert "đang bị tạm dừng" in suspended[0].text
    assert "Hôm nay không dùng và không tải được những tem nhãn này" in page
    assert f"{place}/forms/" not in page


@on_sqlite_alone
def test_an_order_is_taken_back_in_two_steps_without_javascript(desk: DeskOffice) -> None:
    order = asked(desk)
    producer = desk.client(PRODUCER)

    page = producer.get("/producer/orders").text
    hidden = page[page.index('<details class="ask">') : page.rindex("</details>")]
    producer.post(f"/producer/orders/{order.id}/cancel")

    assert f"/producer/orders/{order.id}/cancel" in hidden
    assert "Yêu cầu 40 tem" in hidden
    assert page.count(f"/producer/orders/{order.id}/cancel") == 1
    assert state(desk, order) == "cancelled"


@on_sqlite_alone
def test_producer_pages_show_titles_days_left_and_file_kinds(desk: DeskOffice) -> None:
    product = printable(desk)
    producer = desk.client(PRODUCER)
    page = producer.get(f"/producer/products/{product}").text
    place = producer.post(f"/producer/products/{product}/labels", quantity=2, nonce="n", design="tem-tron-32").headers[
        "Location"
    ]
    desk.work()

    taken = one_line(producer.get(place).text)
    again = one_line(producer.get(f"/producer/products/{product}").text)
    producer.get("/language/en")
    english = producer.get(place).text

    names = re.findall(r'<a[^>]*href="[^"]*/(?:forms|files)/[^"]*"[^>]*>([^<]+)</a>', taken)
    assert re.search(r"còn [\d.]+ ngày", page)
    assert len(set(names)) == len(names) == 11
    assert "PNG 300 dpi (ZIP)" in names
    assert "Mã QR SVG (ZIP)" in names
    assert "PDF – Mỗi trang một nhãn" in names
    for shown in (taken, again):
        assert "Tem tròn Ø 32 mm" in shown
    assert not re.search(r">[^<]*(tem-tron-32|avery-l|· single)", taken + again)
    assert "Round stamp Ø 32\u00a0mm" in english
