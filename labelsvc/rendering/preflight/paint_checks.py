"""Inks, overprint and lines of what a page paints (GWG 2015, ISO 19593-1)."""

from __future__ import annotations

from collections.abc import Callable

from labelsvc.domain.errors import Problem
from labelsvc.rendering.points import MM_PER_POINT
from labelsvc.rendering.preflight.colours import GRAY, INKS_ONLY, PATTERN
from labelsvc.rendering.preflight.findings import Findings
from labelsvc.rendering.preflight.graphics import FILL, IMAGE, SHADING, STROKE, TEXT, Painted
from labelsvc.rendering.preflight.layer_checks import Layers
from labelsvc.rendering.preflight.page_checks import Sheet, overlap
from labelsvc.rendering.press import CUT

BLACK_TEXT_PT, BLACK_LINE_PT, ONE_INK_TEXT_PT, ONE_INK_LINE_PT = 12.0, 2.0, 8.0, 0.25
HAIRLINE_MM = 0.1
DARK, MOST_DARK_INK = 0.85, 280.0
_NEAR = 0.005


class Judge:
    """Judges what is painted on one page; faults of a place are noted where they are first seen."""

    def __init__(self, sheet: Sheet, layers: Layers, found: Findings) -> None:
        self.sheet, self.layers, self.found = sheet, layers, found

    def judge(self, painted: list[Painted]) -> None:
        """Judge everything; equal paintings of a stream are judged once a place."""
        for one in painted:
            if self.layers.technical(one.layers) or CUT in one.colour.inks:
                self._technical(one)
                continue
            for check in _CHECKS:
                check(self, one)

    def fault(
        self, one: Painted, rule: str, problem: Problem, box: tuple[float, float, float, float] | None = None
    ) -> None:
        """Note a fault at the place of what is painted."""
        self.found.fault(rule, problem, self.sheet.number, self.sheet.corner(box or one.box), one.stream)

    def _technical(self, one: Painted) -> None:
        cutting, cut = self.layers.cutting(one.layers), one.colour.inks == {CUT}
        if CUT in one.colour.inks:
            self.found.look("die_line", "die_line_alone")
            if one.kind != STROKE:
                self.fault(one, "die_line", Problem("preflight.die_line_filled", {}))
            if not one.overprints:
                self.fault(one, "die_line", Problem("preflight.die_line_knocks_out", {}))
            if not cutting:
                self.fault(one, "die_line_alone", Problem("preflight.die_line_outside", {"ink": CUT}))
        elif cutting:
            self.found.look("die_line", "die_line_alone")
            self.fault(one, "die_line_alone", Problem("preflight.die_line_neighbour", {"colour": str(one.colour)}))
        else:
            self.found.look("processing_steps")
            if not one.overprints and one.kind in (FILL, STROKE, TEXT):
                self.fault(one, "processing_steps", Problem("preflight.step_knocks_out", {"colour": str(one.colour)}))
        if cutting and CUT in one.colour.inks and not cut:
            self.fault(one, "die_line", Problem("preflight.die_line_ink", {"colour": str(one.colour)}))

    def space(self, one: Painted) -> None:
        """Colour is painted in inks only; pictures are judged apart."""
        self.found.look("colour_spaces")
        if one.kind == IMAGE or one.colour.family == PATTERN:
            return
        if one.colour.family not in INKS_ONLY:
            facts = {"space": one.colour.family or "?"}
            self.fault(one, "colour_spaces", Problem("preflight.colour_spaces", facts))

    def white(self, one: Painted) -> None:
        """White never overprints."""
        if one.colour.white and one.kind not in (IMAGE, SHADING):
            self.found.look("white_overprint")
            if one.overprints:
                self.fault(one, "white_overprint", Problem("preflight.white_overprint", {"kind": _kind(one)}))

    def black(self, one: Painted) -> None:
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

    def overprint(self, one: Painted) -> None:
        """Nothing coloured overprints."""
        if not one.colour.known or one.colour.white or one.colour.registration or one.kind == IMAGE:
            return
        self.found.look("colour_overprint")
        if one.overprints and not one.colour.black_only:
            facts = {"colour": str(one.colour), "kind": _kind(one)}
            self.fault(one, "colour_overprint", Problem("preflight.colour_overprint", facts))

    def dark(self, one: Painted) -> None:
        """A deep black holds no more than 280 % ink."""
        black = dict(one.colour.amounts).get("Black", 0.0)
        if black < DARK - 1e-3:
            return
        self.found.look("dark_colours")
        if one.colour.total > MOST_DARK_INK + 0.5:
            facts = {"colour": str(one.colour), "sum": round(one.colour.total), "most": round(MOST_DARK_INK)}
            self.fault(one, "dark_colours", Problem("preflight.dark_colours", facts))

    def small_text(self, one: Painted) -> None:
        """Small text stands in one ink."""
        if one.kind != TEXT or one.size_pt >= ONE_INK_TEXT_PT - _NEAR:
            return
        self.found.look("small_text")
        if len(one.colour.inks) > 1:
            facts = {"size_pt": round(one.size_pt, 1), "colour": str(one.colour), "least_pt": ONE_INK_TEXT_PT}
            self.fault(one, "small_text", Problem("preflight.small_text", facts))

    def line(self, one: Painted) -> None:
        """Lines of several inks are not thin, and lines inside the bleed are no hairlines."""
        if one.kind not in (STROKE, FILL) or one.colour.white:
            return
        if one.kind == STROKE:
            self.found.look("thin_lines")
            if len(one.colour.inks) > 1 and one.width_pt < ONE_INK_LINE_PT - _NEAR:
                facts = {"width_pt": round(one.width_pt, 2), "least_pt": ONE_INK_LINE_PT, "colour": str(one.colour)}
                self.fault(one, "thin_lines", Problem("preflight.thin_lines", facts))
        width_mm = MM_PER_POINT * (one.width_pt if one.kind == STROKE else _thinner_side(one))
        inside = [part for part in one.parts or (one.box,) if overlap(_at_least_thin(part), self.sheet.bleed)]
        if inside:
            self.found.look("hairlines")
            if width_mm < HAIRLINE_MM - 0.002:
                facts = {"width_mm": round(width_mm, 3), "least_mm": HAIRLINE_MM}
                self.fault(one, "hairlines", Problem("preflight.hairlines", facts), inside[0])


_CHECKS: tuple[Callable[[Judge, Painted], None], ...] = (
    Judge.space, Judge.white, Judge.black, Judge.overprint, Judge.dark, Judge.small_text, Judge.line,
)  # fmt: skip


def _thinner_side(one: Painted) -> float:
    x0, y0, x1, y1 = one.box
    return min(x1 - x0, y1 - y0)


def _at_least_thin(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return a box that has an area even where it is that of a straight line."""
    x0, y0, x1, y1 = box
    return x0, y0, max(x1, x0 + _NEAR), max(y1, y0 + _NEAR)


def _kind(one: Painted) -> Problem:
    return Problem(f"preflight.kind_{one.kind}")
