"""Pages as pictures. PDFium does one thing at a time in a process, so threads take turns."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

from labelsvc.domain.shape import Rectangle, Shape
from labelsvc.pdf.outlines import outline
from labelsvc.pdf.pdf_file import filled_page
from labelsvc.pdf.png import PASSING_LEVEL, png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TURN = Lock()


def finished_labels(pdf: bytes, shape: Shape, dpi: int) -> Iterator[bytes]:
    """Yield the label on each page of a PDF as PNG, cut out along its trim; transparent outside of a shape.

    The pages have one label each and neither die line nor marks on it (``sheet.layout_for_picture``).
    """
    import numpy as np
    import pypdfium2

    mask = None
    with _TURN:
        document = pypdfium2.PdfDocument(pdf)
        count = len(document)
    for number in range(count):
        with _TURN:
            page = document[number]
            if number == 0:
                mask = _mask(page, shape, dpi)
            pixels = _trimmed(page, page, dpi, rev_byteorder=True)[..., :3]
        yield png(pixels if mask is None else np.dstack((pixels, mask)), dpi)


def _trimmed(page: Any, like: Any, dpi: int, **how: Any) -> NDArray[np.uint8]:
    """Return the picture of a page, uint8[y, x, channel], within the TrimBox of another one of its size."""
    left, bottom, right, top = like.get_trimbox()
    width, height = page.get_size()
    crop = (left, bottom, width - right, height - top)
    pixels: NDArray[np.uint8] = page.render(scale=dpi / 72, crop=crop, **how).to_numpy()
    return pixels


def _mask(page: Any, shape: Shape, dpi: int) -> NDArray[np.uint8] | None:
    """Return the share of label in each pixel (255: all), or None for a plain rectangle, which fills all pixels."""
    import pypdfium2

    if isinstance(shape, Rectangle) and not shape.corner_mm:
        return None
    left, bottom, _, _ = page.get_trimbox()
    stencil = pypdfium2.PdfDocument(filled_page(page.get_size(), outline(shape, left, bottom)))
    height, width, *_ = (grey := _trimmed(stencil[0], page, dpi, grayscale=True)).shape
    inverted: NDArray[np.uint8] = 255 - grey.reshape(height, width)
    return inverted


def page_png(pdf: bytes, longest_side: int) -> bytes:
    """Return a PDF's whole first page as PNG, its longer side so many pixels."""
    import pypdfium2

    with _TURN:
        page = pypdfium2.PdfDocument(pdf)[0]
        scale = longest_side / max(page.get_size())
        return png(page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3], round(72 * scale))


def first_page_png(pdf: bytes, dpi: int) -> bytes:
    """Return a PDF's whole first page as PNG, for looking at once."""
    return png(first_page_pixels(pdf, dpi), dpi, PASSING_LEVEL)


def first_page_pixels(pdf: bytes, dpi: int) -> NDArray[np.uint8]:
    """Return the pixels of a PDF's whole first page: uint8[y, x, RGB]."""
    import pypdfium2

    with _TURN:
        page = pypdfium2.PdfDocument(pdf)[0]
        pixels: NDArray[np.uint8] = page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3]
        return pixels.copy()


def page_pixels(pdf: bytes, number: int, dpi: int) -> tuple[tuple[float, float, float, float], NDArray[np.uint8]]:
    """Return the box of a page (from 1) that is shown, in points, and its pixels: uint8[y, x, RGB]."""
    import numpy as np
    import pypdfium2

    with _TURN:
        page = pypdfium2.PdfDocument(pdf)[number - 1]
        left, bottom, right, top = page.get_cropbox()
        pixels = np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"))
    return (left, bottom, right, top), pixels
