"""Boxes of everything that a page paints, at all positions of its forms, in painting order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labelsvc.preflight.content.graphics_state import FILL, IMAGE, STROKE, TEXT, PaintedObject
from labelsvc.preflight.content.known_content import ContentCache
from labelsvc.preflight.content.path_box import Box, BoxArray
from labelsvc.preflight.content.repeated_forms import FormPlacement, RepeatedForms
from labelsvc.preflight.qr.stroke_boxes import stroke_boxes

MOST_BOXES = 400_000
MOST_KNOWN = 10_000
"""Strokes whose boxes are kept for later pages."""
EVERYWHERE: Box = (-1e6, -1e6, 1e6, 1e6)
_DEEPEST = 2
"""Forms within forms that are shown again, up to which what is painted is put in order."""
_STEP = 1 << 20
"""More than a page has paintings and forms shown again: an order has so many steps in each level of forms."""
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlacedBoxes:
    """The boxes of a page in the order of painting: float64[n, 4], in points.

    ``painting``, ``place``: int64[n], the indices of what has the box and of where it stands; ``clipped`` tells of each
    place whether clips from outside count there, which are not known.
    """

    painted: Sequence[PaintedObject]
    places: Sequence[FormPlacement]
    clipped: Sequence[bool]
    boxes: BoxArray
    painting: Numbers
    place: Numbers
    sides: BoxArray
    """The boxes' sides, float64[4, n]: each side is contiguous in memory."""

    def touching(self, box: Box) -> Numbers:
        """Return the indices of all boxes that share some area with a box, in the order of painting."""
        left, low, right, high = self.sides
        across = np.flatnonzero((left < box[2]) & (right > box[0]))
        touching: Numbers = across[(low[across] < box[3]) & (high[across] > box[1])]
        return touching


def placed_boxes(painted: Sequence[PaintedObject], again: RepeatedForms, known: ContentCache) -> PlacedBoxes | None:
    """Return the boxes of a page; None if they are too many, or too deep to be put in order."""
    places = again.each_place(len(painted))
    if places is None or len(painted) + len(again.moved) >= _STEP or any(len(place.by) > _DEEPEST for place in places):
        return None
    own = [_boxes(painted_object, known) for painted_object in painted]
    counts = np.array([len(boxes) for boxes in own], dtype=np.int64)
    ends = np.concatenate([[0], counts.cumsum()])
    if sum(int(ends[place.run.end] - ends[place.run.start]) for place in places) > MOST_BOXES:
        return None
    boxes: BoxArray = np.empty((int(ends[-1]), 4))
    for some, start, end in zip(own, ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        boxes[start:end] = some
    before = np.array([form.painted for form in again.moved], dtype=np.int64)
    painting = np.repeat(np.arange(len(painted)), counts)
    time = (np.arange(len(painted)) + np.searchsorted(before, np.arange(len(painted)), side="right"))[painting]
    shown_time = before + np.arange(len(before))
    parts = []
    for number, (run, x, y, by) in enumerate(places):
        part = slice(ends[run.start], ends[run.end])
        levels = [*(shown_time[number] for number in by), time[part]]
        order = sum(level * _STEP ** (_DEEPEST - depth) for depth, level in enumerate(levels))
        many = part.stop - part.start
        parts.append((boxes[part] + (x, y, x, y), painting[part], np.full(many, number), order))
    all_boxes, all_paintings, all_places, orders = (np.concatenate([part[i] for part in parts]) for i in range(4))
    along = np.argsort(orders, kind="stable")
    clipped = [any(again.moved[number].clipped for number in place.by) for place in places]
    boxes = all_boxes[along]
    sides = np.ascontiguousarray(boxes.T)
    return PlacedBoxes(painted, places, clipped, boxes, all_paintings[along], all_places[along], sides)


def _boxes(painting: PaintedObject, known: ContentCache) -> Sequence[Box] | BoxArray:
    """Return boxes that nothing of a painting leaves, as tight as can be told without drawing it."""
    if painting.kind == STROKE and painting.segments:
        return _known_segment_boxes(painting, known.segment_boxes)
    if painting.kind == FILL:
        return painting.reach if painting.run else painting.parts
    if painting.kind == IMAGE or (painting.kind == TEXT and painting.as_drawn):
        return painting.reach
    return (EVERYWHERE,)


def _known_segment_boxes(stroke: PaintedObject, known: dict[PaintedObject, BoxArray]) -> BoxArray:
    if stroke not in known:
        boxes = np.array([*stroke_boxes(stroke)]).reshape(-1, 4)
        if len(known) >= MOST_KNOWN:
            return boxes
        known[stroke] = boxes
    return known[stroke]
