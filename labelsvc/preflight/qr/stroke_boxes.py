"""Bounding boxes of a stroked path: its segments at full width, and the tips of its corners.

A corner is taken to be a mitre, the longest of all joins, whatever its limit (ISO 32000-1, 8.4.3.5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import hypot, inf, sqrt

from labelsvc.preflight.content.graphics_state import PaintedObject, grown
from labelsvc.preflight.content.path_box import Box, Segment
from labelsvc.preflight.content.path_painting import MITRE
from labelsvc.preflight.content.pdf_values import Matrix, moved

ROUNDING = 1e-6
ControlPoint = tuple[float, float]
Curve = tuple[ControlPoint, ...]
"""Two points of a line, or four of a cubic Bézier curve."""


def stroke_boxes(stroke: PaintedObject) -> Iterator[Box]:
    """Yield the boxes of a stroke; one that a matrix widens one way is as wide as the usual mitres everywhere."""
    a, b, c, d, _, _ = stroke.matrix
    spread = abs(a * d - b * c)
    even = max(abs(a * c + b * d), abs(a * a + b * b - c * c - d * d)) <= ROUNDING * spread
    half = stroke.width_pt / 2
    by = half * sqrt(2) if even else stroke.width_pt * MITRE
    for outline in stroke.outlines:
        curves, closed = _curves(outline, stroke.matrix)
        for curve in curves:
            yield from (grown(_around(part), by) for part in _quarters(curve))
        for one, other in pairwise([*curves, *curves[:closed]]) if even else ():
            tip = half * _mitre(one, other)
            if tip > by:
                yield grown((*other[0], *other[0]), tip)


def _curves(outline: Iterable[Segment], matrix: Matrix) -> tuple[list[Curve], bool]:
    """Return a subpath's lines and curves on the page, those without length left out, and whether it is closed."""
    curves, closed, start, at = list[Curve](), False, (0.0, 0.0), (0.0, 0.0)
    for operator, values in outline:
        points = _placed(values, matrix)
        if operator == "m":
            start = at = points[0]
            continue
        if operator == "re":
            x, y, wide, high = values
            corners = _placed((x, y, x + wide, y, x + wide, y + high, x, y + high), matrix)
            curves += pairwise([*corners, corners[0]])
            start, points = corners[0], corners[:1]
        elif operator == "h":
            curves.append((at, start))
            points = [start]
        elif operator == "l":
            curves.append((at, points[0]))
        else:
            controls = {"v": [at, *points], "y": [*points, points[-1]]}.get(operator, points)
            curves.append((at, *controls))
        closed |= operator in ("re", "h")
        at = points[-1]
    return [curve for curve in curves if any(point != curve[0] for point in curve)], closed


def _placed(values: Sequence[float], matrix: Matrix) -> list[ControlPoint]:
    return [moved(matrix, x, y) for x, y in zip(values[::2], values[1::2], strict=True)]


def _mitre(curve: Curve, other: Curve) -> float:
    """Return how far the tip of a corner is from it, in halves of the line's width: 1 where it goes straight on."""
    (x0, y0), (x1, y1) = _direction(curve[::-1]), _direction(other)
    turned = 1 + max(-1.0, min(1.0, -(x0 * x1 + y0 * y1)))
    return sqrt(2 / turned) if turned > ROUNDING else inf


def _direction(curve: Curve) -> ControlPoint:
    """Return the direction in which a curve leaves its first point."""
    (x0, y0), (x1, y1) = curve[0], next(point for point in curve if point != curve[0])
    long = hypot(x1 - x0, y1 - y0)
    return (x1 - x0) / long, (y1 - y0) / long


def _quarters(curve: Curve) -> Iterator[Curve]:
    """Yield a line, or the control points of a curve's quarters: their boxes are tighter than that of the whole."""
    if len(curve) == 2:
        yield curve
        return
    for half in _halves(curve):
        yield from _halves(half)


def _halves(curve: Curve) -> tuple[Curve, Curve]:
    """Return the control points of a Bézier curve's halves (de Casteljau)."""
    left, right, points = [curve[0]], [curve[-1]], curve
    while len(points) > 1:
        points = tuple(((x0 + x1) / 2, (y0 + y1) / 2) for (x0, y0), (x1, y1) in pairwise(points))
        left.append(points[0])
        right.append(points[-1])
    return tuple(left), tuple(right[::-1])


def _around(points: Sequence[ControlPoint]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
