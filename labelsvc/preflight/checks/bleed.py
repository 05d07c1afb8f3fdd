"""Bleed: where colour reaches the trim, the page has a BleedBox beyond it (ISO 15930-7, PRESS-RULES)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.pdf.pdfx import CUT
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.pages import Sheet
from labelsvc.preflight.content.graphics_state import FILL, IMAGE, Box, Painted
from labelsvc.preflight.content.pdf_values import object_number
from labelsvc.preflight.findings import Findings

LEAST_MM = 0.5
"""Bleed that is none: no printer cuts so exactly."""
_NEAR_PT = 0.1
_LEFT, _LOW, _RIGHT, _TOP = range(4)


def check_bleed(page: Any, painted: Sequence[Painted], layers: Layers, sheet: Sheet, found: Findings) -> None:
    """Check that there is bleed on every side of the trim that colour reaches.

    A BleedBox that is the TrimBox is right for labels that are cut already: nothing on the page is cut then.
    """
    bare = [side for side in range(4) if abs(sheet.bleed[side] - sheet.trim[side]) * MM_PER_POINT < LEAST_MM]
    if "/BleedBox" not in page:
        bare = [*range(4)]
    if not (bare and sheet.trim_given) or ("/BleedBox" in page and not any(_cuts(one, layers) for one in painted)):
        return
    for one in painted:
        printed = one.kind in (FILL, IMAGE) and not one.colour.white and not one.colour.registration
        if not printed or one.cell or layers.technical(one.layers) or CUT in one.colour.inks:
            continue
        if any(_crosses(one.box, sheet.trim, side) for side in bare):
            problem = Problem("preflight.no_bleed", {"least_mm": LEAST_MM})
            found.fault("boxes", problem, sheet.number, sheet.corner(one.box), object_number(page))
            return


def _cuts(one: Painted, layers: Layers) -> bool:
    """Tell whether something shows that the page gets cut: a die line, or marks in the colour of registration."""
    return layers.cutting(one.layers) or CUT in one.colour.inks or one.colour.registration


def _crosses(box: Box, trim: Box, side: int) -> bool:
    """Tell whether a box lies on one side of the trim."""
    along = (_LOW, _TOP) if side in (_LEFT, _RIGHT) else (_LEFT, _RIGHT)
    if not (box[along[0]] < trim[along[1]] and trim[along[0]] < box[along[1]]):
        return False
    low, high = (_LEFT, _RIGHT) if side in (_LEFT, _RIGHT) else (_LOW, _TOP)
    return box[low] < trim[side] + _NEAR_PT and trim[side] - _NEAR_PT < box[high]
