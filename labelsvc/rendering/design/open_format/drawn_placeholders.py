"""Draws each kind of placeholder as plain SVG: its box, its sample, and what it says in ``data-ls-``."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from labelsvc.pdf.units import MM_PER_POINT, number
from labelsvc.rendering.design.artwork import page_jpeg
from labelsvc.rendering.design.filling import FittedItem
from labelsvc.rendering.design.gtin.fitting import FittedBarcode
from labelsvc.rendering.design.items import (
    ArcTextItem,
    FittedTextItem,
    GtinSlot,
    LegalField,
    LegalFields,
    PlacedGraphic,
    SpecimenMark,
    StarRow,
)
from labelsvc.rendering.design.open_format.kinds import KINDS, TYPE_OF
from labelsvc.rendering.design.open_format.sample_label import SampleLabel
from labelsvc.rendering.design.open_format.sample_rows import NO_SAMPLE, SampleRow, sample_rows
from labelsvc.rendering.design.open_format.sample_shapes import barcode_shapes, star_shapes, symbol_shape
from labelsvc.rendering.design.open_format.sample_words import (
    arc_words,
    code_words,
    mark_words,
    serial_words,
    text_words,
)
from labelsvc.rendering.design.open_format.samples import words_of_node
from labelsvc.rendering.design.open_format.svg_nodes import SampleType, node
from labelsvc.rendering.typesetting.arc_text import FittedArc
from labelsvc.rendering.typesetting.fitting import FittedText

_BOX = ("x", "y", "width", "height")
_TYPE = ("size", "weight", "fill", "align", "tracking")
_CIRCLE = {"cx", "cy", "radius"}
_WHITE = "#FFFFFF"
_PAGE_PPI = 100
"""Of the picture that editors show of PDF artwork, which they can't draw."""


@dataclass(frozen=True, slots=True)
class DrawnPlaceholder:
    """A placeholder as it is written; ``value`` None where the sample's words are the value.

    ``node`` is the element that it stands for, ``look`` what its group says itself, ``rows`` those of legal fields.
    """

    node: Any
    said: Mapping[str, str]
    children: tuple[Any, ...]
    value: str | None = None
    look: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[DrawnPlaceholder, ...] = ()


class PlaceholderDrawing:
    """Draws the placeholders of one sample label."""

    def __init__(self, sample: SampleLabel) -> None:
        self._sample, self._design = sample, sample.design

    def draw(self, kind: str, number: int, old: Any) -> DrawnPlaceholder:
        """Return an ``ls:`` element as a placeholder; ``number`` is its node's."""
        pieces = {"qr": self._qr, "code": self._code, "serial": self._serial}
        if kind in pieces:
            return pieces[kind](old)
        if kind == "artwork":
            return DrawnPlaceholder(old, _said(old, kind), (_box(old), *self._page(number, old)))
        if kind == "official":
            return DrawnPlaceholder(old, _said(old, kind), (_box(old), *old))
        item, fitted, values = self._sample.item(number)
        match item:
            case FittedTextItem():
                return _text(old, item, fitted)
            case ArcTextItem():
                return _arc(old, item, fitted)
            case StarRow():
                return _stars(old, item, fitted)
            case SpecimenMark():
                return _mark(old, item, fitted)
            case GtinSlot():
                return _gtin(old, item, fitted)
            case LegalFields():
                return _fields(old, item, values)
        raise TypeError(kind)

    def _qr(self, old: Any) -> DrawnPlaceholder:
        slot = self._design.qr
        box = {"x": old.get("x"), "y": old.get("y"), "width": old.get("size"), "height": old.get("size")}
        symbol = symbol_shape(slot, self._sample.symbol(slot.size_mm))
        return DrawnPlaceholder(old, {}, (node("rect", {**box, "fill": "none"}), symbol))

    def _page(self, number: int, old: Any) -> Iterator[Any]:
        """Yield the picture of a page that editors show in its box."""
        placed = (item for item in self._design.items if isinstance(item, PlacedGraphic) and item.line == number)
        artwork = next((item.artwork for item in placed if item.artwork), None)
        if artwork and artwork.page == 1:
            href = f"data:image/jpeg;base64,{b64encode(page_jpeg(artwork.content, _PAGE_PPI)).decode()}"
            yield node("image", {"href": href, **{name: old.get(name, "0") for name in _BOX}})

    def _code(self, old: Any) -> DrawnPlaceholder:
        fill = self._design.slot_inks["ls:code"].screen
        words = code_words(self._design.code, self._sample.code, self._design.shape.height_mm, fill)
        shape = _circle(old) if old.get("radius") else _box(old)
        return DrawnPlaceholder(old, _said(old, "code", drawn=_TYPE), (shape, words))

    def _serial(self, old: Any) -> DrawnPlaceholder:
        slot, height_mm = self._design.serial, self._design.shape.height_mm
        words = (serial_words(slot, height_mm, self._design.slot_inks["ls:serial"].screen),) if slot else ()
        return DrawnPlaceholder(old, _said(old, "serial", drawn=_TYPE), (_box(old), *words))


def _text(old: Any, item: FittedTextItem, fitted: FittedItem) -> DrawnPlaceholder:
    template = _template(old)
    said = _said(old, "text", drawn=_TYPE)
    look = SampleType(item.box.size_pt, item.face.weight, item.ink.screen, item.align, item.box.tracking)
    if not isinstance(fitted, FittedText) or not fitted.lines:
        return DrawnPlaceholder(old, said, (_box(old),), template, look.attributes)
    said |= _sizes(item.box.size_pt, fitted.size_pt)
    shown = text_words(item, fitted)
    return DrawnPlaceholder(old, said, (_box(old), shown), _value(template, shown))


def _arc(old: Any, item: ArcTextItem, fitted: FittedItem) -> DrawnPlaceholder:
    template = _template(old)
    said = _said(old, "arc", drawn=_TYPE)
    look = SampleType(item.arc.size_pt, item.face.weight, item.ink.screen, tracking=item.arc.tracking)
    if not isinstance(fitted, FittedArc) or not fitted.text:
        return DrawnPlaceholder(old, said, (_circle(old),), template, look.attributes)
    said |= _sizes(item.arc.size_pt, fitted.size_pt)
    shown = arc_words(item, fitted)
    return DrawnPlaceholder(old, said, (_circle(old), shown), _value(template, shown))


def _stars(old: Any, item: StarRow, fitted: FittedItem) -> DrawnPlaceholder:
    box = {"x": old.get("x"), "y": old.get("y"), "width": number(item.bounds[2], 4), "height": old.get("size")}
    full = fitted if isinstance(fitted, int) and fitted >= 0 else 0
    shapes = (node("rect", {**box, "fill": "none"}), *star_shapes(item, full))
    return DrawnPlaceholder(old, _said(old, "stars", drawn=("fill",)), shapes, look={"fill": item.ink.screen})


def _mark(old: Any, item: SpecimenMark, fitted: FittedItem) -> DrawnPlaceholder:
    said = _said(old, "mark", drawn=(*_TYPE, "rotate"))
    look = SampleType(item.box.size_pt, item.face.weight, item.ink.screen, "center", item.box.tracking).attributes
    x, y, width, height = (float(old.get(name)) for name in _BOX)
    turned = f"rotate({-item.rotate} {x + width / 2:.6g} {y + height / 2:.6g})" if item.rotate else ""
    words = (mark_words(item, fitted),) if isinstance(fitted, FittedText) and fitted.lines else ()
    said |= _sizes(item.box.size_pt, fitted.size_pt if isinstance(fitted, FittedText) else 0.0)
    return DrawnPlaceholder(old, said, (_box(old), *words), look=look | {"transform": turned})


def _gtin(old: Any, item: GtinSlot, fitted: FittedItem) -> DrawnPlaceholder:
    bars = tuple(barcode_shapes(item, fitted)) if isinstance(fitted, FittedBarcode) else ()
    look = {"font-weight": old.get("weight", "")}
    return DrawnPlaceholder(old, _said(old, "gtin", drawn=("weight",)), (_box(old, _WHITE), *bars), look=look)


def _fields(old: Any, item: LegalFields, values: list[str]) -> DrawnPlaceholder:
    samples, shown_pt = sample_rows(item, values)
    nodes = [each for each in old if isinstance(each.tag, str)]
    rows = tuple(
        _row(row, samples.get(i, NO_SAMPLE), each, shown_pt)
        for i, (row, each) in enumerate(zip(item.rows, nodes, strict=True))
    )
    said = _said(old, "fields", drawn=_TYPE)
    if any(sample.labelled for sample in samples.values()):
        said.pop("label-fill", None)
    said |= _sizes(item.sizes_pt[0], shown_pt)
    look = SampleType(shown_pt, item.face.weight, item.ink.screen).attributes
    look["font-weight"] = str(item.face.weight)
    return DrawnPlaceholder(old, said, (_box(old),), look=look, rows=rows)


def _row(row: LegalField, sample: SampleRow, old: Any, shown_pt: float) -> DrawnPlaceholder:
    """Return a row; ``shown_pt``: the size in which rows without a type of their own are shown."""
    said, template = _said(old, "field", drawn=_TYPE), _template(old)
    if row.own and old.get("size"):
        said |= _sizes(row.own.size_pt, sample.size_pt)
    elif row.own and sample.size_pt not in (0.0, shown_pt):
        sizes = row.own.size_pt, sample.size_pt, row.own.min_size_pt
        said |= dict(zip(("size", "sample-size", "min-size"), (number(size, 3) for size in sizes), strict=True))
    look = {"font-weight": old.get("weight", ""), "fill": old.get("fill", "")}
    if row.own and old.get("size"):
        look["font-size"] = number((sample.size_pt or row.own.size_pt) * MM_PER_POINT, 5)
    shown = sample.value is not None and words_of_node(sample.value) == template
    return DrawnPlaceholder(old, said, sample.nodes, None if shown or not template else template, look)


def _said(old: Any, kind: str, drawn: tuple[str, ...] = ()) -> dict[str, str]:
    """Return what an element says and no sample shows."""
    kept = KINDS[kind] - _CIRCLE - set(drawn) - TYPE_OF.get(kind, frozenset()) | (
        {"align"} if kind == "official" else set()
    )
    return {name: value for name, value in old.attrib.items() if name in kept}


def _sizes(size_pt: float, shown_pt: float) -> dict[str, str]:
    """Return the size of a text whose sample is shown in another one; nothing where it is shown in its own, or not."""
    if shown_pt in (0.0, size_pt):
        return {}
    return {"size": number(size_pt, 3), "sample-size": number(shown_pt, 3)}


def _template(old: Any) -> str:
    """Return an element's own text."""
    return " ".join(((old.text or "") + "".join(child.tail or "" for child in old)).split())


def _value(template: str, shown: Any) -> str | None:
    """Return what a placeholder says as its value: nothing where its sample's words say the same for good."""
    return None if "{" not in template and words_of_node(shown) == template else template


def _box(old: Any, fill: str = "none") -> Any:
    sides = {name: old.get(name, "0") for name in _BOX}
    return node("rect", {**sides, "fill": fill})


def _circle(old: Any) -> Any:
    names = {"cx": "cx", "cy": "cy", "r": "radius"}
    return node("circle", {**{name: old.get(said, "0") for name, said in names.items()}, "fill": "none"})
