"""Reviews producers' stamp orders: what the office must know about the product before approving or printing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labelsvc.domain.errors import Conflict
from labelsvc.domain.history import Standing, standing_on
from labelsvc.domain.permission import PrintPermission, Quota, may_print
from labelsvc.storage.batches.stamp_orders import StampOrder
from labelsvc.storage.products.products import Products
from labelsvc.storage.products.quotas import Quotas
from labelsvc.workflows.batches.order_batch import OrderPlan

__all__ = ["StampOrder", "StampOrderReview", "refuse_another_order", "review_orders"]

_OPEN = ("requested", "approved")


@dataclass(frozen=True, slots=True)
class StampOrderReview:
    """An order with its product's standing and quota today; ``permission``: may it be printed, while it is to be."""

    order: StampOrder
    standing: Standing
    quota: Quota | None
    permission: PrintPermission


def review_orders(
    orders: Sequence[StampOrder], products: Products, quotas: Quotas, today: date
) -> list[StampOrderReview]:
    """Return each order with what is known of its product; one that is printed or ended is not judged any more."""
    stored = products.many({order.product_id for order in orders})
    permitted = {each: may_print(one.history, today) for each, one in stored.items()}
    current = {
        each: stored[each].id_of(permission.recognition)
        for each, permission in permitted.items()
        if permission.recognition
    }
    known = quotas.for_recognitions(set(current.values()))
    judged = []
    for order in orders:
        history, quota = stored[order.product_id].history, known.get(current.get(order.product_id, 0))
        permission = PrintPermission(None)
        if order.state in _OPEN:
            permission = may_print(history, today, quantity=order.quantity, quota=quota)
        judged.append(StampOrderReview(order, standing_on(history, today), quota, permission))
    return judged


def refuse_another_order(order: StampOrder, plan: OrderPlan, design: str, *, other_design: bool) -> None:
    """Refuse (Conflict) to print for an order what is not approved, too few, or in another design unknowingly."""
    held = sum(line.quantity for line in plan.new.lines if line.product_id == order.product_id) if plan.new else 0
    if order.state != "approved":
        raise Conflict.from_code("ordering.not_approved", order=order.id)
    if held < order.quantity:
        facts = {"product": order.product, "held": held, "quantity": order.quantity}
        raise Conflict.from_code("ordering.too_few", field="quantity", **facts)
    if design != order.design and not other_design:
        raise Conflict.from_code("ordering.confirm_design", field="design", design=design, asked=order.design)
