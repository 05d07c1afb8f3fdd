"""SVG's text on a path: letters are centred on it and follow its direction. The same on every label."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, pairwise
from math import hypot
from typing import Any

from labelsvc.pdf.inks import Ink
from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.builder import DesignBuilder
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.items import PlainText
from labelsvc.rendering.design.painted_areas import Point
from labelsvc.rendering.design.pen import ink_operators
from labelsvc.rendering.design.shapes import shape_path
from labelsvc.rendering.design.source import SHAPES, DesignElement
from labelsvc.rendering.svg.lengths import NUMBER
from labelsvc.rendering.typesetting.arc_text import matrix_operator, middles
from labelsvc.rendering.typesetting.fonts import FontFace

_STEPS = 200
"""Straight pieces of a curve that letters stand on: a turn of a letter by less than half a degree."""
_OFFSET = re.compile(r"([0-9.+eE-]+)(%?)")


class TextPath:
    """A path as letters run along it, in the coordinates of its text (mm, y down)."""

    def __init__(self, path: Any) -> None:
        self._points = _flattened(path)
        steps = (hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(self._points))
        self._distances = [0.0, *accumulate(steps)]

    @property
    def length(self) -> float:
        """The whole length in mm."""
        return self._distances[-1]

    def at(self, distance: float) -> tuple[float, float, float, float]:
        """Return the point so far along the path, and the direction in which it runs there (of length 1)."""
        index = min(max(bisect_right(self._distances, distance) - 1, 0), len(self._points) - 2)
        (x0, y0), (x1, y1) = self._points[index : index + 2]
        long = self._distances[index + 1] - self._distances[index]
        share = (distance - self._distances[index]) / long
        return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share, (x1 - x0) / long, (y1 - y0) / long


def read_text_path(
    builder: DesignBuilder,
    element: DesignElement,
    font: tuple[FontFace, float],
    ink: Ink,
    anchor: float,
    at: ElementContext,
) -> PlainText | None:
    """Return a ``textPath``'s letters; text longer than its path is a fault, never cut off.

    ``font``: face and size in mm; ``anchor``: which share of the text stands before the start.
    """
    face, size_mm = font
    found = builder.references.find(element, element.get("href"), "href", SHAPES)
    shape = builder.made(element, lambda: shape_path(found)) if found else None
    if shape is None:
        return None
    path, text, em = TextPath(shape), element.text, size_mm / 1000
    *steps, wide = (step * em for step in middles(face, text, 0.0))
    start = _start(builder, element, path.length) - wide * anchor
    if start < -1e-6 or start + wide > path.length + 1e-6:
        builder.fault(element, "design.text_path_long", text=text, wide=round(wide, 1), length=round(path.length, 1))
        return None
    low, high = (edge * em for edge in face.ink(text))
    letters, above, below, scales = [], [], [], []
    for letter, step in zip(text, steps, strict=True):
        x, y, u, v = path.at(start + step)
        half = face.letter(letter).advance * em / 2
        scales.append(at.height_scale(u, v))
        letters.append(_letter(face, letter, (x - u * half, y - v * half), (u, v), at, builder.height_mm))
        for side in (-half, half):
            above.append((x + u * side + v * high, y + v * side - u * high))
            below.append((x + u * side + v * low, y + v * side - u * low))
    said = text.encode("utf-16-be").hex().upper().encode()
    begin = b"/Span<</ActualText<FEFF%b>>>BDC BT /%b %b Tf" % (said, face.resource, number(points(size_mm), 3).encode())
    shown = b" ".join([ink_operators(ink), begin, *letters, b"ET EMC"])
    corners = tuple(_moved(place, at) for place in [*above, *reversed(below)])
    size_pt = points(size_mm) * min(scales, default=1.0)
    return PlainText(at.cut(shown, builder.height_mm), face, text, size_pt, ink, corners, False, at.clips, element.line)


def _letter(face: FontFace, letter: str, place: Point, along: Point, at: ElementContext, height_mm: float) -> bytes:
    """Return a letter whose baseline begins at a place and runs along a direction, both before the context."""
    (x, y), (u, v) = place, along
    a, b, c, d, e, f = _numbers(at)
    turn = a * u + c * v, -(b * u + d * v), a * v - c * u, -(b * v - d * u)
    moved = points(a * x + c * y + e), points(height_mm - (b * x + d * y + f))
    return matrix_operator((*turn, *moved)) + b" " + face.encode(letter) + b"Tj"


def _moved(place: Point, at: ElementContext) -> Point:
    a, b, c, d, e, f = _numbers(at)
    return a * place[0] + c * place[1] + e, b * place[0] + d * place[1] + f


def _numbers(at: ElementContext) -> tuple[float, ...]:
    if at.matrix is None:
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return tuple(float(getattr(at.matrix, key)) for key in "abcdef")


def _start(builder: DesignBuilder, element: DesignElement, length: float) -> float:
    """Return where on the path the text starts (``startOffset``: mm, or per cent of the path)."""
    said = element.get("startOffset", "0")
    written = _OFFSET.fullmatch(said)
    if written is None or not NUMBER.fullmatch(written[1]):
        builder.fault(element, "design.number", attribute="startOffset", value=said)
        return 0.0
    return float(written[1]) * (length / 100 if written[2] else 1.0)


def _flattened(path: Any) -> list[Point]:
    """Return a path's points, those that follow one another apart; its contours are taken as one line."""
    from svgelements import Close, Line, Move

    found: list[Point] = []
    for segment in path:
        steps = 1 if isinstance(segment, Move | Line | Close) else _STEPS
        for i in range(1, steps + 1):
            place = segment.end if i == steps else segment.point(i / steps)
            if place is not None and (not found or hypot(place.x - found[-1][0], place.y - found[-1][1]) > 1e-9):
                found.append((float(place.x), float(place.y)))
    return found
