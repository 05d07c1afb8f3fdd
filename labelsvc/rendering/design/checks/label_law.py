"""Label law, judged on a label as drawn, by the rules for goods of a class that are printed on a day.

Letters and figures that are too low, a quantity in a wrong form, and ® without a registered mark stop a label; what the
record lacks, and a name that is not the largest text, are warned of. A design with the legal fields is a goods label;
stamps and shelf cards are not, and only ® concerns them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import pi

from labelsvc.domain.errors import BlankField, Problem
from labelsvc.domain.law.judging import RuleState, RuleVerdict, judge_product
from labelsvc.domain.law.net_quantity import FigureHeights, measured_quantity
from labelsvc.domain.law.rules import LawRule, RuleKind, of_kind
from labelsvc.domain.product import Product, name_key
from labelsvc.domain.shape import Circle
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, LabelText, label_texts
from labelsvc.rendering.design.items import ArcTextItem, FittedTextItem, LegalFields, PlainText
from labelsvc.rendering.typesetting.fonts import FontFace

REGISTERED = "®"
_ROUNDING_MM = 0.005
Rules = tuple[LawRule, ...]


@dataclass(frozen=True, slots=True)
class LabelProblems:
    """What stops a product's label, and what is only warned of."""

    faults: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def least_height_mm(design: Design, rule: LawRule) -> float:
    """Return the least x-height on a goods label of this size, by a rule of letter heights."""
    shape = design.shape
    area = shape.width_mm * shape.height_mm * (pi / 4 if isinstance(shape, Circle) else 1.0)
    heights = FigureHeights.parse(rule.text)
    return next((mm for square_cm, mm in heights.steps if area < square_cm * 100), heights.beyond_mm)


def design_faults(design: Design, rules: Rules) -> list[Problem]:
    """Return the texts of a goods label that could shrink below the least height."""
    if not is_goods_label(design):
        return []
    smallest: list[tuple[str, FontFace, float]] = []
    for item in design.items:
        match item:
            case FittedTextItem() | ArcTextItem():
                sizes = item.box.min_size_pt if isinstance(item, FittedTextItem) else item.arc.min_size_pt
                smallest.append((item.field, item.face, sizes))
            case PlainText():
                smallest.append((item.text, item.face, item.size_pt))
            case LegalFields():
                least = item.sizes_pt[-1]
                smallest += [(row.label, item.face, row.own.min_size_pt if row.own else least) for row in item.rows]
    return list(_too_low(design, smallest, rules))


def label_problems(filled: FilledLabel, product: Product, rules: Rules) -> LabelProblems:
    """Return what stops a product's label, and what is only warned of, by the rules of its class and day."""
    texts = [text for text in label_texts(filled) if text.field != "mark"]
    unregistered = [] if product.registered_mark else list(_registered(texts))
    if not is_goods_label(filled.design):
        return LabelProblems(tuple(unregistered), ())
    verdicts = judge_product(product, rules)
    forms = [each.remedy for each in verdicts if each.rule.kind is RuleKind.QUANTITY_FORM and each.remedy]
    sizes = [(text.field, text.face, text.size_pt) for text in texts]
    faults = [*_too_low(filled.design, sizes, rules), *forms, *_low_figures(texts, product, rules), *unregistered]
    sizes_wrong = [*_larger_than_name(texts, product, rules), *_foreign(texts, rules)]
    warnings = [*_lacking(filled, verdicts), *sizes_wrong, *_sentences(texts, rules)]
    return LabelProblems(tuple(faults), tuple(warnings))


def is_goods_label(design: Design) -> bool:
    """Return whether a design has the legal fields."""
    return any(isinstance(item, LegalFields) for item in design.items)


def says(texts: Iterable[LabelText], words: str) -> bool:
    """Return whether one of a label's texts has some words; marks and line breaks do not count."""
    wanted = letters_of(words)
    return any(wanted in letters_of(" ".join(text.lines)) for text in texts)


@lru_cache(8_192)
def letters_of(text: str) -> str:
    """Return the letters and figures of a text without case, for comparing."""
    return "".join(letter for letter in name_key(text) if letter.isalnum())


def _registered(texts: Sequence[LabelText]) -> Iterator[Problem]:
    fields = [text.field for text in texts if REGISTERED in "".join(text.lines)]
    return (Problem("law.registered", {"field": field}) for field in dict.fromkeys(fields))


def _too_low(design: Design, texts: Iterable[tuple[str, FontFace, float]], rules: Rules) -> Iterator[Problem]:
    for rule in of_kind(rules, RuleKind.LETTER_HEIGHT):
        least = least_height_mm(design, rule)
        for field, face, size_pt in texts:
            height = size_pt * MM_PER_POINT * face.x_height / 1000
            if height < least - _ROUNDING_MM:
                needed = least / (MM_PER_POINT * face.x_height / 1000)
                facts = {"field": field, "height_mm": round(height, 2), "least_mm": least, "size_pt": round(needed, 1)}
                yield Problem("law.height" if rule.house else "law.height_decreed", facts)


def _low_figures(texts: Sequence[LabelText], product: Product, rules: Rules) -> Iterator[Problem]:
    """Yield a problem where the figures of the quantity are too low in all texts that name it."""
    quantity = measured_quantity(product.net_content)
    if quantity is None:  # «Một hộp» has no figure at all
        return
    wanted = letters_of(product.net_content)
    heights = [_figure_mm(text) for text in texts if wanted in letters_of(" ".join(text.lines))]
    if not heights:
        return
    for rule in of_kind(rules, RuleKind.FIGURE_HEIGHT):
        least = FigureHeights.parse(rule.text).least_mm(quantity)
        if max(heights) < least - _ROUNDING_MM:
            facts = {"value": product.net_content, "height_mm": round(max(heights), 2), "least_mm": least}
            yield Problem("law.label_figures", facts)


def _figure_mm(text: LabelText) -> float:
    """Return the height of a text's lowest figure as drawn."""
    figures = {letter for line in text.lines for letter in line if letter in "0123456789"}
    return min(text.face.letter(figure).y_max for figure in figures) * text.size_pt * MM_PER_POINT / 1000


def _lacking(filled: FilledLabel, verdicts: Sequence[RuleVerdict]) -> Iterator[Problem]:
    """Yield what the record lacks, but for what the label has a line to write on, which is warned of already."""
    lined = {name for each in filled.warnings for name in _named(each)}
    lacking = [each for each in verdicts if each.state is RuleState.LACKING and each.remedy]
    fields = [each for each in lacking if each.rule.kind is RuleKind.FIELD]
    if unlined := [each.rule.label for each in fields if not lined & {*each.rule.labels}]:
        yield BlankField("law.record_lacks", {"fields": unlined})
    yield from (each.remedy for each in lacking if each.rule.kind is not RuleKind.FIELD and each.remedy)


def _named(warning: Problem) -> Sequence[str]:
    names = warning.facts.get("fields", ()) if isinstance(warning, BlankField) else ()
    return list(names) if isinstance(names, list | tuple) else ()


def _larger_than_name(texts: Sequence[LabelText], product: Product, rules: Rules) -> Iterator[Problem]:
    """Yield a problem where a mandatory text is larger than the name, measured on small letters."""
    if not any(of_kind(rules, RuleKind.LARGEST_NAME)):
        return
    wanted = letters_of(product.name)
    own = max((_x_mm(text) for text in texts if letters_of(" ".join(text.lines)) == wanted), default=None)
    larger = [text for text in texts if own is not None and _x_mm(text) > own + _ROUNDING_MM]
    facts = [getattr(product, name) for rule in of_kind(rules, RuleKind.FIELD) for name in rule.value if name != "name"]
    for text in larger:
        if any(said and says([text], said) for said in facts):
            yield Problem("law.name_not_largest", {"field": text.field})


def _foreign(texts: Sequence[LabelText], rules: Rules) -> Iterator[Problem]:
    """Yield foreign words of labels that are larger than their Vietnamese."""
    spoken = [(f" {' '.join(text.lines).casefold()} ", text) for text in texts]
    plain = [(said, text) for said, text in spoken if said.isascii()]
    for rule in of_kind(rules, RuleKind.FOREIGN_TEXT) if plain else ():
        for foreign, own in rule.pairs.items():
            named = [(said, text) for said, text in plain if foreign in said]  # far dearer to search by words
            found = [_x_mm(text) for said, text in named if re.search(rf"(?<!\w){re.escape(foreign)}(?!\w)", said)]
            if not found:
                continue
            same = [_x_mm(text) for said, text in spoken if own.casefold() in said]
            if same and max(found) > max(same) + _ROUNDING_MM:
                yield Problem("law.label_foreign", {"value": foreign, "own": own})


def _x_mm(text: LabelText) -> float:
    return text.size_pt * MM_PER_POINT * text.face.x_height / 1000


def _sentences(texts: Sequence[LabelText], rules: Rules) -> Iterator[Problem]:
    for rule in of_kind(rules, RuleKind.SENTENCE):
        if not says(texts, rule.text):
            yield Problem("law.label_lacks", {"value": rule.text})
