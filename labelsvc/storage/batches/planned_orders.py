"""Orders that the worker plans: asked for on a page, planned, looked at, confirmed, and then placed.

Each step is a compare-and-set: whoever comes too late changes nothing and is told so. A step whose process was killed
is taken again, as it no longer says how far it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update

from labelsvc.domain.errors import NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.waiting_tables import planned_orders

KEPT = timedelta(days=7)
LOST_AFTER = timedelta(minutes=15)
"""A step that said nothing for so long lost its process. It says how far it is each thousand products; to store an
order of 200,000 takes some two minutes. An order that was taken twice is placed once."""
PlanState = Literal["waiting", "planning", "planned", "confirmed", "ordering", "ordered", "failed"]
Step = Literal["planning", "ordering"]
_BEGINS: Mapping[PlanState, Step] = {"waiting": "planning", "confirmed": "ordering"}
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
    def under_way(self) -> bool:
        """Return whether the worker has something to do for it."""
        return self.state in ("waiting", "planning", "confirmed", "ordering")


class PlannedOrders:
    """The planned orders of all accounts; each has one that is not ordered at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, account_id: int, request: Mapping[str, Any], total: int, now: datetime) -> int:
        """Let an order wait for the worker, in the place of the account's earlier one; return its number."""
        own = planned_orders.c.account_id == account_id, planned_orders.c.state.in_(("waiting", "planning", "planned"))
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
        return self._change(number, "planned", now, state="confirmed")

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

    def waiting(self, now: datetime) -> list[int]:
        """Return what waits, after giving back what lost its process; old orders are forgotten."""
        with self._database.writing() as connection:
            connection.execute(delete(planned_orders).where(planned_orders.c.changed_at < now - KEPT))
            for state, step in _BEGINS.items():
                lost = planned_orders.c.state == step, planned_orders.c.changed_at < now - LOST_AFTER
                connection.execute(update(planned_orders).where(*lost).values(state=state, changed_at=now))
            query = select(planned_orders.c.id).where(planned_orders.c.state.in_(_BEGINS)).order_by(planned_orders.c.id)
            return list(connection.scalars(query))

    def _change(self, number: int, expected: PlanState, now: datetime, **values: Any) -> bool:
        chosen = planned_orders.c.id == number, planned_orders.c.state == expected
        with self._database.writing() as connection:
            changed = update(planned_orders).where(*chosen).values(changed_at=now, **values)
            return connection.execute(changed).rowcount == 1
