"""Inks, overprint and lines of what a page paints (GWG 2015).

Content outside the bleed (colour bars, marks, a slug) is cut off: only its colour spaces are judged.
"""

from __future__ import annotations

from collections.abc import Callable

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.checks.images import stencil
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.colours import BLACK, GRAY, INKS_ONLY, PATTERN, PROCESS, InkColour
from labelsvc.preflight.content.graphics_state import IMAGE, SHADING, STROKE, TEXT, PaintedObject
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.shadings import shading_colours
from labelsvc.preflight.findings import Findings

BLACK_TEXT_PT, BLACK_LINE_PT, ONE_INK_TEXT_PT, ONE_INK_LINE_PT = 12.0, 2.0, 8.0, 0.25
HAIRLINE_MM = 0.1
DARK, MOST_DARK_INK = 0.85, 280.0
_NEAR = 0.005


class PaintingChecks:
    """Checks of the paintings of one page; repeated faults are noted at their first place."""

    def __init__(self, placed: PlacedPaintings, layers: Layers, findings: Findings) -> None:
        self.placed, self.layers, self.findings = placed, layers, findings
        self.sheet = placed.sheet

    def check(self) -> None:
        """Check everything; equal paintings of a stream are judged once per place."""
        for at, painting in enumerate(self.placed.painted):
            self.space(painting)
            if self.layers.technical(painting.layers) or painting.colour.technical or not self.placed.in_bleed(at):
                continue
            for check in _CHECKS:
                check(self, painting)
            self._place(at, painting)

    def check_beside(self, painted: list[PaintedObject]) -> None:
        """Check the colours, and only those, of what is painted into masks and appearances."""
        for painting in painted:
            self.space(painting)

    def fault(self, painting: PaintedObject, rule: str, problem: Problem, box: Box | None = None) -> None:
        """Note a fault at the place of what is painted."""
        self.findings.fault(rule, problem, self.sheet.number, self.sheet.corner(box or painting.box), painting.stream)

    def space(self, painting: PaintedObject) -> None:
        """Colours are in inks only; pictures are judged separately."""
        self.findings.mark_checked("colour_spaces")
        if (painting.kind == IMAGE and not stencil(painting.image)) or (
            painting.colour.family == PATTERN and not painting.colour.known
        ):
            return
        if painting.colour.family not in INKS_ONLY:
            facts = {"space": painting.colour.family or "?"}
            self.fault(painting, "colour_spaces", Problem("preflight.colour_spaces", facts))

    def white(self, painting: PaintedObject) -> None:
        """White never overprints."""
        if painting.colour.white:
            self.findings.mark_checked("white_overprint")
            if painting.overprints:
                self.fault(painting, "white_overprint", Problem("preflight.white_overprint", {"kind": _kind(painting)}))

    def black(self, painting: PaintedObject) -> None:
        """Small black text and thin black lines overprint, as CMYK with overprint mode 1."""
        text = painting.kind == TEXT and painting.size_pt < BLACK_TEXT_PT - _NEAR
        line = painting.kind == STROKE and painting.width_pt < BLACK_LINE_PT - _NEAR
        if not painting.colour.full_black or not (text or line):
            return
        rule = "black_text" if text else "black_lines"
        self.findings.mark_checked(rule)
        if painting.colour.family == GRAY:
            self.fault(painting, rule, Problem("preflight.black_gray", {"kind": _kind(painting)}))
        elif not painting.overprints:
            self.fault(painting, rule, Problem("preflight.black_knocks_out", {"kind": _kind(painting)}))
        elif painting.overprint_mode != 1 and painting.colour.family == "DeviceCMYK":
            self.fault(painting, rule, Problem("preflight.overprint_mode", {"kind": _kind(painting)}))

    def overprint(self, painting: PaintedObject) -> None:
        """Nothing coloured overprints; a picture of process inks never does (ISO 32000-1, 11.7.4)."""
        colour = painting.colour
        if (
            not colour.amounts
            or colour.registration
            or (painting.kind == IMAGE and not colour.known and not _spots(colour))
        ):
            return
        self.findings.mark_checked("colour_overprint")
        if painting.overprints and colour.inks != {BLACK}:
            facts = {"colour": str(painting.colour), "kind": _kind(painting)}
            self.fault(painting, "colour_overprint", Problem("preflight.colour_overprint", facts))

    def dark(self, painting: PaintedObject) -> None:
        """A deep black has at most 280 % ink; pictures are judged separately."""
        colours = (
            [painting.colour]
            if painting.colour.known
            else shading_colours(painting.image)
            if painting.kind == SHADING
            else []
        )
        for colour in colours:
            if dict(colour.amounts).get(BLACK, 0.0) < DARK - 1e-3:
                continue
            self.findings.mark_checked("dark_colours")
            if colour.total > MOST_DARK_INK + 0.5:
                facts = {"colour": str(colour), "sum": round(colour.total), "most": round(MOST_DARK_INK)}
                self.fault(painting, "dark_colours", Problem("preflight.dark_colours", facts))
                return

    def small_text(self, painting: PaintedObject) -> None:
        """Small text is in one ink."""
        if painting.kind != TEXT or painting.size_pt >= ONE_INK_TEXT_PT - _NEAR:
            return
        self.findings.mark_checked("small_text")
        if len(painting.colour.inks) > 1 or painting.colour.registration:
            facts = {"size_pt": round(painting.size_pt, 1), "colour": str(painting.colour), "least_pt": ONE_INK_TEXT_PT}
            self.fault(painting, "small_text", Problem("preflight.small_text", facts))

    def line(self, painting: PaintedObject) -> None:
        """Lines of several inks are not thin."""
        if painting.kind != STROKE or painting.colour.white:
            return
        self.findings.mark_checked("thin_lines")
        width = min((width for _, width in painting.thinnest), default=painting.width_pt)
        if len(painting.colour.inks) > 1 and width < ONE_INK_LINE_PT - _NEAR:
            facts = {"width_pt": round(width, 2), "least_pt": ONE_INK_LINE_PT, "colour": str(painting.colour)}
            self.fault(painting, "thin_lines", Problem("preflight.thin_lines", facts))

    def _place(self, at: int, painting: PaintedObject) -> None:
        """Inside the trim there are no hairlines and no registration colour."""
        if painting.colour.white or painting.kind in (IMAGE, SHADING):
            return
        self.findings.mark_checked("hairlines")
        thin = min(painting.thinnest, key=lambda part: part[1], default=None)
        if thin and MM_PER_POINT * thin[1] < HAIRLINE_MM - 0.002 and not painting.colour.registration:
            self._hairline(at, painting)
        marks = painting.colour.registration and self.sheet.trim_given
        if marks and self.placed.within(at, painting.parts or (painting.box,), self.sheet.trim):
            self.fault(painting, "colour_spaces", Problem("preflight.registration_inside", {"kind": _kind(painting)}))

    def _hairline(self, at: int, painting: PaintedObject) -> None:
        area = self.sheet.trim if self.sheet.trim_given else self.sheet.bleed
        for box, width in painting.thinnest:
            width_mm = MM_PER_POINT * width
            if width_mm < HAIRLINE_MM - 0.002 and self.placed.within(at, (box,), area):
                facts = {"width_mm": round(width_mm, 3), "least_mm": HAIRLINE_MM}
                self.fault(painting, "hairlines", Problem("preflight.hairlines", facts), box)
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


def _kind(painting: PaintedObject) -> Problem:
    return Problem(f"preflight.kind_{painting.kind}")
