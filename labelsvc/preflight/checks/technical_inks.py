"""Inks that are not part of the image: die line, White, processing steps (ISO 19593-1).

Files without processing-step layers are judged by ink names, recognised in every spelling.
"""

from __future__ import annotations

from labelsvc.domain.errors import Problem
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.graphics_state import FILL, STROKE, TEXT, PaintedObject
from labelsvc.preflight.content.ink_names import is_structural, is_white
from labelsvc.preflight.findings import Findings

LEAST_DIE_PT, MOST_DIE_PT = 0.1, 2.0
"""Widths that plotter software accepts for a die line; ours has 0.25 pt (PRODUCT §6)."""
_NEAR = 0.005


def check_technical_inks(placed: PlacedPaintings, layers: Layers, findings: Findings) -> None:
    """Check what a page paints for machines; content outside the bleed, such as an ink legend, is ignored."""
    check = _TechnicalInkChecks(placed, layers, findings)
    for at, painting in enumerate(placed.painted):
        if (layers.technical(painting.layers) or painting.colour.technical) and placed.in_bleed(at):
            check.painting(painting)


class _TechnicalInkChecks:
    """The checks of one page."""

    def __init__(self, placed: PlacedPaintings, layers: Layers, findings: Findings) -> None:
        self._sheet, self._layers, self._findings = placed.sheet, layers, findings

    def painting(self, painting: PaintedObject) -> None:
        """Check one painting by what its ink is, else by its layer."""
        machine = sorted(ink for ink in painting.colour.inks if is_structural(ink))
        if machine:
            self._machine(painting, machine)
        elif self._layers.cutting(painting.layers):
            self._findings.mark_checked("die_line", "die_line_alone")
            self._fault(painting, "die_line_alone", "die_line_neighbour", colour=str(painting.colour))
        elif any(map(is_white, painting.colour.inks)):
            self._white(painting)
        elif self._layers.technical(painting.layers):
            self._findings.mark_checked("processing_steps")
            if not painting.overprints and painting.kind in (FILL, STROKE, TEXT):
                self._fault(painting, "processing_steps", "step_knocks_out", colour=str(painting.colour))

    def _machine(self, painting: PaintedObject, inks: list[str]) -> None:
        """A die line is an overprinting stroke of one ink, in full, in its layer."""
        self._findings.mark_checked("die_line", "die_line_alone")
        shown = ", ".join(inks)
        if painting.kind != STROKE:
            self._fault(painting, "die_line", "die_line_filled", ink=shown)
        elif not LEAST_DIE_PT <= painting.width_pt <= MOST_DIE_PT:
            facts = {"width_pt": round(painting.width_pt, 2), "least_pt": LEAST_DIE_PT, "most_pt": MOST_DIE_PT}
            self._fault(painting, "die_line", "die_line_width", **facts)
        if not painting.overprints:
            self._fault(painting, "die_line", "die_line_knocks_out")
        tint = min(amount for ink, amount in painting.colour.amounts if ink in inks)
        if painting.colour.known and tint < 1 - _NEAR:
            self._fault(painting, "die_line", "die_line_tint", percent=round(100 * tint), ink=shown)
        if painting.colour.inks != {*inks}:
            self._fault(painting, "die_line", "die_line_ink", colour=str(painting.colour), ink=shown)
        if not self._layers.structural(painting.layers):
            self._fault(painting, "die_line_alone", "die_line_outside", ink=shown)

    def _white(self, painting: PaintedObject) -> None:
        """White lies under the colours on film: if it knocks out, they vanish."""
        self._findings.mark_checked("white_ink")
        if not painting.overprints:
            self._fault(painting, "white_ink", "white_ink", ink=str(painting.colour))

    def _fault(self, painting: PaintedObject, rule: str, code: str, **facts: object) -> None:
        problem = Problem(f"preflight.{code}", facts)
        self._findings.fault(rule, problem, self._sheet.number, self._sheet.corner(painting.box), painting.stream)
