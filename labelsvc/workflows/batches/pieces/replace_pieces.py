"""Replaces lost pieces: voids the old serials and orders a new batch of the same labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound, PrintRefused, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.imposed_positions import check_issued
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.batches.batch_records import Batch
from labelsvc.storage.batches.voids import ReportedLoss
from labelsvc.storage.products.products import Products
from labelsvc.workflows.batches.allowance import OrderItem
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.decide_item import ItemDecision
from labelsvc.workflows.batches.order_batch import OrderPlan, plan_batch
from labelsvc.workflows.batches.order_terms import OrderTerms, check_terms
from labelsvc.workflows.batches.pieces.plan_reprint import refuse_void, whole_batch


@dataclass(frozen=True, slots=True)
class Replacement:
    """Lost pieces and the plan of their replacement batch; placing its order voids them, see ``place_order``."""

    lost: ReportedLoss
    plan: OrderPlan

    def queued(self) -> Replacement:
        """Return the same for the worker to print."""
        new = replace(self.plan.new, queued=True) if self.plan.new else None
        return replace(self, plan=replace(self.plan, new=new))


def plan_replacement(
    name: str, pieces: Sequence[SerialRange], services: BatchServices, context: ChangeContext
) -> Replacement:
    """Look at a replacement before anything is voided or ordered; ``context`` says who lost them, when and why.

    1. The batch is printed to its end, has those serials (NotFound names those it has), and none of them is void.
    2. As many labels of the same products may be printed today, on the same design, stock and host: all or nothing.

    Raises InvalidValue reprint.no_reason and PrintRefused besides.
    """
    if not context.reason.strip():
        raise InvalidValue.from_code("reprint.no_reason")
    lost = ReportedLoss(name, pieces, context.reason.strip())
    printed = whole_batch(name, services)  # 1
    check_issued(printed.places.lines, pieces)
    refuse_void(name, pieces, services.voids)
    items, today = _items(printed, pieces, services.products), context.now.astimezone(VIETNAM).date()
    checked = check_terms(_terms(printed, services), printed.assets)  # 2
    plan = plan_batch(items, checked, services.words.marks, today=today)
    if plan.refused or plan.new is None:
        raise PrintRefused(*(problem for decision in plan.refused for problem in _why(decision)))
    return Replacement(lost, replace(plan, new=replace(plan.new, replaces=lost, who=context.who)))


def _why(refused: ItemDecision) -> list[Problem]:
    facts = {"product": refused.product.name, "producer": refused.product.producer}
    return [Problem("reprint.refused", {**facts, "why": reason}) for reason in refused.reasons]


def _items(printed: BatchContents, pieces: Sequence[SerialRange], products: Products) -> list[OrderItem]:
    """Return what is to be printed for lost pieces, in the order of the batch's lines."""
    quantities: Counter[int] = Counter()
    for some in pieces:
        quantities[some.line] += some.count
    lines = [line for line in printed.lines if quantities[line.line.number]]
    stored = products.many({line.product_id for line in lines})
    return [OrderItem(stored[line.product_id], quantities[line.line.number]) for line in lines]


def _terms(printed: BatchContents, services: BatchServices) -> OrderTerms:
    batch = printed.batch
    source = _stock_source(batch, services)
    options = replace(batch.options, districts=False)  # what is printed now names units that exist
    if source == batch.stock.content:  # it is corrected for the printer already
        options = replace(options, offset_x_mm=0.0, offset_y_mm=0.0)
    return OrderTerms(
        design=batch.design.name,
        stock=batch.stock.name,
        host=Host.parse(batch.host),
        options=options,
        design_source=batch.design.content,
        stock_source=source,
        kept_design=True,
    )


def _stock_source(batch: Batch, services: BatchServices) -> bytes | None:
    """Return the office's stock as it is now, or as the batch keeps it where it is in use no more."""
    try:
        return services.stocks.source(batch.stock.name)
    except NotFound:
        return batch.stock.content
