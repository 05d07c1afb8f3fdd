"""What a label of a product says, line by line: shops online show it with the goods (decree 37/2026/NĐ-CP, art. 41.5).

The words before a fact are those of the rules, in Vietnamese as labels are. A fact that the record has and no rule of
the class asks for follows them; what the record lacks is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from operator import itemgetter

from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.quantity_form import right_quantity
from labelsvc.domain.law.rules import LawBook, LawRule, RuleKind, of_kind
from labelsvc.domain.product import Product

_FIRST, _LAST = ("name", "quantity", "alcohol"), ("party", "address", "origin", "craft-village")
_AMONG = 50
"""Where the class's own texts stand, between the two."""
_BESIDES = ("ingredients", "shelf_life", "directions", "storage", "warnings", "origin")
"""Fields that every label may bear."""

LabelLine = tuple[str, str]
"""The words before a fact (empty before a fixed sentence), and the fact."""


def label_content(product: Product, book: LawBook, day: date) -> tuple[LabelLine, ...]:
    """Return the lines of a product's label by the rules of a day; none for a service, which has no goods label."""
    goods_class = goods_class_of(product)
    if goods_class is GoodsClass.SERVICE:
        return ()
    rules = tuple(sorted(book.on(day, goods_class), key=_place))
    lines = [(_place(rule), line) for rule in rules for line in _lines(product, rule, rules)]
    said = {text for _, (_, text) in lines}
    others = ((_label_of(name, book), getattr(product, name)) for name in _BESIDES)
    lines += ((_AMONG, line) for line in others if line[1] and line[1] not in said)
    return tuple(dict.fromkeys(line for _, line in sorted(lines, key=itemgetter(0))))


def _place(rule: LawRule) -> int:
    """Return where a rule's text stands: name and quantity first, who and where last."""
    if rule.name in _FIRST:
        return _FIRST.index(rule.name)
    return 90 + _LAST.index(rule.name) if rule.name in _LAST else _AMONG


def _lines(product: Product, rule: LawRule, rules: tuple[LawRule, ...]) -> Iterator[LabelLine]:
    if rule.kind is RuleKind.SENTENCE:
        yield "", rule.text
    elif rule.kind is RuleKind.NUTRITION and product.nutrition:
        yield rule.label, product.nutrition
    elif rule.kind is RuleKind.FIELD and (text := _text(product, rule, rules)):
        yield rule.label, text


def _text(product: Product, rule: LawRule, rules: tuple[LawRule, ...]) -> str:
    if rule.value == ("address", "commune"):
        return product.place
    if rule.value == ("alcohol",):
        return f"{product.alcohol} % vol" if product.alcohol else ""
    said = "; ".join(filter(None, (getattr(product, name) for name in rule.value)))
    if "net_content" in rule.value:
        return next((right_quantity(said, form.value) for form in of_kind(rules, RuleKind.QUANTITY_FORM)), said)
    return said


def _label_of(field: str, book: LawBook) -> str:
    """Return what rules of other classes write before a field."""
    return next((rule.label for rule in book.rules if rule.kind is RuleKind.FIELD and field in rule.value), "")
