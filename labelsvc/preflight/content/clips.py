"""What of a painting is seen: clipping paths, and what a convex area holds (ISO 32000-1, 8.5.4).

Whether a box lies in a path is proved for convex outlines only; of any other one it is denied.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labelsvc.preflight.content.contours import contour_of
from labelsvc.preflight.content.path_box import Box, Segment
from labelsvc.preflight.content.pdf_values import Matrix

MOST_SEGMENTS = 64
NEAR_PT = 0.02
"""What rounding may do to an outline."""
ONE_ROUND = 6.3
"""Radians: an outline that goes round twice is no area, where even and odd count."""
Points = npt.NDArray[np.float64]


class Outline(NamedTuple):
    """An area: the one subpath around it, in the space of a matrix; ``segments`` are empty where it is not so plain."""

    segments: tuple[Segment, ...]
    matrix: Matrix

    @property
    def plain(self) -> bool:
        """Tell whether it is known and convex."""
        return _edges(self) is not None

    def holds(self, box: Box) -> bool:
        """Tell whether the area is convex and a box of the page lies in it."""
        edges = _edges(self)
        x0, y0, x1, y1 = box
        return edges is not None and bool((edges @ _corners(x0, y0, x1, y1) >= -NEAR_PT).all())


Clips = tuple[Outline, ...]
"""All of them together clip."""
NOTHING_KNOWN = Outline((), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
"""A clip of letters, or of several subpaths."""


def rectangle(box: Box, matrix: Matrix) -> Outline:
    """Return the outline of a rectangle."""
    x0, y0, x1, y1 = box
    return Outline((("re", (x0, y0, x1 - x0, y1 - y0)),), matrix)


def _corners(x0: float, y0: float, x1: float, y1: float) -> Points:
    return np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1.0, 1.0, 1.0, 1.0]])


@lru_cache(maxsize=512)
def _edges(outline: Outline) -> Points | None:
    """Return half-planes, float64[n, 3], whose distances are positive in a convex outline; None where it is none."""
    if not 0 < len(outline.segments) <= MOST_SEGMENTS:
        return None
    contour = contour_of(outline.segments, outline.matrix)
    if contour is None:
        return None
    points = contour.points
    along = np.roll(points, -1, axis=0) - points
    lengths = np.hypot(along[:, 0], along[:, 1])
    points, along = points[lengths > NEAR_PT], along[lengths > NEAR_PT] / lengths[lengths > NEAR_PT, None]
    if len(points) < 3:
        return None
    following = np.roll(along, -1, axis=0)
    turns = np.arctan2(along[:, 0] * following[:, 1] - along[:, 1] * following[:, 0], (along * following).sum(axis=1))
    if abs(turns.sum()) > ONE_ROUND:
        return None
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1)
    middle = points.mean(axis=0)
    sign = 1.0 if (normals * (middle - points)).sum() > 0 else -1.0
    edges = np.column_stack([sign * normals, -sign * (normals * points).sum(axis=1)])
    distances = edges @ np.vstack([points.T, np.ones(len(points))])
    return edges if bool((distances >= -NEAR_PT).all()) else None
