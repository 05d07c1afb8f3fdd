"""Label law, checked on the letters as drawn (decree 37/2026, in force from 23/1/2026; PRODUCT §1).

Texts of a goods label are at least 1.2 mm high, 0.9 mm where the face is under 80 cm²; the letter x is
measured. ® stands only beside a registered mark, on every design. A design with the legal fields is a goods label;
stamps and shelf cards are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import pi

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import Product
from labelsvc.domain.shape import Circle
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, label_texts
from labelsvc.rendering.design.items import ArcTextItem, FittedTextItem, LegalFields, PlainText
from labelsvc.rendering.typesetting.fonts import FontFace

LEAST_MM, LEAST_ON_SMALL_FACES_MM = 1.2, 0.9
SMALL_FACE_MM2 = 80_00.0
REGISTERED = "®"
_ROUNDING_MM = 0.005


def least_height_mm(design: Design) -> float:
    """Return the least x-height on a goods label of this size."""
    shape = design.shape
    area = shape.width_mm * shape.height_mm * (pi / 4 if isinstance(shape, Circle) else 1.0)
    return LEAST_ON_SMALL_FACES_MM if area < SMALL_FACE_MM2 else LEAST_MM


def design_faults(design: Design) -> list[Problem]:
    """Return the texts of a goods label that could shrink below the legal height."""
    if not _goods_label(design):
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
    return list(_too_low(design, smallest))


def label_faults(filled: FilledLabel, product: Product) -> list[Problem]:
    """Return what stops a product's label: letters that are too small, and ® without a registered mark."""
    texts = [text for text in label_texts(filled) if text.field != "mark"]
    sizes = [(text.field, text.face, text.size_pt) for text in texts]
    found = list(_too_low(filled.design, sizes)) if _goods_label(filled.design) else []
    if not product.registered_mark:
        fields = [text.field for text in texts if REGISTERED in "".join(text.lines)]
        found += [Problem("law.registered", {"field": field}) for field in dict.fromkeys(fields)]
    return found


def _goods_label(design: Design) -> bool:
    return any(isinstance(item, LegalFields) for item in design.items)


def _too_low(design: Design, texts: list[tuple[str, FontFace, float]]) -> Iterator[Problem]:
    least = least_height_mm(design)
    for field, face, size_pt in texts:
        height = size_pt * MM_PER_POINT * face.x_height / 1000
        if height < least - _ROUNDING_MM:
            needed = least / (MM_PER_POINT * face.x_height / 1000)
            facts = {"field": field, "height_mm": round(height, 2), "least_mm": least, "size_pt": round(needed, 1)}
            yield Problem("law.height", facts)
