"""The box around a path that is being built, and its subpaths."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from labelsvc.preflight.content.thin_paths import Corners

FAR = float("inf")
MOST_PARTS = 20_000
MOST_CORNERS = 24
"""Corners of a subpath that are kept; what has more is no plain strip."""
MOST_SEGMENTS = 20_000
"""Segments of a subpath that are kept; a die line with more is not looked at closely."""
Box = tuple[float, float, float, float]
BoxArray = npt.NDArray[np.float64]
"""float64[n, 4]: the left, lower, right and upper side of each box."""
Segment = tuple[str, tuple[float, ...]]
"""A path operator (``m l c v y re h``) with its operands."""


class Subpath(NamedTuple):
    """The box around a subpath, its corners where it is of a few straight lines, and its segments as written."""

    box: Box
    corners: Corners | None = None
    segments: tuple[Segment, ...] = ()


class PathBox:
    """Collects path operators; :meth:`close` returns the boxes around all points, including control points."""

    __slots__ = ("_bottom", "_corners", "_left", "_parts", "_right", "_segments", "_straight", "_top")

    def __init__(self) -> None:
        self._parts: list[Subpath] = []
        self._clear()

    def _clear(self) -> None:
        self._left = self._bottom = FAR
        self._right = self._top = -FAR
        self._corners: list[tuple[float, float]] = []
        self._straight = True
        self._segments: list[Segment] = []

    def add(self, operator: str, operands: Any) -> None:
        """Take ``m l c v y re h`` with its operands; operands that are not numbers are ignored."""
        try:
            if operator == "re":
                return self._rectangle(*map(float, operands))
            if operator == "m":
                self._end()
            values = tuple(map(float, operands))
            for x, y in zip(values[::2], values[1::2], strict=True):
                self._point(x, y)
            if len(self._segments) < MOST_SEGMENTS:
                self._segments.append((operator, values))
            if operator in ("c", "v", "y"):
                self._straight = False
            elif operator == "h" and self._corners:
                self._corners.append(self._corners[0])
        except (TypeError, ValueError):
            return None
        return None

    def _rectangle(self, x: float, y: float, width: float, height: float) -> None:
        self._end()
        for across, up in ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (0.0, 0.0)):
            self._point(x + across, y + up)
        self._segments.append(("re", (x, y, width, height)))

    @property
    def started(self) -> bool:
        """Return whether a path has been started."""
        return bool(self._parts) or self._left != FAR

    def add_part(self, box: Box) -> None:
        """Take a rectangle as its box."""
        x0, y0, x1, y1 = box
        self._rectangle(x0, y0, x1 - x0, y1 - y0)

    def _point(self, x: float, y: float) -> None:
        if x < self._left:
            self._left = x
        if x > self._right:
            self._right = x
        if y < self._bottom:
            self._bottom = y
        if y > self._top:
            self._top = y
        if self._straight:
            self._corners.append((x, y))
            self._straight = len(self._corners) <= MOST_CORNERS

    def _end(self) -> None:
        if self._left != FAR:
            corners = tuple(self._corners) if self._straight else None
            box = (self._left, self._bottom, self._right, self._top)
            self._parts.append(Subpath(box, corners, tuple(self._segments)))
            self._clear()

    def close(self) -> list[Subpath]:
        """Return the subpaths and start afresh; more than MOST_PARTS are merged into one."""
        self._end()
        parts, self._parts = self._parts, []
        return parts if len(parts) <= MOST_PARTS else [Subpath(around(parts))]


def around(parts: list[Subpath]) -> Box:
    """Return the box around some subpaths (at least one)."""
    lefts, bottoms, rights, tops = zip(*(part.box for part in parts), strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
