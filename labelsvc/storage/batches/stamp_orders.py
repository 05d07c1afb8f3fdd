"""Producers' orders of stamps: requested, approved, printing, printed, delivered; or refused, cancelled.

An order stores its batch, and the batch determines the state: an approved order is printing while its batch waits or
runs, printed when it is ready, and approved again if it was cancelled, failed or held back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, insert, select, update

from labelsvc.domain.batch import STAMP_ORDER_STEPS, StampOrderState
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, Conflict, InvalidValue, NotFound, Problem
from labelsvc.domain.permission import StampRequest
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.orders import stamp_orders
from labelsvc.storage.db.tables.products import producers, products
from labelsvc.storage.people.audit import FieldDifference, record_differences


@dataclass(frozen=True, slots=True)
class StampOrder:
    """A producer's order and its state. ``batch_design``: the design it is printed in."""

    id: int
    producer_id: int
    producer: str
    product_id: int
    product: str
    quantity: int
    design: str
    note: str
    state: StampOrderState
    answer: str
    batch: str | None
    batch_state: str | None
    batch_design: str | None
    asked_at: datetime
    asked_by: str
    changed_at: datetime
    changed_by: str


class StampOrders:
    """All orders of stamps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, request: StampRequest, context: ChangeContext, key: str = "") -> int:
        """Store a producer's order; return its id. The same ``key`` again is the same order."""
        row = {
            "request_key": key or None,
            **asdict(request),
            "asked_at": context.now,
            "asked_by": context.who,
            "changed_at": context.now,
            "changed_by": context.who,
        }
        with self._database.writing() as connection:
            same = select(stamp_orders.c.id).where(stamp_orders.c.request_key == key)
            if key and (known := connection.scalar(same)) is not None:
                return int(known)
            made = insert(stamp_orders).values(row).returning(stamp_orders.c.id)
            order_id = int(connection.execute(made).scalar_one())
            asked = FieldDifference("state", "", "requested")
            record_differences(connection, context, [("stamp_order", order_id, [asked])])
        return order_id

    def get(self, order_id: int, producer_id: int | None = None) -> StampOrder:
        """Return an order, of this producer where one is named; NotFound if there is none."""
        query = _ALL.where(stamp_orders.c.id == order_id)
        if producer_id is not None:
            query = query.where(stamp_orders.c.producer_id == producer_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound.from_code("storage.no_stamp_order", id=order_id)
        return StampOrder(**row)

    def page(
        self, *, states: Sequence[str] = (), producer_id: int | None = None, page: int = 1, per_page: int = 50
    ) -> tuple[list[StampOrder], int]:
        """Return a page of orders, the newest first, and how many there are in all."""
        chosen: list[Any] = [_STATE.in_(states)] if states else []
        if producer_id is not None:
            chosen.append(stamp_orders.c.producer_id == producer_id)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(_WITH_BATCH).where(*chosen)) or 0
            cut = _ALL.where(*chosen).order_by(stamp_orders.c.id.desc()).limit(per_page)
            rows = connection.execute(cut.offset((max(1, page) - 1) * per_page)).mappings()
            return [StampOrder(**row) for row in rows], total

    def count(self, state: StampOrderState) -> int:
        """Return how many orders are in a state."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_WITH_BATCH).where(_STATE.in_([state]))) or 0

    def change(
        self,
        order_id: int,
        state: StampOrderState,
        context: ChangeContext,
        *,
        producer_id: int | None = None,
        seen: str = "",
    ) -> None:
        """Change an order's state; ``context.reason`` is the answer. InvalidValue if it cannot become that.

        ``seen``: the state that whoever takes it on saw; ChangedMeanwhile if it has another one.
        """
        with self._database.writing() as connection:
            order = _get(connection, order_id)
            if producer_id not in (None, order.producer_id):
                raise NotFound.from_code("storage.no_stamp_order", id=order_id)
            if seen not in ("", order.state):
                state_now = Problem(f"ordering.state_{order.state}")
                raise ChangedMeanwhile.from_code("ordering.changed_meanwhile", state=state_now, who=order.changed_by)
            if state not in STAMP_ORDER_STEPS.get(order.state, ()):
                raise _wrong_state(order, state)
            answer = {"answer": context.reason} if context.reason else {}
            left = {"batch_id": None} if state == "approved" else {}
            differences = [FieldDifference("state", order.state, state)]
            if left and order.batch:
                differences.append(FieldDifference("batch", order.batch, ""))
            _write(connection, order, context, differences, {"state": state, **answer, **left})

    def link(
        self, order_id: int, batch: str, context: ChangeContext, *, ready: bool = False, other_design: bool = False
    ) -> None:
        """Link an approved order to the office's batch that prints it; idempotent.

        ``ready``: only a batch that is ready will do. ``other_design``: one in another design than asked for will do.
        InvalidValue if the order is not approved, or the batch is none that holds its stamps; NotFound.
        """
        with self._database.writing() as connection:
            link_order(connection, order_id, batch, context, ready=ready, other_design=other_design)


def link_order(
    connection: Connection,
    order_id: int,
    batch: str,
    context: ChangeContext,
    *,
    ready: bool = False,
    other_design: bool = True,
) -> None:
    """Link an order in the writer's transaction, as :meth:`StampOrders.link` does."""
    order = _get(connection, order_id)
    if order.batch == batch and order.state in ("printing", "printed"):
        return
    if order.state != "approved":
        raise _wrong_state(order, "printing")
    batch_id = _batch_for(connection, order, batch, ready=ready, other_design=other_design)
    differences = [FieldDifference("batch", order.batch or "", batch)]
    _write(connection, order, context, differences, {"state": "approved", "batch_id": batch_id})


def _get(connection: Connection, order_id: int) -> StampOrder:
    row = connection.execute(_ALL.where(stamp_orders.c.id == order_id)).mappings().first()
    if row is None:
        raise NotFound.from_code("storage.no_stamp_order", id=order_id)
    return StampOrder(**row)


def _wrong_state(order: StampOrder, state: str) -> InvalidValue:
    before, value = (Problem(f"ordering.state_{each_state}") for each_state in (order.state, state))
    return Conflict.from_code("storage.stamp_order_state", before=before, value=value)


def _batch_for(connection: Connection, order: StampOrder, name: str, *, ready: bool, other_design: bool) -> int:
    """Return the id of a batch that holds an order's stamps; those of other orders that it is for are not counted."""
    batch = connection.execute(select(batches).where(batches.c.name == name)).mappings().first()
    if batch is None:
        raise Conflict.from_code("ordering.no_batch", field="batch", batch=name)
    if batch["producer_id"] is not None:
        raise Conflict.from_code("ordering.own_batch", field="batch", batch=name)
    if batch["state"] not in (("ready",) if ready else ("ordered", "running", "ready")):
        raise Conflict.from_code("ordering.not_ready", field="batch", batch=name)
    printed = select(func.sum(lines.c.quantity)).where(
        lines.c.batch_id == batch["id"], lines.c.product_id == order.product_id
    )
    promised = select(func.sum(stamp_orders.c.quantity)).where(
        stamp_orders.c.batch_id == batch["id"],
        stamp_orders.c.product_id == order.product_id,
        stamp_orders.c.id != order.id,
        stamp_orders.c.state.in_((*_APPROVED, "delivered")),
    )
    held = int(connection.scalar(printed) or 0)
    free = max(0, held - int(connection.scalar(promised) or 0))
    if free < order.quantity:
        raise Conflict.from_code(
            "ordering.too_few_in_batch",
            field="batch",
            batch=name,
            product=order.product,
            held=held,
            free=free,
            quantity=order.quantity,
        )
    if batch["design"] != order.design and not other_design:
        raise Conflict.from_code(
            "ordering.other_design", field="batch", batch=name, design=batch["design"], asked=order.design
        )
    return int(batch["id"])


def _write(
    connection: Connection,
    order: StampOrder,
    context: ChangeContext,
    differences: list[FieldDifference],
    values: dict[str, Any],
) -> None:
    changed = {"changed_at": context.now, "changed_by": context.who, **values}
    connection.execute(update(stamp_orders).where(stamp_orders.c.id == order.id).values(changed))
    record_differences(connection, context, [("stamp_order", order.id, differences)])


_APPROVED = ("approved", "printed")
"""How an order is kept that is approved; ``printed`` by versions that did not ask its batch."""
_WITH_BATCH = stamp_orders.outerjoin(batches, batches.c.id == stamp_orders.c.batch_id)
_STATE = case(
    (stamp_orders.c.state.not_in(_APPROVED), stamp_orders.c.state),
    (batches.c.state == "ready", "printed"),
    (batches.c.state.in_(("ordered", "running")), "printing"),
    else_="approved",
)
"""What an order is, by itself and by its batch."""
_ALL: Select[Any] = (
    select(
        stamp_orders.c.id,
        stamp_orders.c.producer_id,
        producers.c.name.label("producer"),
        stamp_orders.c.product_id,
        products.c.name.label("product"),
        stamp_orders.c.quantity,
        stamp_orders.c.design,
        stamp_orders.c.note,
        _STATE.label("state"),
        stamp_orders.c.answer,
        batches.c.name.label("batch"),
        batches.c.state.label("batch_state"),
        batches.c.design.label("batch_design"),
        stamp_orders.c.asked_at,
        stamp_orders.c.asked_by,
        stamp_orders.c.changed_at,
        stamp_orders.c.changed_by,
    )
    .select_from(_WITH_BATCH)
    .join(producers, producers.c.id == stamp_orders.c.producer_id)
    .join(products, products.c.id == stamp_orders.c.product_id)
)
