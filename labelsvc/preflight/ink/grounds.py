"""The plates of a page, at a resolution that shows the inks under small text."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2

from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.ink_names import is_technical
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.ink.page_pictures import PagePictures, PictureSteps
from labelsvc.preflight.ink.separations import BLACK_AND_SPOTS, COLOURED, plate_file

DPI, MOST_PIXELS = 200, 40_000_000


@dataclass(frozen=True, slots=True)
class PagePlates:
    """Cyan, magenta, yellow, all spots together and black of a page: uint8[height, width, 5], its upper left corner."""

    inks: npt.NDArray[np.uint8]
    left: float
    top: float

    def part(self, box: Box) -> npt.NDArray[np.uint8]:
        """Return the plates in a box of the page's points, at least one pixel."""
        scale, (high, wide) = DPI / 72, self.inks.shape[:2]
        x0, y0 = floor((box[0] - self.left) * scale), floor((self.top - box[3]) * scale)
        x1, y1 = ceil((box[2] - self.left) * scale), ceil((self.top - box[1]) * scale)
        x0, y0 = min(max(x0, 0), wide - 1), min(max(y0, 0), high - 1)
        return self.inks[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]


def grounds(page: Any, placed: PlacedPaintings, layers: Layers) -> PagePlates | None:
    """Return the plates of a page; None if it is too large. Raises one of PLATE_ERRORS."""
    x0, y0, x1, y1 = placed.sheet.media
    if (x1 - x0) * (y1 - y0) * (DPI / 72) ** 2 > MOST_PIXELS:
        return None
    technical = {
        ink for painting in placed.painted if layers.technical(painting.layers) for ink in painting.colour.inks
    }
    technical |= {ink for painting in placed.painted for ink in painting.colour.inks if is_technical(ink)}
    steps = PictureSteps(PagePictures.of_painted(placed.painted), DPI)
    coloured, others = (
        255 - _rendered(plate_file(page, plates, technical, steps)) for plates in (COLOURED, BLACK_AND_SPOTS)
    )
    return PagePlates(np.concatenate([coloured, others[:, :, 1:]], axis=2), x0, y1)


def _rendered(pdf: bytes) -> npt.NDArray[np.uint8]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[0].render(scale=DPI / 72, draw_annots=False, may_draw_forms=False)
        pixels: npt.NDArray[np.uint8] = bitmap.to_numpy()[:, :, :3].copy()
        return pixels
    finally:
        document.close()
