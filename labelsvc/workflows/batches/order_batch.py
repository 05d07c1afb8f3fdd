"""Order a batch: may it be printed, does it fit, and if so under which name, lines and parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from labelsvc.domain.batch import plan_parts
from labelsvc.domain.errors import BlankField, InvalidValue, LabelsvcError, OverQuota, PrintRefused, Problem
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.rules import LawRule
from labelsvc.domain.layout import Layout
from labelsvc.domain.permission import Quota, current_recognition, may_print, suggested_quantity
from labelsvc.domain.product import Product
from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.lot import Lot
from labelsvc.rendering.design.checks.label_law import label_problems
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.rendering.sheets.versions import versions
from labelsvc.rendering.thermal.one_colour import small_on_dots
from labelsvc.storage.batches.batch_records import NewBatch, NewLine, OrderedBatch, SourceFile, UsedException
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.products.products import StoredProduct
from labelsvc.workflows.batches.allowance import Allowance, OrderItem
from labelsvc.workflows.batches.order_terms import CheckedOrderTerms
from labelsvc.workflows.designs.design_groups import group_refusal
from labelsvc.workflows.paper_words import SpecimenWords
from labelsvc.workflows.places.label_places import placed_product
from labelsvc.workflows.places.read_gazetteer import read_gazetteer
from labelsvc.workflows.profiles.measure_product import measure_product


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What became of an order item: every reason against it, and every warning.

    ``suggested``: how many would be sensible where that is fewer than were asked for, else None. ``trace``: what its
    trace code would lack where it is printed all the same.
    """

    product: Product
    reasons: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    product_id: int = 0
    recognition_id: int = 0
    suggested: int | None = None
    trace: Problem | None = None


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


QuotaKey = tuple[tuple[str, str], date]
"""A recognition by its product's key and its decision's day: what is foreseen has no id yet."""


def plan_batch(
    items: Iterable[OrderItem],
    checked: CheckedOrderTerms,
    marks: SpecimenWords,
    *,
    today: date,
    allowance: Allowance | None = None,
) -> OrderPlan:
    """Look at an order without placing it; ``allowance`` None asks for no quota.

    1. Each product: may it be printed today, do its texts fit? What is wrong there refuses that product.
    2. The parts.
    """
    judge, warnings, layout = _ItemDecider(checked, marks, today, allowance), checked.warnings, checked.layout
    decided = [judge.decide(item) for item in items]  # 1
    decisions, lines = tuple(decision for decision, _ in decided), [line for _, line in decided if line is not None]
    if not lines:
        return OrderPlan(None, decisions, warnings, layout)
    terms, options = checked.terms, checked.options
    apart = options.step_and_repeat
    parts = plan_parts(  # 2
        [line.quantity for line in lines],
        layout.per_sheet,
        terms.skip,
        step_and_repeat=apart,
        set_sheets=layout.roll_sheets or 1 if layout.stock.order == "lanes" else 1,
    )
    new = NewBatch(
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
    return OrderPlan(new, decisions, warnings, layout)


def place_order(plan: OrderPlan, batches: Batches, *, now: datetime, taken: Container[str]) -> OrderedBatch:
    """Place a planned order in one transaction; PrintRefused if nothing of it may be printed."""
    if plan.new is None:
        raise PrintRefused.from_code("print.nothing")
    return batches.order(plan.new, now, taken=taken)


def _exceptions_used(lines: Sequence[NewLine], allowance: Allowance | None) -> tuple[UsedException, ...]:
    """Return what the lines' recognitions were granted, for the ticket."""
    granted = allowance.granted if allowance else {}
    return tuple(
        UsedException(line.product.name, exception.kind, exception.pieces, exception.who, exception.reason)
        for line in lines
        for exception in granted.get(line.recognition_id, ())
    )


@dataclass(frozen=True, slots=True)
class _ItemDecider:
    """Decides of one product after the other; ``taken``: what the order has taken so far of a recognition's quota."""

    checked: CheckedOrderTerms
    marks: SpecimenWords
    today: date
    allowance: Allowance | None
    taken: Counter[QuotaKey] = field(default_factory=Counter)
    _laws: dict[GoodsClass, tuple[LawRule, ...]] = field(default_factory=dict)

    def decide(self, item: OrderItem) -> tuple[ItemDecision, NewLine | None]:
        """Return what is decided of a product, and its line where it is printed."""
        stored, terms, today = item.stored, self.checked.terms, self.today
        quantity = terms.quantity or item.quantity or 1
        recognition = current_recognition(stored.history, today)
        recognition_id = stored.id_of(recognition) if recognition else 0
        quota = self._quota(stored, recognition, recognition_id)
        permission = may_print(stored.history, today, quantity=quantity, quota=quota)
        reasons, warnings, trace = list(permission.reasons), list(permission.warnings), None
        if terms.specimens_exceed and (terms.host.specimen or stored.demonstration):
            reasons, warnings = _let_specimens_exceed(reasons, warnings)
        if quantity > HIGHEST_SERIAL:
            reasons.append(Problem("batch.quantity", {"value": quantity, "highest": HIGHEST_SERIAL}))
        design, gazetteer = self.checked.design.source, read_gazetteer(self.checked.assets.templates)
        lot, lot_reasons, lot_warnings = self._lot(stored.product)
        placed = placed_product(stored.product, design, gazetteer, today, marked=bool(self._mark(stored)))
        if recognition is not None and recognition.stars >= rules_on(today).lowest_printed_stars:
            shown = replace(stored, product=placed.product)
            against, notes = self._label_problems(shown, recognition, recognition_id, lot)
            reasons += [*against, *placed.reasons, *lot_reasons]
            warnings += [*notes, *placed.warnings, *lot_warnings]
            trace = self._trace_problem(item)
            if trace and self.checked.options.strict_trace:
                reasons.append(trace)
        suggested = None
        if recognition and quota and recognition.holds_on(today):
            fewer = suggested_quantity(recognition, quantity, quota, today)
            suggested = fewer if fewer < quantity else None
        if refusal := group_refusal(stored.product, self.checked.design, self.checked.assets):
            reasons, warnings = [refusal, *reasons], []
        lacking = None if reasons else trace
        told = tuple(reasons), tuple(warnings)
        decision = ItemDecision(stored.product, *told, stored.id, recognition_id, suggested, lacking)
        if reasons or recognition is None:
            return decision, None
        self.taken[stored.product.key, recognition.decision_date] += quantity
        line = NewLine(
            product_id=stored.id,
            recognition_id=recognition_id,
            product=placed.product,
            recognition=recognition,
            quantity=quantity,
            counted=terms.counted,
            specimen=stored.demonstration,
            record=stored.product,
            lot=lot,
        )
        return decision, line

    def _lot(self, product: Product) -> tuple[Lot | None, list[Problem], list[Problem]]:
        """Return what a label says of its lot, why it cannot, and the last day that is worked out or proposed."""
        terms = self.checked.options.lot_terms
        try:
            lot = terms.lot_for(product.shelf_life)
        except InvalidValue as error:
            return None, list(error.problems), []
        facts = {"shelf_life": product.shelf_life, "made_on": terms.made_on}
        if lot and terms.by_shelf_life:
            return lot, [], [Problem("lot.use_by_worked_out", facts | {"use_by": lot.use_by})]
        proposed = terms.proposed_use_by(product.shelf_life)
        return lot, [], [Problem("lot.use_by_proposed", facts | {"use_by": proposed})] if proposed else []

    def _quota(self, stored: StoredProduct, recognition: Recognition | None, recognition_id: int) -> Quota | None:
        if not (self.allowance and recognition):
            return None
        taken = self.taken[stored.product.key, recognition.decision_date]
        return self.allowance.quota(recognition_id, taken, self.today)

    def _trace_problem(self, item: OrderItem) -> Problem | None:
        """Return what the product's trace code would lack, if that is asked."""
        if item.profile is None:
            return None
        needed = measure_product(item.stored, item.profile, self.today).needed
        code = "meter.lacks_strictly" if self.checked.options.strict_trace else "meter.lacks"
        return Problem(code, {"facts": [Problem(f"meter.short_{name.value}") for name in needed]}) if needed else None

    def _law(self, goods_class: GoodsClass) -> tuple[LawRule, ...]:
        """Return the rules of a class, looked up once for all its products."""
        if goods_class not in self._laws:
            self._laws[goods_class] = self.checked.assets.law.on(self.today, goods_class)
        return self._laws[goods_class]

    def _mark(self, stored: StoredProduct) -> str:
        host = self.checked.terms.host
        return self.marks.for_label(specimen=host.specimen or stored.demonstration, trial=host.trial)

    def _label_problems(
        self, stored: StoredProduct, recognition: Recognition, recognition_id: int, lot: Lot | None
    ) -> tuple[list[Problem], list[Problem]]:
        """Fill a label; return what is wrong with it, and what is only warned of."""
        terms = self.checked.terms
        mark = self._mark(stored)
        facts = LabelFacts(
            product=stored.product,
            recognition=recognition,
            host=terms.host.name,
            mark=mark,
            lot=lot,
            dot_mm=self.checked.layout.stock.dot_mm,
        )
        try:
            filled = fill(self.checked.design, facts)
        except LabelsvcError as error:
            return list(error.problems), []
        law = self._law(goods_class_of(stored.product))
        found = label_problems(filled, stored.product, law)
        printer = self.checked.layout.stock.printer
        faults, warnings = list(found.faults), [*filled.warnings, *found.warnings]
        faults += small_on_dots(filled, printer) if printer else []
        if terms.strict_law and not (self.allowance and self.allowance.passes_law(recognition_id)):
            return faults + list(map(_strictly, warnings)), []
        return faults, warnings


def _strictly(warning: Problem) -> Problem:
    """Return what a warning says where it stops the product: nothing is left blank then."""
    return Problem("print.lacks_fields", warning.facts) if isinstance(warning, BlankField) else warning


def _let_specimens_exceed(reasons: list[Problem], warnings: list[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Turn a quota that is exceeded into a warning."""
    over = [Problem("print.over_quota_specimen", reason.facts) for reason in reasons if isinstance(reason, OverQuota)]
    return [reason for reason in reasons if not isinstance(reason, OverQuota)], warnings + over
