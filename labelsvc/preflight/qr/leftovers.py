"""Whether other paintings of a page could be a further symbol: pictures, dense art, blocks of letters.

A symbol drawn from outlines has dozens of dark parts in many columns and rows. Anything simpler is not a symbol.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from labelsvc.preflight.content.graphics_state import FILL, STROKE, TEXT, PaintedObject
from labelsvc.preflight.content.path_box import Box, BoxArray
from labelsvc.preflight.qr.placed_boxes import PlacedBoxes

LEAST_PT = 0.36
"""One and a half pixels at 300 dpi: thinner lines are no modules that anybody could read."""
MOST_SEGMENTS = 100
"""Of one path; a symbol drawn as one outline has hundreds."""
FEWEST_PARTS, FEWEST_PLACES = 20, 6
"""So many filled or stroked parts in so many columns and rows may be a symbol of version 1."""
FEWEST_LINES, LONG, ALIKE = 11, 3.0, 0.25
"""So many lines of letters may be its rows, two in a line of blocks; as long as this in ems, and by this part alike."""
FEWEST_LETTERS, WINDOW = 60, 12.0
"""So many single letters around one of them, within so many ems, may be its modules."""
MOST_BOXES = 4000
"""Lines, letters or forms that are compared with each other; more of them leave a doubt."""
ROWS, LARGEST_MODULE_PT = 21, 19.0


def may_be_symbols(placed: PlacedBoxes, own: Collection[int]) -> bool:
    """Return whether anything but the boxes of proved symbols (by number) could be a symbol, or a part of one."""
    rest = np.ones(len(placed.painting), dtype=bool)
    rest[list(own)] = False
    left = np.unique(placed.painting[rest]).tolist()
    proved = {*placed.painting[~rest].tolist()}
    if any(at in proved or _doubtful(placed.painted[at]) for at in left):
        return True
    units: dict[int, list[int]] = defaultdict(list)
    for at in left:
        units[placed.painted[at].stream].append(at)
    of_streams = ([placed.painted[at] for at in unit] for unit in units.values())
    return any(_dense(unit) or _block_of_letters(unit) for unit in of_streams) or _small_forms(placed, units.values())


def _doubtful(painting: PaintedObject) -> bool:
    """Return whether a painting by itself could be a symbol."""
    if painting.kind == TEXT:
        return not painting.as_drawn
    if painting.kind == STROKE and painting.width_pt < LEAST_PT:
        return False
    if painting.kind not in (FILL, STROKE) or painting.cell or not painting.colour.known or painting.dashed:
        return True
    return (
        painting.run is not None or painting.segments > MOST_SEGMENTS or not all(clip.plain for clip in painting.clips)
    )


def _dense(unit: Iterable[PaintedObject]) -> bool:
    """Return whether the paths of one content stream have as many parts as a symbol, in as many columns and rows."""
    parts = [box for painting in unit for box in _parts(painting)]
    if len(parts) < FEWEST_PARTS:
        return False
    boxes = np.array(parts)
    columns, rows = (len(np.unique(np.rint(boxes[:, i] + boxes[:, i + 2]))) for i in (0, 1))
    return columns >= FEWEST_PLACES and rows >= FEWEST_PLACES


def _parts(painting: PaintedObject) -> Sequence[Box]:
    return () if painting.kind == TEXT or (painting.kind == STROKE and painting.width_pt < LEAST_PT) else painting.parts


def _block_of_letters(unit: Iterable[PaintedObject]) -> bool:
    """Return whether letters of one size and angle stand as close as modules, or in lines that make a square."""
    alike: dict[tuple[float, ...], list[Box]] = defaultdict(list)
    for painting in unit:
        if painting.kind == TEXT and painting.size_pt:
            turn = tuple(round(value, 3) for value in painting.matrix[:4])
            alike[(painting.size_pt, *turn)] += painting.reach
    return any(_lines(np.array(boxes), size) or _letters(np.array(boxes), size) for (size, *_), boxes in alike.items())


def _lines(boxes: BoxArray, size: float) -> bool:
    """Return whether some lines, of letters of a size in points, begin and end as others do that stand close by."""
    wide, high = (boxes[:, 2:] - boxes[:, :2]).T
    rows, columns = boxes[(wide > LONG * size) & (wide >= high)], boxes[(high > LONG * size) & (wide < high)]
    return _stacked(rows) or _stacked(columns[:, [1, 0, 3, 2]])


def _stacked(rows: BoxArray) -> bool:
    if len(rows) < FEWEST_LINES or len(rows) > MOST_BOXES:
        return len(rows) > MOST_BOXES
    for row in rows:
        length = row[2] - row[0]
        alike = (np.abs(rows[:, [0, 2]] - row[[0, 2]]) < ALIKE * length).all(axis=1)
        close = np.abs(rows[:, 1] - row[1]) < length
        if int((alike & close).sum()) >= FEWEST_LINES:
            return True
    return False


def _letters(boxes: BoxArray, size: float) -> bool:
    """Return whether many single letters of a size in points stand around one of them."""
    short = boxes[(boxes[:, 2:] - boxes[:, :2]).max(axis=1) <= LONG * size]
    return _crowded(short, WINDOW / 2 * size, FEWEST_LETTERS)


def _small_forms(placed: PlacedBoxes, units: Iterable[Sequence[int]]) -> bool:
    """Return whether forms as small as modules, or as rows of them, stand together: as many as a symbol has rows."""
    small = {}
    for unit in units:
        boxes = np.array([box for at in unit for box in placed.painted[at].reach])
        side = float((boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)).min())
        if LEAST_PT < side < LARGEST_MODULE_PT:
            small[unit[0]] = side
    if not small:
        return False
    placed_small = placed.boxes[np.isin(placed.painting, list(small))]
    return _crowded(placed_small, ROWS / 2 * max(small.values()), FEWEST_PARTS)


def _crowded(boxes: BoxArray, reach: float, fewest: int) -> bool:
    """Return whether the middles of so many boxes are within reach of one of them."""
    if len(boxes) > MOST_BOXES:
        return True
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = (int((np.abs(middles - middle).max(axis=1) < reach).sum()) for middle in middles)
    return len(middles) >= fewest and any(count >= fewest for count in near)
