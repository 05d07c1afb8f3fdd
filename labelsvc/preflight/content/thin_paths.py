"""How thin a path prints: filled strips, and lines that a matrix narrows in one direction."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, sqrt

from labelsvc.preflight.content.pdf_values import Matrix, moved

Corners = tuple[tuple[float, float], ...]


def strip_width(corners: Corners, matrix: Matrix) -> float:
    """Return the shorter side of the rectangle of a polygon's area and outline: of a strip, its width, however bent."""
    placed = [moved(matrix, x, y) for x, y in corners]
    area = outline = 0.0
    for (x0, y0), (x1, y1) in zip(placed, placed[1:] + placed[:1], strict=True):
        area += x0 * y1 - x1 * y0
        outline += hypot(x1 - x0, y1 - y0)
    half, area = outline / 2, abs(area) / 2
    return (half - sqrt(max(half * half - 4 * area, 0.0))) / 2


def line_width(width: float, corners: Corners | None, matrix: Matrix) -> float:
    """Return how thin a line gets: where it runs straight, across each of its directions; else at the worst."""
    a, b, c, d, _, _ = matrix
    spread = abs(a * d - b * c)
    turned = abs(a * c + b * d) < 1e-6 * spread and abs(a * a + b * b - c * c - d * d) < 1e-6 * spread
    if turned or not width:
        return width * sqrt(spread)
    if corners is None:
        wide = (a * a + b * b + c * c + d * d) / 2
        return width * sqrt(max(wide - sqrt(max(wide * wide - spread * spread, 0.0)), 0.0))
    across = [
        spread * hypot(x1 - x0, y1 - y0) / along
        for (x0, y0), (x1, y1) in pairwise(corners)
        if (along := hypot(a * (x1 - x0) + c * (y1 - y0), b * (x1 - x0) + d * (y1 - y0)))
    ]
    return width * min(across, default=sqrt(spread))
