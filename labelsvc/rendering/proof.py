"""Proof: what a finished page says when it is looked at, read back by decoders that had no part in drawing it.

PDFium rasterises the page, zxing-cpp reads every QR at the place where the manifest says it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelsvc.rendering.qr import Symbols

QUIET_ZONE = 4
"""Modules of white on every side (ISO/IEC 18004, 6.3.8)."""
PIXELS_PER_MODULE = 5
"""Enough for a decoder and little enough to be fast: 318 dpi at modules of 0.40 mm."""
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class ExpectedSymbol:
    """A QR that must stand on a page: its slot's upper left corner from the MediaBox's, its size, and what it says."""

    x_mm: float
    y_mm: float
    size_mm: float
    url: str


@dataclass(frozen=True, slots=True)
class SymbolFault:
    """A QR that does not say what the manifest says: ``read`` is what was read instead, empty for nothing."""

    page: int
    x_mm: float
    y_mm: float
    expected: str
    read: str


def proof_pages(
    pdf: Path, pages: Sequence[tuple[int, Sequence[ExpectedSymbol]]], module_mm: float
) -> Iterator[list[SymbolFault]]:
    """Read back the symbols of some pages (numbers from 1) of a PDF; yields the faults of one page after the other."""
    import pypdfium2

    scale = PIXELS_PER_MODULE / module_mm  # pixels per mm
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, expected in pages:
            page = document[number - 1]
            pixels = page.render(scale=scale * MM_PER_INCH / 72, grayscale=True, may_draw_forms=False).to_numpy()
            yield list(_faults_on(pixels.reshape(pixels.shape[:2]), number, expected, scale))
            page.close()
    finally:
        document.close()


def _faults_on(
    pixels: Any, number: int, expected: Sequence[ExpectedSymbol], pixels_per_mm: float
) -> Iterator[SymbolFault]:
    for symbol in expected:
        top, bottom = (round(y * pixels_per_mm) for y in (symbol.y_mm, symbol.y_mm + symbol.size_mm))
        left, right = (round(x * pixels_per_mm) for x in (symbol.x_mm, symbol.x_mm + symbol.size_mm))
        read = read_symbol(pixels[top:bottom, left:right])
        if read != symbol.url:
            yield SymbolFault(number, symbol.x_mm, symbol.y_mm, symbol.url, read)


def read_symbol(pixels: Any) -> str:
    """Return what the QR in a grey picture (uint8[height, width]) says, or an empty text."""
    import zxingcpp

    found = zxingcpp.read_barcode(
        pixels,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return found.text if found else ""


def read_drawn_symbol(pixels: Any) -> str:
    """Return what a perfect picture of a symbol (axis-parallel, with its quiet zone) says; 28 µs at version 3."""
    import zxingcpp

    found = zxingcpp.read_barcode(pixels, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), is_pure=True)
    return found.text if found else ""


def unreadable_symbols(symbols: Symbols, urls: Sequence[str]) -> list[str]:
    """Return the URLs whose symbols do not say them, each symbol drawn as a perfect picture with its quiet zone."""
    import numpy as np

    size = symbols.modules + 2 * QUIET_ZONE
    bits = symbols.rows[:, :, None] >> np.arange(symbols.modules, dtype=np.uint64) & np.uint64(1)
    pictures = np.full((len(urls), size, size), 255, dtype=np.uint8)
    pictures[:, QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE] = np.where(bits, 0, 255)
    return [url for picture, url in zip(pictures, urls, strict=True) if read_drawn_symbol(picture) != url]
