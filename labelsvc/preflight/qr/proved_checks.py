"""Symbols proved right by the content alone, without a picture of the page.

Nothing is called wrong here: if a symbol is doubtful or faulty, the page is examined as pixels.
"""

from __future__ import annotations

from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.domain.qr_version import LEAST_MODULE_MM, QUIET_ZONE
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.content.graphics_state import grown
from labelsvc.preflight.content.page_tree import visible_box
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.walk import ContentWalk
from labelsvc.preflight.findings import Findings, ReadSymbol
from labelsvc.preflight.qr.content_symbols import proved_symbols
from labelsvc.preflight.qr.leftovers import may_be_symbols
from labelsvc.preflight.qr.limits import FULL_BLACK, MOST_UNEQUAL, NEAR_MM, leaves_trim, reflectance
from labelsvc.preflight.qr.module_rectangles import DrawnSymbol
from labelsvc.preflight.qr.placed_boxes import placed_boxes
from labelsvc.preflight.rules import QR, RULES

CONTRAST = reflectance(255) - reflectance(sum(FULL_BLACK) / 3)
"""Of 100 K on bare paper."""


def check_proved(page: Any, walk: ContentWalk, sheet: PageBoxes, findings: Findings) -> bool:
    """Note all symbols of a page as right, if the content proves that they are, and that there are no others."""
    symbols = right_symbols(page, walk, sheet)
    for symbol in symbols:
        module_mm = MM_PER_POINT * min(symbol.module_pt)
        findings.symbols.append(ReadSymbol(symbol.text, sheet.number, sheet.middle(symbol.box)))
        findings.fact("qr_module", module_mm, Problem("preflight.module_fact", {"module_mm": round(module_mm, 2)}))
    if symbols:
        findings.mark_checked(*(rule.name for rule in RULES if rule.section == QR))
        remark = Problem("preflight.contrast_fact", {"percent": round(100 * CONTRAST)})
        findings.fact("qr_contrast", CONTRAST, remark)
    return bool(symbols)


def right_symbols(page: Any, walk: ContentWalk, sheet: PageBoxes) -> list[DrawnSymbol]:
    """Return the symbols of a page that was walked through; none where one of them leaves a doubt."""
    shown, placed = visible_box(page), placed_boxes(walk.painted, walk.again, walk.known)
    if shown is None or placed is None or any("/Group" in form for form in walk.forms):
        return []
    proved = proved_symbols(placed)
    if proved is None or may_be_symbols(placed, proved[1]):
        return []
    symbols = proved[0]
    return symbols if all(_well_placed(symbol, shown, sheet.trim) for symbol in symbols) else []


def _well_placed(symbol: DrawnSymbol, shown: Box, trim: Box) -> bool:
    """Return whether modules are square and large enough, and the quiet zone is shown and lies within the trim."""
    small, large = sorted(symbol.module_pt)
    zone = grown(symbol.box, QUIET_ZONE * large)
    seen = zone[0] >= shown[0] and zone[1] >= shown[1] and zone[2] <= shown[2] and zone[3] <= shown[3]
    size = MM_PER_POINT * small >= LEAST_MODULE_MM - NEAR_MM and large <= (1 + MOST_UNEQUAL) * small
    return seen and size and not leaves_trim(zone, symbol.box, trim)
