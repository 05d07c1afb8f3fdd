"""Replace lost pieces: the old serials become void, and a new batch of the same labels is ordered in their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from labelsvc.domain.errors import InvalidValue, PrintRefused, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.batches.voids import Loss, Voids
from labelsvc.storage.products.products import Products
from labelsvc.workflows.batches.order_batch import ItemDecision, OrderItem, Plan, SpecimenWords, Terms, plan_batch
from labelsvc.workflows.batches.plan_reprint import PrintedBatch, refuse_void
from labelsvc.workflows.print_assets import PrintAssets


@dataclass(frozen=True, slots=True)
class Replacement:
    """Lost pieces with the plan of the batch that replaces them; placing its order voids them, see ``place_order``."""

    lost: Loss
    plan: Plan

    def queued(self) -> Replacement:
        """Return the same for the worker to print."""
        new = replace(self.plan.new, queued=True) if self.plan.new else None
        return replace(self, plan=replace(self.plan, new=new))


def plan_replacement(
    name: str,
    pieces: Sequence[SerialRange],
    reason: str,
    *,
    who: str,
    assets: PrintAssets,
    marks: SpecimenWords,
    batches: Batches,
    products: Products,
    voids: Voids,
    today: date,
) -> Replacement:
    """Look at a replacement before anything is voided or ordered.

    1. The batch is printed to its end, has those serials (NotFound names those it has), and none of them is void.
    2. As many labels of the same products may be printed today, on the same design, stock and host: all or nothing.

    Raises InvalidValue reprint.no_reason and PrintRefused besides.
    """
    if not reason.strip():
        raise InvalidValue.of("reprint.no_reason")
    printed = PrintedBatch.get(name, batches, assets)  # 1
    printed.places.check(pieces)
    refuse_void(name, pieces, voids)
    plan = plan_batch(_wishes(printed, pieces, products), _terms(printed), assets, marks, today=today)  # 2
    if plan.refused or plan.new is None:
        raise PrintRefused(*(problem for one in plan.refused for problem in _why(one)))
    lost = Loss(name, pieces, reason.strip())
    return Replacement(lost, replace(plan, new=replace(plan.new, replaces=lost, who=who)))


def _why(refused: ItemDecision) -> list[Problem]:
    facts = {"product": refused.product.name, "producer": refused.product.producer}
    return [Problem("reprint.refused", {**facts, "why": reason}) for reason in refused.reasons]


def _wishes(printed: PrintedBatch, pieces: Sequence[SerialRange], products: Products) -> list[OrderItem]:
    """Return what is to be printed for lost pieces, in the order of the batch's lines."""
    quantities: Counter[int] = Counter()
    for some in pieces:
        quantities[some.line] += some.count
    lines = [line for line in printed.lines if quantities[line.line.number]]
    stored = products.many({line.product_id for line in lines})
    return [OrderItem(stored[line.product_id], quantities[line.line.number]) for line in lines]


def _terms(printed: PrintedBatch) -> Terms:
    batch = printed.batch
    return Terms(
        design=batch.design.name,
        stock=batch.stock.name,
        host=Host.parse(batch.host),
        options=batch.options,
        design_source=batch.design.content,
    )
