"""Outlines of the fonts that our own PDFs embed: TrueType, or CFF."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fontTools.cffLib import TopDict
    from fontTools.ttLib import TTFont


Digits = Callable[[float], str]


class FontOutlines(Protocol):
    """An embedded font. ``units``: its units to the em."""

    units: int

    def path(self, glyph: int, digits: Digits) -> str:
        """Return a glyph as path data of SVG."""

    def advance(self, glyph: int) -> float:
        """Return a glyph's advance in ems."""


class _TrueTypeOutlines:
    def __init__(self, font: TTFont) -> None:
        self._font = font
        self.units: int = font["head"].unitsPerEm

    def path(self, glyph: int, digits: Digits) -> str:
        from fontTools.pens.svgPathPen import SVGPathPen

        glyphs = self._font.getGlyphSet()
        pen = SVGPathPen(glyphs, ntos=digits)
        glyphs[self._font.getGlyphOrder()[glyph]].draw(pen)
        return str(pen.getCommands())

    def advance(self, glyph: int) -> float:
        advance: float = self._font["hmtx"][self._font.getGlyphOrder()[glyph]][0]
        return advance / self.units


class _CffOutlines:
    def __init__(self, top: TopDict) -> None:
        self._charstrings, self._names = top.CharStrings, top.charset
        self.units = 1000

    def path(self, glyph: int, digits: Digits) -> str:
        from fontTools.pens.svgPathPen import SVGPathPen

        pen = SVGPathPen(None, ntos=digits)
        self._charstrings[self._names[glyph]].draw(pen)
        return str(pen.getCommands())

    def advance(self, glyph: int) -> float:
        from fontTools.pens.basePen import NullPen

        charstring = self._charstrings[self._names[glyph]]
        charstring.draw(NullPen())  # its width is known once it has been run
        width: float = charstring.width
        return width / self.units


def read_outlines(descendant: Any) -> FontOutlines:
    """Return the outlines of a descendant font of a PDF that we wrote."""
    from fontTools.cffLib import CFFFontSet
    from fontTools.ttLib import TTFont

    descriptor = descendant.FontDescriptor
    if "/FontFile2" in descriptor:
        return _TrueTypeOutlines(TTFont(BytesIO(descriptor.FontFile2.read_bytes()), lazy=True))
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(descriptor.FontFile3.read_bytes()), None)
    return _CffOutlines(fonts[0])
