"""Inks that are no colour of the picture: the die line's, White, those of processing steps (ISO 19593-1).

A file that says nothing by layers says it by its inks' names, which are known in every spelling.
"""

from __future__ import annotations

from labelsvc.domain.errors import Problem
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.graphics_state import FILL, STROKE, TEXT, PaintedObject
from labelsvc.preflight.content.ink_names import is_structural, is_white
from labelsvc.preflight.findings import Findings

LEAST_DIE_PT, MOST_DIE_PT = 0.1, 2.0
"""Widths of a die line that a plotter's program takes for one; ours has 0.25 pt (PRODUCT §6)."""
_NEAR = 0.005


def check_technical_inks(placed: PlacedPaintings, layers: Layers, found: Findings) -> None:
    """Check what a page paints for machines; what stands beside the bleed, such as a legend of inks, is left alone."""
    check = _TechnicalInkChecks(placed, layers, found)
    for at, one in enumerate(placed.painted):
        if (layers.technical(one.layers) or one.colour.technical) and placed.in_bleed(at):
            check.painting(one)


class _TechnicalInkChecks:
    """The checks of one page."""

    def __init__(self, placed: PlacedPaintings, layers: Layers, found: Findings) -> None:
        self._sheet, self._layers, self._found = placed.sheet, layers, found

    def painting(self, one: PaintedObject) -> None:
        """Check one painting by what its ink is, else by its layer."""
        machine = sorted(ink for ink in one.colour.inks if is_structural(ink))
        if machine:
            self._machine(one, machine)
        elif self._layers.cutting(one.layers):
            self._found.look("die_line", "die_line_alone")
            self._fault(one, "die_line_alone", "die_line_neighbour", colour=str(one.colour))
        elif any(map(is_white, one.colour.inks)):
            self._white(one)
        elif self._layers.technical(one.layers):
            self._found.look("processing_steps")
            if not one.overprints and one.kind in (FILL, STROKE, TEXT):
                self._fault(one, "processing_steps", "step_knocks_out", colour=str(one.colour))

    def _machine(self, one: PaintedObject, inks: list[str]) -> None:
        """A die line is an overprinting stroke of one ink, in full, in its layer."""
        self._found.look("die_line", "die_line_alone")
        shown = ", ".join(inks)
        if one.kind != STROKE:
            self._fault(one, "die_line", "die_line_filled", ink=shown)
        elif not LEAST_DIE_PT <= one.width_pt <= MOST_DIE_PT:
            facts = {"width_pt": round(one.width_pt, 2), "least_pt": LEAST_DIE_PT, "most_pt": MOST_DIE_PT}
            self._fault(one, "die_line", "die_line_width", **facts)
        if not one.overprints:
            self._fault(one, "die_line", "die_line_knocks_out")
        tint = min(amount for ink, amount in one.colour.amounts if ink in inks)
        if one.colour.known and tint < 1 - _NEAR:
            self._fault(one, "die_line", "die_line_tint", percent=round(100 * tint), ink=shown)
        if one.colour.inks != {*inks}:
            self._fault(one, "die_line", "die_line_ink", colour=str(one.colour), ink=shown)
        if not self._layers.structural(one.layers):
            self._fault(one, "die_line_alone", "die_line_outside", ink=shown)

    def _white(self, one: PaintedObject) -> None:
        """White lies below colours on film: where it knocks out, they vanish."""
        self._found.look("white_ink")
        if not one.overprints:
            self._fault(one, "white_ink", "white_ink", ink=str(one.colour))

    def _fault(self, one: PaintedObject, rule: str, code: str, **facts: object) -> None:
        problem = Problem(f"preflight.{code}", facts)
        self._found.fault(rule, problem, self._sheet.number, self._sheet.corner(one.box), one.stream)
