"""The visible part of a painting: clipping paths, and containment in convex areas (ISO 32000-1, 8.5.4).

Containment of a box in a path is proved only for convex outlines; for others it is denied.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labelsvc.preflight.content.contours import PointArray, contour_of
from labelsvc.preflight.content.path_box import Box, BoxArray, Segment
from labelsvc.preflight.content.pdf_values import Matrix

MOST_SEGMENTS, MOST_EDGES = 64, 48
NEAR_PT = 0.02
"""Rounding tolerance of an outline."""
ONE_ROUND = 6.3
"""Radians: an outline that goes round twice is no area, where even and odd count."""


class OutlinedArea(NamedTuple):
    """An area: the one subpath around it, in the space of a matrix; ``segments`` are empty if it is not so plain."""

    segments: tuple[Segment, ...]
    matrix: Matrix

    @property
    def plain(self) -> bool:
        """Return whether it is known and convex."""
        return _edges(self) is not None

    def holds(self, box: Box) -> bool:
        """Return whether the area is convex and a box of the page lies in it."""
        return bool(self.holds_each(np.array([box]))[0])

    def holds_each(self, boxes: BoxArray) -> npt.NDArray[np.bool_]:
        """Tell of boxes, float64[n, 4], whether the area is convex and they lie in it: bool[n]."""
        edges = _edges(self)
        if edges is None:
            return np.zeros(len(boxes), dtype=bool)
        x0, y0, x1, y1 = boxes.T
        a, b, c = edges.T[..., None]
        nearest = np.minimum(a * x0, a * x1) + np.minimum(b * y0, b * y1) + c  # of the four corners of each box
        return np.asarray((nearest >= -NEAR_PT).all(axis=0))


Clips = tuple[OutlinedArea, ...]
"""All of them together clip."""
NOTHING_KNOWN = OutlinedArea((), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
"""A clip of letters, or of several subpaths."""


def rectangle(box: Box, matrix: Matrix) -> OutlinedArea:
    """Return the outline of a rectangle."""
    x0, y0, x1, y1 = box
    return OutlinedArea((("re", (x0, y0, x1 - x0, y1 - y0)),), matrix)


@lru_cache(maxsize=512)
def _edges(outline: OutlinedArea) -> PointArray | None:
    """Return half-planes, float64[n, 3], whose distances are positive in a convex outline; None if it is invalid.

    An outline of many corners stands as a polygon of some of them, which lies within it.
    """
    if not 0 < len(outline.segments) <= MOST_SEGMENTS:
        return None
    contour = contour_of(outline.segments, outline.matrix)
    points = _apart(contour.points) if contour else np.zeros((0, 2))
    if len(points) < 3:
        return None
    edges, turned = _half_planes(points)
    if turned > ONE_ROUND or (edges @ np.vstack([points.T, np.ones(len(points))]) < -NEAR_PT).any():
        return None
    few = points[:: ceil(len(points) / MOST_EDGES)]
    return edges if len(few) == len(points) else _half_planes(few)[0]


def _apart(points: PointArray) -> PointArray:
    """Return the points of a closed line without those that are the next one once more."""
    along = np.roll(points, -1, axis=0) - points
    return points[np.hypot(along[:, 0], along[:, 1]) > NEAR_PT]


def _half_planes(points: PointArray) -> tuple[PointArray, float]:
    """Return the half-planes of a polygon's edges, and by how many radians it turns in all."""
    along = np.roll(points, -1, axis=0) - points
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    following = np.roll(along, -1, axis=0)
    turns = np.arctan2(along[:, 0] * following[:, 1] - along[:, 1] * following[:, 0], (along * following).sum(axis=1))
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1)
    sign = 1.0 if (normals * (points.mean(axis=0) - points)).sum() > 0 else -1.0
    return np.column_stack([sign * normals, -sign * (normals * points).sum(axis=1)]), float(abs(turns.sum()))
