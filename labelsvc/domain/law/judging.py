"""What label law asks of a product, and whether its record says it: every rule of its class with a verdict.

The record is judged here; what only a label shows (heights, contrast, sizes) is ON_LABEL, with what to heed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from labelsvc.domain.errors import Problem
from labelsvc.domain.law.date_forms import right_dates
from labelsvc.domain.law.full_names import abbreviations, in_full
from labelsvc.domain.law.named_ingredients import unquantified
from labelsvc.domain.law.net_quantity import FigureHeights, measured_quantity
from labelsvc.domain.law.nutrition import NUTRIENTS, find_nutrition
from labelsvc.domain.law.quantity_form import right_quantity
from labelsvc.domain.law.rules import LawRule, RuleKind, of_kind
from labelsvc.domain.product import Product, name_key


class RuleState(Enum):
    """What a record says to a rule."""

    MET = "met"
    LACKING = "lacking"
    """The record lacks it: labels get a line to write on, and a warning; ``--strict-law`` stops."""
    FAULT = "fault"
    """What is printed would be wrong: it stops printing."""
    ON_LABEL = "on_label"
    """Only the label shows it."""
    NOTHING_TO_SAY = "nothing_to_say"
    """Needed only where there is something to say, or an exemption holds."""


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """A rule, what the record says to it, and what to do: a sentence's code with its facts."""

    rule: LawRule
    state: RuleState
    remedy: Problem | None = None


Judgement = tuple[RuleState, Problem | None]
_MET: Judgement = (RuleState.MET, None)
_ON_LABEL: Judgement = (RuleState.ON_LABEL, None)


@dataclass(frozen=True, slots=True)
class _Judge:
    product: Product
    rules: tuple[LawRule, ...]

    def verdict(self, rule: LawRule) -> RuleVerdict:
        judge = getattr(self, f"_{rule.kind.value}", None)
        return RuleVerdict(rule, *(judge(rule) if judge else _ON_LABEL))

    def _field(self, rule: LawRule) -> Judgement:
        if any(getattr(self.product, name) for name in rule.value):
            return _MET
        if rule.if_any or (rule.unless_named and self._named_after(rule.words)):
            return RuleState.NOTHING_TO_SAY, None
        return RuleState.LACKING, Problem("law.write_field", {"label": rule.label})

    def _named_after(self, materials: Sequence[str]) -> bool:
        padded = f" {name_key(self.product.name)} "
        return any(f" {material} " in padded for material in materials)

    def _quantity_form(self, rule: LawRule) -> Judgement:
        said = self.product.net_content
        right = right_quantity(said, rule.value)
        if not said or right == said:
            return _MET
        return RuleState.FAULT, Problem("law.quantity_form", {"value": said, "right": right})

    def _figure_height(self, rule: LawRule) -> Judgement:
        quantity = measured_quantity(self.product.net_content)
        if quantity is None:
            return RuleState.NOTHING_TO_SAY, None
        least = FigureHeights.parse(rule.text).least_mm(quantity)
        return RuleState.ON_LABEL, Problem("law.heed_figures", {"least_mm": least, "value": self.product.net_content})

    def _full_names(self, rule: LawRule) -> Judgement:
        texts = [text for text in (self.product.producer, self.product.place) if abbreviations(text, rule.pairs)]
        if not texts:
            return _MET
        facts = {"value": "; ".join(texts), "right": "; ".join(in_full(text, rule.pairs) for text in texts)}
        return RuleState.LACKING, Problem("law.abbreviated", facts)

    def _date_form(self, _: LawRule) -> Judgement:
        said = self.product.shelf_life
        right = right_dates(said)
        if right == said:
            return _MET if said else _ON_LABEL
        return RuleState.LACKING, Problem("law.date_order", {"value": said, "right": right})

    def _exempt(self) -> bool:
        reason = self.product.nutrition_exemption
        return bool(reason) and any(rule.text == reason for rule in of_kind(self.rules, RuleKind.EXEMPTION))

    def _nutrition(self, rule: LawRule) -> Judgement:
        table = find_nutrition(self.product.nutrition)
        if table is None:
            if self._exempt():
                return RuleState.NOTHING_TO_SAY, None
            return RuleState.LACKING, Problem("law.write_nutrition", {"names": _labels(rule.value)})
        missing = [name for name in rule.value if name not in table.names]
        return (RuleState.LACKING, Problem("law.nutrients", {"names": _labels(missing)})) if missing else _MET

    def _nutrient_if(self, rule: LawRule) -> Judgement:
        table = find_nutrition(self.product.nutrition)
        said = f" {' '.join(_syllables(f'{self.product.name} {self.product.ingredients}'))} "
        if not any(f" {word} " in said for word in rule.words) or (table is None and self._exempt()):
            return RuleState.NOTHING_TO_SAY, None
        if table and rule.text in table.names:
            return _MET
        return RuleState.LACKING, Problem("law.nutrients", {"names": _labels(rule.value)})

    def _exemption(self, rule: LawRule) -> Judgement:
        return _MET if self.product.nutrition_exemption == rule.text else (RuleState.NOTHING_TO_SAY, None)

    def _named_ingredient(self, _: LawRule) -> Judgement:
        named = unquantified(self.product.name, self.product.ingredients)
        return (RuleState.LACKING, Problem("law.quantify", {"names": named})) if named else _MET

    def _registered_mark(self, _: LawRule) -> Judgement:
        texts = (self.product.name, self.product.brand)
        if self.product.registered_mark or not any("®" in text for text in texts):
            return _MET
        return RuleState.FAULT, Problem("law.registered", {"field": "brand"})


def judge_product(product: Product, rules: tuple[LawRule, ...]) -> tuple[RuleVerdict, ...]:
    """Return what a record says to each rule of its class and day, in the order of the rules."""
    judge = _Judge(product, rules)
    return tuple(judge.verdict(rule) for rule in rules)


def _labels(names: Sequence[str]) -> list[str]:
    return [NUTRIENTS[name].label for name in names]


def _syllables(text: str) -> list[str]:
    return name_key("".join(letter if letter.isalnum() else " " for letter in text)).split()
