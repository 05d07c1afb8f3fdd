"""Orders of more products than a page judges: planned behind, confirmed, placed once, and forgotten in the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import update

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.recognition import Withdrawal
from labelsvc.storage.batches.planned_orders import KEPT
from labelsvc.storage.db.tables.orders import planned_orders
from labelsvc.web.office.orders import print_request
from labelsvc.workflows.change_recognition import withdraw
from tests.conftest import PostgresqlServer
from tests.offices.desk_office import DeskClient, DeskOffice
from tests.offices.disturbed_batch import until
from tests.offices.prepared_databases import on_sqlite_alone

PRODUCTS = 5


END_WHO_WAITS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def desk(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> DeskOffice:
    monkeypatch.setattr(print_request, "MOST_PRODUCTS", PRODUCTS - 1)
    desk = DeskOffice(tmp_path, database_url)
    desk.take(PRODUCTS)
    return desk


def asked_for(clerk: DeskClient, quantity: int = 2) -> str:
    """Order all products, and return the page that shows how far that is."""
    clerk.get("/office/print?filtered=1")
    form = {"filtered": "1", "quantity": str(quantity), "design": "tem-25x35", "stock": "a4"}
    return str(clerk.post("/office/print", **form).headers["Location"])


def test_large_orders_are_planned_behind_and_printed_once_confirmed(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)

    shown = clerk.get("/office/print?filtered=1").text
    page = asked_for(clerk)
    waiting = clerk.get(page).text
    unconfirmed = clerk.post(page)
    desk.plan()
    planned = clerk.get(page).text
    for _ in range(2):
        clerk.post(page)
    desk.plan()
    ordered = clerk.get(page).text
    batch, others = desk.services.batch_lists.page()
    desk.work()

    assert f"Xem xét {PRODUCTS} sản phẩm" in shown
    assert "Đang chờ xem xét" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert unconfirmed.status_code == 302
    assert f"In {2 * PRODUCTS} tem" in planned
    assert f"/office/batches/{batch[0].name}" in ordered
    assert (others, batch[0].pieces) == (1, 2 * PRODUCTS)
    assert desk.services.batch_lists.find(batch[0].name).state == "ready"


@on_sqlite_alone
def test_changed_records_make_a_confirmed_order_be_looked_at_again(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    page = asked_for(clerk)
    desk.plan()
    stored = desk.services.products.all()[0]
    context = ChangeContext("thu", datetime.now(UTC), "vi phạm")
    withdrawal = Withdrawal(desk.office.today, context.reason, "1/QĐ")
    withdraw(stored, stored.recognitions[-1].id, withdrawal, desk.services.recognitions, context)

    clerk.post(page)
    desk.plan()
    looked_again = clerk.get(page).text
    clerk.post(page)
    desk.plan()

    assert "đã thay đổi" in looked_again
    assert stored.product.name in looked_again
    assert desk.services.batch_lists.page()[0][0].pieces == 2 * (PRODUCTS - 1)


@on_sqlite_alone
@pytest.mark.parametrize("state", ["waiting", "planning", "planned"])
def test_an_order_that_is_given_up_is_never_placed(desk: DeskOffice, state: str) -> None:
    clerk, orders = desk.client(Role.CLERK), desk.services.planned_orders
    page = asked_for(clerk)
    number = int(page.rsplit("/", 1)[1])
    if state == "planned":
        desk.plan()
    taken = orders.take(number, datetime.now(UTC)) if state == "planning" else None

    button = clerk.get(page).text
    answered = clerk.post(f"{page}/give-up")
    if taken:
        goes_on = orders.note_done(number, taken[0], PRODUCTS, datetime.now(UTC))
    desk.plan()

    assert f'action="{page}/give-up"' in button
    assert answered.headers["Location"].endswith("/office/print")
    assert not (taken and goes_on)
    assert clerk.get(page).status_code == 404
    assert clerk.post(f"{page}/give-up").status_code == 404
    assert "không hủy được nữa" not in clerk.get("/office/").text
    assert desk.services.batch_lists.page()[1] == 0


@on_sqlite_alone
@pytest.mark.parametrize("state", ["confirmed", "ordering", "ordered"])
def test_an_order_that_is_confirmed_cannot_be_given_up(desk: DeskOffice, state: str) -> None:
    clerk, orders = desk.client(Role.CLERK), desk.services.planned_orders
    page = asked_for(clerk)
    desk.plan()
    clerk.post(page)
    number = int(page.rsplit("/", 1)[1])
    if state == "ordered":
        desk.plan()
    taken = orders.take(number, datetime.now(UTC)) if state == "ordering" else None

    shown = clerk.get(page).text
    answered = clerk.post(f"{page}/give-up")

    assert bool(taken) == (state == "ordering")
    assert "give-up" not in shown
    assert state != "confirmed" or "Đã xem 0" not in shown
    assert answered.headers["Location"] == page
    assert "không hủy được nữa" in clerk.get(page).text


@on_sqlite_alone
def test_an_order_whose_process_died_when_it_was_placed_is_placed(desk: DeskOffice) -> None:
    clerk, all_but_a_few = desk.client(Role.CLERK), 1_999
    page = asked_for(clerk, all_but_a_few)
    number = desk.planning[0]
    desk.plan()
    clerk.post(page)
    desk.plan()
    with desk.services.database.writing() as connection:  # as it was before the last word of its process
        connection.execute(update(planned_orders).values(state="confirmed", batch=""))

    desk.planning.append(number)
    desk.plan()
    batches, count = desk.services.batch_lists.page()

    assert f"/office/batches/{batches[0].name}" in clerk.get(page).text
    assert (count, batches[0].pieces) == (1, PRODUCTS * all_but_a_few)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_confirmed_order_waits_where_the_database_goes_away(
    desk: DeskOffice, postgresql_server: PostgresqlServer
) -> None:
    clerk, orders = desk.client(Role.CLERK), desk.services.planned_orders
    page = asked_for(clerk)
    number = desk.planning[0]
    desk.plan()
    clerk.post(page)

    with psycopg.connect(desk.database) as other, ThreadPoolExecutor(1) as worker:
        other.execute("LOCK TABLE products")
        planning = worker.submit(desk.plan)
        until(lambda: postgresql_server.run(END_WHO_WAITS))
    with pytest.raises(StorageRefused):
        planning.result(30)
    [(step, beaten)] = orders.under_way().values()
    assert orders.give_back(number, step, beaten)
    desk.planning.append(number)
    desk.plan()

    assert "/office/batches/" in clerk.get(page).text


@on_sqlite_alone
def test_orders_are_their_owners_and_one_an_account(desk: DeskOffice) -> None:
    clerk, administrator = desk.client(Role.CLERK), desk.client(Role.ADMINISTRATOR)

    first, second = asked_for(clerk), asked_for(clerk)
    desk.plan()

    assert clerk.get(first).status_code == 404
    assert administrator.get(second).status_code in (302, 404)
    assert second in clerk.get("/office/print").text


@on_sqlite_alone
def test_refused_designs_leave_an_order_that_says_so(desk: DeskOffice) -> None:
    clerk, orders, now = desk.client(Role.CLERK), desk.services.planned_orders, datetime.now(UTC)
    page = asked_for(clerk)
    number = desk.planning.pop()
    taken = orders.take(number, now)
    assert taken

    account_id = next(account.id for account in desk.services.accounts.all() if account.role is Role.CLERK)
    desk.planning.append(orders.begin(account_id, dict(taken[1]) | {"design": "không-có"}, PRODUCTS, now))
    refused = page.replace(str(number), str(desk.planning[0]))
    desk.plan()
    said = clerk.get(refused).text
    orders.forget_old(now + KEPT + timedelta(days=1))

    assert "không-có" in said
    assert clerk.get(refused).status_code == 404
    assert clerk.get(page).status_code == 404
