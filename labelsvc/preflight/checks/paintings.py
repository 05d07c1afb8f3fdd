"""Inks, overprint and lines of what a page paints (GWG 2015).

What stands beside the bleed (colour bars, marks, a slug) is cut off: only its colour spaces are judged.
"""

from __future__ import annotations

from collections.abc import Callable

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.checks.images import stencil
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.colours import BLACK, GRAY, INKS_ONLY, PATTERN, PROCESS, InkColour
from labelsvc.preflight.content.graphics_state import IMAGE, SHADING, STROKE, TEXT, Box, PaintedObject
from labelsvc.preflight.content.shadings import shading_colours
from labelsvc.preflight.findings import Findings

BLACK_TEXT_PT, BLACK_LINE_PT, ONE_INK_TEXT_PT, ONE_INK_LINE_PT = 12.0, 2.0, 8.0, 0.25
HAIRLINE_MM = 0.1
DARK, MOST_DARK_INK = 0.85, 280.0
_NEAR = 0.005


class PaintingChecks:
    """Checks of what is painted on one page; faults of a place are noted where they are first seen."""

    def __init__(self, placed: PlacedPaintings, layers: Layers, found: Findings) -> None:
        self.placed, self.layers, self.found = placed, layers, found
        self.sheet = placed.sheet

    def check(self) -> None:
        """PaintingChecks everything; equal paintings of a stream are judged once a place."""
        for at, one in enumerate(self.placed.painted):
            self.space(one)
            if self.layers.technical(one.layers) or one.colour.technical or not self.placed.in_bleed(at):
                continue
            for check in _CHECKS:
                check(self, one)
            self._place(at, one)

    def check_beside(self, painted: list[PaintedObject]) -> None:
        """PaintingChecks what is painted into masks and appearances: its colours only."""
        for one in painted:
            self.space(one)

    def fault(self, one: PaintedObject, rule: str, problem: Problem, box: Box | None = None) -> None:
        """Note a fault at the place of what is painted."""
        self.found.fault(rule, problem, self.sheet.number, self.sheet.corner(box or one.box), one.stream)

    def space(self, one: PaintedObject) -> None:
        """Colour is painted in inks only; pictures are judged apart."""
        self.found.look("colour_spaces")
        if (one.kind == IMAGE and not stencil(one.image)) or (one.colour.family == PATTERN and not one.colour.known):
            return
        if one.colour.family not in INKS_ONLY:
            facts = {"space": one.colour.family or "?"}
            self.fault(one, "colour_spaces", Problem("preflight.colour_spaces", facts))

    def white(self, one: PaintedObject) -> None:
        """White never overprints."""
        if one.colour.white:
            self.found.look("white_overprint")
            if one.overprints:
                self.fault(one, "white_overprint", Problem("preflight.white_overprint", {"kind": _kind(one)}))

    def black(self, one: PaintedObject) -> None:
        """Small black text and thin black lines overprint, as CMYK with overprint mode 1."""
        text = one.kind == TEXT and one.size_pt < BLACK_TEXT_PT - _NEAR
        line = one.kind == STROKE and one.width_pt < BLACK_LINE_PT - _NEAR
        if not one.colour.full_black or not (text or line):
            return
        rule = "black_text" if text else "black_lines"
        self.found.look(rule)
        if one.colour.family == GRAY:
            self.fault(one, rule, Problem("preflight.black_gray", {"kind": _kind(one)}))
        elif not one.overprints:
            self.fault(one, rule, Problem("preflight.black_knocks_out", {"kind": _kind(one)}))
        elif one.overprint_mode != 1 and one.colour.family == "DeviceCMYK":
            self.fault(one, rule, Problem("preflight.overprint_mode", {"kind": _kind(one)}))

    def overprint(self, one: PaintedObject) -> None:
        """Nothing coloured overprints; a picture of process inks never does (ISO 32000-1, 11.7.4)."""
        colour = one.colour
        if not colour.amounts or colour.registration or (one.kind == IMAGE and not colour.known and not _spots(colour)):
            return
        self.found.look("colour_overprint")
        if one.overprints and colour.inks != {BLACK}:
            facts = {"colour": str(one.colour), "kind": _kind(one)}
            self.fault(one, "colour_overprint", Problem("preflight.colour_overprint", facts))

    def dark(self, one: PaintedObject) -> None:
        """A deep black holds no more than 280 % ink; pictures are judged apart."""
        colours = [one.colour] if one.colour.known else shading_colours(one.image) if one.kind == SHADING else []
        for colour in colours:
            if dict(colour.amounts).get(BLACK, 0.0) < DARK - 1e-3:
                continue
            self.found.look("dark_colours")
            if colour.total > MOST_DARK_INK + 0.5:
                facts = {"colour": str(colour), "sum": round(colour.total), "most": round(MOST_DARK_INK)}
                self.fault(one, "dark_colours", Problem("preflight.dark_colours", facts))
                return

    def small_text(self, one: PaintedObject) -> None:
        """Small text stands in one ink."""
        if one.kind != TEXT or one.size_pt >= ONE_INK_TEXT_PT - _NEAR:
            return
        self.found.look("small_text")
        if len(one.colour.inks) > 1 or one.colour.registration:
            facts = {"size_pt": round(one.size_pt, 1), "colour": str(one.colour), "least_pt": ONE_INK_TEXT_PT}
            self.fault(one, "small_text", Problem("preflight.small_text", facts))

    def line(self, one: PaintedObject) -> None:
        """Lines of several inks are not thin."""
        if one.kind != STROKE or one.colour.white:
            return
        self.found.look("thin_lines")
        width = min((width for _, width in one.thinnest), default=one.width_pt)
        if len(one.colour.inks) > 1 and width < ONE_INK_LINE_PT - _NEAR:
            facts = {"width_pt": round(width, 2), "least_pt": ONE_INK_LINE_PT, "colour": str(one.colour)}
            self.fault(one, "thin_lines", Problem("preflight.thin_lines", facts))

    def _place(self, at: int, one: PaintedObject) -> None:
        """Inside the trim there are no hairlines, and nothing is in the colour of registration."""
        if one.colour.white or one.kind in (IMAGE, SHADING):
            return
        self.found.look("hairlines")
        thin = min(one.thinnest, key=lambda part: part[1], default=None)
        if thin and MM_PER_POINT * thin[1] < HAIRLINE_MM - 0.002 and not one.colour.registration:
            self._hairline(at, one)
        marks = one.colour.registration and self.sheet.trim_given
        if marks and self.placed.within(at, one.parts or (one.box,), self.sheet.trim):
            self.fault(one, "colour_spaces", Problem("preflight.registration_inside", {"kind": _kind(one)}))

    def _hairline(self, at: int, one: PaintedObject) -> None:
        area = self.sheet.trim if self.sheet.trim_given else self.sheet.bleed
        for box, width in one.thinnest:
            width_mm = MM_PER_POINT * width
            if width_mm < HAIRLINE_MM - 0.002 and self.placed.within(at, (box,), area):
                facts = {"width_mm": round(width_mm, 3), "least_mm": HAIRLINE_MM}
                self.fault(one, "hairlines", Problem("preflight.hairlines", facts), box)
                return


_CHECKS: tuple[Callable[[PaintingChecks, PaintedObject], None], ...] = (
    PaintingChecks.white,
    PaintingChecks.black,
    PaintingChecks.overprint,
    PaintingChecks.dark,
    PaintingChecks.small_text,
    PaintingChecks.line,
)


def _spots(colour: InkColour) -> bool:
    return not colour.inks <= {*PROCESS}


def _kind(one: PaintedObject) -> Problem:
    return Problem(f"preflight.kind_{one.kind}")
