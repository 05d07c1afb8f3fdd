"""What a producer's version of a design must leave as it is: the OCOP block, QR, codes, and whatever a record fills in.

Parts are told from the design as it was read, so that it does not matter how a source writes them: with transforms,
through groups, in the open format or the older one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.rendering.design.design import Design
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
from labelsvc.rendering.design.painted_areas import box_area, item_area, lettered_area, slot_area
from labelsvc.rendering.design.source import DesignElement, parse_elements

_TEMPLATES = frozenset({"value", "quantity", "display", "blank"})
"""Fields that are places of templates."""
_UNSEEN = frozenset({"line"})
_LEAST = 0.02
"""Smaller differences of mm and pt are roundings of editors."""


@dataclass(frozen=True, slots=True)
class LockedPart:
    """A part with all that must stay: ``said``. ``above``: how many items are painted before it."""

    kind: str
    title: str | Problem
    line: int
    said: tuple[Any, ...]
    area: Any
    above: int
    inks: tuple[str, ...] = ()

    def is_same(self, other: LockedPart) -> bool:
        """Return whether another part is this one."""
        return self.kind == other.kind and _alike(self.said, other.said)

    def is_like(self, other: LockedPart) -> bool:
        """Return whether another part shows the same, perhaps elsewhere or in another way."""
        return (self.kind, self.title) == (other.kind, other.title)


def locked_parts(design: Design) -> list[LockedPart]:
    """Return what is locked of a design that was read by node, in painting order; pieces' parts are the last."""
    official = official_nodes(design)
    parts = [
        part
        for above, item in enumerate(design.items)
        if (part := _part(design, item, above, inside=item.line in official)) is not None
    ]
    return [*parts, *_piece_parts(design)]


def is_open(design: Design, item: DesignItem, official: frozenset[int]) -> bool:
    """Return whether an item may be changed: shapes, pictures and words that say nothing of a record or of OCOP."""
    return _part(design, item, 0, inside=item.line in official) is None


def _part(design: Design, item: DesignItem, above: int, *, inside: bool) -> LockedPart | None:
    said = _said(item, design)
    match item:
        case StarRow() | LegalFields() | SpecimenMark() | GtinSlot():
            kind = {StarRow: "stars", LegalFields: "fields", SpecimenMark: "mark", GtinSlot: "gtin"}[type(item)]
            return LockedPart(kind, Problem(f"look.{kind}"), item.line, said, item_area(item), above, _inks(item))
        case FittedTextItem() | ArcTextItem() if inside or _names_facts(design.values.template(item.value)):
            kind = "text" if isinstance(item, FittedTextItem) else "arc"
            return LockedPart(kind, item.field, item.line, said, item_area(item), above, _inks(item))
        case PlainText(text=text) if inside or _names_facts(text):
            return LockedPart("text", text, item.line, said, lettered_area(item), above, _inks(item))
        case PaintedShape() | PlacedGraphic() if inside or item.tag == "ls:official":
            return LockedPart("official", Problem("look.official"), item.line, said, item_area(item), above)
    return None


def _names_facts(words: str) -> bool:
    """Return whether words are filled in, or speak of the programme: what they say is the office's."""
    return "{" in words or "OCOP" in words.upper()


def _inks(item: Any) -> tuple[str, ...]:
    return (item.ink.screen,) if hasattr(item, "ink") and not isinstance(item, SpecimenMark) else ()


def _piece_parts(design: Design) -> Iterator[LockedPart]:
    qr, height, above = design.qr, design.shape.height_mm, len(design.items)
    area = box_area(qr.x_mm, qr.y_mm, qr.size_mm, qr.size_mm)
    yield LockedPart("qr", Problem("look.qr"), design.lines["ls:qr"], _said(qr, design), area, above)
    for kind, slot in (("code", design.code), ("serial", design.serial)):
        if slot is not None:
            ink = design.slot_inks[f"ls:{kind}"]
            said = (*_said(slot, design), *_said(ink, design))
            line = design.lines[f"ls:{kind}"]
            yield LockedPart(kind, Problem(f"look.{kind}"), line, said, slot_area(slot, height), above, (ink.screen,))


def official_nodes(design: Design) -> frozenset[int]:
    """Return the nodes of the slots for official artwork, with all that stands in them."""
    found: set[int] = set()
    root = parse_elements(design.source, design.name, by_node=True).root
    for element in _all(root):
        if element.tag == "ls:official" or element.get("data-ls") == "official" or element.get("id") == "ls-official":
            found |= {each.line for each in _all(element)}
    return frozenset(found)


def _all(element: DesignElement) -> Iterator[DesignElement]:
    yield element
    for child in element.children:
        yield from _all(child)


def _said(value: Any, design: Design) -> tuple[Any, ...]:
    """Return all that a part says, with its templates written out; where it stands in the file does not matter."""
    return tuple(_plain(field.name, getattr(value, field.name), design) for field in fields(value))


def _plain(name: str, value: Any, design: Design) -> Any:
    if name in _UNSEEN:
        return None
    if name in _TEMPLATES and isinstance(value, int) and not isinstance(value, bool):
        return " ".join(design.values.template(value).split()) if value >= 0 else ""
    if isinstance(value, tuple | list):
        return tuple(_plain("", each, design) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return tuple(_plain(each.name, getattr(value, each.name), design) for each in fields(value))
    return value if isinstance(value, int | float | str | bytes | None) else str(value)


def _alike(said: Any, other: Any) -> bool:
    if isinstance(said, tuple) and isinstance(other, tuple):
        return len(said) == len(other) and all(map(_alike, said, other))
    if isinstance(said, int | float) and isinstance(other, int | float):
        return abs(said - other) <= _LEAST
    return bool(said == other)
