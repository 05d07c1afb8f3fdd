"""Pages of a PDF as the dots of a thermal printer: black or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Dots = NDArray[np.bool_]
"""[y, x] from the upper left corner, True for black."""
SUPERSAMPLE = 4
"""Pixels a dot on each side. With two, the marks of ấ and ẫ run into their letter at 6 pt and 203 dpi; eight look the
same as four."""
BLACK_FROM = 0.5
"""The share of a dot that is inked from which on it is printed: paper darkens around hot dots, so not less."""
_DARKEST, _LIGHTEST = 34, 255
"""100 % K and paper white as PDFium shows them in grey."""


def page_dots(pdf: Path | bytes, width: int, height: int) -> Iterator[Dots]:
    """Yield each page of a PDF, stretched to so many dots: what stands at whole dots covers them exactly."""
    import pypdfium2
    from pypdfium2 import raw

    wide, high = width * SUPERSAMPLE, height * SUPERSAMPLE
    document = pypdfium2.PdfDocument(pdf)
    bitmap = pypdfium2.PdfBitmap.new_native(wide, high, raw.FPDFBitmap_Gray)
    try:
        for number in range(len(document)):
            page = document[number]
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, high)
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, wide, high, 0, raw.FPDF_ANNOT)
            yield _black(bitmap.to_numpy(), wide, high)
            page.close()
    finally:
        bitmap.close()
        document.close()


def _black(pixels: Any, wide: int, high: int) -> Dots:
    from PIL import Image

    grey = Image.fromarray(np.ascontiguousarray(pixels.reshape(high, -1)[:, :wide])).reduce(SUPERSAMPLE)
    return np.asarray(grey) <= _LIGHTEST - BLACK_FROM * (_LIGHTEST - _DARKEST)


def packed(dots: Dots) -> NDArray[np.uint8]:
    """Return dots as bytes, eight to a byte from the left, 1 for black; rows end with white."""
    return np.packbits(dots, axis=1)
