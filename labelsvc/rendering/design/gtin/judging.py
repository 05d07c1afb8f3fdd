"""Judges the box of a barcode: is it large enough for GS1's sizes, and does anything else enter it?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.rendering.design.checks.clearances import shown_together
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.gtin.fitting import ean_size_mm
from labelsvc.rendering.design.gtin.sizes import (
    BESIDE_BARS_MODULES,
    EAN_8,
    EAN_13,
    LEAST_EAN_MODULE_MM,
    LEAST_MATRIX_MODULE_MM,
    MATRIX_QUIET_ZONE,
    MOST_EAN_MODULE_MM,
    NOMINAL_BAR_MODULES,
)
from labelsvc.rendering.design.items import GtinSlot, PaintedShape, PlacedGraphic
from labelsvc.rendering.design.painted_areas import element_of, item_area, slot_area, trim_area

_TOUCH_MM2 = 0.001
_ROUNDING_MM = 0.01
_LEAST_MATRIX = 16 + 2 * MATRIX_QUIET_ZONE
"""Modules on a side of the smallest DataMatrix that holds a GTIN."""


def barcode_problems(design: Design) -> list[Problem]:
    """Return boxes that no barcode of a GTIN fits into, that leave the trim, and what enters them."""
    problems: list[Problem] = []
    for place, slot in _slots(design):
        problems += _too_small(slot)
        problems += (
            Problem("design.gtin_zone", {"line": line, "element": element})
            for element, line in _entering(design, place, slot)
        )
    return problems


def barcode_warnings(design: Design) -> list[Problem]:
    """Return boxes that hold no thirteen digits, and bars that are lower than GS1 wants them."""
    return [problem for _, slot in _slots(design) if slot.kind == "ean" for problem in _ean_warnings(slot)]


def _slots(design: Design) -> list[tuple[int, GtinSlot]]:
    return [(place, item) for place, item in enumerate(design.items) if isinstance(item, GtinSlot)]


def _too_small(slot: GtinSlot) -> Iterator[Problem]:
    least = LEAST_MATRIX_MODULE_MM
    width, height = _LEAST_MATRIX * least, _LEAST_MATRIX * least
    if slot.kind == "ean":
        least, (width, height) = LEAST_EAN_MODULE_MM, ean_size_mm(EAN_8)
    fits = min(slot.width_mm / width, slot.height_mm / height)
    if fits < 1 - _ROUNDING_MM / width:
        facts = {"line": slot.line, "module": round(fits * least, 3), "least": least}
        yield Problem(
            "design.gtin_small", {**facts, "width": round(width + 0.05, 1), "height": round(height + 0.05, 1)}
        )


def _ean_warnings(slot: GtinSlot) -> Iterator[Problem]:
    least, _ = ean_size_mm(EAN_13)
    if slot.width_mm < least - _ROUNDING_MM:
        yield Problem("design.gtin_eight", {"line": slot.line, "width": round(least + 0.05, 1)})
        return
    module = min(slot.width_mm / EAN_13.all_modules, MOST_EAN_MODULE_MM)
    bars = slot.height_mm - BESIDE_BARS_MODULES * module
    wanted = NOMINAL_BAR_MODULES[EAN_13.digits] * module
    if bars < wanted - _ROUNDING_MM:
        needed = round(wanted + BESIDE_BARS_MODULES * module + 0.05, 1)
        facts = {"line": slot.line, "bars": round(bars, 1), "wanted": round(wanted, 1), "height": needed}
        yield Problem("design.gtin_low", facts)


def _entering(design: Design, place: int, slot: GtinSlot) -> Iterator[tuple[str, int]]:
    """Yield element and line of what is painted over the box, or is hidden by it; grounds below it may be."""
    box = item_area(slot)
    if not trim_area(design.shape).buffer(_ROUNDING_MM).covers(box):
        yield element_of(slot), slot.line
    for at, item in enumerate(design.items):
        ground = at < place and isinstance(item, PaintedShape | PlacedGraphic)
        if at != place and not ground and shown_together(design, slot, item) and _touches(item_area(item), box):
            yield element_of(item), item.line
    for name, piece in (("ls:code", design.code), ("ls:serial", design.serial)):
        if piece is not None and _touches(slot_area(piece, design.shape.height_mm), box):
            yield name, design.lines[name]


def _touches(area: Any, box: Any) -> bool:
    return bool(area.intersection(box).area > _TOUCH_MM2)
