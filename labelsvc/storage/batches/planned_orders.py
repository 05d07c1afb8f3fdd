"""Orders that the worker plans: asked for on a page, planned, looked at, confirmed, and then placed.

Each step is a compare-and-set: whoever comes too late changes nothing and is told so. A step whose process was killed
is taken again, as its heart beats no longer (:mod:`labelsvc.workflows.planning.order_sweep`); an order that was taken
twice, by a process that only slept, is placed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update

from labelsvc.domain.errors import NotFound
from labelsvc.storage.batches.lost_claims import MOST_WAIT_SECONDS
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.orders import planned_orders

KEPT = timedelta(days=7)
"""How long an order is kept that nothing is to be done for any more."""
PlanState = Literal["waiting", "planning", "planned", "confirmed", "ordering", "ordered", "failed"]
Step = Literal["planning", "ordering"]
_BEGINS: Mapping[PlanState, Step] = {"waiting": "planning", "confirmed": "ordering"}
_GIVEN_UP: tuple[PlanState, ...] = ("waiting", "planning", "planned")
"""The states in which an order may be given up: a confirmed one becomes a batch, which is cancelled on its page."""
_SHOWN = [column for column in planned_orders.c if column.name != "request"]


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order on its way. ``done`` of ``total`` products are judged; ``result``: what was found, None before that.

    ``batch``: its name once it is ordered.
    """

    id: int
    account_id: int
    state: PlanState
    done: int
    total: int
    result: Mapping[str, Any] | None
    batch: str
    asked_at: datetime
    changed_at: datetime

    @property
    def may_be_given_up(self) -> bool:
        """Return whether nobody has confirmed it."""
        return self.state in _GIVEN_UP

    @property
    def under_way(self) -> bool:
        """Return whether the worker has something to do for it."""
        return self.state in ("waiting", "planning", "confirmed", "ordering")


class PlannedOrders:
    """The planned orders of all accounts; each has one at a time that is not confirmed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, account_id: int, request: Mapping[str, Any], total: int, now: datetime) -> int:
        """Let an order wait for the worker, in the place of the account's earlier one; return its number."""
        own = planned_orders.c.account_id == account_id, planned_orders.c.state.in_(_GIVEN_UP)
        row = {"account_id": account_id, "request": request, "total": total, "asked_at": now, "changed_at": now}
        with self._database.writing() as connection:
            connection.execute(delete(planned_orders).where(*own))
            made = connection.execute(insert(planned_orders).values(row).returning(planned_orders.c.id))
            return int(made.scalar_one())

    def get(self, number: int, account_id: int) -> PlannedOrder:
        """Return an account's order; NotFound if it has none of this number."""
        own = planned_orders.c.id == number, planned_orders.c.account_id == account_id
        with self._database.reading() as connection:
            row = connection.execute(select(*_SHOWN).where(*own)).mappings().first()
        if row is None:
            raise NotFound.from_code("planning.unknown")
        return PlannedOrder(**row)

    def request(self, number: int) -> Mapping[str, Any]:
        """Return what was asked for; NotFound if there is no such order."""
        with self._database.reading() as connection:
            kept = connection.scalar(select(planned_orders.c.request).where(planned_orders.c.id == number))
        if kept is None:
            raise NotFound.from_code("planning.unknown")
        return dict(kept)

    def latest(self, account_id: int) -> PlannedOrder | None:
        """Return an account's order that is not ordered yet, the newest; None if there is none."""
        own = planned_orders.c.account_id == account_id, planned_orders.c.state.not_in(("ordered", "failed"))
        with self._database.reading() as connection:
            newest = select(*_SHOWN).where(*own).order_by(planned_orders.c.id.desc()).limit(1)
            row = connection.execute(newest).mappings().first()
        return PlannedOrder(**row) if row else None

    def take(self, number: int, now: datetime) -> tuple[Step, Mapping[str, Any]] | None:
        """Begin what waits to be done: the step, and what was asked for; None if nothing does."""
        with self._database.writing() as connection:
            kept = select(planned_orders.c.state, planned_orders.c.request).where(planned_orders.c.id == number)
            row = connection.execute(kept).first()
            if row is None or row[0] not in _BEGINS:
                return None
            begun = update(planned_orders).where(planned_orders.c.id == number)
            connection.execute(begun.values(state=_BEGINS[row[0]], done=0, changed_at=now))
            return _BEGINS[row[0]], row[1]

    def note_done(self, number: int, step: Step, done: int, now: datetime) -> bool:
        """Say how far a step is; False if it is not wanted any more."""
        return self._change(number, step, now, done=done)

    def beat(self, number: int, step: Step, now: datetime) -> bool:
        """Say that a step's process is at work; False if the step is not wanted any more."""
        change = update(planned_orders).where(planned_orders.c.id == number, planned_orders.c.state == step)
        with self._database.touching() as connection:
            return connection.execute(change.values(changed_at=now)).rowcount == 1

    def keep_plan(self, number: int, step: Step, result: Mapping[str, Any], now: datetime) -> bool:
        """Keep a plan, to be confirmed."""
        return self._change(number, step, now, state="planned", result=result)

    def fail(self, number: int, step: Step, result: Mapping[str, Any], now: datetime) -> bool:
        """Give an order up; ``result`` says why."""
        return self._change(number, step, now, state="failed", result=result)

    def keep_batch(self, number: int, batch: str, now: datetime) -> bool:
        """Say which batch it became."""
        return self._change(number, "ordering", now, state="ordered", batch=batch)

    def confirm(self, number: int, account_id: int, now: datetime) -> bool:
        """Let a plan be ordered; False if it is not one that was looked at."""
        self.get(number, account_id)
        return self._change(number, "planned", now, state="confirmed", done=0)

    def give_up(self, number: int, account_id: int) -> bool:
        """Forget an account's order that is not confirmed; False if there is nothing to give up any more.

        A process that plans it finds that out within a thousand products.
        """
        own = planned_orders.c.id == number, planned_orders.c.account_id == account_id
        with self._database.writing() as connection:
            gone = delete(planned_orders).where(*own, planned_orders.c.state.in_(_GIVEN_UP))
            return connection.execute(gone).rowcount == 1

    def confirmed_numbers(self, number: int) -> Mapping[str, int]:
        """Return the numbers of the plan that was confirmed."""
        with self._database.reading() as connection:
            kept = connection.scalar(select(planned_orders.c.result).where(planned_orders.c.id == number))
        return dict(kept["numbers"]) if kept else {}

    def ready(self) -> list[int]:
        """Return what waits, the oldest first."""
        query = select(planned_orders.c.id).where(planned_orders.c.state.in_(_BEGINS)).order_by(planned_orders.c.id)
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def under_way(self) -> dict[int, tuple[Step, datetime]]:
        """Return the steps that processes are at, by their orders, and when their hearts last beat by their clocks."""
        columns = planned_orders.c.id, planned_orders.c.state, planned_orders.c.changed_at
        query = select(*columns).where(planned_orders.c.state.in_(_BEGINS.values()))
        with self._database.reading() as connection:
            return {number: (step, beaten) for number, step, beaten in connection.execute(query)}

    def give_back(self, number: int, step: Step, beaten: datetime) -> bool:
        """Let a step wait again whose process is gone; False if its heart has beaten meanwhile."""
        before = next(state for state, begun in _BEGINS.items() if begun == step)
        seen = planned_orders.c.state == step, planned_orders.c.changed_at == beaten
        change = update(planned_orders).where(planned_orders.c.id == number, *seen).values(state=before)
        began = monotonic()
        with self._database.touching() as connection:
            return monotonic() - began < MOST_WAIT_SECONDS and connection.execute(change).rowcount == 1

    def forget_old(self, now: datetime) -> None:
        """Forget what was ordered or given up long ago; what somebody has yet to confirm stays, whatever clocks say."""
        ended = planned_orders.c.state.in_(("ordered", "failed")), planned_orders.c.changed_at < now - KEPT
        with self._database.writing() as connection:
            connection.execute(delete(planned_orders).where(*ended))

    def _change(self, number: int, expected: PlanState, now: datetime, **values: Any) -> bool:
        chosen = planned_orders.c.id == number, planned_orders.c.state == expected
        with self._database.writing() as connection:
            changed = update(planned_orders).where(*chosen).values(changed_at=now, **values)
            return connection.execute(changed).rowcount == 1
