"""Check a goods label for each class of goods that it is for: does it print what the class must say, and readably?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.nutrition import NUTRIENTS
from labelsvc.domain.law.rules import LawBook, LawRule, RuleKind
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.checks.label_contrast import contrast_problems
from labelsvc.rendering.design.checks.label_law import is_goods_label, label_problems, letters_of, says
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts, LabelText, fill, label_texts
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES

_HOST, _ANY_DAY = Host.parse("OCOP.HANOI.EXAMPLE"), date(2026, 1, 1)
CLASSES_OF_GROUP = {
    ProductGroup.FOOD: (GoodsClass.RICE, GoodsClass.FOOD),
    ProductGroup.DRINK: (GoodsClass.DRINK, GoodsClass.ALCOHOL),
    ProductGroup.HERBAL: (GoodsClass.HEALTH_FOOD, GoodsClass.COSMETIC),
    ProductGroup.CRAFT: (GoodsClass.TEXTILE, GoodsClass.CERAMIC, GoodsClass.WOOD, GoodsClass.HANDICRAFT),
    ProductGroup.ORNAMENTAL: (GoodsClass.PLANT,),
    ProductGroup.TOURISM: (),
}


def class_problems(design: Design, law: LawBook) -> list[Problem]:
    """Return what a goods label does not do of what label law asks, class by class; nothing for other designs."""
    if not is_goods_label(design):
        return []
    found = list(contrast_problems(design, law.latest(GoodsClass.FOOD)))
    for group in ProductGroup:
        for goods_class in CLASSES_OF_GROUP[group] if group in design.groups else ():
            found += _of_class(design, goods_class, group, law.latest(goods_class))
    return found


def _of_class(
    design: Design, goods_class: GoodsClass, group: ProductGroup, rules: tuple[LawRule, ...]
) -> Iterator[Problem]:
    product = _grouped(CLASS_EXAMPLES[goods_class], group)
    named = Problem(f"law.goods_class_{goods_class.value}")
    recognition = Recognition(stars=4, decision_date=_ANY_DAY)
    try:
        filled = fill(design, LabelFacts(product=product, recognition=recognition, host=_HOST.name))
    except LabelsvcError as error:
        yield Problem("law.design_unfillable", {"goods_class": named, "why": error.problems[0]})
        return
    if lacking := list(_not_printed(filled, product, rules)):
        yield Problem("law.design_lacks", {"goods_class": named, "fields": lacking})
    judged = label_problems(filled, product, rules)
    for problem in (*judged.faults, *judged.warnings):
        if problem.code != "law.label_lacks":  # sentences, which are among the lacking
            yield Problem("law.design_unfillable", {"goods_class": named, "why": problem})


def _grouped(product: Product, group: ProductGroup) -> Product:
    return replace(product, group=group)


def _not_printed(filled: FilledLabel, product: Product, rules: tuple[LawRule, ...]) -> Iterator[str]:
    """Yield the labels of what a class must say and the label does not."""
    texts = list(label_texts(filled))
    for rule in rules:
        match rule.kind:
            case RuleKind.FIELD:
                said = [text for name in rule.value if (text := getattr(product, name))]
                if said and not any(says(texts, text) for text in said):
                    yield rule.label
            case RuleKind.SENTENCE if not says(texts, rule.text):
                yield rule.text
            case RuleKind.STAMPED if not any(_labelled(texts, form) for form in rule.value):
                yield rule.label
            case RuleKind.NUTRITION if not all(says(texts, NUTRIENTS[name].label) for name in rule.value):
                yield rule.label


def _labelled(texts: list[LabelText], form: str) -> bool:
    return any(letters_of(" ".join(text.lines)).startswith(letters_of(form)) for text in texts)
