"""Read a font that somebody uploaded, and make of its outlines a font of our own that is safe to print with.

Only in a confined process: a font is a program. Nothing of the file survives but what was drawn of its letters, their
widths and the kerning of pairs: no instructions, no subroutines, no composite glyphs, no tables that we do not write.
Sources: OpenType 1.9.1 (OS/2 fsType, name, cmap), its licence bits above all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable

from labelsvc.domain.errors import InvalidValue
from labelsvc.rendering.typesetting.cff_file import write_cff
from labelsvc.rendering.typesetting.font_file import BOUNDS_OF_GLYPH, GLYPH_BOUNDS, OPENTYPE_CFF
from labelsvc.rendering.typesetting.pair_kerning import take_kerning
from labelsvc.rendering.typesetting.vietnamese import NEEDED, PLAIN, WELCOME

MOST_GLYPHS, MOST_OPERATIONS, MOST_COMPONENTS = 5_000, 400_000, 20_000
_KEPT = (range(0x20, 0x250), range(0x1E00, 0x1F00), range(0x2000, 0x2C00))
"""Latin letters with all their marks, punctuation, signs and currencies: other scripts are not printed in it."""
FARTHEST_EM = 4
_OUR_UNITS = 1000
_SIGNATURES = {b"OTTO", b"\0\1\0\0", b"true", b"wOFF"}
_RESTRICTED, _PREVIEW, _EDITABLE, _NO_SUBSETS, _BITMAPS = 0x2, 0x4, 0x8, 0x100, 0x200
_NAMES = {"copyright": 0, "version": 5, "licence_text": 13, "licence_url": 14}
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class UploadedFont:
    """What a font says of itself, and ``content``: the font that is printed with.

    ``licence``: ``installable``, ``editable`` or ``preview``; ``lacking``: letters that are welcome and not there;
    ``texts``: its own words, as far as it has them.
    """

    family: str
    weight: int
    italic: bool
    name: str
    outlines: str
    licence: str
    letters: int
    lacking: str
    kerned: bool
    texts: dict[str, str]
    content: bytes = field(default=b"", repr=False)


def read_uploaded_font(content: bytes) -> UploadedFont:
    """Return a font; InvalidValue ``font.…`` says why it is none that labels are printed with."""
    if content[:4] not in _SIGNATURES:
        kind = {b"wOF2": "woff2", b"ttcf": "collection"}.get(content[:4], "unknown")
        raise InvalidValue.from_code(f"font.kind_{kind}")
    try:
        return _read(TTFont(BytesIO(content), lazy=True, recalcBBoxes=False))
    except InvalidValue:
        raise
    except Exception as error:  # noqa: BLE001  a broken font raises anything
        raise InvalidValue.from_code("font.broken", kind=type(error).__name__) from None


def _read(font: Any) -> UploadedFont:
    if "fvar" in font:
        raise InvalidValue.from_code("font.variable")
    if "glyf" not in font and "CFF " not in font:
        raise InvalidValue.from_code("font.no_outlines")
    licence = licence_of(font["OS/2"].fsType)
    has_cff = "glyf" not in font
    told = font.getBestCmap() or {}
    known = {code: told[code] for kept in _KEPT for code in kept if code in told}
    if missing := "".join(letter for letter in NEEDED if ord(letter) not in known):
        raise InvalidValue.from_code("font.letters_missing", letters=missing, count=len(missing))
    drawn = _drawn(font, known)
    said = UploadedFont(
        family=_family(font),
        weight=_weight(font["OS/2"].usWeightClass),
        italic=bool(font["OS/2"].fsSelection & 1 or font["head"].macStyle & 2),
        name=_postscript_name(font),
        outlines="cff" if has_cff else "truetype",
        licence=licence,
        letters=len(known),
        lacking="".join(letter for letter in WELCOME if ord(letter) not in known),
        kerned=False,
        texts={name: text for name, number in _NAMES.items() if (text := _text(font, number)[:LONGEST_TEXT])},
    )
    given = font["head"].unitsPerEm
    units = _OUR_UNITS if has_cff else given  # CFF is read by more programs where it is so
    content, kerned = _Rebuilt(font, said.name, known, drawn, units, units / given).content(has_cff)
    return replace(said, content=content, kerned=kerned)


def licence_of(fs_type: int) -> str:
    """Return what the licence bits allow; InvalidValue where that is not embedding a subset.

    Of several of the bits 1 to 3, which versions of OS/2 before 3 allowed, the least restrictive holds.
    """
    if fs_type & _EDITABLE:
        licence = "editable"
    elif fs_type & _PREVIEW:
        licence = "preview"
    elif fs_type & _RESTRICTED:
        raise InvalidValue.from_code("font.licence_restricted")
    else:
        licence = "installable"
    if fs_type & _NO_SUBSETS:
        raise InvalidValue.from_code("font.licence_no_subsets")
    if fs_type & _BITMAPS:
        raise InvalidValue.from_code("font.licence_bitmaps")
    return licence


def _drawn(font: Any, known: dict[int, str]) -> dict[str, list[Any]]:
    """Return what each glyph draws, in the font's order, .notdef first, components resolved."""
    order = font.getGlyphOrder()
    names = sorted({order[0], *known.values()}, key=font.getGlyphID)
    if len(names) > MOST_GLYPHS:
        raise InvalidValue.from_code("font.too_large", count=len(names), most=MOST_GLYPHS)
    glyphs, drawn, components, operations = font.getGlyphSet(), {}, 0, 0
    for name in names:
        pen = _BoundedPen(glyphs, MOST_COMPONENTS - components)
        glyphs[name].draw(pen)
        components += pen.components
        operations += len(pen.value)
        if operations > MOST_OPERATIONS:
            raise InvalidValue.from_code("font.too_costly")
        drawn[name] = pen.value
    if blank := [letter for letter in PLAIN if not drawn[known[ord(letter)]]]:
        raise InvalidValue.from_code("font.letters_blank", letters="".join(blank))
    return drawn


class _BoundedPen(DecomposingRecordingPen):  # type: ignore[misc]  # fontTools has no types
    """Records what a glyph draws, with the components that it is made of: so many at most."""

    def __init__(self, glyphs: Any, most: int) -> None:
        super().__init__(glyphs)
        self.components, self._most = 0, most

    def addComponent(self, name: str, transformation: Any) -> None:  # noqa: N802  fontTools' name
        self.components += 1
        if self.components > self._most:
            raise InvalidValue.from_code("font.too_costly")
        super().addComponent(name, transformation)


@dataclass(frozen=True, slots=True)
class _Rebuilt:
    """A font that is written anew from what another one draws, ``scale`` times as large, in ``units`` to the em."""

    font: Any
    name: str
    known: dict[int, str]
    drawn: dict[str, list[Any]]
    units: int
    scale: float

    def content(self, has_cff: bool) -> tuple[bytes, bool]:
        """Return the file, and whether pairs are kerned in it."""
        builder = FontBuilder(self.units, isTTF=not has_cff)
        builder.font.recalcBBoxes = not has_cff
        builder.setupGlyphOrder(list(self.drawn))
        builder.setupCharacterMap(self.known)
        bounds = {name: self._bounds(name) for name in self.drawn}
        widths = {name: self._within(name, self.font["hmtx"][name][0]) for name in self.drawn}
        if has_cff:
            self._add_cff(builder, widths, bounds)
        else:
            builder.setupGlyf({name: self._glyph(name) for name in self.drawn})
        builder.setupHorizontalMetrics({name: (widths[name], bounds[name][0]) for name in self.drawn})
        hhea, post = self.font["hhea"], self.font["post"]
        ascent, descent = (self._within("hhea", edge) for edge in (hhea.ascent, hhea.descent))
        builder.setupHorizontalHeader(ascent=ascent, descent=descent)
        builder.setupPost(keepGlyphNames=False, italicAngle=max(-60.0, min(60.0, post.italicAngle)))
        kerning = take_kerning(self.font, set(self.drawn), self.scale)
        if kerning is not None:
            builder.font["GPOS"] = kerning
        stream = BytesIO()
        builder.save(stream)
        return stream.getvalue(), kerning is not None

    def _add_cff(self, builder: Any, widths: dict[str, int], bounds: dict[str, tuple[int, int, int, int]]) -> None:
        charstrings = [self._charstring(name, widths[name]) for name in self.drawn]
        edges = list(zip(*bounds.values(), strict=True))
        box = min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])
        builder.font.sfntVersion = OPENTYPE_CFF.decode()
        head = builder.font["head"]
        head.xMin, head.yMin, head.xMax, head.yMax = box
        for tag, data in (
            ("CFF ", write_cff(self.name, charstrings, box)),
            (GLYPH_BOUNDS, b"".join(BOUNDS_OF_GLYPH.pack(*bounds[name]) for name in self.drawn)),
        ):
            table = DefaultTable(tag)
            table.data = data
            builder.font[tag] = table

    def _bounds(self, name: str) -> tuple[int, int, int, int]:
        pen = BoundsPen(None)
        self._draw(name, pen)
        x_min, y_min, x_max, y_max = (self._within(name, edge / self.scale) for edge in pen.bounds or (0, 0, 0, 0))
        return x_min, y_min, x_max, y_max

    def _within(self, name: str, length: float) -> int:
        """Return a length of the font in units of the new one; one beyond all reason refuses the font."""
        if abs(length) * self.scale > FARTHEST_EM * self.units:
            raise InvalidValue.from_code("font.too_far", name=name[:40])
        return round(length * self.scale)

    def _draw(self, name: str, pen: Any) -> None:
        scaled = TransformPen(pen, (self.scale, 0, 0, self.scale, 0, 0))
        for operation, points in self.drawn[name]:
            getattr(scaled, operation)(*points)

    def _glyph(self, name: str) -> Any:
        pen = TTGlyphPen(None)
        self._draw(name, pen)
        return pen.glyph()

    def _charstring(self, name: str, width: int) -> bytes:
        pen = T2CharStringPen(width, None)
        self._draw(name, pen)
        charstring = pen.getCharString()
        charstring.compile()
        return bytes(charstring.bytecode)


def _text(font: Any, number: int) -> str:
    said = font["name"].getDebugName(number) if "name" in font else None
    return " ".join("".join(letter if letter.isprintable() else " " for letter in said or "").split())


def _family(font: Any) -> str:
    """Return the family's name as SVG names it: without what parts a list of families."""
    told = unicodedata.normalize("NFC", _text(font, 16) or _text(font, 1))
    family = " ".join("".join(letter for letter in told if letter not in ",;\"'<>&{}").split())[:60]
    if not family:
        raise InvalidValue.from_code("font.no_name")
    return family


def _postscript_name(font: Any) -> str:
    told = _text(font, 6) or _family(font)
    name = "".join(letter for letter in told if letter.isascii() and (letter.isalnum() or letter == "-"))[:63]
    return name or "Font"


def _weight(told: int) -> int:
    weight = told * 100 if 1 <= told <= 9 else told
    if not 1 <= weight <= 1000:
        raise InvalidValue.from_code("font.weight", weight=told)
    return weight
