"""Plans an order of more products than a page judges, in the worker, and places it once somebody confirmed the plan.

1. Somebody asks on the print page; the order waits.
2. The worker judges its products as the page judges few, says how far it is, and keeps what it found.
3. Somebody looks at that and confirms it, or asks anew.
4. The worker judges once more, as quotas and records may have changed. If the numbers are still those that were
   confirmed it places the order, else the new plan is to be confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import partial
from typing import Any, Self

from labelsvc.domain.errors import LabelsvcError, StorageRefused
from labelsvc.domain.host import Host
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.batches.batch_records import OrderedBatch
from labelsvc.storage.batches.heartbeat import beating
from labelsvc.storage.batches.planned_orders import PlannedOrder as PlannedOrder
from labelsvc.storage.batches.planned_orders import PlannedOrders, Step
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.keys.output_identity import OutputIdentity
from labelsvc.storage.products.quotas import Quotas
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.workflows.batches.allowance import Allowance, OrderItem, with_profiles, with_suggested
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.order_batch import OrderPlan, plan_batch
from labelsvc.workflows.batches.order_terms import OrderTerms, check_terms
from labelsvc.workflows.designs.looks import DesignCatalogue
from labelsvc.workflows.planning.place_queued import place_queued
from labelsvc.workflows.planning.plan_groups import Explain, reasons_of, trace_of, warnings_of


def order_key(number: int) -> str:
    """Return what the batch of an order is known by, so that it is placed once."""
    return f"plan {number}"


class NotWanted(Exception):
    """The order was given up or taken by another process while it was planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeOrder:
    """What was asked for: ``quantity`` of each product, or with ``suggested`` fewer where that is sensible.

    ``query``: the form, so that somebody may go on with it.
    """

    ids: Sequence[int]
    quantity: int
    suggested: bool
    design: str
    stock: str
    skip: int
    strict_law: bool
    options: PrintOptions
    who: str
    query: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; :meth:`from_json` gives an equal order back."""
        return asdict(self) | {"ids": list(self.ids), "options": self.options.to_json()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read an order that was kept by any version; what is asked for later than it has the field's default."""
        named = {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
        return cls(**(named | {"options": PrintOptions.from_json(kept["options"])}))

    def terms(self, host: Host, key: str, design_source: bytes) -> OrderTerms:
        """Return how it is to be printed."""
        return OrderTerms(
            design=self.design,
            stock=self.stock,
            host=host,
            skip=self.skip,
            strict_law=self.strict_law,
            options=self.options,
            who=self.who,
            queued=True,
            order_key=key,
            design_source=design_source,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlanner:
    """What it takes to plan and place; ``explain`` says problems, by language."""

    planned: PlannedOrders
    services: BatchServices
    quotas: Quotas
    profiles: Profiles
    looks: DesignCatalogue
    host: Host
    output: OutputFolder
    identity: OutputIdentity
    explain: Mapping[str, Explain]

    def run(self, number: int) -> OrderedBatch | None:
        """Do what waits of an order, if anything does; return the batch where one was ordered.

        StorageRefused where the database went away meanwhile: the step waits again, as one that lost its process.
        """
        taken = self.planned.take(number, self.services.clock())
        if taken is None:
            return None
        step, request = taken
        claims = self.services.claims
        try:
            with beating(lambda: self.planned.beat(number, step, self.services.clock()), claims.beat_seconds):
                return self._run(number, step, LargeOrder.from_json(request))
        except NotWanted:
            return None
        except StorageRefused:
            raise
        except LabelsvcError as error:
            self._fail(number, step, error)
            return None

    def fail(self, number: int, error: Exception) -> None:
        """Give an order up after an unexpected error."""
        unforeseen = LabelsvcError.from_code("print.unforeseen", kind=type(error).__name__)
        for step in ("planning", "ordering"):
            self._fail(number, step, unforeseen)

    def _run(self, number: int, step: Step, order: LargeOrder) -> OrderedBatch | None:
        ordered = self._placed_before(number) if step == "ordering" else None
        if ordered is None:
            plan = self._plan(number, step, order)
            summary = self._summary(plan)
            before = self.planned.confirmed_numbers(number) if step == "ordering" else None
            if step == "planning" or before != summary["numbers"]:
                self.planned.keep_plan(number, step, summary | {"changed": before is not None}, self.services.clock())
                return None
            ordered = place_queued(plan, self.services, self.output, self.identity)
        self.planned.keep_batch(number, ordered.batch.name, self.services.clock())
        return ordered

    def _placed_before(self, number: int) -> OrderedBatch | None:
        """Return the batch of an order whose process died right after it had placed it.

        Planned anew, the order would lack the quota that its own batch took.
        """
        batch = self.services.batches.find_ordered(order_key(number))
        return OrderedBatch(batch, again=True, epoch=None) if batch else None

    def _plan(self, number: int, step: Step, order: LargeOrder) -> OrderPlan:
        today = self.services.clock().astimezone(VIETNAM).date()
        source = self.looks.source(order.design)
        terms = order.terms(self.host, order_key(number), source)
        terms = replace(terms, stock_source=self.services.stocks.source(order.stock))
        checked = check_terms(terms, self.services.assets)
        items = self._items(order, today)
        allowance, marks = Allowance.for_items(items, self.quotas, today), self.services.words.marks
        if order.suggested:
            items = with_suggested(items, allowance, today)
        items = with_profiles(items, self.profiles)
        progress = partial(self._tell, number, step)
        return plan_batch(items, checked, marks, today=today, allowance=allowance, progress=progress)

    def _items(self, order: LargeOrder, today: date) -> list[OrderItem]:
        found = self.services.products.many(order.ids)
        return [OrderItem(found[each], order.quantity) for each in order.ids if each in found]

    def _tell(self, number: int, step: Step, done: int) -> None:
        if not self.planned.note_done(number, step, done, self.services.clock()):
            raise NotWanted

    def _summary(self, plan: OrderPlan) -> dict[str, Any]:
        """Return what a page shows of a plan, as JSON."""
        said = {
            language: {
                "refused": [group.to_json() for group in reasons_of(plan.decisions, explain)],
                "warned": [group.to_json() for group in warnings_of(plan.decisions, explain)],
                "traced": [group.to_json() for group in trace_of(plan.decisions, explain)],
                "warnings": [explain(problem) for problem in plan.warnings],
            }
            for language, explain in self.explain.items()
        }
        numbers = {"pieces": plan.pieces, "sheets": plan.sheets, "refused": len(plan.refused)}
        parts = len(plan.new.parts) if plan.new else 0
        return {"numbers": numbers, "parts": parts, "products": len(plan.decisions), "said": said}

    def _fail(self, number: int, step: Step, error: LabelsvcError) -> None:
        said = {language: [explain(each) for each in error.problems] for language, explain in self.explain.items()}
        self.planned.fail(number, step, {"problems": said}, self.services.clock())
