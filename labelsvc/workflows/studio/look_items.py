"""The items of a design as the studio shows them: boxes in mm from the trim's upper left corner, with what was fitted.

``kind``: text, arc, stars, fields, mark, gtin, qr, code, serial, official, artwork as designs call them; ``picture``;
``words``, a text of SVG's own; ``shape``, with its ``tag``. ``node`` is the element's number in document order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from labelsvc.domain.qr_version import QUIET_ZONE, QrVersion
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.fields.fitted_rows import FittedFields
from labelsvc.rendering.design.filling import HIDDEN, FilledLabel, FittedItem
from labelsvc.rendering.design.gtin.fitting import FittedBarcode
from labelsvc.rendering.design.items import (
    ArcTextItem,
    DesignItem,
    FittedTextItem,
    GtinSlot,
    LegalFields,
    PaintedShape,
    PlacedGraphic,
    PlainText,
    SpecimenMark,
    StarRow,
)
from labelsvc.rendering.design.painted_areas import item_area, slot_area
from labelsvc.rendering.design.picture_inks import PdfPicture
from labelsvc.rendering.typesetting.arc_text import FittedArc
from labelsvc.rendering.typesetting.fitting import FittedText
from labelsvc.rendering.typesetting.piece_slots import CodeLines

StudioItem = dict[str, Any]
_XOBJECT = re.compile(rb"/(X\d+) Do")
_WIDTH = re.compile(rb"/Width (\d+)")


def look_items(filled: FilledLabel, version: QrVersion) -> list[StudioItem]:
    """Return all items of a label in painting order, then its QR, code and serial; one for each element."""
    design = filled.design
    pairs = zip(design.items, filled.fitted, strict=True)
    found = [_item(item, fitted, design) for item, fitted in pairs]
    return list(_joined([*found, *_slots(design, version)]))


def _joined(items: list[StudioItem]) -> Iterator[StudioItem]:
    """Yield one item for each element: a text in several runs, official artwork on its ground."""
    by_node: dict[tuple[int, str], StudioItem] = {}
    for item in items:
        known = by_node.setdefault((item["node"], item["kind"]), item)
        if known is not item:
            known["box"] = _around(known["box"], item["box"])
            known["lines"] = known.get("lines", []) + item.get("lines", [])
    yield from by_node.values()


def _item(item: DesignItem, fitted: FittedItem, design: Design) -> StudioItem:
    said: StudioItem = {"node": item.line, "box": _box(item), "inks": _inks(item)}
    if fitted == HIDDEN and not isinstance(item, SpecimenMark):
        said["hidden"] = True
    match item:
        case PaintedShape(tag="ls:official"):
            return said | {"kind": "official"}
        case PaintedShape():
            return said | {"kind": "shape", "tag": item.tag}
        case PlacedGraphic():
            return said | _graphic(item, design)
        case PlainText():
            return said | {"kind": "words", "size_pt": round(item.size_pt, 2), "lines": [item.text]}
        case FittedTextItem(box=box):
            least = {
                "field": item.field,
                "most_pt": box.size_pt,
                "least_pt": box.min_size_pt,
                "most_lines": box.max_lines,
            }
            return said | {"kind": "text", **least} | _type(fitted)
        case ArcTextItem(arc=arc):
            least = {"field": item.field, "most_pt": arc.size_pt, "least_pt": arc.min_size_pt}
            return said | {"kind": "arc", **least} | _type(fitted)
        case StarRow():
            return said | {"kind": "stars", "stars": fitted if isinstance(fitted, int) and fitted > 0 else 0}
        case LegalFields():
            sizes = {"most_pt": item.sizes_pt[0], "least_pt": item.sizes_pt[-1]}
            return said | {"kind": "fields", **sizes} | _type(fitted)
        case SpecimenMark():
            return said | {"kind": "mark"} | _type(fitted)
        case GtinSlot():
            module_mm = round(fitted.module_mm, 3) if isinstance(fitted, FittedBarcode) else None
            return said | {"kind": "gtin", "module_mm": module_mm}


def _inks(item: DesignItem) -> list[str]:
    """Return the screen colours of an item: a shape's fill and stroke, a text's, fields' values and labels."""
    match item:
        case PaintedShape():
            inks = [item.fill, item.stroke]
        case LegalFields():
            inks = [item.ink, item.label_ink]
        case PlacedGraphic() | GtinSlot():
            inks = []
        case _:
            inks = [item.ink]
    return [ink.screen if ink else "" for ink in inks]


def _type(fitted: FittedItem) -> StudioItem:
    """Return the size and lines that a text was set in; no lines where it did not fit."""
    match fitted:
        case FittedText() | FittedFields():
            texts = [fitted] if isinstance(fitted, FittedText) else [text for row in fitted.rows for text in row.texts]
            return {"size_pt": round(fitted.size_pt, 2), "lines": [line for text in texts for line in text.lines]}
        case FittedArc():
            return {"size_pt": round(fitted.size_pt, 2), "lines": [fitted.text] if fitted.text else []}
        case _:
            return {"size_pt": None, "lines": []}


def _graphic(item: PlacedGraphic, design: Design) -> StudioItem:
    kind = {"image": "picture", "ls:artwork": "artwork", "ls:official": "official"}.get(item.tag, item.tag)
    placed = _XOBJECT.search(item.operators)
    picture = design.xobjects.get(placed[1]) if placed else None
    if not isinstance(picture, PdfPicture):
        return {"kind": kind}
    pixels, (x0, y0), (x1, y1) = _WIDTH.search(picture.entries), *item.corners[:2]
    width_mm = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    return {"kind": kind, "ppi": round(int(pixels[1]) / max(width_mm, 1e-6) * 25.4)} if pixels else {"kind": kind}


def _slots(design: Design, version: QrVersion) -> Iterator[StudioItem]:
    qr, height = design.qr, design.shape.height_mm
    module = version.module_mm(qr.size_mm)
    sizes = {"version": str(version), "module_mm": round(module, 3), "quiet_mm": round(QUIET_ZONE * module, 3)}
    if "ls:qr" in design.lines:
        box = _rounded(qr.x_mm, qr.y_mm, qr.size_mm, qr.size_mm)
        yield {"node": design.lines["ls:qr"], "kind": "qr", "box": box} | sizes
    for kind, slot in (("code", design.code), ("serial", design.serial)):
        if slot is not None and f"ls:{kind}" in design.lines:
            lines = len(slot.baselines_pt) if isinstance(slot, CodeLines) else 1
            box = _bounds(slot_area(slot, height))
            node = design.lines[f"ls:{kind}"]
            yield {"node": node, "kind": kind, "box": box, "size_pt": slot.size_pt, "most_lines": lines}


def _box(item: DesignItem) -> list[float]:
    match item:
        case PaintedShape():
            x0, y0, x1, y1 = item.path.bbox() or (0.0, 0.0, 0.0, 0.0)
            half = item.stroke_mm / 2
            return _rounded(x0 - half, y0 - half, x1 - x0 + 2 * half, y1 - y0 + 2 * half)
        case PlacedGraphic(corners=corners) | PlainText(corners=corners):
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            return _rounded(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        case _:
            return _bounds(item_area(item))


def _bounds(area: Any) -> list[float]:
    x0, y0, x1, y1 = area.bounds
    return _rounded(x0, y0, x1 - x0, y1 - y0)


def _around(box: list[float], other: list[float]) -> list[float]:
    x, y = min(box[0], other[0]), min(box[1], other[1])
    right, bottom = (max(one[at] + one[at + 2] for one in (box, other)) for at in (0, 1))
    return _rounded(x, y, right - x, bottom - y)


def _rounded(*box: float) -> list[float]:
    return [round(float(side), 3) for side in box]
