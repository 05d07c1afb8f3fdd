"""Clearances on a label: the QR's quiet zone, the safety margin to the cut, and space between texts.

Shapes may bleed over the trim; texts, stars and the QR may not. Texts and stars, including white ones on colour, keep a
safety margin to the trim: 1.5 mm on stamps, whose least side is 40 mm or less, 2 mm on labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.domain.print_options import LINES_APART_MM
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.items import (
    DesignItem,
    PaintedShape,
    PlacedGraphic,
    PlainText,
    SpecimenMark,
    StarRow,
)
from labelsvc.rendering.design.painted_areas import (
    HARDLY_EVER,
    SURELY,
    box_area,
    element_of,
    item_area,
    lettered_area,
    may_reach,
    paper_area,
    slot_area,
    trim_area,
)

_TOUCH_MM2 = 0.001
"""Areas that only touch share less than this."""
_ROUNDING_MM = 0.01
_SAME_EDGE_MM = 0.2
STAMP_MM = 40.0
"""A label with no side longer than this counts as a stamp."""
STAMP_SAFETY_MM, LABEL_SAFETY_MM = 1.5, 2.0
"""Least distance of texts and stars to the cut (house rule): a knife or die is 0.5 to 1 mm off, and letters close to
the edge look wrong even if they are not cut."""
STARS_APART_MM = 0.4
"""Least space between two texts, and between stars and texts: stars are on other plates, which may be 0.1 to 0.2 mm out
of register."""
LEAST_BLEED_MM = 2.0
"""What most stocks take (``bleed_mm`` in templates/sheets)."""


def clearance_problems(design: Design) -> list[Problem]:
    """Return what enters the slot of the QR, what stands beyond the trim, and artwork that ends at it."""
    return quiet_zone_problems(design) + list(_near_trim(design)) + list(_unbled_artwork(design))


def clearance_warnings(design: Design) -> list[Problem]:
    """Return texts and stars that are too close to each other."""
    return list(_too_near(design))


def safety_mm(design: Design) -> float:
    """Return the safety margin of a design's texts and stars."""
    stamp = min(design.shape.width_mm, design.shape.height_mm) <= STAMP_MM
    return STAMP_SAFETY_MM if stamp else LABEL_SAFETY_MM


def quiet_zone_problems(design: Design) -> list[Problem]:
    """Return what enters the slot and is not covered later by paper white over the whole slot."""
    slot = _slot(design)
    problems: list[Problem] = []
    for item in design.items:
        if not may_reach(item, slot):
            continue
        if isinstance(item, PaintedShape) and item.display < 0 and paper_area(item).buffer(_ROUNDING_MM).covers(slot):
            problems.clear()
        if item_area(item).intersection(slot).area > _TOUCH_MM2:
            facts = {"name": design.name, "line": item.line, "element": element_of(item)}
            problems.append(Problem("design.quiet_zone", facts))
    for name, area in _piece_texts(design):
        if area.intersection(slot).area > _TOUCH_MM2:
            facts = {"name": design.name, "line": design.lines[name], "element": name}
            problems.append(Problem("design.quiet_zone", facts))
    return problems


def _near_trim(design: Design) -> Iterator[Problem]:
    trim = trim_area(design.shape).buffer(_ROUNDING_MM)
    for element, line, area in [*_written(design, SURELY), ("ls:qr", design.lines["ls:qr"], _slot(design))]:
        if not trim.covers(area):
            yield Problem("design.beyond_trim", {"name": design.name, "line": line, "element": element})
    yield from _within_margin(design)


def _within_margin(design: Design) -> Iterator[Problem]:
    """Yield what is closer to the trim than the safety margin.

    Three codes in a million may be wider than assumed here, by less than a letter.
    """
    trim, least = trim_area(design.shape), safety_mm(design)
    for element, line, area in _written(design, HARDLY_EVER):
        if trim.buffer(_ROUNDING_MM).covers(area):
            distance = float(trim.exterior.distance(area))
            if distance < least - _ROUNDING_MM:
                facts = {"name": design.name, "line": line, "element": element, "distance": round(distance, 2)}
                yield Problem("design.too_near_trim", {**facts, "least": least})


def _written(design: Design, deviations: float) -> list[tuple[str, int, Any]]:
    """Return element, line and area of every text, mark, star, code and serial."""
    kept_in = [item for item in design.items if not isinstance(item, PaintedShape | PlacedGraphic)]
    placed = [(element_of(item), item.line, _extent(item)) for item in kept_in]
    return placed + [(name, design.lines[name], area) for name, area in _piece_texts(design, deviations)]


def _too_near(design: Design) -> Iterator[Problem]:
    """Yield texts and stars shown together that are closer than the press keeps apart.

    Code and serial are one block, spaced by the design like lines; overlaps are intended.
    """
    written = [item for item in design.items if not isinstance(item, PaintedShape | PlacedGraphic)]
    for item, other in combinations(written, 2):
        if not shown_together(design, item, other):
            continue
        least = STARS_APART_MM if isinstance(item, StarRow) != isinstance(other, StarRow) else LINES_APART_MM
        area, next_area = _extent(item), _extent(other)
        if not area.intersects(next_area) and area.distance(next_area) < least - _ROUNDING_MM:
            facts = {"name": design.name, "line": item.line, "element": element_of(item), "other": element_of(other)}
            facts |= {"other_line": other.line, "distance": round(area.distance(next_area), 2), "least": least}
            yield Problem("design.too_near", facts)


def shown_together(design: Design, item: DesignItem, other: DesignItem) -> bool:
    """Return whether two items are on the same labels: one is on all, or both have the same condition."""
    hidden_by = [item.display for item in (item, other) if not isinstance(item, SpecimenMark) and item.display >= 0]
    return len({design.values.template(place) for place in hidden_by}) < 2


def _extent(item: DesignItem) -> Any:
    """Return where an item stands: white letters are cut off too."""
    return lettered_area(item) if isinstance(item, PlainText) else item_area(item)


def _unbled_artwork(design: Design) -> Iterator[Problem]:
    """Yield artwork that is inked at the label's edge without enough bleed."""
    wide, high = design.shape.width_mm, design.shape.height_mm
    edges = ("left", 0, 0.0, 1), ("top", 1, 0.0, 1), ("right", 0, wide, -1), ("bottom", 1, high, -1)
    for item in design.items:
        if not isinstance(item, PlacedGraphic) or item.tag != "ls:artwork" or not item.artwork:
            continue
        artwork, inked = item.artwork, None
        for at, (side, axis, edge, outward) in enumerate(edges):
            reach = [corner[axis] for corner in item.corners]
            ends = min(reach) if outward > 0 else max(reach)
            beyond, bleed = (edge - ends) * outward, artwork.bleeds_mm[at]
            if abs(beyond - bleed) > _SAME_EDGE_MM or bleed > LEAST_BLEED_MM - _ROUNDING_MM:
                continue  # its trim is not at this edge of the label, or it bleeds
            inked = inked or artwork.inked_edges()
            if inked[at]:
                facts = {"line": item.line, "side": side, "bleed": round(bleed, 2), "least": LEAST_BLEED_MM}
                yield Problem("design.artwork_bleed", facts)


def _slot(design: Design) -> Any:
    return box_area(design.qr.x_mm, design.qr.y_mm, design.qr.size_mm, design.qr.size_mm)


def _piece_texts(design: Design, deviations: float = SURELY) -> Iterator[tuple[str, Any]]:
    for name, slot in (("ls:code", design.code), ("ls:serial", design.serial)):
        if slot is not None:
            yield name, slot_area(slot, design.shape.height_mm, deviations)
