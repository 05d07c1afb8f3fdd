"""Designs as plain values, without lines and identities: two that are equal print the same on every product."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from svgelements import Path

from labelsvc.rendering.design.design import Design
from labelsvc.rendering.typesetting.fonts import FontFace

_PLACES = ("value", "display", "quantity", "blank")
"""Fields that are places among a design's templates."""


def printed(design: Design) -> dict[str, Any]:
    """Return all of a design that reaches paper."""
    parts = ("title", "title_en", "shape", "groups", "items", "qr", "code", "serial", "slot_inks")
    said = {part: _plain(getattr(design, part), design) for part in parts}
    return said | {"xobjects": sorted(design.xobjects)}


def _plain(value: Any, design: Design) -> Any:
    if isinstance(value, FontFace):
        return value.name
    if isinstance(value, Path):
        return value.d()
    if is_dataclass(value):
        named = {each.name: getattr(value, each.name) for each in fields(value) if each.name != "line"}
        return type(value).__name__, {
            name: design.values.template(part) if name in _PLACES and part >= 0 else _plain(part, design)
            for name, part in named.items()
        }
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, tuple | list):
        return [_plain(part, design) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part, design) for name, part in value.items()}
    return value
