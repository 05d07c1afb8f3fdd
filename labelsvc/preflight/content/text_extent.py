"""The extent of shown text: the sum of widths in the font's dictionary (ISO 32000-1, 9.2.4, 9.7.4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from labelsvc.preflight.content.glyph_boxes import GlyphBoxes, glyph_boxes_of
from labelsvc.preflight.content.graphics_state import GraphicsState
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, number_of, numbers_of

_TWO_BYTES = ("/Identity-H",)
_SPACE = 32
MOST_KNOWN, LONGEST_KNOWN = 2_000, 40
"""Lines of a font that are remembered; of how many parts, and bytes of each."""
LAST_CODE, MOST_SAID = 65_535, 200_000
"""The highest code of two bytes, and widths that ranges may give: three for each."""


@dataclass(frozen=True, slots=True)
class TextExtent:
    """Letters that are shown together, in text space: how far they move on, and the box that they stay in.

    ``as_drawn``: the box is that of their outlines, not of what the font's dictionary says.
    """

    advance: float
    box: Box
    as_drawn: bool = False


@dataclass(frozen=True, slots=True)
class GlyphWidths:
    """A font's widths and its letters' box, in ems; ``code_bytes``: bytes of a code; ``glyphs``: its letters' own."""

    code_bytes: int
    by_code: dict[int, float]
    other: float
    box: Box

    glyphs: GlyphBoxes | None = None
    known: dict[tuple[object, ...], TextExtent] = field(default_factory=dict, compare=False, repr=False)
    """Lines that were measured: letters of a code stand on a page a hundred times."""

    def line(self, shown: Any, state: GraphicsState) -> TextExtent:
        """Return the extent of a string, or of an array of strings and kernings in thousandths (ISO 32000-1, 9.4.4)."""
        parts = _parts(shown)
        if len(parts) > LONGEST_KNOWN or any(isinstance(part, bytes) and len(part) > LONGEST_KNOWN for part in parts):
            return self._measured(parts, state)
        key = parts, state.font_size, state.char_space, state.word_space, state.widening, state.text_rise
        if key not in self.known:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[key] = self._measured(parts, state)
        return self.known[key]

    def _measured(self, parts: Iterable[bytes | float], state: GraphicsState) -> TextExtent:
        at = least = most = 0.0
        shown_codes: list[int] = []
        for part in parts:
            if isinstance(part, bytes):
                codes = self._codes(part)
                shown_codes += codes
                at += self._advance(codes, state)
            else:
                at -= part / 1000 * state.font_size
            least, most = min(least, at), max(most, at)
        drawn = self._around(shown_codes)
        size, wide, box = state.font_size, state.widening, drawn or self.box
        if drawn and min(state.char_space, state.word_space) < 0:
            most -= len(shown_codes) * min(state.char_space + state.word_space, 0.0)
        xs = (least * wide + box[0] * size * wide, most * wide + box[2] * size * wide)
        ys = (state.text_rise + box[1] * size, state.text_rise + box[3] * size)
        return TextExtent(at * wide, (min(xs), min(ys), max(xs), max(ys)), drawn is not None)

    def _codes(self, text: bytes) -> list[int]:
        return list(text) if self.code_bytes == 1 else [text[i] << 8 | text[i + 1] for i in range(0, len(text) - 1, 2)]

    def _advance(self, codes: list[int], state: GraphicsState) -> float:
        words = codes.count(_SPACE) if self.code_bytes == 1 else 0
        ems = sum(self.by_code.get(code, self.other) for code in codes)
        return ems * state.font_size + len(codes) * state.char_space + words * state.word_space

    def _around(self, codes: list[int]) -> Box | None:
        """Return the box of some letters as drawn: how far they reach before the first one and behind the last."""
        if self.glyphs is None or not codes:
            return None
        try:
            left, low, right, high = zip(*(self.glyphs[code] for code in codes), strict=True)
        except KeyError:
            return None
        beyond = (end - self.by_code.get(code, self.other) for end, code in zip(right, codes, strict=True))
        return min(0.0, *left), min(low), max(0.0, *beyond), max(high)


def _parts(shown: Any) -> tuple[bytes | float, ...]:
    """Return the strings and the kernings of what is shown."""
    items = shown if isinstance(shown, pikepdf.Array) else [shown]
    return tuple(bytes(part) if isinstance(part, pikepdf.String) else number_of(part) or 0.0 for part in items)


def widths_of(font: Any) -> GlyphWidths | None:
    """Return the widths of a font; None if its dictionary does not define them simply."""
    given = dictionary_of(font)
    type_0 = name_of(given.get("/Subtype")) == "/Type0"
    if type_0 and name_of(given.get("/Encoding")) not in _TWO_BYTES:
        return None
    own = dictionary_of((items_of(given.get("/DescendantFonts")) or [None])[0]) if type_0 else given
    descriptor = dictionary_of(own.get("/FontDescriptor"))
    box = numbers_of(descriptor.get("/FontBBox"), 4)
    if box is None or not (box[0] < box[2] and box[1] < box[3]):
        return None
    by_code = _by_glyph(own) if type_0 else _by_letter(own)
    other = number_of(own.get("/DW", 1000)) if type_0 else number_of(descriptor.get("/MissingWidth", 0))
    if not by_code or other is None:
        return None
    return GlyphWidths(2 if type_0 else 1, by_code, other / 1000, _ems(box), glyph_boxes_of(font) if type_0 else None)


def _ems(box: tuple[float, ...]) -> Box:
    left, low, right, high = (side / 1000 for side in box)
    return left, low, right, high


def _by_letter(font: Any) -> dict[int, float]:
    first = number_of(font.get("/FirstChar")) or 0
    widths = [number_of(width) for width in items_of(font.get("/Widths"))]
    return {int(first) + at: width / 1000 for at, width in enumerate(widths) if width is not None}


def _by_glyph(font: Any) -> dict[int, float]:
    """Return the widths of /W: ``first [w w …]`` or ``first last w``."""
    items, found, at, said = items_of(font.get("/W")), dict[int, float](), 0, 0
    while at + 1 < len(items):
        first, second = number_of(items[at]), number_of(items[at + 1])
        if first is None:
            return {}
        if second is None:
            listed = [number_of(width) or 0.0 for width in items_of(items[at + 1])]
            found.update({int(first) + i: width / 1000 for i, width in enumerate(listed)})
            at += 2
            continue
        width = number_of(items[at + 2]) if at + 2 < len(items) else None
        if width is None or second - first > 65535:
            return {}
        codes = range(max(int(first), 0), min(int(second), LAST_CODE) + 1)
        said += len(codes)
        if said > MOST_SAID:
            return {}
        found.update(dict.fromkeys(codes, width / 1000))
        at += 3
    return found
