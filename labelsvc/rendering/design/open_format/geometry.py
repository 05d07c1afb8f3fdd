"""Where a placeholder stands on the label: its box or circle through all transformations, in mm.

A box that nothing transforms keeps its numbers as they are written, up to four decimals. InvalidValue names what
cannot be a box.
"""

from __future__ import annotations

from math import hypot, isfinite
from typing import Any

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.units import number
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.svg.lengths import NUMBER

DIGITS = 4
"""Decimals of a transformed length: a ten-thousandth of a millimetre."""
_BOX = ("x", "y", "width", "height")
_STRAIGHT = 1e-4
"""How far a direction may be off, and how much two scales or sides may differ, relative to the whole."""
_SIDES_MM = 0.02
_NUMBER_PARTS = "abcdef"


def mm(length: float) -> str:
    """Return a length as an attribute says it."""
    return number(length, DIGITS) if isfinite(length) else str(length)


def parts_of(matrix: Any) -> tuple[float, ...]:
    """Return a matrix's six numbers; those of the identity for None."""
    if matrix is None:
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return tuple(float(getattr(matrix, part)) for part in _NUMBER_PARTS)


def straight_scales(matrix: Any) -> tuple[float, float]:
    """Return how much a transformation enlarges width and height; InvalidValue if it turns, skews or mirrors."""
    a, b, c, d, e, f = parts_of(matrix)
    slack = _STRAIGHT * max(abs(a), abs(d))
    if not all(map(isfinite, (a, b, c, d, e, f))) or a <= 0 or d <= 0 or abs(b) > slack or abs(c) > slack:
        raise InvalidValue.from_code("design.placeholder_turned")
    return a, d


def lengths(element: DesignElement, *names: str) -> list[float]:
    """Return lengths of an element, 0 where they are not said; InvalidValue design.geometry for what is no number."""
    found = []
    for name in names:
        said = element.get(name, "0").strip()
        if not NUMBER.fullmatch(said):
            raise InvalidValue.from_code("design.geometry", attribute=name, value=element.get(name))
        found.append(float(said))
    return found


def _tidy(said: str) -> str:
    """Return a length as it is written, or rounded: editors write 4.1999998 for 4.2."""
    return mm(float(said)) if len(said.partition(".")[2]) > DIGITS else said


def box_of(rect: DesignElement, matrix: Any) -> dict[str, str]:
    """Return x, y, width and height of a rectangle on the label."""
    x, y, width, height = lengths(rect, *_BOX)
    if matrix is None:
        return {name: _tidy(rect.get(name, "0").strip()) for name in _BOX}
    wide, high = straight_scales(matrix)
    e, f = parts_of(matrix)[4:]
    return dict(zip(_BOX, map(mm, (x * wide + e, y * high + f, width * wide, height * high)), strict=True))


def square_of(rect: DesignElement, matrix: Any) -> dict[str, str]:
    """Return x, y and size of a square; InvalidValue if its sides differ."""
    box = box_of(rect, matrix)
    width, height = float(box["width"]), float(box["height"])
    if abs(width - height) > _SIDES_MM:
        raise InvalidValue.from_code("design.placeholder_square", width=width, height=height)
    return {"x": box["x"], "y": box["y"], "size": min(box["width"], box["height"], key=float)}


def star_row_of(rect: DesignElement, matrix: Any) -> dict[str, str]:
    """Return x, y, size and gap of five stars that fill a box."""
    box = box_of(rect, matrix)
    width, size = float(box["width"]), float(box["height"])
    gap = (width - 5 * size) / 4
    if size <= 0 or gap < -_SIDES_MM:
        raise InvalidValue.from_code("design.placeholder_stars", width=width, height=size)
    return {"x": box["x"], "y": box["y"], "size": box["height"], "gap": mm(max(gap, 0.0))}


def circle_of(circle: DesignElement, matrix: Any) -> dict[str, str]:
    """Return centre and radius of a circle on the label; InvalidValue if it is no longer round."""
    names = ("rx", "ry") if circle.tag == "ellipse" else ("r", "r")
    cx, cy, across, down = lengths(circle, "cx", "cy", *names)
    wide, high = straight_scales(matrix)
    across, down = across * wide, down * high
    if abs(across - down) > max(_SIDES_MM, _STRAIGHT * across):
        raise InvalidValue.from_code("design.placeholder_round")
    if matrix is None and circle.tag == "circle":
        said = (circle.get(name, "0").strip() for name in ("cx", "cy", "r"))
        return dict(zip(("cx", "cy", "radius"), map(_tidy, said), strict=True))
    e, f = parts_of(matrix)[4:]
    return {"cx": mm(cx * wide + e), "cy": mm(cy * high + f), "radius": mm((across + down) / 2)}


def quarter_box_of(rect: DesignElement, matrix: Any) -> tuple[dict[str, str], int]:
    """Return the box before it is turned about its middle, and the turn: counter-clockwise degrees, −90 to 180."""
    turn = _quarter_turn(matrix)
    if turn == 0:
        return box_of(rect, matrix), 0
    a, b, c, d, e, f = parts_of(matrix)
    x, y, width, height = lengths(rect, *_BOX)
    mid_x, mid_y = x + width / 2, y + height / 2
    width, height = width * hypot(a, b), height * hypot(c, d)
    left, top = a * mid_x + c * mid_y + e - width / 2, b * mid_x + d * mid_y + f - height / 2
    return dict(zip(_BOX, map(mm, (left, top, width, height)), strict=True)), turn


def _quarter_turn(matrix: Any) -> int:
    a, b, c, d, e, f = parts_of(matrix)
    slack = _STRAIGHT * max(map(abs, (a, b, c, d)))
    if all(map(isfinite, (a, b, c, d, e, f))):
        if max(abs(b), abs(c)) <= slack and a * d > 0:
            return 0 if a > 0 else 180
        if max(abs(a), abs(d)) <= slack and b * c < 0:
            return 90 if b < 0 else -90
    raise InvalidValue.from_code("design.placeholder_turned")
