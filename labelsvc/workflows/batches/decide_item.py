"""Decide of an order's products one by one: may each be printed today, and does its label fit?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from labelsvc.domain.errors import BlankField, InvalidValue, LabelsvcError, OverQuota, Problem
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.rules import LawRule
from labelsvc.domain.permission import Quota, current_recognition, may_print, suggested_quantity
from labelsvc.domain.product import Product
from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.lot import Lot
from labelsvc.domain.trace.trace_facts import TraceFactName
from labelsvc.rendering.design.checks.label_law import label_problems
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.thermal.one_colour import small_on_dots
from labelsvc.storage.batches.batch_records import NewLine
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


QuotaKey = tuple[tuple[str, str], date]
"""A recognition by its product's key and its decision's day: what is foreseen has no id yet."""


@dataclass(frozen=True, slots=True)
class _AskedItem:
    """An order item with what it is judged by today: the recognition in force and what is left of its quota."""

    item: OrderItem
    quantity: int
    recognition: Recognition | None
    recognition_id: int
    quota: Quota | None


@dataclass(frozen=True, slots=True)
class _JudgedLabel:
    """The label of an item: the product as it is printed, its lot, and what is wrong with it."""

    product: Product
    lot: Lot | None
    reasons: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    trace: Problem | None = None


@dataclass(frozen=True, slots=True)
class ItemDecider:
    """Decides of one product after the other; ``taken``: what the order has taken so far of a recognition's quota."""

    checked: CheckedOrderTerms
    marks: SpecimenWords
    today: date
    allowance: Allowance | None
    taken: Counter[QuotaKey] = field(default_factory=Counter)
    _laws: dict[GoodsClass, tuple[LawRule, ...]] = field(default_factory=dict)
    _traces: dict[tuple[TraceFactName, ...], Problem] = field(default_factory=dict)

    def decide(self, item: OrderItem) -> tuple[ItemDecision, NewLine | None]:
        """Return what is decided of a product, and its line where it is printed."""
        asked = self._asked(item)
        label = self._label(asked)
        reasons, warnings = self._permitted(asked)
        reasons, warnings = [*reasons, *label.reasons], [*warnings, *label.warnings]
        product = item.stored.product
        if refusal := group_refusal(product, self.checked.design, self.checked.assets):
            reasons, warnings = [refusal, *reasons], []
        decision = ItemDecision(
            product,
            tuple(reasons),
            tuple(warnings),
            item.stored.id,
            asked.recognition_id,
            self._suggested(asked),
            trace=None if reasons else label.trace,
        )
        if reasons or asked.recognition is None:
            return decision, None
        self.taken[product.key, asked.recognition.decision_date] += asked.quantity
        line = NewLine(
            product_id=item.stored.id,
            recognition_id=asked.recognition_id,
            product=label.product,
            recognition=asked.recognition,
            quantity=asked.quantity,
            counted=self.checked.terms.counted,
            specimen=item.stored.demonstration,
            record=product,
            lot=label.lot,
        )
        return decision, line

    def _asked(self, item: OrderItem) -> _AskedItem:
        recognition = current_recognition(item.stored.history, self.today)
        recognition_id = item.stored.id_of(recognition) if recognition else 0
        quantity = self.checked.terms.quantity or item.quantity or 1
        return _AskedItem(
            item, quantity, recognition, recognition_id, self._quota(item.stored, recognition, recognition_id)
        )

    def _permitted(self, asked: _AskedItem) -> tuple[list[Problem], list[Problem]]:
        """Return what the record, the quota and serials say against printing, and what they warn of."""
        stored, terms = asked.item.stored, self.checked.terms
        permission = may_print(stored.history, self.today, quantity=asked.quantity, quota=asked.quota)
        reasons, warnings = list(permission.reasons), list(permission.warnings)
        if terms.specimens_exceed and (terms.host.specimen or stored.demonstration):
            reasons, warnings = _let_specimens_exceed(reasons, warnings)
        if asked.quantity > HIGHEST_SERIAL:
            reasons.append(Problem("batch.quantity", {"value": asked.quantity, "highest": HIGHEST_SERIAL}))
        return reasons, warnings

    def _label(self, asked: _AskedItem) -> _JudgedLabel:
        """Judge the label that would be printed; where the stars are none that are printed, nothing is said of it."""
        stored, recognition, checked = asked.item.stored, asked.recognition, self.checked
        gazetteer, marked = read_gazetteer(checked.assets.templates), bool(self._mark(stored))
        lot, lot_reasons, lot_warnings = self._lot(stored.product)
        placed = placed_product(stored.product, checked.design.source, gazetteer, self.today, marked=marked)
        if recognition is None or recognition.stars < rules_on(self.today).lowest_printed_stars:
            return _JudgedLabel(placed.product, lot)
        shown = stored if placed.product is stored.product else replace(stored, product=placed.product)
        against, notes = self._label_problems(shown, recognition, asked.recognition_id, lot)
        trace = self._trace_problem(asked.item)
        strictly = [trace] if trace and checked.options.strict_trace else []
        return _JudgedLabel(
            placed.product,
            lot,
            (*against, *placed.reasons, *lot_reasons, *strictly),
            (*notes, *placed.warnings, *lot_warnings),
            trace,
        )

    def _suggested(self, asked: _AskedItem) -> int | None:
        """Return how many would be sensible, where that is fewer than were asked for."""
        recognition, quota = asked.recognition, asked.quota
        if not (recognition and quota and recognition.holds_on(self.today)):
            return None
        fewer = suggested_quantity(recognition, asked.quantity, quota, self.today)
        return fewer if fewer < asked.quantity else None

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
        if needed and needed not in self._traces:
            code = "meter.lacks_strictly" if self.checked.options.strict_trace else "meter.lacks"
            self._traces[needed] = Problem(code, {"facts": [Problem(f"meter.short_{name.value}") for name in needed]})
        return self._traces.get(needed)

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
