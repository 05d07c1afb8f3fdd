"""Symbols proved right by the content: decoded from its rectangles, with everything painted around them.

Symbols whose modules are rectangles of 100 K, with bare paper around them, need no picture: what they say, how large
they are and what lies near them is known exactly. Doubtful or faulty ones are examined as pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.preflight.content.clips import OutlinedArea
from labelsvc.preflight.content.colours import CMYK, GRAY
from labelsvc.preflight.content.graphics_state import FILL, PaintedObject, grown
from labelsvc.preflight.content.ink_names import is_coating
from labelsvc.preflight.content.path_box import Box, BoxArray
from labelsvc.preflight.content.pdf_values import Matrix
from labelsvc.preflight.content.rectangle_runs import RectangleRun
from labelsvc.preflight.content.repeated_forms import FormPlacement
from labelsvc.preflight.qr.module_rectangles import DrawnSymbol, drawn_symbols
from labelsvc.preflight.qr.placed_boxes import PlacedBoxes

FEWEST_MODULES = 40
"""Rectangles of a symbol's data; what has fewer and stands there belongs to it: finder patterns."""
NEAR_PT = 0.02
_AROUND = 7.5
"""Modules around a symbol's data, less than a finder pattern, in which its other rectangles begin."""
_TINY = 1e-6
MOST_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True)
class _DrawnRectangles:
    """Rectangles that are filled together, at one of their places: which box of the page they have."""

    number: int
    rectangles: BoxArray
    box: Box


def proved_symbols(placed: PlacedBoxes) -> tuple[list[DrawnSymbol], set[int]] | None:
    """Return all symbols of a page and the boxes (by number) that draw them; None if in doubt.

    1. Put rectangles that are filled together into groups, one for each symbol.
    2. Read the modules.
    3. Look at what else is painted where they stand.
    """
    groups = _groups(_drawn(placed))
    if not groups:
        return None
    symbols = drawn_symbols([np.concatenate([painting.rectangles for painting in group]) for group in groups])
    if symbols is None:
        return None
    numbers = [{painting.number for painting in group} for group in groups]
    if not all(_stands_alone(*pair, placed) for pair in zip(symbols, numbers, strict=True)):
        return None
    return symbols, set[int]().union(*numbers)


def _drawn(placed: PlacedBoxes) -> list[_DrawnRectangles]:
    """Return the rectangles that are filled together in plain black."""
    runs = {
        at: run
        for at, painting in enumerate(placed.painted)
        if (run := painting.run) is not None and _plain_black(painting)
    }
    known = dict(zip(runs, _on_page(list(runs.values()), [placed.painted[at].matrix for at in runs]), strict=True))
    numbers = np.flatnonzero(np.isin(placed.painting, list(known))).tolist()
    found = []
    for number, at, place, box in zip(
        numbers,
        placed.painting[numbers].tolist(),
        placed.place[numbers].tolist(),
        placed.boxes[numbers].tolist(),
        strict=True,
    ):
        _, x, y, by = placed.places[place]
        found.append(_DrawnRectangles(number, known[at] + (x, y, x, y) if by else known[at], tuple(box)))
    return found


def _plain_black(painting: PaintedObject) -> bool:
    """Return whether a painting is 100 K only, overprints, and is fully visible."""
    inks = (
        painting.colour.full_black
        and painting.colour.family == CMYK
        and painting.overprints
        and painting.overprint_mode == 1
    )
    return inks and not (painting.transparent or painting.layers or painting.cell) and _upright(painting.matrix)


def _upright(matrix: Matrix) -> bool:
    """Return whether a matrix turns by right angles only."""
    a, b, c, d, _, _ = map(abs, matrix)
    return max(b, c) <= _TINY * max(a, d) or max(a, d) <= _TINY * max(b, c)


def _on_page(runs: Sequence[RectangleRun], matrices: Sequence[Matrix]) -> list[BoxArray]:
    """Return runs of rectangles where matrices put them that turn by right angles only."""
    if not runs:
        return []
    counts = [len(run.rectangles) for run in runs]
    a, b, c, d, e, f = np.repeat(np.array(matrices), counts, axis=0).T
    x0, y0, x1, y1 = np.concatenate([run.rectangles for run in runs]).T
    left, right = a * x0 + c * y0 + e, a * x1 + c * y1 + e
    low, high = b * x0 + d * y0 + f, b * x1 + d * y1 + f
    sides = np.minimum(left, right), np.minimum(low, high), np.maximum(left, right), np.maximum(low, high)
    return np.split(np.stack(sides, axis=1), np.cumsum(counts)[:-1])


def _groups(drawn: Sequence[_DrawnRectangles]) -> list[list[_DrawnRectangles]] | None:
    """Return what belongs together, a symbol's data first; None if something belongs nowhere, or to two of them."""
    data = [drawn_part for drawn_part in drawn if len(drawn_part.rectangles) >= FEWEST_MODULES]
    rest = [drawn_part for drawn_part in drawn if len(drawn_part.rectangles) < FEWEST_MODULES]
    if not data or len(data) * len(rest) > MOST_PAIRS:
        return None
    boxes, others = (
        np.array([drawn_part.box for drawn_part in data]),
        np.array([drawn_part.box for drawn_part in rest]).reshape(-1, 4),
    )
    sides = [drawn_part.rectangles[:, 2:] - drawn_part.rectangles[:, :2] for drawn_part in data]
    reach = _AROUND * np.array([side.min() for side in sides])[:, None]
    low, high = (boxes[:, :2] - reach)[:, None], (boxes[:, 2:] + reach)[:, None]
    near = np.asarray(((others[:, :2] < high) & (others[:, 2:] > low)).all(axis=2))
    if not (near.sum(axis=0) == 1).all():
        return None
    return [
        [drawn_part, *(rest[at] for at in np.flatnonzero(row))]
        for drawn_part, row in zip(data, list(near), strict=True)
    ]


def _stands_alone(symbol: DrawnSymbol, own: set[int], placed: PlacedBoxes) -> bool:
    """Return whether nothing but a symbol's own rectangles is seen in it and in its quiet zone."""
    zone = grown(symbol.box, QUIET_ZONE * max(symbol.module_pt))
    seen = 0
    for number in placed.touching(grown(zone, -NEAR_PT))[::-1].tolist():
        if number in own:
            seen += 1
            if not _unclipped(number, symbol.box, placed):
                return False
        elif _is_coating(placed.painted[placed.painting[number]]):
            continue
        elif _covers(number, zone, placed):
            break
        else:
            return False
    return seen == len(own)


def _is_coating(painting: PaintedObject) -> bool:
    """Return whether a painting is on a plate of its own and off again when the symbol is read."""
    return painting.overprints and bool(painting.colour.inks) and all(map(is_coating, painting.colour.inks))


def _covers(number: int, zone: Box, placed: PlacedBoxes) -> bool:
    """Return whether something paints all of a box white, whatever lay there."""
    painting = placed.painted[placed.painting[number]]
    white = painting.kind == FILL and painting.colour.white and painting.colour.family in (CMYK, GRAY)
    if (
        not white
        or painting.overprints
        or painting.transparent
        or painting.layers
        or painting.cell
        or len(painting.outlines) != 1
    ):
        return False
    here = moved_box(zone, placed.places[placed.place[number]])
    return OutlinedArea(painting.outlines[0], painting.matrix).holds(here) and _unclipped(number, zone, placed)


def _unclipped(number: int, box: Box, placed: PlacedBoxes) -> bool:
    """Return whether no clip cuts anything of a box off what is painted there."""
    place = placed.places[placed.place[number]]
    clips = placed.painted[placed.painting[number]].clips[place.run.clips if place.by else 0 :]
    here = moved_box(box, place)
    return not placed.clipped[placed.place[number]] and all(clip.holds(here) for clip in clips)


def moved_box(box: Box, place: FormPlacement) -> Box:
    """Return a box of the page where it was when the form of a place was walked."""
    return box[0] - place.x, box[1] - place.y, box[2] - place.x, box[3] - place.y
