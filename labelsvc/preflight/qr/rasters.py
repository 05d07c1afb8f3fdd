"""Pages rasterised for QR detection: whole, or in tiles of the painted area if too large."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import Any

import numpy as np
from pypdfium2 import PdfBitmap

from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.qr.symbols import Pixels

DPI = 300
SCALE = DPI / 72
"""Pixels per point."""
MOST_PIXELS = 60_000_000
TILE_PIXELS = 5_000
OVERLAP = 1_000
"""Pixels that tiles share: no QR on a label is larger with its quiet zone, 85 mm."""
MOST_TILES = 16


@dataclass(frozen=True, slots=True)
class Raster:
    """Pixels (uint8[height, width, 3]: blue, green, red) and the page's point at their upper left corner.

    ``inner`` tells of each side (left, upper, right, lower) whether the page goes on there, in another tile.
    """

    pixels: Pixels
    left: float
    top: float
    inner: tuple[bool, bool, bool, bool] = (False, False, False, False)

    def box(self, pixels: Box) -> Box:
        """Return a box of pixels (left, upper, right, lower) in the page's points."""
        x0, y0, x1, y1 = pixels
        return self.left + x0 / SCALE, self.top - y1 / SCALE, self.left + x1 / SCALE, self.top - y0 / SCALE

    def whole(self, pixels: Box) -> bool:
        """Return whether a box of pixels does not leave this tile for another one."""
        high, wide = self.pixels.shape[:2]
        beyond = pixels[0] < 0, pixels[1] < 0, pixels[2] > wide, pixels[3] > high
        return not any(out and inner for out, inner in zip(beyond, self.inner, strict=True))


def rasters(page: Any, shown: Box, painted: Box | None) -> Iterator[Raster] | None:
    """Return a page of a PDFium document in pixels, of which nothing but ``painted`` (in points) is of interest.

    ``shown``: what a viewer shows of it; PDFium tells that of pages only which have boxes of their own. None if it
    is too large even in tiles.
    """
    page.set_rotation(0)
    wide, high = (ceil(side * SCALE) for side in page.get_size())
    if wide * high <= MOST_PIXELS:
        return iter((Raster(_pixels(page, (0, 0, 0, 0)), shown[0], shown[3]),))
    if painted is None:
        return iter(())
    edges = (painted[0] - shown[0], shown[3] - painted[3], painted[2] - shown[0], shown[3] - painted[1])
    left, upper, right, lower = (round(min(max(side * SCALE, -1e6), 1e6)) for side in edges)
    columns = _cuts(max(left - OVERLAP, 0), min(right + OVERLAP, wide))
    rows = _cuts(max(upper - OVERLAP, 0), min(lower + OVERLAP, high))
    if len(columns) * len(rows) > MOST_TILES:
        return None
    return (_tile(page, shown, (wide, high), column, row) for row in rows for column in columns)


def _cuts(start: int, end: int) -> list[tuple[int, int]]:
    """Return tiles from one pixel to another, each of which shares OVERLAP pixels with the next."""
    step = TILE_PIXELS - OVERLAP
    return [(at, min(at + TILE_PIXELS, end)) for at in range(start, max(end - OVERLAP, start + 1), step) if at < end]


def _tile(page: Any, shown: Box, size: tuple[int, int], column: tuple[int, int], row: tuple[int, int]) -> Raster:
    (left, right), (upper, lower), (wide, high) = column, row, size
    pixels = _pixels(page, (left, high - lower, wide - right, upper))
    inner = (left > 0, upper > 0, right < wide, lower < high)
    return Raster(pixels, shown[0] + left / SCALE, shown[3] - upper / SCALE, inner)


def _pixels(page: Any, cut: tuple[int, int, int, int]) -> Pixels:
    """Return a page without so many pixels at its left, lower, right and upper side."""
    left, low, right, upper = ((side - 0.5) / SCALE if side else 0 for side in cut)
    bitmap = page.render(
        scale=SCALE, crop=(left, low, right, upper), draw_annots=False, may_draw_forms=False, bitmap_maker=_bitmap
    )
    return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])


@lru_cache(maxsize=1)
def _bitmap(*size: int, **options: Any) -> Any:
    """Return what a page is painted in: the same one for all pages of a size, whose memory is at hand already."""
    return PdfBitmap.new_native(*size, **options)


atexit.register(_bitmap.cache_clear)  # else PDFium finds it open when the process ends, and says so


def pixels_around(box: Box) -> tuple[int, int, int, int]:
    """Return the whole pixels (left, upper, right, lower) that hold a box of pixels."""
    return floor(box[0]), floor(box[1]), ceil(box[2]), ceil(box[3])
