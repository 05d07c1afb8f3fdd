"""Stamps that producers ask the office for: requested, approved, printed, delivered; or refused, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, insert, select, update

from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.domain.occasion import Occasion
from labelsvc.storage.audit import Difference, record_differences
from labelsvc.storage.database import Database
from labelsvc.storage.people_tables import stamp_orders
from labelsvc.storage.tables import batches, producers, products

StampOrderState = Literal["requested", "approved", "refused", "printed", "delivered", "cancelled"]
FOLLOWING: dict[str, tuple[str, ...]] = {
    "requested": ("approved", "refused", "cancelled"),
    "approved": ("printed", "refused", "cancelled"),
    "printed": ("delivered",),
}
"""What an order may become from what it is."""


@dataclass(frozen=True, slots=True)
class StampOrder:
    """What a producer asked for, and what became of it."""

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
    asked_at: datetime
    asked_by: str
    changed_at: datetime
    changed_by: str


class StampOrders:
    """All orders of stamps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, producer_id: int, product_id: int, quantity: int, design: str, note: str, occasion: Occasion) -> int:
        """Keep what a producer asks for; return its id."""
        row = {
            "producer_id": producer_id, "product_id": product_id, "quantity": quantity, "design": design, "note": note,
            "asked_at": occasion.now, "asked_by": occasion.who, "changed_at": occasion.now, "changed_by": occasion.who,
        }  # fmt: skip
        with self._database.writing() as connection:
            made = insert(stamp_orders).values(row).returning(stamp_orders.c.id)
            order_id = int(connection.execute(made).scalar_one())
            asked = Difference("state", "", "requested")
            record_differences(connection, occasion, [("stamp_order", order_id, [asked])])
        return order_id

    def get(self, order_id: int, producer_id: int | None = None) -> StampOrder:
        """Return an order, of this producer where one is named; NotFound where there is none."""
        query = _ALL.where(stamp_orders.c.id == order_id)
        if producer_id is not None:
            query = query.where(stamp_orders.c.producer_id == producer_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound.of("storage.no_stamp_order", id=order_id)
        return StampOrder(**row)

    def page(
        self, *, states: Sequence[str] = (), producer_id: int | None = None, page: int = 1, per_page: int = 50
    ) -> tuple[list[StampOrder], int]:
        """Return a page of orders, the newest first, and how many there are in all."""
        chosen: list[Any] = [stamp_orders.c.state.in_(states)] if states else []
        if producer_id is not None:
            chosen.append(stamp_orders.c.producer_id == producer_id)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(stamp_orders).where(*chosen)) or 0
            cut = _ALL.where(*chosen).order_by(stamp_orders.c.id.desc()).limit(per_page)
            rows = connection.execute(cut.offset((max(1, page) - 1) * per_page)).mappings()
            return [StampOrder(**row) for row in rows], total

    def count(self, state: StampOrderState) -> int:
        """Return how many orders are in a state."""
        with self._database.reading() as connection:
            return (
                connection.scalar(select(func.count()).select_from(stamp_orders).where(stamp_orders.c.state == state))
                or 0
            )

    def change(
        self,
        order_id: int,
        state: StampOrderState,
        occasion: Occasion,
        *,
        batch: str = "",
        producer_id: int | None = None,
    ) -> None:
        """Take an order on; ``occasion.reason`` is the answer. InvalidValue where it cannot become that."""
        with self._database.writing() as connection:
            row = connection.execute(_ALL.where(stamp_orders.c.id == order_id)).mappings().first()
            if row is None or producer_id not in (None, row["producer_id"]):
                raise NotFound.of("storage.no_stamp_order", id=order_id)
            if state not in FOLLOWING.get(row["state"], ()):
                raise InvalidValue.of("storage.stamp_order_state", before=row["state"], value=state)
            values: dict[str, Any] = {"state": state, "changed_at": occasion.now, "changed_by": occasion.who}
            if occasion.reason:
                values["answer"] = occasion.reason
            if batch:
                values["batch_id"] = select(batches.c.id).where(batches.c.name == batch).scalar_subquery()
            connection.execute(update(stamp_orders).where(stamp_orders.c.id == order_id).values(values))
            change = Difference("state", row["state"], state)
            record_differences(connection, occasion, [("stamp_order", order_id, [change])])


_ALL: Select[Any] = (
    select(
        stamp_orders.c.id, stamp_orders.c.producer_id, producers.c.name.label("producer"), stamp_orders.c.product_id,
        products.c.name.label("product"), stamp_orders.c.quantity, stamp_orders.c.design, stamp_orders.c.note,
        stamp_orders.c.state, stamp_orders.c.answer, batches.c.name.label("batch"), stamp_orders.c.asked_at,
        stamp_orders.c.asked_by, stamp_orders.c.changed_at, stamp_orders.c.changed_by,
    )
    .select_from(stamp_orders)
    .join(producers, producers.c.id == stamp_orders.c.producer_id)
    .join(products, products.c.id == stamp_orders.c.product_id)
    .outerjoin(batches, batches.c.id == stamp_orders.c.batch_id)
)  # fmt: skip
