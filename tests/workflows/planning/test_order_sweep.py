"""Steps of planned orders whose process is gone: given back by the beats of their hearts, whatever clocks say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.batches.planned_orders import PlannedOrders
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.accounts import Accounts
from labelsvc.workflows.planning.order_sweep import OrderSweep
from tests.offices.stored_office import NOW

LEASE = 3.0
YEAR = timedelta(days=365)


@pytest.fixture
def orders(database: Database) -> PlannedOrders:
    return PlannedOrders(database)


@pytest.fixture
def number(database: Database, orders: PlannedOrders) -> int:
    account = Account(email="canbo@vanphong.vn", name="Cán bộ", role=Role.CLERK)
    made = Accounts(database).add(account, "!", ChangeContext("thu", NOW))
    return orders.begin(made.id, {}, 10, NOW)


@pytest.fixture
def sweep(orders: PlannedOrders) -> OrderSweep:
    return OrderSweep(orders, LEASE)


@pytest.mark.parametrize("clock", [NOW - YEAR, NOW, NOW + YEAR])
def test_a_step_without_a_heart_waits_again_after_a_lease(
    orders: PlannedOrders, number: int, sweep: OrderSweep, clock: datetime
) -> None:
    orders.take(number, clock)
    before = []
    for second in range(3):
        sweep.run(second)
        before += orders.ready()
    sweep.run(3)

    assert before == []
    assert orders.ready() == [number]


def test_a_beating_step_is_left_alone_while_its_clock_jumps(
    orders: PlannedOrders, number: int, sweep: OrderSweep
) -> None:
    orders.take(number, NOW)
    for second, jump in enumerate((YEAR, -YEAR, timedelta(0), YEAR) * 3):
        sweep.run(second)
        assert orders.beat(number, "planning", NOW + jump + timedelta(microseconds=second))

    assert orders.ready() == []
    assert not orders.beat(number, "ordering", NOW)


def test_a_step_that_beats_meanwhile_is_not_given_back(orders: PlannedOrders, number: int) -> None:
    orders.take(number, NOW)
    orders.beat(number, "planning", NOW + YEAR)

    assert not orders.give_back(number, "planning", NOW)
    assert orders.under_way() == {number: ("planning", NOW + YEAR)}


def test_a_clock_a_year_ahead_forgets_nothing_that_somebody_waits_for(orders: PlannedOrders, number: int) -> None:
    orders.forget_old(NOW + YEAR)
    waiting = orders.ready()
    orders.take(number, NOW)
    orders.keep_plan(number, "planning", {"numbers": {}}, NOW)
    orders.forget_old(NOW + YEAR)

    assert waiting == [number]
    assert orders.confirmed_numbers(number) == {}
    assert orders.request(number) == {}
