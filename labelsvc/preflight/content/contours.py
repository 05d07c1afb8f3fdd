"""Subpaths as polylines on the page: curves become chords, so that they can be measured (ISO 32000-1, 8.5.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labelsvc.preflight.content.path_box import Box, Segment
from labelsvc.preflight.content.pdf_values import Matrix

CHORDS = 24
"""Chords of a curve: of a quarter circle of 50 mm, they are 0.03 mm off."""
_CURVES = frozenset(("c", "v", "y"))
PointArray = npt.NDArray[np.float64]
"""float64[n, 2]: places on the page, in points."""


@dataclass(frozen=True, slots=True)
class Contour:
    """A line on the page: float64[n, 2] in points; ``closed``: it was closed, or was drawn as a rectangle."""

    points: PointArray
    closed: bool

    @property
    def box(self) -> Box:
        """The box around it."""
        (x0, y0), (x1, y1) = self.points.min(axis=0).tolist(), self.points.max(axis=0).tolist()
        return x0, y0, x1, y1

    @property
    def length(self) -> float:
        """Its length in points."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())

    def moved(self, x: float, y: float) -> Contour:
        """Return the same line elsewhere."""
        return Contour(self.points + np.array((x, y)), self.closed) if x or y else self

    @property
    def gap(self) -> float:
        """The distance between its ends in points; 0 if closed."""
        return 0.0 if self.closed else float(np.hypot(*(self.points[-1] - self.points[0])))


def contour_of(segments: Iterable[Segment], matrix: Matrix) -> Contour | None:
    """Return the line that a subpath draws under a matrix, or None."""
    points: list[tuple[float, float]] = []
    closed = False
    for operator, values in segments:
        if operator == "re":
            x, y, width, height = values
            points += [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
            closed = True
        elif operator == "h":
            points += points[:1]
            closed = True
        elif operator in _CURVES and points:
            points += _chords(operator, points[-1], values)
        else:
            points += [(values[0], values[1])]
    if len(points) < 2:
        return None
    a, b, c, d, e, f = matrix
    placed = np.array(points) @ np.array([[a, b], [c, d]]) + (e, f)
    return Contour(placed, closed)


def densely(line: PointArray, step: float) -> PointArray:
    """Return places along a line, no farther apart than a step: float64[n, 2]."""
    start, sides = line, np.diff(line, axis=0)
    count = np.ceil(np.hypot(*sides.T) / step).astype(np.int64).clip(1)
    side = np.repeat(np.arange(len(sides)), count)
    part = (np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)) / count[side]
    return np.vstack([start[side] + sides[side] * part[:, None], start[-1:]])


def _chords(operator: str, start: tuple[float, float], values: tuple[float, ...]) -> list[tuple[float, float]]:
    """Return points along a Bézier curve, its end last; ``v`` begins and ``y`` ends with a doubled point."""
    given = {"v": (*start, *values), "y": (*values, *values[-2:])}.get(operator, values)
    controls = np.array([*start, *given]).reshape(4, 2)
    t = (np.arange(CHORDS) + 1)[:, None] / CHORDS
    along = (1 - t) ** 3 * controls[0] + 3 * (1 - t) ** 2 * t * controls[1]
    along += 3 * (1 - t) * t**2 * controls[2] + t**3 * controls[3]
    return [(float(x), float(y)) for x, y in along]
