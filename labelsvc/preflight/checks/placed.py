"""The positions of paintings on a page: inside or outside the bleed, including repetitions of their forms."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from labelsvc.preflight.checks.pages import PageBoxes, overlap
from labelsvc.preflight.content.graphics_state import SHADING, PaintedObject
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.repeated_forms import Offsets, RepeatedForms

_THIN_PT = 0.005
_HERE: Offsets = np.zeros((1, 2))


class PlacedPaintings:
    """The paintings of one page with its boxes, and all places of its forms.

    ``area``: what belongs to labels, the bleed with the trim.
    """

    def __init__(self, painted: Sequence[PaintedObject], again: RepeatedForms | None, sheet: PageBoxes) -> None:
        self.painted, self.sheet = painted, sheet
        self.again = again or RepeatedForms()
        places = self.again.places(len(painted))
        self._ranges = places or []
        self._unknown = places is None
        self._steps = sorted({at for start, end, _ in self._ranges for at in (start, end)})
        self._offsets: dict[int, Offsets] = {}
        (x0, y0, x1, y1), bleed = sheet.trim, sheet.bleed
        self.area = min(x0, bleed[0]), min(y0, bleed[1]), max(x1, bleed[2]), max(y1, bleed[3])

    def offsets(self, at: int) -> Offsets:
        """Return the offsets of a painting at each of its places: float64[n, 2].

        If forms repeat without bound, only the offset at which it was walked.
        """
        step = bisect_right(self._steps, at)
        if step not in self._offsets:
            found = [offsets for start, end, offsets in self._ranges if start <= at < end]
            self._offsets[step] = np.concatenate(found) if found else _HERE
        return self._offsets[step]

    def stands_once(self, at: int) -> bool:
        """Return whether the painting of an index stands only where it was walked."""
        return len(self.offsets(at)) == 1

    def boxes(self, at: int, boxes: Sequence[Box]) -> Offsets:
        """Return boxes of a painting at all its places: float64[n, 4]."""
        shifts = np.tile(self.offsets(at), 2)
        return (np.array(boxes).reshape(-1, 1, 4) + shifts).reshape(-1, 4)

    def in_bleed(self, at: int) -> bool:
        """Return whether a painting may be visible on a label; colour bars and slugs lie outside the bleed."""
        painting = self.painted[at]
        return painting.kind == SHADING or self.within(
            at, painting.parts or painting.reach or (painting.box,), self.area
        )

    def within(self, at: int, boxes: Sequence[Box], area: Box) -> bool:
        """Return whether any box of a painting overlaps an area at any of its places."""
        if self._unknown or self.painted[at].cell or any(overlap(_at_least_thin(box), area) for box in boxes):
            return True
        if self.stands_once(at):
            return False
        placed = self.boxes(at, boxes)
        low, high = placed[:, :2], np.maximum(placed[:, 2:], placed[:, :2] + _THIN_PT)
        return bool(((low < area[2:]) & (high > area[:2])).all(axis=1).any())


def _at_least_thin(box: Box) -> Box:
    """Return a box with an area, even for a straight line."""
    x0, y0, x1, y1 = box
    return x0, y0, max(x1, x0 + _THIN_PT), max(y1, y0 + _THIN_PT)
