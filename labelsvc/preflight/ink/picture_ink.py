"""Pictures with too much ink in the shadows: deep black over 280 %, averaged over 15 mm² (PRESS-RULES)."""

from __future__ import annotations

from typing import Any

import numpy as np

from labelsvc.preflight.content.colours import CMYK_SPACE
from labelsvc.preflight.content.pdf_values import name_of, object_number
from labelsvc.preflight.ink.ink_bound import WINDOW_MM2
from labelsvc.preflight.ink.page_pictures import ink_samples, step_to
from labelsvc.preflight.ink.separations import DPI
from labelsvc.preflight.ink.total_ink import bands, window_means

DARK, MOST_DARK_INK, NEAR = 0.85, 2.80, 0.02


class CmykPictures:
    """The CMYK pictures of a file, each analysed once."""

    def __init__(self) -> None:
        self._known: dict[int, float] = {}

    def darkest(self, image: Any, ppi: float) -> float:
        """Return the most ink, in per cent, of deep blacks of a picture as printed at a resolution; 0 for none."""
        number = object_number(image)
        if number not in self._known:
            self._known[number] = _darkest(image, ppi)
        return self._known[number]


def _darkest(image: Any, ppi: float) -> float:
    if name_of(image.get("/ColorSpace")) != "/DeviceCMYK":
        return 0.0
    step = step_to(ppi, DPI)
    inks = ink_samples(image, CMYK_SPACE, step)
    if inks is None:
        return 0.0
    side = max(1, min(round(WINDOW_MM2**0.5 / 25.4 * ppi / step), *inks.shape[:2]))
    return max(_darkest_in(part, side) for part in bands(inks, side))


def _darkest_in(inks: Any, side: int) -> float:
    black, total = inks[..., 3] / np.float32(255), inks.sum(axis=2, dtype=np.float32) / 255
    if not ((black >= DARK) & (total > MOST_DARK_INK + NEAR)).any():
        return 0.0
    blacks, totals = window_means(black, side), window_means(total, side)
    return float(100 * totals[blacks >= DARK].max(initial=0.0))
