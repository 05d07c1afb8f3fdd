"""Draws a filled label: the operators shared by all pieces of a product.

Points, y up, from the trim's lower left corner. Fonts are named /F0 …, graphics states /GSk (black overprints) and
/GSn (everything else knocks out).
"""

from __future__ import annotations

from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.fields.fitted_rows import FittedFields
from labelsvc.rendering.design.fields.row_drawing import draw_fields
from labelsvc.rendering.design.filling import HIDDEN, FilledLabel, FittedItem
from labelsvc.rendering.design.gtin.barcode_drawing import draw_barcode
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
from labelsvc.rendering.design.pen import ink_operators
from labelsvc.rendering.design.stars import star_operators
from labelsvc.rendering.typesetting.arc_text import FittedArc, arc_operators
from labelsvc.rendering.typesetting.fitting import FittedText, operators
from labelsvc.rendering.typesetting.font_book import FontUse


def draw(filled: FilledLabel, use: FontUse) -> bytes:
    """Return a label's art; its letters are noted in ``use``."""
    height_mm = filled.design.shape.height_mm
    pairs = zip(filled.design.items, filled.fitted, strict=True)
    parts = [
        _draw(item, fitted, height_mm, use)
        for item, fitted in pairs
        if fitted != HIDDEN or isinstance(item, SpecimenMark)
    ]
    return b"\n".join(part for part in parts if part)


def _draw(item: DesignItem, fitted: FittedItem, height_mm: float, use: FontUse) -> bytes:
    match item, fitted:
        case PaintedShape() | PlacedGraphic(), _:
            return item.operators
        case PlainText(), _:
            use.add(item.face, item.text)
            return item.operators
        case StarRow(), int(full):
            return star_operators(item, full, height_mm)
        case FittedTextItem(), FittedText():
            return ink_operators(item.ink) + b" " + _text(item, fitted, height_mm, use)
        case SpecimenMark(), FittedText() if fitted.lines:
            return _mark(item, fitted, height_mm, use)
        case ArcTextItem(), FittedArc():
            use.add(item.face, fitted.text)
            placed = arc_operators(fitted, points(item.x_mm), points(height_mm - item.y_mm))
            return ink_operators(item.ink) + b" " + placed
        case GtinSlot(), FittedBarcode():
            return draw_barcode(item, fitted, height_mm, use)
        case LegalFields(), FittedFields():
            return draw_fields(item, fitted, height_mm, use)
        case _:
            return b""


def _text(item: FittedTextItem, fitted: FittedText, height_mm: float, use: FontUse) -> bytes:
    use.add(fitted.face, " ".join(fitted.lines))
    baseline = points(height_mm - item.y_mm) - fitted.first_baseline_pt(item.valign)
    return operators(fitted, points(item.x_mm), baseline, item.align)


def _mark(item: SpecimenMark, fitted: FittedText, height_mm: float, use: FontUse) -> bytes:
    """Draw the mark, rotated about the centre of its (unrotated) box."""
    use.add(fitted.face, " ".join(fitted.lines))
    middle_x = points(item.x_mm + item.box.width_mm / 2)
    middle_y = points(height_mm - item.y_mm - item.box.height_mm / 2)
    cosine, sine = {0: (1, 0), 90: (0, 1), -90: (0, -1)}[item.rotate]
    matrix = b"%d %d %d %d %b %b cm" % (
        cosine,
        sine,
        -sine,
        cosine,
        number(middle_x).encode(),
        number(middle_y).encode(),
    )
    left, top = -item.box.width_pt / 2, item.box.height_pt / 2
    shown = operators(fitted, left, top - fitted.first_baseline_pt("middle"), "center")
    return b"q %b %b %b Q" % (matrix, ink_operators(item.ink), shown)
