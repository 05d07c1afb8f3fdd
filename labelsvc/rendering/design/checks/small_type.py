"""Type that is too small to print: house rules, stricter than the GWG's, which leave type under 4 pt to judgement.

White letters in a ground of several inks are filled by the one that is out of register: 0.1 mm is a third of a stroke
of 5 pt. So they take a ground of one ink below 6 pt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.pdf.inks import Ink
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.items import (
    ArcTextItem,
    DesignItem,
    FittedTextItem,
    LegalFields,
    PaintedShape,
    PlacedGraphic,
    PlainText,
    SpecimenMark,
)
from labelsvc.rendering.design.painted_areas import (
    element_of,
    filled_shape_area,
    item_area,
    lettered_area,
    may_reach,
    outline_area,
    slot_area,
)
from labelsvc.rendering.typesetting.fonts import FontFace

LEAST_PT, LEAST_WHITE_PT = 4.0, 6.0
_ROUNDING_PT = 0.005
_TOUCH_MM2 = 0.001


@dataclass(frozen=True, slots=True)
class _SmallType:
    """A text in the smallest size that it may take; ``below`` are the items that are painted before it."""

    element: str
    line: int
    face: FontFace
    size_pt: float
    ink: Ink
    area: Any
    below: Sequence[DesignItem]


def small_type_problems(design: Design) -> list[Problem]:
    """Return texts that may become too small to print, and small white ones on several inks."""
    return [problem for text in _texts(design) for problem in _problems(design, text)]


def _problems(design: Design, text: _SmallType) -> Iterator[Problem]:
    facts = {"name": design.name, "line": text.line, "element": text.element, "size": round(text.size_pt, 2)}
    facts["x_height"] = round(text.size_pt * text.face.x_height / 1000 * MM_PER_POINT, 2)
    if text.size_pt < LEAST_PT - _ROUNDING_PT:
        yield Problem("design.tiny_type", {**facts, "least": LEAST_PT})
    elif text.ink.paper and text.size_pt < LEAST_WHITE_PT - _ROUNDING_PT and _on_several_inks(text):
        yield Problem("design.small_white", {**facts, "least": LEAST_WHITE_PT})


def _texts(design: Design) -> Iterator[_SmallType]:
    for at, item in enumerate(design.items):
        for face, size, ink in _sizes(item):
            area = lettered_area(item) if isinstance(item, PlainText) else item_area(item)
            yield _SmallType(element_of(item), item.line, face, size, ink, area, design.items[:at])
    for tag, slot in (("ls:code", design.code), ("ls:serial", design.serial)):
        if slot is not None:
            area = slot_area(slot, design.shape.height_mm)
            yield _SmallType(tag, design.lines[tag], slot.face, slot.size_pt, design.slot_inks[tag], area, design.items)


def _sizes(item: DesignItem) -> list[tuple[FontFace, float, Ink]]:
    """Return the faces of an item with the smallest size that each may take, and its ink."""
    match item:
        case FittedTextItem() | SpecimenMark():
            return [(item.face, item.box.min_size_pt, item.ink)]
        case ArcTextItem():
            return [(item.face, item.arc.min_size_pt, item.ink)]
        case PlainText():
            return [(item.face, item.size_pt, item.ink)]
        case LegalFields():
            least = item.sizes_pt[-1]
            own = [(row.own.face, row.own.min_size_pt, row.own.ink) for row in item.rows if row.own]
            return [(item.face, least, item.ink), (item.label_face, least, item.label_ink), *own]
    return []


def _on_several_inks(text: _SmallType) -> bool:
    """Return whether a text lies on more than one ink, or on a picture."""
    seen = text.area
    for item in reversed(text.below):
        if isinstance(item, PlacedGraphic):
            if item_area(item).intersection(seen).area > _TOUCH_MM2:
                return True
        elif isinstance(item, PaintedShape) and may_reach(item, seen):
            for ink, area in ((item.stroke, outline_area), (item.fill, filled_shape_area)):
                if ink is None or ink.coating:
                    continue
                painted = area(item)
                if not ink.single and painted.intersection(seen).area > _TOUCH_MM2:
                    return True
                seen = seen if item.display >= 0 else seen - painted
    return False
