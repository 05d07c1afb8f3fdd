"""What a symbol on paper must be: sizes, contrast, and where its quiet zone may lie (PRESS-RULES; ISO/IEC 15415)."""

from __future__ import annotations

from labelsvc.preflight.checks.pages import overlap
from labelsvc.preflight.content.graphics_state import Box

NEAR_MM = 0.005
"""What rounding may do to a module's size."""
MOST_UNEQUAL = 0.03
"""How much longer one side of a module may be than the other."""
LEAST_CONTRAST = 0.70
"""Symbol contrast of grade 4 (ISO/IEC 15415)."""
FULL_BLACK = (35, 31, 32)
"""How PDFium shows 100 K and nothing else."""
BEYOND_TRIM_PT = 0.3


def leaves_trim(zone: Box, core: Box, trim: Box) -> bool:
    """Tell whether the quiet zone of a symbol on a label leaves the trim."""
    inside = all(zone[i] >= trim[i] - BEYOND_TRIM_PT for i in (0, 1))
    inside &= all(zone[i] <= trim[i] + BEYOND_TRIM_PT for i in (2, 3))
    return overlap(core, trim) and not inside


def reflectance(value: float) -> float:
    """Return the part of light that an sRGB value stands for (IEC 61966-2-1, a power of 2.2)."""
    return float((value / 255) ** 2.2)
