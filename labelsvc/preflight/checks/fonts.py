"""Fonts used by a page: embedded, subset, with Unicode, not Type 3; and the drawn x-height."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from fontTools.agl import toUnicode
from fontTools.cffLib import CFFFontSet
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.content.font_codes import FontCodes, unicode_map
from labelsvc.preflight.content.glyph_boxes import bounded_glyph
from labelsvc.preflight.content.graphics_state import PaintedObject
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, number_of, object_number
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.preflight.findings import Findings

MOST_BYTES = 32 << 20
FLAT_LETTERS = "xzvwnurmseaco"
"""Lower-case letters without ascenders, flat ones first."""
_NAMED_ENCODINGS = frozenset(("/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding"))
_SYMBOLIC = 4
"""The Symbolic flag: the font has letters outside the Latin set (ISO 32000-1, 9.8.2)."""
_SUBSET = re.compile(r"/[A-Z]{6}\+.")


@dataclass(frozen=True, slots=True)
class FontFacts:
    """Facts about a font: its name, its faults (rule → sentence) and its x-height in ems (None: unknown).

    ``letters``: the meaning of its codes, if known.
    """

    name: str
    wrong: tuple[tuple[str, Problem], ...]
    x_height: float | None
    letters: FontCodes | None = None


class FontChecks:
    """The fonts of a file, each analysed once."""

    def __init__(self) -> None:
        self._known: dict[int, FontFacts] = {}

    def facts(self, font: Any) -> FontFacts:
        """Return the facts about a font."""
        number = object_number(font)
        if not number:
            return _facts_of(font)
        if number not in self._known:
            self._known[number] = _facts_of(font)
        return self._known[number]

    def check(
        self, painted: list[PaintedObject], texts: Mapping[int, Collection[bytes]], sheet: PageBoxes, findings: Findings
    ) -> None:
        """Check the fonts used by a page, and note its smallest text.

        ``texts``: the strings that are shown, by the number of their font's object.
        """
        smallest: dict[int, PaintedObject] = {}
        for painting in painted:
            if painting.font is not None:
                key = object_number(painting.font) or id(painting)
                if key not in smallest or painting.size_pt < smallest[key].size_pt:
                    smallest[key] = painting
        for painting in smallest.values():
            findings.mark_checked("fonts_embedded", "font_subsets", "font_unicode", "type_3", "text_height")
            facts, number = self.facts(painting.font), object_number(painting.font)
            wrong = list(facts.wrong)
            if facts.letters:
                letters = sorted(facts.letters.wrong(texts.get(number, ())))
                wrong += [(rule, Problem(code, {"font": facts.name})) for rule, code in letters]
            for rule, problem in wrong:
                findings.fault(rule, problem, sheet.number, sheet.corner(painting.box), number)
            if facts.x_height:
                height = painting.size_pt * facts.x_height * MM_PER_POINT
                x_mm, y_mm = sheet.corner(painting.box)
                shown = {"height_mm": round(height, 2), "size_pt": round(painting.size_pt, 1), "font": facts.name}
                where = {"page": sheet.number, "x_mm": x_mm, "y_mm": y_mm}
                findings.fact("text_height", height, Problem("preflight.text_height", {**shown, **where}))


def _facts_of(font: Any) -> FontFacts:
    given = dictionary_of(font)
    name = name_of(given.get("/BaseFont"))
    if name_of(given.get("/Subtype")) == "/Type3":
        return FontFacts(name[1:] or "Type 3", (("type_3", Problem("preflight.type_3", {})),), None)
    shown = name[1:] or "?"
    descendant = dictionary_of((items_of(given.get("/DescendantFonts")) or [given])[0])
    descriptor = dictionary_of(descendant.get("/FontDescriptor"))
    program = next(
        (descriptor.get(key) for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor), None
    )
    data, measured, ours, usable = _program(program), None, None, True
    texts = _texts(given)
    if data and "/FontFile2" in descriptor:
        ours, measured, usable = _measured(data, given, texts)
    elif data:
        usable = _usable(data, "/FontFile" in descriptor)
    wrong: list[tuple[str, Problem]] = []
    if program is None:
        wrong.append(("fonts_embedded", Problem("preflight.font_not_embedded", {"font": shown})))
    elif not data or not usable:
        wrong.append(("fonts_embedded", Problem("preflight.font_empty", {"font": shown})))
    elif "+" in name and not _SUBSET.match(name):
        wrong.append(("font_subsets", Problem("preflight.font_subsets", {"font": shown})))
    if not texts and not _encoding_tells(given, descriptor):
        wrong.append(("font_unicode", Problem("preflight.font_unicode", {"font": shown})))
    said = number_of(descriptor.get("/XHeight"))
    letters = FontCodes(font, ours, texts or None)
    return FontFacts(shown, tuple(wrong), measured or (said / 1000 if said else None), letters)


def _encoding_tells(font: Any, descriptor: Any) -> bool:
    """Return whether the encoding alone defines a font's letters, so no ToUnicode is needed (ISO 32000-1, 9.10.2)."""
    encoding = font.get("/Encoding")
    if name_of(font.get("/Subtype")) == "/Type0":
        return name_of(encoding).startswith("/Uni")
    if name_of(encoding) in _NAMED_ENCODINGS:
        return True
    names = [name_of(item)[1:] for item in items_of(dictionary_of(encoding).get("/Differences"))]
    plain = not int(number_of(descriptor.get("/Flags")) or 0) & _SYMBOLIC
    based = plain or name_of(dictionary_of(encoding).get("/BaseEncoding")) in _NAMED_ENCODINGS
    return based and all(name == ".notdef" or toUnicode(name) for name in names if name)


def _texts(font: Any) -> dict[int, str]:
    """Return a font's ToUnicode map, or None."""
    stream = font.get("/ToUnicode")
    try:
        return unicode_map(_program(stream)) if isinstance(stream, pikepdf.Stream) else {}
    except ValueError:
        return {}


def _program(program: Any) -> bytes:
    try:
        return decoded(program, MOST_BYTES) if isinstance(program, pikepdf.Stream) else b""
    except (StreamTooLarge, StreamUnreadable):
        return b""


def _usable(data: bytes, type_1: bool) -> bool:
    """Return whether a program other than TrueType is valid: Type 1, or CFF, bare or in OpenType."""
    if type_1:
        return data.startswith((b"%!", b"\x80\x01")) and b"eexec" in data
    try:
        if data.startswith((b"OTTO", b"\0\1\0\0", b"true")):
            return bool(TTFont(BytesIO(data), lazy=True)["maxp"].numGlyphs)
        fonts = CFFFontSet()
        fonts.decompile(BytesIO(data), None)
        return bool(fonts.fontNames) and bool(len(fonts[0].CharStrings))
    except Exception:  # noqa: BLE001  a broken program raises anything; it is reported as such
        return False


def _measured(data: bytes, font: Any, texts: Mapping[int, str]) -> tuple[Any, float | None, bool]:
    """Return a TrueType program, its x-height in ems as drawn, and whether it draws anything at all."""
    try:
        program = TTFont(BytesIO(data), lazy=True, recalcBBoxes=False)
        glyphs, order = program.getGlyphSet(), program.getGlyphOrder()
        for glyph in _flat_glyphs(font, program, texts):
            if not bounded_glyph(program["glyf"], order[glyph]):
                continue
            pen = BoundsPen(glyphs)
            glyphs[order[glyph]].draw(pen)
            if pen.bounds:
                return program, pen.bounds[3] / program["head"].unitsPerEm, True
        return program, None, program["maxp"].numGlyphs > 0 and any(program["loca"])
    except Exception:  # noqa: BLE001  a broken program raises anything; it is reported as such
        return None, None, False


def _flat_glyphs(font: Any, program: Any, texts: Mapping[int, str]) -> list[int]:
    """Return the glyphs of small flat letters, by ToUnicode of a Type 0 font or by the program's own table."""
    by_letter: dict[int, int] = {}
    if name_of(font.get("/Subtype")) == "/Type0" and texts:
        by_letter = {ord(text): code for code, text in texts.items() if len(text) == 1}
    elif "cmap" in program:
        by_letter = {code: program.getGlyphID(name) for code, name in (program.getBestCmap() or {}).items()}
    return [by_letter[ord(letter)] for letter in FLAT_LETTERS if ord(letter) in by_letter]
