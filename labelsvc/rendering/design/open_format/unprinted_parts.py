"""What is drawn in a placeholder and is neither its box nor its sample: editors show it, the print does not."""

from __future__ import annotations

from collections.abc import Iterator

from labelsvc.rendering.design.open_format.placeholders import box_element
from labelsvc.rendering.design.open_format.surroundings import own_look
from labelsvc.rendering.design.source import SHAPES, DesignElement

_LETTERS = frozenset({"text", "arc", "code", "serial", "mark"})
"""Kinds whose samples are words. Where there are none, an editor made shapes of their letters."""
_DRAWN = SHAPES | {"image", "use"}
_STARS, _MOST_STARS = frozenset({"path", "polygon", "polyline", "use"}), 5
_RULES = frozenset({"path", "line", "polyline", "rect"})
"""What samples of blank boxes and tables are drawn with."""


def unprinted_parts(element: DesignElement, kind: str) -> list[DesignElement]:
    """Return what is drawn in a placeholder of a kind for nothing; rows of legal fields are asked for one by one."""
    box = None if kind == "field" else box_element(element)  # a row has none
    parts = [part for part in _parts(element) if part is not box and _is_visible(part)]
    if kind in _LETTERS:
        has_words = any(part.tag == "text" for part in parts)
        return [part for part in parts if has_words and part.tag in _DRAWN]
    if kind == "stars":
        others = [part for part in parts if part.tag not in _STARS]
        return others + [part for part in parts if part.tag in _STARS][_MOST_STARS:]
    if kind == "field":
        return [part for part in parts if part.tag in _DRAWN - _RULES]
    return [part for part in parts if part.tag == "text"] if kind == "qr" else []


def _parts(element: DesignElement) -> Iterator[DesignElement]:
    for child in element.children:
        if child.tag == "g":
            yield from _parts(child)
        elif child.tag in _DRAWN or child.tag == "text":
            yield child


def _is_visible(part: DesignElement) -> bool:
    look = own_look(part)
    return part.tag not in SHAPES or look.get("fill") != "none" or look.get("stroke", "none") != "none"
