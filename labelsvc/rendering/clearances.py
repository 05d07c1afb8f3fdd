"""What must stay clear on a label: the quiet zone of the QR, and whatever the knife would cut off.

What a design paints may bleed over the trim; its texts, its stars and its QR may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.rendering.design_items import (
    ArcTextItem,
    Fields,
    FittedTextItem,
    Item,
    Mark,
    Placed,
    PlainText,
    Shape,
    Stars,
)
from labelsvc.rendering.designs import Design
from labelsvc.rendering.painted_areas import box_area, item_area, lettered_area, paper_area, slot_area, trim_area

_TOUCH_MM2 = 0.001
"""Areas that only touch share less than this."""
_ROUNDING_MM = 0.01
_SAME_EDGE_MM = 0.2
LEAST_BLEED_MM = 2.0
"""What most stocks take (``bleed_mm`` in templates/sheets)."""


def clearance_problems(design: Design) -> list[Problem]:
    """Return what enters the slot of the QR, what stands beyond the trim, and artwork that ends at it."""
    return quiet_zone_problems(design) + list(_beyond_trim(design)) + list(_unbled_artwork(design))


def quiet_zone_problems(design: Design) -> list[Problem]:
    """Return what enters the slot and is not covered by paper white that is painted over the whole slot later."""
    slot = _slot(design)
    problems: list[Problem] = []
    for item in design.items:
        if isinstance(item, Shape) and item.display < 0 and paper_area(item).buffer(_ROUNDING_MM).covers(slot):
            problems.clear()
        if item_area(item).intersection(slot).area > _TOUCH_MM2:
            facts = {"name": design.name, "line": item.line, "element": element_of(item)}
            problems.append(Problem("design.quiet_zone", facts))
    for name, area in _piece_texts(design):
        if area.intersection(slot).area > _TOUCH_MM2:
            facts = {"name": design.name, "line": design.lines[name], "element": name}
            problems.append(Problem("design.quiet_zone", facts))
    return problems


def element_of(item: Item) -> str:
    """Return what an item is called in the file."""
    match item:
        case Shape() | Placed():
            return item.tag
        case PlainText():
            return "text"
        case Stars():
            return "ls:stars"
        case ArcTextItem():
            return "ls:arc"
        case Mark():
            return "ls:mark"
        case FittedTextItem():
            return "ls:text"
        case Fields():
            return "ls:fields"


def _beyond_trim(design: Design) -> Iterator[Problem]:
    trim = trim_area(design.shape).buffer(_ROUNDING_MM)
    kept_in = [item for item in design.items if not isinstance(item, Shape | Placed)]
    placed = [(element_of(item), item.line, _extent(item)) for item in kept_in]
    placed += [(name, design.lines[name], area) for name, area in _piece_texts(design)]
    for element, line, area in [*placed, ("ls:qr", design.lines["ls:qr"], _slot(design))]:
        if not trim.covers(area):
            yield Problem("design.beyond_trim", {"name": design.name, "line": line, "element": element})


def _extent(item: Item) -> Any:
    """Return where an item stands: white letters are cut off too."""
    return lettered_area(item) if isinstance(item, PlainText) else item_area(item)


def _unbled_artwork(design: Design) -> Iterator[Problem]:
    """Yield artwork that is inked at the label's edge and does not go on beyond it far enough to be cut."""
    wide, high = design.shape.width_mm, design.shape.height_mm
    edges = ("left", 0, 0.0, 1), ("top", 1, 0.0, 1), ("right", 0, wide, -1), ("bottom", 1, high, -1)
    for item in design.items:
        if not isinstance(item, Placed) or item.tag != "ls:artwork" or not item.artwork:
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


def _piece_texts(design: Design) -> Iterator[tuple[str, Any]]:
    for name, slot in (("ls:code", design.code), ("ls:serial", design.serial)):
        if slot is not None:
            yield name, slot_area(slot, design.shape.height_mm)
