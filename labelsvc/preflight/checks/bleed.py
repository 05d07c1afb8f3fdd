"""Bleed: colour that reaches the trim must extend beyond it, within a BleedBox (ISO 15930-7, PRESS-RULES).

Boxes of paintings and clips show where colour may end at the trim; there the page is rendered by PDFium and sampled
just inside and just outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT, points
from labelsvc.preflight.checks.die_lines import DieLine
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.checks.rendered_page import RenderedPage
from labelsvc.preflight.content.clips import OutlinedArea
from labelsvc.preflight.content.contours import PointArray, contour_of
from labelsvc.preflight.content.graphics_state import FILL, IMAGE, SHADING, PaintedObject
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.pdf_values import object_number
from labelsvc.preflight.findings import Findings

LEAST_MM = 0.5
"""Too little to count as bleed: no printer cuts so exactly."""
WITHIN_MM, STEP_MM, LONGEST_BARE_MM = 0.4, 0.25, 2.0
"""How far inside the trim colour is sampled, how densely, and the longest edge that may end there."""
COLOURED, BARE = 247, 252
"""The greatest darkest channel of coloured areas, and the least of bare paper."""
_NEAR_PT = 0.1
_LEFT, _LOW, _RIGHT, _TOP = range(4)
_SUSPECT_PT = points(0.45)


@dataclass(frozen=True, slots=True)
class CutContour:
    """The contour a label is cut along: a closed line, its points anticlockwise, and its bounding box."""

    points: PointArray
    box: Box


def check_bleed(page: Any, placed: PlacedPaintings, layers: Layers, findings: Findings) -> None:
    """Check for bleed on every side of the trim that colour reaches.

    A BleedBox equal to the TrimBox is right for pre-cut labels: nothing on the page is cut then.
    """
    sheet, painted = placed.sheet, placed.painted
    bare = [side for side in range(4) if abs(sheet.bleed[side] - sheet.trim[side]) * MM_PER_POINT < LEAST_MM]
    if "/BleedBox" not in page:
        bare = [*range(4)]
    if not (bare and sheet.trim_given) or (
        "/BleedBox" in page and not any(_cuts(painting, layers) for painting in painted)
    ):
        return
    for painting in painted:
        if not _coloured(painting, layers) or painting.kind == SHADING or painting.cell:
            continue
        if any(_crosses(box, sheet.trim, side) for box in painting.parts or (painting.box,) for side in bare):
            problem = Problem("preflight.no_bleed", {"least_mm": LEAST_MM})
            findings.fault("boxes", problem, sheet.number, sheet.corner(painting.box), object_number(page))
            return


def check_art_in_bleed(
    placed: PlacedPaintings, layers: Layers, labels: Sequence[DieLine], rendered: RenderedPage, findings: Findings
) -> None:
    """Check that no colour ends at the trim of a label: its die line, else the TrimBox."""
    sheet = placed.sheet
    if not sheet.trim_given or "/BleedBox" not in rendered.page or sheet.bleed == sheet.trim:
        return
    findings.mark_checked("bleed")
    edges = [CutContour(_anticlockwise(line.contour.points), line.box) for line in labels] or [_edge_of(sheet.trim)]
    suspected = _suspected(edges, placed, layers)
    if not suspected:
        return
    if rendered.darkest is None:
        findings.skip("bleed", Problem("preflight.page_too_large", {}))
        return
    for edge in suspected:
        if place := _bare_place(edge, rendered, sheet.bleed):
            problem = Problem("preflight.art_ends_at_trim", {"least_mm": LEAST_MM})
            findings.fault("bleed", problem, sheet.number, sheet.place(*place))


def _coloured(painting: PaintedObject, layers: Layers) -> bool:
    if painting.kind not in (FILL, IMAGE, SHADING) or painting.colour.white or painting.colour.registration:
        return False
    return not (layers.technical(painting.layers) or painting.colour.technical)


def _cuts(painting: PaintedObject, layers: Layers) -> bool:
    """Return whether the page shows signs of being cut: a die line, or marks in the registration colour."""
    return layers.cutting(painting.layers) or painting.colour.structural or painting.colour.registration


def _crosses(box: Box, trim: Box, side: int) -> bool:
    """Return whether a box lies on one side of the trim."""
    along = (_LOW, _TOP) if side in (_LEFT, _RIGHT) else (_LEFT, _RIGHT)
    if not (box[along[0]] < trim[along[1]] and trim[along[0]] < box[along[1]]):
        return False
    low, high = (_LEFT, _RIGHT) if side in (_LEFT, _RIGHT) else (_LOW, _TOP)
    return box[low] < trim[side] + _NEAR_PT and trim[side] - _NEAR_PT < box[high]


def _edge_of(box: Box) -> CutContour:
    x0, y0, x1, y1 = box
    return CutContour(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]), box)


def _anticlockwise(line: PointArray) -> PointArray:
    x, y = line.T
    return line if float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) > 0 else line[::-1]


def _suspected(edges: Sequence[CutContour], placed: PlacedPaintings, layers: Layers) -> list[CutContour]:
    """Return the edges that coincide with a side of something coloured, or of its clip."""
    coloured = [at for at, painting in enumerate(placed.painted) if _coloured(painting, layers)]
    if not coloured:
        return []
    boxes = np.concatenate([placed.boxes(at, _parts(placed.painted[at])) for at in coloured])
    boxes = np.unique(boxes.round(2), axis=0)
    left, low, right, high = np.ascontiguousarray(boxes.T)
    suspected = []
    for edge in edges:
        x0, y0, x1, y1 = edge.box
        touching = (left < x1) & (low < y1) & (right > x0) & (high > y0)
        if touching.any() and (np.abs(boxes[touching] - edge.box) < _SUSPECT_PT).any():
            suspected.append(edge)
    return suspected


def _parts(painting: PaintedObject) -> list[Box]:
    clips = map(_clip_box, painting.clips)
    return [*(painting.parts or (painting.box,)), *(box for box in clips if box)]


@lru_cache(maxsize=512)
def _clip_box(clip: OutlinedArea) -> Box | None:
    contour = contour_of(clip.segments, clip.matrix)
    return contour.box if contour else None


def _bare_place(edge: CutContour, rendered: RenderedPage, bleed: Box) -> tuple[float, float] | None:
    """Return the middle of the longest run along which colour inside a label ends at its edge, or None."""
    places, outward = _along(edge.points, points(STEP_MM))
    inside, outside = rendered.at(places - outward * points(WITHIN_MM)), places + outward * points(LEAST_MM)
    in_bleed = (outside >= bleed[:2]).all(axis=1) & (outside <= bleed[2:]).all(axis=1)
    bare = (inside <= COLOURED) & (rendered.at(outside) >= BARE) & in_bleed
    ends = np.flatnonzero(np.diff(np.concatenate([[0], bare.astype(np.int8), [0]])))
    runs = [(last - first, (first + last) // 2) for first, last in zip(ends[::2], ends[1::2], strict=True)]
    length, middle = max(runs, default=(0, 0))
    if length * STEP_MM < LONGEST_BARE_MM:
        return None
    x, y = places[middle].tolist()
    return x, y


def _along(line: PointArray, step: float) -> tuple[PointArray, PointArray]:
    """Return places along an anticlockwise line, so many points apart, and the directions outward there."""
    sides = np.diff(line, axis=0)
    lengths = np.hypot(*sides.T)
    sides, starts, lengths = sides[lengths > 0], line[:-1][lengths > 0], lengths[lengths > 0]
    before = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.arange(step / 2, before[-1], step)
    side = np.searchsorted(before, at, side="right") - 1
    directions = sides[side] / lengths[side][:, None]
    places = starts[side] + directions * (at - before[side])[:, None]
    return places, np.stack([directions[:, 1], -directions[:, 0]], axis=1)
