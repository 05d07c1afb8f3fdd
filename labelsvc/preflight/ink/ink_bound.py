"""An upper bound of the ink anywhere on a page, from the boxes of paintings: a proof without rasterising.

The heaviest knocking-out painting lies on top; the most of each overprinting ink is added. Where boxes of heavy
colours and of what overprints meet, as crop marks and bleed do, it counts how much of 15 mm² they can share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.content.clips import OutlinedArea
from labelsvc.preflight.content.graphics_state import FILL, STROKE, PaintedObject
from labelsvc.preflight.content.path_box import BoxArray
from labelsvc.preflight.content.repeated_forms import RepeatedForms

THIN_LINE_PT = 1.0
"""Registration marks as thin as this cannot fill 15 mm²."""
LIGHT = 0.75
"""The part of what overprinting leaves up to which a colour is light: places are asked for above it only."""
MOST_BOXES = 20_000
PARTS, TOGETHER = 4, 64
WINDOW_MM2 = 15.0
"""The area over which ink is averaged (GWG 2015)."""
Indices = Sequence[int]


def most_possible_ink(printed: list[PaintedObject]) -> float:
    """Return a bound of the ink in per cent, whatever overlaps; infinite if unknown."""
    lying = [painting for painting in printed if not thin_registration(painting)]
    if any(
        not painting.colour.known or painting.transparent or painting.colour.registration or painting.cell
        for painting in lying
    ):
        return float("inf")
    knocking = max((painting.colour.total for painting in lying if not painting.overprints), default=0.0)
    return knocking + 100 * sum(_most_by_ink(painting for painting in lying if painting.overprints).values())


def apart(painted: Sequence[PaintedObject], counted: Indices, again: RepeatedForms, most: float) -> bool:
    """Return whether the boxes prove that a mean of no more than ``most`` per cent of ink lies on any WINDOW_MM2.

    ``counted``: indices of what is printed, all of known colours; ``again``: where forms stand besides.
    """
    lying = [at for at in counted if not thin_registration(painted[at])]
    over = [at for at in lying if painted[at].overprints]
    knocking = [at for at in lying if not painted[at].overprints]
    most_over = 100 * sum(_most_by_ink(painted[at] for at in over).values())
    heavy = [at for at in knocking if painted[at].colour.total > (most - most_over) * LIGHT]
    light = max((painted[at].colour.total for at in knocking if at not in set(heavy)), default=0.0)
    heaviest = max((painted[at].colour.total for at in heavy), default=0.0)
    base, peak = max(light + most_over, heaviest), heaviest + most_over
    places = again.places(len(painted))
    if base > most or places is None or not all(painted[at].reach for at in (*heavy, *over)):
        return False
    shared = _shared(list(_standing_with_covers(painted, heavy, places)), _standing(painted, over, places))
    return shared is not None and base + (peak - base) * _densest(shared) <= most


def _shared(heavy: Sequence[_HeavyBox], over: BoxArray) -> BoxArray | None:
    """Return the boxes that heavy and overprinting ones share: float64[n, 4]; None if they are too many."""
    if len(heavy) > MOST_BOXES:
        return None
    left, low, right, high = over.T
    found = [np.zeros((0, 4))]
    for (x0, y0, x1, y1), offset, covers in heavy:
        hit = np.flatnonzero((left < x1) & (x0 < right) & (low < y1) & (y0 < high))
        sides = (left[hit].clip(x0), low[hit].clip(y0), right[hit].clip(max=x1), high[hit].clip(max=y1))
        boxes: BoxArray = np.stack(sides, axis=1)
        for cover in covers if hit.size else ():
            beyond = boxes[~cover.holds_each(boxes - offset)]
            parts = _parts(beyond)
            boxes = parts[~cover.holds_each(parts - offset)]
        found.append(boxes)
    boxes = np.concatenate(found)
    return boxes if len(boxes) <= MOST_BOXES // 4 else None


def _parts(boxes: BoxArray) -> BoxArray:
    """Return boxes in PARTS columns and rows each: less of a letter on an arc is beyond an edge than of its box."""
    steps = np.arange(PARTS) / PARTS
    x, y = (grid.ravel() for grid in np.meshgrid(steps, steps))
    sides = boxes[:, 2:] - boxes[:, :2]
    low = boxes[:, None, :2] + np.stack([x, y], axis=1) * sides[:, None]
    return np.concatenate([low, low + sides[:, None] / PARTS], axis=2).reshape(-1, 4)


class _HeavyBox(NamedTuple):
    """A box of a heavy colour on the page, how far its form was moved there, and what of the form covers it later."""

    box: tuple[float, float, float, float]
    offset: BoxArray
    covers: Sequence[OutlinedArea]


def _standing_with_covers(
    painted: Sequence[PaintedObject], chosen: Indices, places: list[tuple[int, int, BoxArray]]
) -> Iterator[_HeavyBox]:
    """Yield the boxes of heavy paintings at all their places."""
    covers = {at: _covers(painted, at) for at in chosen}
    for start, end, offsets in places:
        for offset in np.tile(offsets, 2):
            for at in (at for at in chosen if start <= at < end):
                for x0, y0, x1, y1 in (np.array(painted[at].reach) + offset).tolist():
                    yield _HeavyBox((x0, y0, x1, y1), offset, covers[at])


def _covers(painted: Sequence[PaintedObject], at: int) -> list[OutlinedArea]:
    """Return the white areas that knock out a painting later in its stream, within the same clips.

    Nothing lies on a heavy colour there: what was painted before is knocked out, what comes after lies on white.
    """
    below, found = painted[at], list[OutlinedArea]()
    for painting in painted[at + 1 :]:
        if painting.stream != below.stream or painting.clips != below.clips:
            break
        white = painting.kind == FILL and painting.colour.white and len(painting.outlines) == 1
        if white and not (painting.overprints or painting.transparent or painting.layers or painting.cell):
            found.append(OutlinedArea(painting.outlines[0], painting.matrix))
    return found


def _densest(boxes: BoxArray) -> float:
    """Return a bound of the part of any square of WINDOW_MM2 that some boxes cover (1: all of it)."""
    side = WINDOW_MM2**0.5 / MM_PER_POINT
    left, low, right, high = boxes.T
    areas = (right - left).clip(max=side) * (high - low).clip(max=side)
    most = 0.0
    for start in range(0, len(boxes), TOGETHER):
        x0, y0, x1, y1 = boxes[start : start + TOGETHER].T[..., None]
        near = (left < x1 + side) & (x0 - side < right) & (low < y1 + side) & (y0 - side < high)
        most = max(most, float((near * areas).sum(axis=1).max()) / side**2)
    return min(most, 1.0)


def _standing(painted: Sequence[PaintedObject], chosen: Indices, places: list[tuple[int, int, BoxArray]]) -> BoxArray:
    """Return the boxes of some paintings at all their places: float64[n, 4]."""
    boxes: list[BoxArray] = [np.zeros((0, 4))]
    for start, end, offsets in places:
        shifts = np.tile(offsets, 2)
        for at in (at for at in chosen if start <= at < end):
            boxes.append((np.array(painted[at].reach)[:, None] + shifts).reshape(-1, 4))
    return np.concatenate(boxes)


def _most_by_ink(painted: Iterable[PaintedObject]) -> dict[str, float]:
    most = dict[str, float]()
    for painting in painted:
        for ink, amount in painting.colour.amounts:
            most[ink] = max(most.get(ink, 0.0), amount)
    return most


def thin_registration(painting: PaintedObject) -> bool:
    """Return whether it is of a registration mark, which stands away from all art and is too thin to fill 15 mm²."""
    return painting.colour.registration and painting.kind == STROKE and painting.width_pt <= THIN_LINE_PT
