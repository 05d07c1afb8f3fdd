"""The faces that labels are set in: what a text measures, which letters a face lacks, how a text is encoded.

All measures are in 1/1000 em. A text is encoded for a Type0 font with Identity-H whose CIDs are the ORIGINAL glyph
ids, so the same text has the same bytes in every part of every batch; which letters a part uses is kept in a
:class:`~labelsvc.rendering.typesetting.font_book.FontUse`, and :mod:`labelsvc.rendering.typesetting.subset` writes the
subsets from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from struct import unpack_from
from typing import Self

from labelsvc.domain.errors import NotFound, PrintRefused
from labelsvc.rendering.typesetting.font_file import FontFile

_FILE_NAME = re.compile(r"(?P<family>[A-Za-z0-9]+)_(?P<weight>\d{3})(?P<style>[A-Za-z]+?)(?P<italic>_Italic)?\.ttf")
_ESCAPES = {b"\\"[0]: b"\\\\", b"("[0]: b"\\(", b")"[0]: b"\\)", b"\r"[0]: b"\\r"}
_WORDS_KEPT = 50_000  # measures of syllables; Vietnamese has about 7,000 that are written
_VIETNAMESE = "".join(chr(code) for code in range(0x1EA0, 0x1EFA)) + "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯgjpqy"
_SPACES = " \u00a0"


@dataclass(frozen=True, slots=True)
class GlyphMetrics:
    """One letter of a face: glyph id, its two bytes in a PDF string, and measures in 1/1000 em."""

    glyph: int
    encoded: bytes
    advance: float
    x_min: float
    y_min: float
    x_max: float
    y_max: float


@dataclass(frozen=True, slots=True)
class TextMeasure:
    """What a text measures, kerned, in 1/1000 em; the overhangs are ink outside of the advance (≥ 0)."""

    letters: int
    advance: float
    y_min: float
    y_max: float
    left_overhang: float
    right_overhang: float
    kerned: bool
    shown: bytes  # the inside of a string or, where kerned, of strings in an array for TJ


@dataclass(frozen=True, slots=True)
class FaceName:
    """What a face is asked for by; ``name`` is its PostScript name, as PDFs say it."""

    name: str
    family: str
    weight: int
    italic: bool

    @classmethod
    def from_file_name(cls, file_name: str) -> Self:
        """Read a file's name, as ``BeVietnamPro_700Bold_Italic.ttf``; NotFound text.font_name."""
        parts = _FILE_NAME.fullmatch(file_name)
        if parts is None:
            raise NotFound.from_code("text.font_name", name=file_name)
        style, italic = parts["style"], bool(parts["italic"])
        style = "Italic" if italic and style == "Regular" else style + ("Italic" if italic else "")
        family = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", parts["family"])
        return cls(f"{parts['family']}-{style}", family, int(parts["weight"]), italic)


class FontFace:
    """One face of a family. The file is read when the face is first asked for a measure.

    ``resource``: its name in every PDF (``F4``).
    """

    def __init__(self, called: FaceName, resource: bytes, read: Callable[[], FontFile]) -> None:
        self.name, self.family, self.weight, self.italic = called.name, called.family, called.weight, called.italic
        self.resource = resource
        self._read_file = read
        self._letters: dict[str, GlyphMetrics] = {}
        self._kerns: dict[tuple[str, str], float] = {}
        self._words: dict[str, TextMeasure] = {}

    @classmethod
    def from_path(cls, path: Path, index: int) -> Self:
        """Return the face of a file, whose name says what it is (NotFound)."""
        called = FaceName.from_file_name(path.name)
        return cls(called, b"F%d" % index, lambda: FontFile(path.read_bytes(), path.name))

    def __repr__(self) -> str:
        return f"Face({self.name})"

    @cached_property
    def file(self) -> FontFile:
        """The font file's tables."""
        return self._read_file()

    @cached_property
    def scale(self) -> float:
        """Font units to 1/1000 em."""
        return 1000 / self.file.units_per_em

    @cached_property
    def ascent(self) -> float:
        """Ascent of the face (hhea), in 1/1000 em."""
        return float(unpack_from(">h", self.file.tables["hhea"], 4)[0]) * self.scale

    @cached_property
    def descent(self) -> float:
        """Descent of the face (hhea), below the baseline and thus negative, in 1/1000 em."""
        return float(unpack_from(">h", self.file.tables["hhea"], 6)[0]) * self.scale

    @cached_property
    def x_height(self) -> float:
        """Height of the letter x as drawn (label law measures it), in 1/1000 em."""
        return self.letter("x").y_max

    @cached_property
    def cap_height(self) -> float:
        """Height of the letter H as drawn, in 1/1000 em."""
        return self.letter("H").y_max

    @cached_property
    def figure_height(self) -> float:
        """Height of the lowest of the ten figures as drawn, in 1/1000 em."""
        return min(self.letter(figure).y_max for figure in "0123456789")

    @cached_property
    def highest(self) -> float:
        """Top of the tallest Vietnamese letter, above the baseline, in 1/1000 em."""
        return max(letter.y_max for letter in map(self.letter, _VIETNAMESE))

    @cached_property
    def lowest(self) -> float:
        """Bottom of the lowest Vietnamese letter, negative, in 1/1000 em."""
        return min(letter.y_min for letter in map(self.letter, _VIETNAMESE))

    def letter(self, letter: str) -> GlyphMetrics:
        """Return a letter's glyph and measures; raise ``PrintRefused`` text.letter_missing when the face lacks it."""
        found = self._letters.get(letter)
        if found is None:
            found = self._letters[letter] = self._read_letter(letter)
        return found

    def _read_letter(self, letter: str) -> GlyphMetrics:
        glyph = self.file.glyph_of.get(letter)
        if glyph is None or unicodedata.combining(letter):
            raise PrintRefused.from_code("text.letter_missing", field="", text=letter, letters=letter, face=self.name)
        encoded = b"".join(_ESCAPES.get(byte, bytes((byte,))) for byte in glyph.to_bytes(2, "big"))
        x_min, y_min, x_max, y_max = (bound * self.scale for bound in self.file.bounds(glyph))
        return GlyphMetrics(glyph, encoded, self.file.advances[glyph] * self.scale, x_min, y_min, x_max, y_max)

    def missing(self, text: str) -> str:
        """Return the letters of a text that the face cannot draw, each once.

        A combining mark counts as missing: whatever NFC composes must have been composed before, and the rest would
        stand beside its letter instead of above it.
        """
        known = self.file.glyph_of
        return "".join(dict.fromkeys(c for c in text if c not in known or unicodedata.combining(c)))

    def kern(self, first: str, second: str) -> float:
        """Return what the face moves the second letter by, in 1/1000 em (mostly ≤ 0); spaces are not kerned."""
        kern = self._kerns.get((first, second))
        if kern is None:
            kern = self._kerns[first, second] = self._read_kern(first, second)
        return kern

    def _read_kern(self, first: str, second: str) -> float:
        if first in _SPACES or second in _SPACES:
            return 0.0
        pair = self.letter(first).glyph, self.letter(second).glyph
        kerns = (table(*pair) for table in self.file.pair_kernings)
        return next(
            (kern * self.scale for kern in kerns if kern is not None), 0.0
        )  # the first table that knows the pair

    def word(self, word: str) -> TextMeasure:
        """Measure a word; measures are kept. Raises as :meth:`letter`."""
        measure = self._words.get(word)
        if measure is None:
            if len(self._words) >= _WORDS_KEPT:
                self._words.clear()
            measure = self._words[word] = self._measure(word)
        return measure

    def _measure(self, word: str) -> TextMeasure:
        letters = [self.letter(letter) for letter in word]
        drawn = [letter for letter in letters if letter.x_max > letter.x_min]
        kerns = [self.kern(a, b) for a, b in pairwise(word)]
        return TextMeasure(
            letters=len(letters),
            advance=sum(letter.advance for letter in letters) + sum(kerns),
            y_min=min((letter.y_min for letter in drawn), default=0.0),
            y_max=max((letter.y_max for letter in drawn), default=0.0),
            left_overhang=max(0.0, -letters[0].x_min) if letters else 0.0,
            right_overhang=max(0.0, letters[-1].x_max - letters[-1].advance) if letters else 0.0,
            kerned=any(kerns),
            shown=b"".join(
                b")%d(%b" % (round(-kern), letter.encoded) if kern else letter.encoded
                for kern, letter in zip([0.0, *kerns], letters, strict=False)
            ),
        )

    def measure(self, text: str) -> TextMeasure:
        """Measure a text from its words. Raises as :meth:`letter`."""
        words = [self.word(word) for word in text.split(" ")]
        if len(words) == 1:
            return words[0]
        space = self.letter(" ")
        return TextMeasure(
            letters=len(text),
            advance=sum([word.advance for word in words]) + (len(words) - 1) * space.advance,
            y_min=min([word.y_min for word in words]),
            y_max=max([word.y_max for word in words]),
            left_overhang=words[0].left_overhang,
            right_overhang=words[-1].right_overhang,
            kerned=any(word.kerned for word in words),
            shown=space.encoded.join([word.shown for word in words]),
        )

    def advance(self, text: str) -> float:
        """Return the width of a text, kerned, in 1/1000 em."""
        return self.measure(text).advance

    def ink(self, text: str) -> tuple[float, float]:
        """Return (lowest, highest) of the drawn letters about the baseline, in 1/1000 em; (0, 0) for no ink."""
        measure = self.measure(text)
        return measure.y_min, measure.y_max

    def glyph_ids(self, text: str) -> list[int]:
        """Return the glyph of each letter."""
        return [self.letter(letter).glyph for letter in text]

    def encode(self, text: str) -> bytes:
        """Return a text as the operand of Tj: a literal string of two bytes a letter, without kerning."""
        return b"(" + b"".join([self.letter(letter).encoded for letter in text]) + b")"

    def show(self, text: str) -> bytes:
        """Return the operator that shows a text, kerned: ``(…)Tj``, or ``[(…)90(…)]TJ`` where a pair is kerned."""
        measure = self.measure(text)
        return b"[(%b)]TJ" % measure.shown if measure.kerned else b"(%b)Tj" % measure.shown
