"""Pages as pictures."""

from __future__ import annotations

from io import BytesIO
from typing import Any


def trim_png(pdf: bytes, dpi: int) -> bytes:
    """Return the trim of a PDF's first page as PNG."""
    import pypdfium2

    page = pypdfium2.PdfDocument(pdf)[0]
    left, bottom, right, top = page.get_trimbox()
    width, height = page.get_size()
    image: Any = page.render(scale=dpi / 72, crop=(left, bottom, width - right, height - top)).to_pil()
    stream = BytesIO()
    image.save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()
