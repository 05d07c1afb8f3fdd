"""Limits for printed symbols: size, contrast, and position of the quiet zone (PRESS-RULES; ISO/IEC 15415)."""

from __future__ import annotations

from labelsvc.preflight.checks.pages import overlap
from labelsvc.preflight.content.path_box import Box

NEAR_MM = 0.005
"""Rounding tolerance of a module's size."""
MOST_UNEQUAL = 0.03
"""How much longer one side of a module may be than the other."""
LEAST_CONTRAST = 0.70
"""Symbol contrast of grade 4 (ISO/IEC 15415)."""
FULL_BLACK = (35, 31, 32)
"""How PDFium shows 100 K and nothing else."""
BEYOND_TRIM_PT = 0.3


def leaves_trim(zone: Box, core: Box, trim: Box) -> bool:
    """Return whether the quiet zone of a symbol on a label leaves the trim."""
    inside = all(zone[i] >= trim[i] - BEYOND_TRIM_PT for i in (0, 1))
    inside &= all(zone[i] <= trim[i] + BEYOND_TRIM_PT for i in (2, 3))
    return overlap(core, trim) and not inside


def reflectance(value: float) -> float:
    """Return the reflectance of an sRGB value (IEC 61966-2-1, approximated by a power of 2.2)."""
    return float((value / 255) ** 2.2)
