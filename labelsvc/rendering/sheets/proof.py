"""Proof: finished pages are read back by decoders that had no part in drawing them.

PDFium rasterises the page, zxing-cpp reads every QR at the place where the manifest says it stands; PDFium extracts the
texts of a sample of labels, which must be those of the records.
"""

from __future__ import annotations

import signal
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.pdf.units import points

if TYPE_CHECKING:
    from labelsvc.rendering.qr.encoder import Symbols

PIXELS_PER_MODULE = 5
"""Enough for a decoder, and fast: 318 dpi at modules of 0.40 mm."""
MM_PER_INCH = 25.4
LEAST_PAGES_A_PROCESS = 8


@dataclass(frozen=True, slots=True)
class ExpectedSymbol:
    """A QR expected on a page: the upper left corner of its slot from the MediaBox's, its size and its text."""

    x_mm: float
    y_mm: float
    size_mm: float
    url: str


@dataclass(frozen=True, slots=True)
class ExpectedLabel:
    """A label whose texts are expected on a page: ``box_mm`` is left, bottom, right, top from the page's upper edge.

    ``curved`` are texts on a circle: they are searched on the whole page, as PDFium does not locate them.
    """

    page: int
    box_mm: tuple[float, float, float, float]
    straight: Sequence[str]
    curved: Sequence[str]

    def missing(self, in_box: str, on_page: str) -> list[str]:
        """Return the texts missing from the extracted ones; spaces and case are ignored."""
        inside, anywhere = _plain(in_box), _plain(on_page)
        lines = [text for text in self.straight if _plain(text) not in inside]
        return lines + [text for text in self.curved if _plain(text) not in anywhere]


@dataclass(frozen=True, slots=True)
class SymbolFault:
    """A QR that differs from the manifest: ``read`` is what was read instead, empty if unreadable."""

    page: int
    x_mm: float
    y_mm: float
    expected: str
    read: str


ExpectedPages = Sequence[tuple[int, Sequence[ExpectedSymbol]]]
ProofShare = tuple[Path, ExpectedPages, float]
"""A PDF, some of its pages, and the size of a module in mm."""


def proof_pages(pdf: Path, pages: ExpectedPages, module_mm: float, processes: int = 1) -> Iterator[list[SymbolFault]]:
    """Read back the symbols of some pages (numbers from 1) of a PDF; yields the faults of one page after the other.

    With ``processes`` the pages are shared out, each process opens the file for itself. What one had that was killed is
    read here; after an interrupt, or where nobody wants more, nobody waits for them.
    """
    shares = min(processes, len(pages) // LEAST_PAGES_A_PROCESS)
    if shares < 2:
        yield from _proof_share((pdf, pages, module_mm))
        return
    cuts = [len(pages) * i // shares for i in range(shares + 1)]
    yield from _read_by_processes([(pdf, pages[start:end], module_mm) for start, end in pairwise(cuts)])


def _read_by_processes(work: Sequence[ProofShare]) -> Iterator[list[SymbolFault]]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    others = set(active_children())
    with ProcessPoolExecutor(len(work), get_context("fork"), leave_interrupts_alone) as pool:
        try:
            for share, reading in [(share, pool.submit(_proof_share, share)) for share in work]:
                try:
                    faults = reading.result()
                except BrokenProcessPool:  # multiprocessing's own pool would wait for ever
                    faults = _proof_share(share)
                yield from faults
        except BaseException:  # else the pool would wait until all is read
            for child in set(active_children()) - others:
                child.terminate()
            raise


def leave_interrupts_alone() -> None:
    """Ctrl-C reaches the whole process group; only the parent process handles it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _proof_share(share: ProofShare) -> list[list[SymbolFault]]:
    import pypdfium2

    pdf, pages, module_mm = share
    scale = PIXELS_PER_MODULE / module_mm  # pixels per mm
    document = pypdfium2.PdfDocument(pdf)
    found = []
    try:
        for number, expected in pages:
            page = document[number - 1]
            pixels = page.render(scale=scale * MM_PER_INCH / 72, grayscale=True, may_draw_forms=False).to_numpy()
            found.append(list(_faults_on(pixels.reshape(pixels.shape[:2]), number, expected, scale)))
            page.close()
    finally:
        document.close()
    return found


def missing_texts(pdf: Path, labels: Iterable[ExpectedLabel]) -> Iterator[tuple[ExpectedLabel, str]]:
    """Extract the text of some labels and yield missing texts, page by page."""
    import pypdfium2

    page_of = attrgetter("page")
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, on_page in groupby(sorted(labels, key=page_of), page_of):
            page = document[number - 1]
            high, texts = page.get_height(), page.get_textpage()
            everything = texts.get_text_range()
            for label in on_page:
                left, bottom, right, top = (points(mm) for mm in label.box_mm)
                in_box = texts.get_text_bounded(left, high - bottom, right, high - top)
                yield from ((label, text) for text in label.missing(in_box, everything))
            page.close()
    finally:
        document.close()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


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
    pictures = drawn_symbols(symbols)
    return [url for picture, url in zip(pictures, urls, strict=True) if read_drawn_symbol(picture) != url]


def drawn_symbols(symbols: Symbols) -> Any:
    """Return each symbol with its quiet zone, a pixel a module: uint8[n, side, side], 0 for dark, 255 for light."""
    import numpy as np

    modules, size = symbols.modules, symbols.modules + 2 * QUIET_ZONE
    octets = symbols.rows.astype("<u8").view(np.uint8).reshape(len(symbols.rows), modules, 8)
    bits = np.unpackbits(octets, axis=2, count=modules, bitorder="little")
    pictures = np.full((len(bits), size, size), 255, dtype=np.uint8)
    np.subtract(bits, 1, out=pictures[:, QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE])  # 0 − 1 is 255 in a byte
    return pictures
