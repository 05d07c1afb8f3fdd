"""The inks under a page's QR symbols, proved by the boxes of everything painted there.

A box covers more than is painted in it, so boxes can prove that a symbol is black only; otherwise the plates are
examined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.content.colours import CMYK, GRAY
from labelsvc.preflight.content.graphics_state import FILL, IMAGE, SHADING, PaintedObject, grown
from labelsvc.preflight.content.path_box import Box, BoxArray
from labelsvc.preflight.content.repeated_forms import RepeatedForms

NEAR_PT = 0.3
"""How far raster and content may be apart."""
SMALLEST_PT, LARGEST_PT, SQUARE = 12.0, 400.0, 1.1
"""Sides of what may be a whole symbol, and how much one may be longer than the other."""
MODULE_PT, CELL_PT, MODULES = 6.0, 90.0, 40
"""So many dark areas, so thin, whose middles are within a cell of the page may be a symbol drawn module by module."""


@dataclass(frozen=True, slots=True)
class SymbolInks:
    """The inks at a symbol: ``black``: only 100 K and paper; and how the symbol overprints."""

    black: bool
    knocks_out: bool
    grey: bool


class PagePaintings:
    """Everything that a page paints, at all positions of its forms."""

    def __init__(self, painted: Sequence[PaintedObject], again: RepeatedForms, layers: Layers) -> None:
        self._painted = painted
        rows = [
            (at, box) for at, painting in enumerate(painted) if _printed(painting, layers) for box in _boxes(painting)
        ]
        self._at = np.array([at for at, _ in rows], dtype=np.int64)
        self._boxes: BoxArray = np.array([box for _, box in rows], dtype=np.float64).reshape(-1, 4)
        places = again.places(len(painted))
        self._known = places is not None
        ranges = [(*np.searchsorted(self._at, (start, end)), offsets) for start, end, offsets in places or ()]
        self._places = [(int(start), int(end), offsets) for start, end, offsets in ranges if start < end]

    @property
    def extent(self) -> Box | None:
        """The box around everything; None if nothing is painted or it is unknown."""
        parts = [
            (
                *(self._boxes[start:end, :2].min(axis=0) + offsets.min(axis=0)),
                *(self._boxes[start:end, 2:].max(axis=0) + offsets.max(axis=0)),
            )
            for start, end, offsets in self._places
        ]
        if not parts:
            return None
        low, high = np.array(parts)[:, :2].min(axis=0), np.array(parts)[:, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def lying(self, core: Box, zone: Box) -> SymbolInks:
        """Return what lies in a symbol's box and in that of its quiet zone."""
        black = knocks_out = grey = False
        plain = self._known
        for group in self._groups(grown(zone, -NEAR_PT)):
            for painting, box in _seen(group, zone):
                if painting.colour.white and not painting.transparent:
                    continue
                if painting.transparent or not painting.colour.full_black:
                    plain = False
                elif _within(box, grown(core, 1.0)):
                    black = True
                    grey |= painting.colour.family == GRAY
                    knocks_out |= not painting.overprints or (
                        painting.colour.family == CMYK and painting.overprint_mode != 1
                    )
        return SymbolInks(black and plain, knocks_out and not grey, grey)

    def _groups(self, zone: Box) -> Iterator[list[tuple[PaintedObject, Box]]]:
        """Yield what may touch a box in the order in which it is painted, one place of a form after the other."""
        for start, end, offsets in self._places:
            part = self._boxes[start:end]
            low, high = part[:, :2].min(axis=0) + offsets, part[:, 2:].max(axis=0) + offsets
            for x, y in offsets[_touch(low[:, 0], low[:, 1], high[:, 0], high[:, 1], zone)].tolist():
                moved = (zone[0] - x, zone[1] - y, zone[2] - x, zone[3] - y)
                hits = np.flatnonzero(_touch(part[:, 0], part[:, 1], part[:, 2], part[:, 3], moved))
                if hits.size:
                    boxes = (part[hits] + (x, y, x, y)).tolist()
                    at = self._at[start + hits].tolist()
                    yield [(self._painted[i], (b[0], b[1], b[2], b[3])) for i, b in zip(at, boxes, strict=True)]

    def may_hold_more(self, read: Sequence[Box]) -> bool:
        """Return whether dark areas look like a symbol that is not among those which were read (boxes in points)."""
        dark = np.array([_dark(self._painted[at]) for at in self._at.tolist()], dtype=bool)
        parts = [np.zeros((0, 4))]
        for start, end, offsets in self._places:
            part = self._boxes[start:end][dark[start:end]]
            parts.append((part[:, None] + np.tile(offsets, 2)).reshape(-1, 4))
        boxes = np.concatenate(parts)
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        outside = np.ones(len(boxes), dtype=bool)
        for x0, y0, x1, y1 in read:
            outside &= (x < x0) | (x > x1) | (y < y0) | (y > y1)
        longer, shorter = np.maximum(wide, high), np.minimum(wide, high)
        square = (shorter > SMALLEST_PT) & (longer < LARGEST_PT) & (longer < SQUARE * shorter)
        if (square & outside).any():
            return True
        cells = np.floor(np.stack([x, y], axis=1)[outside & (shorter < MODULE_PT)] / CELL_PT)
        return bool(len(cells) >= MODULES and np.unique(cells, axis=0, return_counts=True)[1].max() >= MODULES)


def _touch(left: BoxArray, low: BoxArray, right: BoxArray, high: BoxArray, box: Box) -> npt.NDArray[np.bool_]:
    touching: npt.NDArray[np.bool_] = (left < box[2]) & (box[0] < right) & (low < box[3]) & (box[1] < high)
    return touching


def _seen(group: list[tuple[PaintedObject, Box]], zone: Box) -> list[tuple[PaintedObject, Box]]:
    """Return what is painted after the last white area that covers a box."""
    inside = grown(zone, -NEAR_PT)
    for at in range(len(group) - 1, -1, -1):
        painting, box = group[at]
        if (
            painting.kind == FILL
            and painting.colour.white
            and not (painting.overprints or painting.transparent)
            and _within(inside, box)
        ):
            return group[at + 1 :]
    return group


def _within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _printed(painting: PaintedObject, layers: Layers) -> bool:
    return not (layers.technical(painting.layers) or painting.colour.technical)


def _boxes(painting: PaintedObject) -> Sequence[Box]:
    """Return the boxes of a painting; those of a shading may be anywhere."""
    if painting.kind == SHADING:
        return ((-1e6, -1e6, 1e6, 1e6),)
    return painting.reach or (painting.box,)


def _dark(painting: PaintedObject) -> bool:
    """Return whether it may be a dark part of a symbol."""
    if painting.kind not in (FILL, IMAGE):
        return False
    return not painting.colour.known or dict(painting.colour.amounts).get("Black", 0.0) >= 0.5
