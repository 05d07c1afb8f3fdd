"""Reads a designer's label: its letters as drawn, with their colours and grounds, and its QR codes.

Runs in a process that is confined and bounded (``inspection.limit_process``), since the file is untrusted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import c_uint
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from labelsvc.domain.errors import FileUnreadable
from labelsvc.domain.law.label_reading import Colour, LabelReading, ReadLetter, ReadQr
from labelsvc.limited_process import limit_seconds
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.inspection import BROKEN, SECONDS_A_FILE, open_pdf
from labelsvc.preflight.qr.rasters import SCALE, Raster, rasters
from labelsvc.preflight.qr.symbols import find_symbols

MOST_PAGES, MOST_LETTERS, MOST_OBJECTS = 8, 60_000, 20_000
"""Of a label: front, back, sides; more is no label."""
_INVISIBLE = 3
"""The text rendering mode that paints nothing (ISO 32000-1, 9.3.6)."""
_LEAST_CURVES, _DEEPEST = 2, 12
_SAME_GROUND, _GROUND_SHARE = 24, 0.35
"""How far a ground's parts may differ from one another, and how much of a letter's surroundings it must be."""
_AROUND_PT = 1.0
LetterBox = tuple[float, float, float, float]


def read_label(path: Path) -> LabelReading:
    """Return what a label's file says; FileUnreadable for what is no label or cannot be opened."""
    limit_seconds(SECONDS_A_FILE)
    with open_pdf(path) as pdf:  # tells passwords and what is beyond repair
        if len(pdf.pages) > MOST_PAGES:
            raise FileUnreadable.from_code("law.too_many_pages", path=path, pages=len(pdf.pages), most=MOST_PAGES)
    try:
        return _read(path)
    except BROKEN as error:
        raise FileUnreadable.from_code("preflight.broken", path=path) from error


def _read(path: Path) -> LabelReading:
    with closing(pypdfium2.PdfDocument(path)) as document:
        if not len(document):
            raise FileUnreadable.from_code("preflight.no_pages", path=path)
        return _joined([_page_reading(page) for page in document])


def _page_reading(page: Any) -> LabelReading:
    """Return what a page says; read whole before the next one, which is rasterised into the same memory."""
    reader = _PageReader(page)
    return LabelReading(tuple(reader.lines()), tuple(reader.symbols()), reader.face_cm2, *reader.shapes())


def _joined(pages: Sequence[LabelReading]) -> LabelReading:
    return LabelReading(
        lines=tuple(line for page in pages for line in page.lines),
        symbols=tuple(symbol for page in pages for symbol in page.symbols),
        face_cm2=max(page.face_cm2 for page in pages),
        outlined=sum(page.outlined for page in pages),
        pictured=any(page.pictured for page in pages),
    )


class _PageReader:
    """One page: its text, and a raster of it."""

    def __init__(self, page: Any) -> None:
        self._page = page
        left, low, right, top = page.get_trimbox()
        self.face_cm2 = (right - left) * (top - low) * MM_PER_POINT**2 / 100
        shown = page.get_cropbox()
        self._rasters: list[Raster] = list(rasters(page, shown, None) or ())

    def symbols(self) -> Iterator[ReadQr]:
        """Yield the page's QR codes."""
        for raster in self._rasters:
            for symbol in find_symbols(raster.pixels):
                side_mm = symbol.side / SCALE * MM_PER_POINT
                yield ReadQr(symbol.text, side_mm / symbol.modules if symbol.modules else 0.0, side_mm)

    def shapes(self) -> tuple[int, bool]:
        """Return how many curved shapes there are, which may be outlined letters, and whether there are pictures."""
        outlined, pictured = 0, False
        for count, each in enumerate(self._page.get_objects(max_depth=_DEEPEST)):
            if count >= MOST_OBJECTS:
                break
            if each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
                pictured = True
            elif each.type == pdfium.FPDF_PAGEOBJ_PATH:
                outlined += _curved_parts(each.raw)
        return outlined, pictured

    def lines(self) -> Iterator[tuple[ReadLetter, ...]]:
        """Yield the page's lines; a new size or colour alone begins none."""
        text = self._page.get_textpage()
        with closing(text):
            line: list[ReadLetter] = []
            for at in range(min(text.count_chars(), MOST_LETTERS)):
                letter = chr(pdfium.FPDFText_GetUnicode(text, at))
                if letter in "\r\n":
                    yield from _composed(line)
                    line = []
                elif not letter.isspace() and not self._invisible(text, at):
                    line.append(self._letter(text, at, letter))
                elif letter.isspace():
                    line.append(ReadLetter(" ", 0.0, 0.0))
            yield from _composed(line)

    def _invisible(self, text: Any, at: int) -> bool:
        shown = pdfium.FPDFText_GetTextObject(text, at)
        return bool(shown) and pdfium.FPDFTextObj_GetTextRenderMode(shown) == _INVISIBLE

    def _letter(self, text: Any, at: int, letter: str) -> ReadLetter:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, at, matrix)
        size = pdfium.FPDFText_GetFontSize(text, at) * hypot(matrix.c, matrix.d)
        left, low, right, top = box = text.get_charbox(at)
        upright, turned = abs(matrix.b) < 1e-3 * abs(matrix.a), abs(matrix.a) < 1e-3 * abs(matrix.b)
        high = top - low if upright else right - left if turned else 0.0
        ink = _colour(text, at)
        return ReadLetter(letter, high * MM_PER_POINT, size, ink, self._ground(box, ink))

    def _ground(self, box: LetterBox, ink: Colour | None) -> Colour | None:
        """Return the colour that most of a letter's surroundings have; None on a picture."""
        for raster in self._rasters:
            left, right = ((x - raster.left) * SCALE for x in (box[0] - _AROUND_PT, box[2] + _AROUND_PT))
            upper, lower = ((raster.top - y) * SCALE for y in (box[3] + _AROUND_PT, box[1] - _AROUND_PT))
            high, wide = raster.pixels.shape[:2]
            if 0 <= left < right <= wide and 0 <= upper < lower <= high:
                part = raster.pixels[int(upper) : int(lower) + 1, int(left) : int(right) + 1, ::-1].reshape(-1, 3)
                return _most_common(part, ink)
        return None


def _most_common(pixels: Any, ink: Colour | None) -> Colour | None:
    kept = pixels.astype(np.int16)
    if ink is not None:
        other = _apart(kept, ink) > _SAME_GROUND
        if not other.any():
            return ink
        kept = kept[other]
    steps = kept // 16
    codes = steps[:, 0] * 256 + steps[:, 1] * 16 + steps[:, 2]
    alike = kept[codes == np.bincount(codes).argmax()]
    ground = np.median(alike, axis=0)
    share = np.mean(_apart(kept, ground) <= _SAME_GROUND)
    if share < _GROUND_SHARE:
        return None
    red, green, blue = (int(part) for part in ground)
    return red, green, blue


def _apart(pixels: Any, colour: Any) -> Any:
    """Return by how much each pixel's most different channel differs; channel by channel, many times as fast."""
    red, green, blue = (np.abs(pixels[:, channel] - colour[channel]) for channel in range(3))
    return np.maximum(np.maximum(red, green), blue)


def _colour(text: Any, at: int) -> Colour | None:
    red, green, blue, alpha = (c_uint() for _ in range(4))
    if not pdfium.FPDFText_GetFillColor(text, at, red, green, blue, alpha) or alpha.value < 255:
        return None
    return red.value, green.value, blue.value


def _curved_parts(path: Any) -> int:
    """Return how many closed parts with curves a path has: letters in outlines have one to three each."""
    parts = curves = 0
    for at in range(min(pdfium.FPDFPath_CountSegments(path), MOST_OBJECTS)):
        kind = pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(path, at))
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            parts, curves = parts + (curves >= _LEAST_CURVES), 0
        curves += kind == pdfium.FPDF_SEGMENT_BEZIERTO
    return parts + (curves >= _LEAST_CURVES)


def _composed(line: list[ReadLetter]) -> Iterator[tuple[ReadLetter, ...]]:
    """Yield a line, if it has letters, with combining marks set onto their letters."""
    done: list[ReadLetter] = []
    for each in line:
        if done and unicodedata.combining(each.letter):
            last = done[-1]
            both = unicodedata.normalize("NFC", last.letter + each.letter)
            done[-1] = ReadLetter(both, last.height_mm, last.size_pt, last.ink, last.ground)
        else:
            done.append(each)
    if any(each.letter != " " for each in done):
        yield tuple(done)
