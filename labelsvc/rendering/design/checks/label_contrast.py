"""Contrast of a design's texts with what they stand on, as their screen colours have it (decree 37/2026, art. 38)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.domain.law.label_reading import Colour, contrast, shown_contrast
from labelsvc.domain.law.rules import LawRule, RuleKind, of_kind
from labelsvc.pdf.colour_difference import screen_rgb
from labelsvc.pdf.inks import Ink
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.items import (
    ArcTextItem,
    DesignItem,
    FittedTextItem,
    LegalFields,
    PaintedShape,
    PlainText,
)
from labelsvc.rendering.design.painted_areas import element_of, filled_shape_area, item_area, lettered_area, may_reach

_WHITE: Colour = (255, 255, 255)
_TOUCH_MM2 = 0.05
_STEPS = 16
"""Between two stops of a gradient."""


def contrast_problems(design: Design, rules: tuple[LawRule, ...]) -> Iterator[Problem]:
    """Yield the texts whose contrast is too low by the rules; grounds that are pictures are not judged."""
    for rule in of_kind(rules, RuleKind.CONTRAST):
        least = float(rule.text)
        for at, item in enumerate(design.items):
            for ink in _inks(item):
                area = lettered_area(item) if isinstance(item, PlainText) else item_area(item)
                grounds = ground_colours(area, design.items[:at])
                ratio = min((contrast(screen_rgb(ink.screen), ground) for ground in grounds), default=21.0)
                if ratio < least:
                    facts = {"name": design.name, "line": item.line, "element": element_of(item)}
                    yield Problem("law.design_contrast", {**facts, "ratio": shown_contrast(ratio), "least": least})


def _inks(item: DesignItem) -> list[Ink]:
    match item:
        case FittedTextItem() | ArcTextItem() | PlainText():
            return [item.ink]
        case LegalFields():
            own = (row.own.ink for row in item.rows if row.own)
            return list(dict.fromkeys((item.ink, item.label_ink, *own)))
    return []


def ground_colours(area: Any, below: Sequence[DesignItem]) -> Iterator[Colour]:
    """Yield the colours that a text stands on, the uppermost first; paper white where nothing is painted."""
    seen = area
    for item in reversed(below):
        if isinstance(item, PaintedShape) and item.fill and not item.fill.coating and may_reach(item, seen):
            painted = filled_shape_area(item)
            if painted.intersection(seen).area > _TOUCH_MM2:
                yield from _filled_colours(item, item.fill)
                seen = seen if item.display >= 0 else seen - painted
        if seen.area <= _TOUCH_MM2:
            return
    yield _WHITE


def _filled_colours(item: PaintedShape, fill: Ink) -> Iterator[Colour]:
    """Yield the colours of a fill: of a gradient, those that it runs through too."""
    if item.gradient is None:
        yield screen_rgb(fill.screen)
        return
    stops = [screen_rgb(ink.screen) for _, ink in item.gradient.stops]
    for first, last in pairwise(stops):
        for step in range(_STEPS + 1):
            red, green, blue = (round(a + (b - a) * step / _STEPS) for a, b in zip(first, last, strict=True))
            yield red, green, blue
