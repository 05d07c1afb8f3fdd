"""Order a batch: what of it may be printed, and if so under which name, lines and parts."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from labelsvc.domain.batch import plan_parts
from labelsvc.domain.errors import PrintRefused, Problem
from labelsvc.domain.layout import Layout
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.rendering.sheets.versions import versions
from labelsvc.storage.batches.batch_records import NewBatch, NewLine, OrderedBatch, SourceFile, UsedException
from labelsvc.storage.batches.batches import Batches
from labelsvc.workflows.batches.allowance import Allowance, OrderItem
from labelsvc.workflows.batches.decide_item import ItemDecider, ItemDecision
from labelsvc.workflows.batches.order_terms import CheckedOrderTerms
from labelsvc.workflows.paper_words import SpecimenWords


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """An order that has been looked at but not placed."""

    new: NewBatch | None
    decisions: tuple[ItemDecision, ...]
    warnings: tuple[Problem, ...]
    layout: Layout

    @property
    def per_sheet(self) -> int:
        """How many labels a sheet holds."""
        return self.layout.per_sheet

    @property
    def die_line(self) -> bool:
        """Return whether the sheets have a die line; pre-cut ones have none."""
        return self.layout.stock.die_line

    @property
    def refused(self) -> list[ItemDecision]:
        """The products that will not be printed."""
        return [decision for decision in self.decisions if decision.reasons]

    @property
    def pieces(self) -> int:
        """How many labels it would print."""
        return sum(line.quantity for line in self.new.lines) if self.new else 0

    @property
    def sheets(self) -> int:
        """On how many sheets."""
        return sum(part.sheets for part in self.new.parts) if self.new else 0


JUDGED_EACH = 1_000
"""Products between two words on how many are judged."""


def plan_batch(
    items: Iterable[OrderItem],
    checked: CheckedOrderTerms,
    marks: SpecimenWords,
    *,
    today: date,
    allowance: Allowance | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> OrderPlan:
    """Look at an order without placing it; ``allowance`` None asks for no quota.

    ``progress`` is told how many products are judged, before each JUDGED_EACH.

    1. Each product: may it be printed today, do its texts fit? What is wrong there refuses that product.
    2. The parts.
    """
    judge, warnings, layout = ItemDecider(checked, marks, today, allowance), checked.warnings, checked.layout
    decided = []
    for done, item in enumerate(items):  # 1
        if done % JUDGED_EACH == 0:
            progress(done)
        decided.append(judge.decide(item))
    decisions, lines = tuple(decision for decision, _ in decided), [line for _, line in decided if line is not None]
    if not lines:
        return OrderPlan(None, decisions, warnings, layout)
    return OrderPlan(_new_batch(checked, marks, lines, allowance), decisions, warnings, layout)  # 2


def place_order(plan: OrderPlan, batches: Batches, *, now: datetime, taken: Container[str]) -> OrderedBatch:
    """Place a planned order in one transaction; PrintRefused if nothing of it may be printed."""
    if plan.new is None:
        raise PrintRefused.from_code("print.nothing")
    return batches.order(plan.new, now, taken=taken)


def _new_batch(
    checked: CheckedOrderTerms, marks: SpecimenWords, lines: Sequence[NewLine], allowance: Allowance | None
) -> NewBatch:
    """Return the batch of these lines, cut into its parts."""
    terms, options, layout = checked.terms, checked.options, checked.layout
    parts = plan_parts(
        [line.quantity for line in lines],
        layout.per_sheet,
        terms.skip,
        step_and_repeat=options.step_and_repeat,
        set_sheets=layout.roll_sheets or 1 if layout.stock.order == "lanes" else 1,
    )
    return NewBatch(
        design=SourceFile(terms.design, checked.design.source),
        stock=SourceFile(terms.stock, stock_toml(layout.stock)),
        looks=checked.assets.kept_looks(checked.design.source),
        host=str(terms.host),
        lines=lines,
        parts=parts,
        trial=terms.host.trial,
        mark=marks.for_label(specimen=terms.host.specimen, trial=terms.host.trial),
        options=options,
        exceptions=_exceptions_used(lines, allowance),
        versions=versions(),
        who=terms.who,
        order_key=terms.order_key,
        queued=terms.queued,
        producer_id=terms.producer_id,
        stamp_order_id=terms.stamp_order_id,
        holds_quota=allowance is not None and not (terms.specimens_exceed and terms.host.specimen),
    )


def _exceptions_used(lines: Sequence[NewLine], allowance: Allowance | None) -> tuple[UsedException, ...]:
    """Return what the lines' recognitions were granted, for the ticket."""
    granted = allowance.granted if allowance else {}
    return tuple(
        UsedException(line.product.name, exception.kind, exception.pieces, exception.who, exception.reason)
        for line in lines
        for exception in granted.get(line.recognition_id, ())
    )
