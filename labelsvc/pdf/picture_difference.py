"""Two pages beside one another: their pictures, and the boxes in which these differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelsvc.pdf.png import png
from labelsvc.pdf.raster import first_page_pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MmBox = tuple[float, float, float, float]
"""x, y, width, height from the page's upper left corner."""
_SEEN = 24
"""Of 255: smaller differences of a channel are not seen."""
_CELL_MM = 1.0
"""What differs in neighbouring cells is one place."""


@dataclass(frozen=True, slots=True)
class PageDifference:
    """Both pages as PNG, and where they differ; None where they have not the same size."""

    before: bytes
    after: bytes
    boxes: tuple[MmBox, ...] | None


def page_difference(before: bytes, after: bytes, dpi: int) -> PageDifference:
    """Compare the first pages of two PDFs as they look at a resolution."""
    first, second = first_page_pixels(before, dpi), first_page_pixels(after, dpi)
    boxes = tuple(_boxes(first, second, dpi / 25.4)) if first.shape == second.shape else None
    return PageDifference(png(first, dpi), png(second, dpi), boxes)


def _boxes(first: NDArray[np.uint8], second: NDArray[np.uint8], per_mm: float) -> list[MmBox]:
    import numpy as np

    changed = np.abs(first.astype(np.int16) - second).max(axis=2) > _SEEN
    rows, columns = np.nonzero(changed)
    cell = max(1, round(_CELL_MM * per_mm))
    left = set(zip((rows // cell).tolist(), (columns // cell).tolist(), strict=True))
    found = []
    while left:
        place = _place(left)
        top, bottom = min(y for y, _ in place) * cell, (max(y for y, _ in place) + 1) * cell
        west, east = min(x for _, x in place) * cell, (max(x for _, x in place) + 1) * cell
        ys, xs = np.nonzero(changed[top:bottom, west:east])
        x, y, wide, high = west + xs.min(), top + ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1
        in_mm = [round(float(side) / per_mm, 2) for side in (x, y, wide, high)]
        found.append((in_mm[0], in_mm[1], in_mm[2], in_mm[3]))
    return sorted(found, key=lambda box: (box[1], box[0]))


def _place(left: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take cells that touch one another out of those that are left."""
    place = [left.pop()]
    for row, column in place:
        around = {(row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)} & left
        left -= around
        place += around
    return place
