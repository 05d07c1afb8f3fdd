"""Trim shapes as paths of a content stream: points, y up, from the trim's lower left corner."""

from __future__ import annotations

from functools import lru_cache

from labelsvc.domain.shape import Circle, PathShape, Rectangle, Shape
from labelsvc.pdf.path_data import read_path
from labelsvc.pdf.units import number, points

CURVE_STEPS = 64
"""Chords per curve or quarter circle when a path is widened: less than 0.02 mm off at 50 mm."""
ROUND = 0.5522847498
"""Control points of a quarter circle of radius 1, as a Bézier curve: at most 0.03 % off."""


def outline(shape: Shape, x_pt: float, y_pt: float, grown_mm: float = 0.0) -> bytes:
    """Return the closed path of a shape whose trim's lower left corner is at (x, y); ``grown_mm`` widens every side."""
    left, bottom = x_pt - points(grown_mm), y_pt - points(grown_mm)
    width, height = points(shape.width_mm + 2 * grown_mm), points(shape.height_mm + 2 * grown_mm)
    match shape:
        case Circle():
            return _rounded(left, bottom, width, height, width / 2)
        case Rectangle(corner_mm=corner_mm) if corner_mm:
            return _rounded(left, bottom, width, height, points(corner_mm + grown_mm))
        case PathShape():
            return _grown(shape, x_pt, y_pt, grown_mm) if grown_mm else _drawn(shape, x_pt, y_pt)
        case _:
            return _operands(left, bottom, width, height) + b"re\n"


def hole_boxes(shape: Shape) -> list[tuple[float, float, float, float]]:
    """Return the boxes of a shape's holes: x, y, width, height in mm from the upper left corner, rounded to 0.01."""
    if not isinstance(shape, PathShape):
        return []
    from svgelements import Path

    lines = [Path(part).bbox() for part in Path(shape.d).as_subpaths()]
    boxes = [(left, top, right - left, bottom - top) for left, top, right, bottom in lines]
    whole = max(boxes, key=lambda box: box[2] * box[3])
    return [(round(x, 2), round(y, 2), round(w, 2), round(h, 2)) for x, y, w, h in boxes if (x, y, w, h) != whole]


def outline_circle(x_pt: float, y_pt: float, radius_pt: float) -> bytes:
    """Return the closed path of a circle about a point."""
    return _rounded(x_pt - radius_pt, y_pt - radius_pt, 2 * radius_pt, 2 * radius_pt, radius_pt)


def _rounded(left: float, bottom: float, width: float, height: float, radius: float) -> bytes:
    right, top, near = left + width, bottom + height, radius * (1 - ROUND)
    parts = [_operands(left + radius, bottom) + b"m\n"]
    for line, curve in (
        ((right - radius, bottom), (right - near, bottom, right, bottom + near, right, bottom + radius)),
        ((right, top - radius), (right, top - near, right - near, top, right - radius, top)),
        ((left + radius, top), (left + near, top, left, top - near, left, top - radius)),
        ((left, bottom + radius), (left, bottom + near, left + near, bottom, left + radius, bottom)),
    ):
        parts += (_operands(*line) + b"l\n", _operands(*curve) + b"c\n")
    return b"".join([*parts, b"h\n"])


def _drawn(shape: PathShape, x_pt: float, y_pt: float) -> bytes:
    """Return an SVG path as PDF operators; arcs and quadratic curves become cubic ones."""
    from svgelements import Arc, Close, CubicBezier, Line, Move, QuadraticBezier

    def at(*places: object) -> bytes:
        flat = [(x_pt + points(p.x), y_pt + points(shape.height_mm - p.y)) for p in places]  # type: ignore[attr-defined]
        return _operands(*[value for pair in flat for value in pair])

    path = read_path(shape.d)
    path.approximate_arcs_with_cubics()
    parts = []
    for segment in path:
        match segment:
            case Move():
                parts.append(at(segment.end) + b"m\n")
            case Close():
                parts.append(b"h\n")
            case Line():
                parts.append(at(segment.end) + b"l\n")
            case CubicBezier():
                parts.append(at(segment.control1, segment.control2, segment.end) + b"c\n")
            case QuadraticBezier():
                start, control, end = segment.start, segment.control, segment.end
                parts.append(at((start + control * 2) / 3, (end + control * 2) / 3, end) + b"c\n")
            case Arc():
                raise AssertionError("arcs were approximated")
    return b"".join(parts)


def _grown(shape: PathShape, x_pt: float, y_pt: float, grown_mm: float) -> bytes:
    """Return the outline of everything at most ``grown_mm`` away from the trim, as a polygon; holes are filled."""
    corners = [f"{x_pt + points(x):.2f} {y_pt + points(shape.height_mm - y):.2f} " for x, y in _buffer(shape, grown_mm)]
    return (f"{corners[0]}m\n" + "".join(f"{corner}l\n" for corner in corners[1:-1]) + "h\n").encode()


@lru_cache
def _buffer(shape: PathShape, grown_mm: float) -> tuple[tuple[float, float], ...]:
    from shapely import Polygon, unary_union
    from svgelements import Line, Move

    lines: list[list[tuple[float, float]]] = []
    for segment in read_path(shape.d):
        if isinstance(segment, Move) or not lines:
            lines.append([])
        steps = (
            (1.0,) if isinstance(segment, Line | Move) else tuple(i / CURVE_STEPS for i in range(1, CURVE_STEPS + 1))
        )
        places = (segment.point(step) for step in steps)
        lines[-1] += [(place.x, place.y) for place in places if place is not None]
    inside = unary_union([Polygon(line).buffer(0) for line in lines if len(line) > 2])
    return tuple(inside.buffer(grown_mm, quad_segs=CURVE_STEPS).exterior.simplify(0.005).coords)


def _operands(*values: float) -> bytes:
    return "".join([number(value, 3) + " " for value in values]).encode()
