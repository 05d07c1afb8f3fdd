"""Draws a barcode: white over its whole box, then bars and digits in pure black."""

from __future__ import annotations

from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.gtin.fitting import BarcodeText, FittedBarcode
from labelsvc.rendering.design.items import GtinSlot, ItemBox
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.fonts import FontFace

_WHITE, _BLACK = b"/GSn gs 0 0 0 0 k", b"/GSk gs 0 0 0 1 k"
_LINE, _LINE_PT = b"/GSk gs 0 0 0 1 K 0.5 w", 0.5


def draw_barcode(slot: GtinSlot, fitted: FittedBarcode, height_mm: float, use: FontUse) -> bytes:
    """Return the operators of a barcode, or of an empty box to stick one on."""
    box = slot.x_mm, slot.y_mm, slot.width_mm, slot.height_mm
    parts = [_WHITE, _rectangle(box, height_mm), b"f"]
    if not fitted.bars:
        half = _LINE_PT / 2 / points(1)
        inner = box[0] + half, box[1] + half, box[2] - 2 * half, box[3] - 2 * half
        return b"\n".join([*parts, _LINE, _rectangle(inner, height_mm), b"S"])
    parts += [_BLACK, *(_rectangle(bar, height_mm) for bar in fitted.bars), b"f"]
    use.add(slot.face, "".join(text.text for text in fitted.texts))
    return b"\n".join([*parts, *(_shown(slot.face, text, height_mm) for text in fitted.texts)])


def _rectangle(box: ItemBox, height_mm: float) -> bytes:
    x, y, width, height = box
    sides = points(x), points(height_mm - y - height), points(width), points(height)
    return " ".join(number(side, 4) for side in sides).encode() + b" re"


def _shown(face: FontFace, text: BarcodeText, height_mm: float) -> bytes:
    size, x, y = number(text.size_pt, 3), number(points(text.x_mm)), number(points(height_mm - text.baseline_mm))
    return b"BT /%b %b Tf %b %b Td %b ET" % (face.resource, size.encode(), x.encode(), y.encode(), face.show(text.text))
