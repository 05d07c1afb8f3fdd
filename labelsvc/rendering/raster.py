"""Pages as pictures. PDFium does one thing at a time in a process, so threads take turns."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TURN = Lock()


def trim_png(pdf: bytes, dpi: int) -> bytes:
    """Return the trim of a PDF's first page as PNG."""
    import pypdfium2

    with _TURN:
        page = pypdfium2.PdfDocument(pdf)[0]
        left, bottom, right, top = page.get_trimbox()
        width, height = page.get_size()
        crop = (left, bottom, width - right, height - top)
        return _png(page.render(scale=dpi / 72, crop=crop).to_pil(), dpi)


def page_png(pdf: bytes, longest_side: int) -> bytes:
    """Return a PDF's whole first page as PNG, its longer side so many pixels."""
    import pypdfium2

    with _TURN:
        page = pypdfium2.PdfDocument(pdf)[0]
        scale = longest_side / max(page.get_size())
        return _png(page.render(scale=scale).to_pil(), round(72 * scale))


def page_pixels(pdf: bytes, number: int, dpi: int) -> tuple[tuple[float, float, float, float], NDArray[np.uint8]]:
    """Return the box of a page (from 1) that is shown, in points, and its pixels: uint8[y, x, RGB]."""
    import numpy as np
    import pypdfium2

    with _TURN:
        page = pypdfium2.PdfDocument(pdf)[number - 1]
        left, bottom, right, top = page.get_cropbox()
        pixels = np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"))
    return (left, bottom, right, top), pixels


def page_pictures(path: Path, dpi: int) -> Iterator[bytes]:
    """Yield the trim of each page of a PDF as PNG; of a sheet, the whole page."""
    import pypdfium2

    with _TURN:
        count = len(pypdfium2.PdfDocument(path))
    for number in range(count):
        with _TURN:
            page = pypdfium2.PdfDocument(path)[number]
            left, bottom, right, top = page.get_trimbox()
            width, height = page.get_size()
            crop = (left, bottom, width - right, height - top)
            yield _png(page.render(scale=dpi / 72, crop=crop).to_pil(), dpi)


def _png(image: Any, dpi: int) -> bytes:
    stream = BytesIO()
    image.save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()
