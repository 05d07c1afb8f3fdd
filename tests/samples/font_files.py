"""Fonts as people upload them, made of our own: renamed, with other licence bits, as CFF, broken, hostile."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from fontTools.cffLib import SubrsIndex
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from labelsvc.rendering.typesetting.vietnamese import NEEDED
from tests import CHECKOUT

FAMILY = "Chữ Thử"
STEMS = {400: "400Regular", 700: "700Bold"}


@cache
def _reduced(weight: int) -> bytes:
    font = TTFont(CHECKOUT / "fonts" / f"BeVietnamPro_{STEMS[weight]}.ttf")
    subsetter = Subsetter(Options(layout_features=["kern"], name_IDs=["*"], notdef_outline=True))
    subsetter.populate(text=NEEDED)
    subsetter.subset(font)
    return _saved(font)


def opened(weight: int = 400, family: str = FAMILY) -> Any:
    """Return a font of the letters that labels need, under another name."""
    font = TTFont(io.BytesIO(_reduced(weight)))
    for number, text in ((1, family), (16, family), (6, "ChuThu-Regular"), (13, "Giấy phép thử")):
        font["name"].setName(text, number, 3, 1, 0x409)
    return font


def truetype_font(weight: int = 400, *, fs_type: int = 0, lacking: str = "", family: str = FAMILY) -> bytes:
    """Return a TrueType font with some licence bits, without some letters."""
    font = opened(weight, family)
    font["OS/2"].fsType = fs_type
    for table in font["cmap"].tables:
        for letter in lacking:
            table.cmap.pop(ord(letter), None)
    return _saved(font)


@cache
def cff_font(units: int = 1000, bomb: bool = False) -> bytes:
    """Return the same letters as an OpenType font with CFF outlines; a ``bomb`` calls subroutines without end."""
    source = opened()
    glyphs, order, scale = source.getGlyphSet(), source.getGlyphOrder(), units / source["head"].unitsPerEm
    builder = FontBuilder(units, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(source.getBestCmap())
    widths = {name: round(source["hmtx"][name][0] * scale) for name in order}
    charstrings = {name: _charstring(glyphs, name, widths[name], scale) for name in order}
    builder.setupCFF("ChuThu-Regular", {"FullName": "Chu Thu"}, charstrings, {"defaultWidthX": 0, "nominalWidthX": 0})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=units, descent=-units // 4)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": "ChuThu-Regular"})
    builder.setupOS2(usWeightClass=400, fsType=0)
    builder.setupPost()
    if bomb:
        _plant_bomb(builder.font)
        builder.font.recalcBBoxes = False
    return _saved(builder.font)


def _charstring(glyphs: Any, name: str, width: int, scale: float) -> Any:
    from fontTools.pens.transformPen import TransformPen

    pen = T2CharStringPen(width, glyphs)
    glyphs[name].draw(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
    return pen.getCharString()


def _plant_bomb(font: Any) -> None:
    """Let the letter a call a subroutine that calls the next one a thousand times, nine deep."""
    top = font["CFF "].cff[0]
    subroutines = SubrsIndex()
    for depth in range(9):
        call = [depth + 1 - 107, "callsubr"] * 1_000 if depth < 8 else [0, 0, "rmoveto"]
        subroutines.append(T2CharString(program=[*call, "return"]))
    top.Private.Subrs = subroutines
    top.CharStrings["a"].program = [0, -107, "callsubr", "endchar"]
    top.CharStrings["a"].bytecode = None


def looping_font() -> bytes:
    """Return a font whose letter a is made of itself."""
    font = opened()
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent("a", (1, 0, 0, 1, 0, 0))
    font["glyf"]["a"] = _without_bounds(pen)
    font.recalcBBoxes = False
    return _saved(font)


def _without_bounds(pen: Any) -> Any:
    """Return a glyph that nobody measures: measuring it would not end."""
    glyph = pen.glyph()
    glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
    return glyph


def nested_font(depth: int = 40) -> bytes:
    """Return a font whose letter a is made of two of a glyph that is made of two of another one, and so on."""
    font = opened()
    names = [name for name in font.getGlyphOrder() if name not in (".notdef", "a", "space")][: depth + 1]
    for name, part in zip(["a", *names], names, strict=False):
        pen = TTGlyphPen(font.getGlyphSet())
        for _ in range(2):
            pen.addComponent(part, (1, 0, 0, 1, 0, 0))
        font["glyf"][name] = _without_bounds(pen)
    font.recalcBBoxes = False
    return _saved(font)


def far_font() -> bytes:
    """Return a font with a letter that reaches beyond all reason."""
    font = opened()
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((30_000, 0))
    pen.lineTo((0, 30_000))
    pen.closePath()
    font["glyf"]["a"] = pen.glyph()
    return _saved(font)


def _saved(font: Any) -> bytes:
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()
