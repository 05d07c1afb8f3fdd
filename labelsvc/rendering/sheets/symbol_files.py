"""QR codes alone, for packaging designers: SVG, a PDF in pure black, PNG.

All three paint white under the symbol with its quiet zone, so that it is readable on any ground. A specimen symbol has
its mark in a strip below the quiet zone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, PdfIdentity
from labelsvc.pdf.units import number, points
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets.press_page import PressPage, whole_page_boxes, write_plain_file
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.fonts import FontFace

MODULE_MM = 0.5
"""The size in SVG and PDF; both scale. No smaller than 0.40 mm on paper (PRESS-RULES.md, QR on paper)."""
PNG_MODULE_PIXELS = 16
STRIP, BASELINE, LETTER = 6, 1, 4
"""Modules: the mark's strip, its baseline above the lower edge, and the size of its letters (an em)."""
_WHITE = b"/GSn gs 0 0 0 0 k\n"
ModuleMatrix = np.ndarray


def code_matrices(encoder: QrEncoder, codes: Sequence[str]) -> list[ModuleMatrix]:
    """Return the symbols of codes as bool[y, x], True for dark, without a quiet zone."""
    symbols = encoder.symbols(codes)
    bits = np.arange(symbols.modules, dtype=np.uint64)
    return [(rows[:, None] >> bits & np.uint64(1)).astype(bool) for rows in symbols.rows]


@dataclass(frozen=True, slots=True)
class SymbolPaper:
    """What symbols are drawn with: the mark they bear ("" for none) in a face, and what a PDF says of itself."""

    mark: str
    face: FontFace
    ordered_at: datetime
    producer: str

    def svg(self, matrix: ModuleMatrix, title: str) -> bytes:
        """Return a symbol as SVG, sized in millimetres; the mark's letters are outlines."""
        width, height = self._modules(matrix)
        path = "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{w}v1h-{w}z" for x, y, w in _runs(matrix))
        size = f'width="{width * MODULE_MM:g}mm" height="{height * MODULE_MM:g}mm" viewBox="0 0 {width} {height}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}><title>{title}</title>'
            f'<path d="M0 0h{width}v{height}H0z" fill="#FFFFFF"/>'
            f'<path d="{path}" shape-rendering="crispEdges"/>{self._outlined(width, height)}</svg>\n'
        ).encode()

    def pdf(self, matrix: ModuleMatrix, title: str) -> bytes:
        """Return a symbol as a PDF of one page of its size, in 100 % K on white, to be placed in a press file."""
        stream, unit, use = BytesIO(), points(MODULE_MM), FontUse()
        width, height = self._modules(matrix)
        sides = [
            (x + QUIET_ZONE, height - QUIET_ZONE - y - 1, modules, 1) for x, y, modules in _runs(matrix)
        ]  # in modules, y up
        ground = _rectangle(0, 0, width * unit, height * unit)
        symbol = b"".join(_rectangle(*(side * unit for side in each)) for each in sides)
        content = b"%b%bf\n%b%bf\n" % (_WHITE, ground, BLACK_OVERPRINTING, symbol)
        if self.mark:
            use.add(self.face, self.mark)
            place = number(self._left(width) * unit, 3), number(BASELINE * unit, 3)
            shown = self.face.show(self.mark)
            head = f"BT /{self.face.resource.decode()} {number(LETTER * unit, 3)} Tf {' '.join(place)} Td "
            content += head.encode() + shown + b" ET\n"
        page = PressPage(whole_page_boxes(width * MODULE_MM, height * MODULE_MM), content, use)
        write_plain_file(stream, [page], PdfIdentity(title, self.ordered_at, self.producer))
        return stream.getvalue()

    def png(self, matrix: ModuleMatrix, title: str) -> bytes:
        """Return a symbol as PNG, black on white."""
        quiet = np.pad(matrix, QUIET_ZONE)
        width, height = self._modules(matrix)
        modules = np.kron(~quiet, np.ones((PNG_MODULE_PIXELS, PNG_MODULE_PIXELS), dtype=bool))
        image = Image.new("1", (width * PNG_MODULE_PIXELS, height * PNG_MODULE_PIXELS), 1)
        image.paste(Image.fromarray(modules))
        if self.mark:
            font = ImageFont.truetype(BytesIO(self.face.file.data), LETTER * PNG_MODULE_PIXELS)
            place = image.width / 2, (height - BASELINE) * PNG_MODULE_PIXELS
            ImageDraw.Draw(image).text(place, self.mark, fill=0, font=font, anchor="ms")
        stream = BytesIO()
        image.save(stream, "PNG", optimize=True)
        return stream.getvalue()

    def _modules(self, matrix: ModuleMatrix) -> tuple[int, int]:
        """Return width and height of the drawing in modules."""
        side = len(matrix) + 2 * QUIET_ZONE
        return side, side + (STRIP if self.mark else 0)

    def _left(self, width: int) -> float:
        """Return where the mark begins, in modules."""
        return (width - self.face.advance(self.mark) / 1000 * LETTER) / 2

    def _outlined(self, width: int, height: int) -> str:
        if not self.mark:
            return ""
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.transformPen import TransformPen
        from fontTools.ttLib import TTFont

        with TTFont(BytesIO(self.face.file.data), lazy=True) as font:
            glyphs, scale = font.getGlyphSet(), LETTER / font["head"].unitsPerEm
            pen, at = SVGPathPen(glyphs, ntos=lambda value: number(value, 3)), self._left(width)
            for glyph, letter in zip(self.face.glyph_ids(self.mark), self.mark, strict=True):
                moved = TransformPen(pen, (scale, 0, 0, -scale, at, height - BASELINE))
                glyphs[font.getGlyphName(glyph)].draw(moved)
                at += self.face.advance(letter) / 1000 * LETTER
        return f'<path d="{pen.getCommands()}"/>'


FORMS: dict[str, Callable[[SymbolPaper, ModuleMatrix, str], bytes]] = {
    "svg": SymbolPaper.svg, "pdf": SymbolPaper.pdf, "png": SymbolPaper.png,
}  # fmt: skip
"""What draws a symbol, by the ending of its file."""


def _rectangle(*sides: float) -> bytes:
    return " ".join(number(side, 3) for side in sides).encode() + b" re\n"


def _runs(matrix: ModuleMatrix) -> list[tuple[int, int, int]]:
    """Return runs of dark modules as (x, y, width)."""
    found = []
    for y, row in enumerate(matrix):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.view(np.int8), [0]))))
        found += [(int(start), y, int(end - start)) for start, end in edges.reshape(-1, 2)]
    return found
