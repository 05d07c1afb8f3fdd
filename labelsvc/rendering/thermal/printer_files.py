"""Writes the pages of a part as files for thermal printers, and reads every QR of them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from labelsvc.domain.layout import Layout
from labelsvc.domain.thermal.label_printer import LabelPrinter
from labelsvc.rendering.sheets.proof import ExpectedPages, ExpectedSymbol, SymbolFault, read_symbol
from labelsvc.rendering.thermal.dots import Dots, page_dots
from labelsvc.rendering.thermal.languages import png_label, tspl_begin, tspl_label, zpl_begin, zpl_label

PRINTER_SUFFIXES = (".zpl", ".tspl", ".png.zip")
"""Of the files that a part has for a thermal printer, beside its PDF."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PIXELS_PER_DOT = 2
"""Decoders find small symbols more surely when their dots are enlarged."""


@dataclass(frozen=True, slots=True)
class PrinterStreams:
    """Where the files of a part are written to, in the order of PRINTER_SUFFIXES."""

    zpl: BinaryIO
    tspl: BinaryIO
    pictures: BinaryIO


class _PrinterWriter:
    """Files that are being written, a label after the other."""

    def __init__(self, streams: PrinterStreams, layout: Layout, printer: LabelPrinter) -> None:
        self._streams, self._printer = streams, printer
        self._pictures = ZipFile(streams.pictures, "w", ZIP_STORED)
        streams.zpl.write(zpl_begin(printer))
        streams.tspl.write(tspl_begin(layout.stock.width_mm, layout.stock.height_mm, printer))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pictures.close()

    def add(self, number: int, dots: Dots) -> None:
        """Write a page."""
        self._streams.zpl.write(zpl_label(dots, self._printer))
        self._streams.tspl.write(tspl_label(dots))
        self._pictures.writestr(ZipInfo(f"{number:06}.png", _LONG_AGO), png_label(dots, self._printer))


def write_printer_files(
    pdf: Path | bytes,
    layout: Layout,
    streams: PrinterStreams,
    expected: ExpectedPages,
    progress: Callable[[int], None] | None = None,
) -> Iterator[SymbolFault]:
    """Write all pages of a part, and yield each QR whose dots do not say what is ``expected`` of its page.

    ``progress`` is told of each page. Nothing is held but a page.
    """
    printer = layout.stock.printer
    if printer is None:
        raise ValueError("not a stock of a thermal printer")
    size = printer.dots(layout.page_width_mm), printer.dots(layout.page_height_mm)
    wanted = dict(expected)
    with _PrinterWriter(streams, layout, printer) as writer:
        for number, dots in enumerate(page_dots(pdf, *size), 1):
            yield from _faults(number, dots, wanted.get(number, ()), printer)
            writer.add(number, dots)
            if progress:
                progress(number)


def _faults(
    number: int, dots: Dots, expected: Sequence[ExpectedSymbol], printer: LabelPrinter
) -> Iterator[SymbolFault]:
    for symbol in expected:
        left, top, side = (printer.dots(mm) for mm in (symbol.x_mm, symbol.y_mm, symbol.size_mm))
        part = np.where(dots[top : top + side, left : left + side], 0, 255).astype(np.uint8)
        read = read_symbol(np.kron(part, np.ones((_PIXELS_PER_DOT, _PIXELS_PER_DOT), np.uint8)))
        if read != symbol.url:
            yield SymbolFault(number, symbol.x_mm, symbol.y_mm, symbol.url, read)
