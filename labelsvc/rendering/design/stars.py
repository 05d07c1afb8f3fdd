"""Stars as paths: full ones filled, hollow ones outlined."""

from __future__ import annotations

from functools import cache
from math import atan2, cos, pi, sin

from labelsvc.pdf.inks import Ink
from labelsvc.rendering.design.items import StarRow
from labelsvc.rendering.design.pen import Pen

INNER_RADIUS = 0.46
"""Relative to the outer radius: plumper than the pentagram's 0.382, so that it stays open at 2 mm."""
OUTLINE = 0.075
"""Width of a hollow star's outline, of its size."""
_MITRE = 0.5 / sin(atan2(INNER_RADIUS * sin(pi / 5), 1 - INNER_RADIUS * cos(pi / 5)))
"""How far a mitred tip reaches beyond the outline's middle, of the outline's width."""
COUNT = 5


@cache
def star_corners(hollow: bool) -> tuple[tuple[float, float], ...]:
    """Return the ten points of a star in a unit square, y down; a hollow one is as large with its outline."""
    radius = 0.5 / cos(pi / 10) - (OUTLINE * _MITRE if hollow else 0.0)
    centre = 0.5 + (1 / cos(pi / 10) * (1 - cos(pi / 5)) / 4)
    corners = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * INNER_RADIUS
        corners.append((0.5 + r * sin(i * pi / 5), centre - r * cos(i * pi / 5)))
    return tuple(corners)


def outline_mm(size_mm: float) -> float:
    """Return the width of a hollow star's outline."""
    return max(OUTLINE * size_mm, 0.1)


@cache
def star_operators(stars: StarRow, full: int, height_mm: float) -> bytes:
    """Return the operators of five stars in a row, the first ``full`` of them filled, on a label so high."""
    pen = Pen(height_mm)
    for i in range(COUNT):
        left = stars.x_mm + i * (stars.size_mm + stars.gap_mm)
        _draw(pen, stars.ink, left, stars.y_mm, stars.size_mm, hollow=i >= full)
    return pen.operators


def _draw(pen: Pen, ink: Ink, left_mm: float, top_mm: float, size_mm: float, *, hollow: bool) -> None:
    from svgelements import Path, Polygon

    corners = [(left_mm + x * size_mm, top_mm + y * size_mm) for x, y in star_corners(hollow)]
    path = Path(Polygon(*corners))
    if hollow:
        pen.stroke(path, ink, outline_mm(size_mm))
    else:
        pen.fill(path, ink)
