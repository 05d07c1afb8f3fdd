"""Texts that print and cut well: not too small, small white text on one ink, away from the die line.

If a text may be too near the die line, or is white on several inks, its letters are measured as PDFium places them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT, points
from labelsvc.preflight.checks.die_lines import DieLine
from labelsvc.preflight.checks.fonts import FontChecks
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.checks.rendered_page import RenderedPage
from labelsvc.preflight.content.contours import PointArray, densely
from labelsvc.preflight.content.graphics_state import TEXT, PaintedObject, box_around, grown
from labelsvc.preflight.content.path_box import Box, BoxArray
from labelsvc.preflight.findings import Findings
from labelsvc.preflight.ink.grounds import grounds
from labelsvc.preflight.ink.separations import PLATE_ERRORS

LEAST_TEXT_PT, WHITE_TEXT_PT = 4.0, 6.0
FROM_DIE_LINE_MM = 0.5
ALMOST_WHITE = 10.0
"""Per cent of ink up to which text looks white."""
INKED, GROUND_PART = 0.1, 0.3
"""How much of an ink counts, and on which part of a text's boxes at least."""
MOST_DISTANCES = 200_000
"""Of boxes from places, measured at once."""
_NEAR, _STEP_MM = 0.02, 0.25
_INWARD_MM = (0.5, 1.0, 2.0, 4.0)
"""How far inside a line's bounding box an inner box is searched that avoids the line: corners may be round."""


def check_text_sizes(placed: PlacedPaintings, layers: Layers, fonts: FontChecks, findings: Findings) -> None:
    """Check that no text on a label is too small to print."""
    for at, painting in _texts(placed, layers):
        findings.mark_checked("text_size")
        if painting.size_pt < LEAST_TEXT_PT - _NEAR and placed.in_bleed(at):
            facts: dict[str, object] = {"size_pt": round(painting.size_pt, 1), "least_pt": LEAST_TEXT_PT}
            x_height = fonts.facts(painting.font).x_height
            if x_height:
                facts["height_mm"] = round(painting.size_pt * x_height * MM_PER_POINT, 2)
            problem = Problem("preflight.text_size" if x_height else "preflight.text_size_only", facts)
            findings.fault(
                "text_size", problem, placed.sheet.number, placed.sheet.corner(painting.box), painting.stream
            )


class TextChecks:
    """Checks of the texts of one page that need its letters as PDFium places them."""

    def __init__(
        self, page: Any, placed: PlacedPaintings, layers: Layers, rendered: RenderedPage, findings: Findings
    ) -> None:
        self._page, self._placed, self._layers = page, placed, layers
        self._rendered, self._findings = rendered, findings

    def white(self) -> None:
        """White letters under 6 pt are on one ink: with misregistration, several inks spread into them."""
        small = [
            (at, painting)
            for at, painting in _texts(self._placed, self._layers)
            if painting.size_pt < WHITE_TEXT_PT - _NEAR and _almost_white(painting) and self._placed.in_bleed(at)
        ]
        if not small:
            return
        self._findings.mark_checked("white_text")
        try:
            plates = grounds(self._page, self._placed, self._layers)
        except PLATE_ERRORS:
            return self._findings.skip("white_text", Problem("preflight.no_plates", {}))
        if plates is None:
            return self._findings.skip("white_text", Problem("preflight.page_too_large", {}))
        for at, painting in small:
            for box in self._boxes(at, painting):
                parts = (plates.part(self._tight(box) or box) > 255 * INKED).mean(axis=(0, 1))
                inks = int((parts >= GROUND_PART).sum())
                if inks > 1:
                    facts = {"size_pt": round(painting.size_pt, 1), "least_pt": WHITE_TEXT_PT, "inks": inks}
                    self._fault("white_text", painting, self._tight(box) or box, "white_text", **facts)
        return None

    def near_die_line(self, lines: Sequence[DieLine]) -> None:
        """Letters keep away from the die line: cuts are not exact to half a millimetre."""
        texts = [
            (painting, box) for at, painting in _texts(self._placed, self._layers) for box in self._boxes(at, painting)
        ]
        if not lines or not texts:
            return
        self._findings.mark_checked("text_die_line")
        boxes = np.array([box for _, box in texts])
        left, low, right, high = boxes.T[..., None]
        around, inside = (np.array(zone).T for zone in zip(*map(_zones, lines), strict=True))
        near = (left < around[2]) & (low < around[3]) & (right > around[0]) & (high > around[1])
        near &= (left < inside[0]) | (low < inside[1]) | (right > inside[2]) | (high > inside[3])
        touching = np.zeros(len(texts), dtype=bool)
        for i in np.flatnonzero(near.any(axis=0)).tolist():
            chosen = np.flatnonzero(near[:, i])
            touching[chosen] |= _distances(boxes[chosen], _densely(lines[i])) < points(FROM_DIE_LINE_MM)
        for at in np.flatnonzero(touching).tolist():
            painting, box = texts[at]
            self._near(painting, self._letters_in(box), [_densely(lines[i]) for i in np.flatnonzero(near[at]).tolist()])

    def _near(self, painting: PaintedObject, letters: Sequence[Box], lines: Sequence[PointArray]) -> None:
        each = ((float(_distances(np.array([box]), line)[0]), box) for box in letters for line in lines)
        away, box = min(each, default=(np.inf, painting.box))
        away_mm = away * MM_PER_POINT
        if away_mm < FROM_DIE_LINE_MM - _NEAR:
            facts = {"away_mm": round(away_mm, 1), "least_mm": FROM_DIE_LINE_MM}
            self._fault("text_die_line", painting, box, "text_die_line", **facts)

    def _boxes(self, at: int, painting: PaintedObject) -> Iterator[Box]:
        """Yield the boxes of a text at its places; they hold its letters, and more."""
        boxes = painting.reach or (grown(painting.box, painting.size_pt),)
        if self._placed.stands_once(at):
            return iter(boxes)
        return ((x0, y0, x1, y1) for x0, y0, x1, y1 in self._placed.boxes(at, boxes).tolist())

    def _letters_in(self, box: Box) -> list[Box]:
        letters = self._rendered.letters
        middles = (letters[:, :2] + letters[:, 2:]) / 2
        inside = ((middles >= box[:2]) & (middles <= box[2:])).all(axis=1)
        return [(x0, y0, x1, y1) for x0, y0, x1, y1 in letters[inside].tolist()]

    def _tight(self, box: Box) -> Box | None:
        letters = self._letters_in(box)
        return box_around(letters) if letters else None

    def _fault(self, rule: str, painting: PaintedObject, box: Box, code: str, **facts: object) -> None:
        sheet = self._placed.sheet
        self._findings.fault(
            rule, Problem(f"preflight.{code}", facts), sheet.number, sheet.corner(box), painting.stream
        )


def _texts(placed: PlacedPaintings, layers: Layers) -> Iterator[tuple[int, PaintedObject]]:
    for at, painting in enumerate(placed.painted):
        if painting.kind == TEXT and not (layers.technical(painting.layers) or painting.colour.technical):
            yield at, painting


def _almost_white(painting: PaintedObject) -> bool:
    return painting.colour.known and not painting.overprints and painting.colour.total <= ALMOST_WHITE


@lru_cache(maxsize=4096)
def _densely(line: DieLine) -> PointArray:
    return densely(line.contour.points, points(_STEP_MM))


@lru_cache(maxsize=4096)
def _zones(line: DieLine) -> tuple[Box, Box]:
    """Return the box outside which no text is near a line, and an inner box in which none is."""
    least, places = points(FROM_DIE_LINE_MM), _densely(line)
    for away_mm in _INWARD_MM:
        x0, y0, x1, y1 = box = grown(line.box, -points(away_mm))
        low, high = (x0 - least, y0 - least), (x1 + least, y1 + least)
        if not ((places > low) & (places < high)).all(axis=1).any():
            return grown(line.box, least), box
    return grown(line.box, least), (np.inf, np.inf, -np.inf, -np.inf)


def _distances(boxes: BoxArray, places: PointArray) -> npt.NDArray[np.float64]:
    """Return how far the nearest of some places is from each of some boxes; 0 within it: float64[n]."""
    together = max(1, MOST_DISTANCES // max(len(places), 1))
    parts = [boxes[start : start + together, :, None] for start in range(0, len(boxes), together)]
    return np.concatenate([_nearest(part, *places.T) for part in parts])


def _nearest(
    boxes: npt.NDArray[np.float64], x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return how far the nearest of some places is from each of some boxes, float64[n, 4, 1]."""
    beside = np.maximum(np.maximum(boxes[:, 0] - x, x - boxes[:, 2]), 0)
    above = np.maximum(np.maximum(boxes[:, 1] - y, y - boxes[:, 3]), 0)
    nearest: npt.NDArray[np.float64] = np.hypot(beside, above).min(axis=1)
    return nearest
