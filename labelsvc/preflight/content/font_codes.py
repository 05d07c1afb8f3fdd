"""The meaning and appearance of a font's codes: ToUnicode, glyphs and widths (ISO 32000-1, 9.7, 9.10.3)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import pikepdf

from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of
from labelsvc.preflight.content.text_extent import GlyphWidths, widths_of

NEAR_EMS = 0.005
"""Rounding tolerance of a width."""
LACKS, WRONG, EMPTY, WIDTHS = (
    ("font_unicode", "preflight.font_unicode_lacks"),
    ("font_unicode", "preflight.font_unicode_wrong"),
    ("fonts_embedded", "preflight.font_glyph"),
    ("fonts_embedded", "preflight.font_widths"),
)
_PART = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_PAIR = re.compile(rb"<\s*([0-9A-Fa-f]{2,8})\s*>\s*<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<\s*([0-9A-Fa-f]{2,8})\s*>\s*<\s*([0-9A-Fa-f]{2,8})\s*>\s*(<[0-9A-Fa-f\s]*>|\[[^\]]*\])")
_TEXT = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_DRAW_NOTHING = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))
_NO_LETTER = frozenset("\0\ufffe\uffff\ufffd")


def unicode_map(data: bytes) -> dict[int, str]:
    """Return the texts of a ToUnicode CMap by code; ranges that the format forbids are left out."""
    found: dict[int, str] = {}
    for kind, part in _PART.findall(data):
        if kind == b"char":
            found.update((int(code, 16), _text(text)) for code, text in _PAIR.findall(part))
            continue
        for first, last, texts in _RANGE.findall(part):
            found.update(_range(int(first, 16), int(last, 16), texts))
    return found


def _range(first: int, last: int, texts: bytes) -> Iterable[tuple[int, str]]:
    if texts.startswith(b"["):
        return zip(range(first, last + 1), map(_text, _TEXT.findall(texts)), strict=False)
    start = _text(texts.strip(b"<>"))
    if not start or last < first or (ord(start[-1]) & 255) > 255 - (last - first):
        return ()
    return ((code, start[:-1] + chr(ord(start[-1]) + code - first)) for code in range(first, last + 1))


def _text(digits: bytes) -> str:
    return bytes.fromhex(b"".join(digits.split()).decode()).decode("utf-16-be", errors="replace")


class FontCodes:
    """The codes of one font, each checked once.

    ``program`` is its TrueType program where it has one, ``texts`` what its ToUnicode says (None: it has none).
    """

    def __init__(self, font: Any, program: Any, texts: Mapping[int, str] | None) -> None:
        given = dictionary_of(font)
        type_0 = name_of(given.get("/Subtype")) == "/Type0"
        own = dictionary_of((items_of(given.get("/DescendantFonts")) or [None])[0])
        by_number = type_0 and name_of(own.get("/CIDToGIDMap", pikepdf.Name.Identity)) == "/Identity"
        self._code_bytes = 1 if not type_0 else 2 if name_of(given.get("/Encoding")) == "/Identity-H" else 0
        self._program, self._texts = program if by_number else None, texts
        self._widths: GlyphWidths | None = widths_of(font)
        self._known: dict[int, tuple[tuple[str, str], ...]] = {}
        self._mapped: dict[str, set[str]] | None = None

    def wrong(self, shown: Iterable[bytes]) -> set[tuple[str, str]]:
        """Return the faults of the letters in some strings, as (rule, sentence code)."""
        step, codes = self._code_bytes, set[int]()
        for text in shown if step else ():
            codes.update(text if step == 1 else (text[at] << 8 | text[at + 1] for at in range(0, len(text) - 1, 2)))
        for code in codes - self._known.keys():
            self._known[code] = tuple(self._wrong_with(code))
        return {fault for code in codes for fault in self._known[code]}

    def _wrong_with(self, code: int) -> Iterable[tuple[str, str]]:
        text = self._texts.get(code, "") if self._texts is not None else None
        if text is not None and (not text or _NO_LETTER & {*text}):
            yield LACKS
        if self._program is None:
            return
        order = self._program.getGlyphOrder()
        if code >= len(order):
            yield EMPTY
            return
        name = order[code]
        seen = text and any(unicodedata.category(letter) not in _DRAW_NOTHING for letter in text)
        if seen and "glyf" in self._program and not self._program["glyf"][name].numberOfContours:
            yield EMPTY
        if text and self._says_otherwise(name, text):
            yield WRONG
        if self._widths and "hmtx" in self._program:
            drawn = self._program["hmtx"][name][0] / self._program["head"].unitsPerEm
            if abs(self._widths.by_code.get(code, self._widths.other) - drawn) > NEAR_EMS:
                yield WIDTHS

    def _says_otherwise(self, glyph: str, text: str) -> bool:
        """Return whether the program's own table has other letters for a glyph, and not this one."""
        if self._mapped is None:
            self._mapped = _letters_of(self._program)
        letters = self._mapped.get(glyph)
        return len(text) == 1 and letters is not None and _plain(text) not in letters


def _letters_of(program: Any) -> dict[str, set[str]]:
    """Return the letters of each glyph by the program's own table, nothing where it has none."""
    letters: dict[str, set[str]] = {}
    for letter, name in (program.getBestCmap() or {}).items() if "cmap" in program else ():
        if unicodedata.category(chr(letter)) == "Co":
            continue  # a variant of a letter, whose place is private
        letters.setdefault(name, set()).add(_plain(chr(letter)))
    return letters


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
