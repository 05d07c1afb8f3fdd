"""How far shown text reaches: its letters' widths summed, by the font's dictionary (ISO 32000-1, 9.2.4, 9.7.4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pikepdf

from labelsvc.preflight.content.graphics_state import Box, State
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, number_of, numbers_of

_TWO_BYTES = ("/Identity-H",)
_SPACE = 32


@dataclass(frozen=True, slots=True)
class Line:
    """Letters that are shown together, in text space: how far they move on, and the box that they stay in."""

    advance: float
    box: Box


@dataclass(frozen=True, slots=True)
class Widths:
    """A font's widths and its letters' box, in ems; ``code_bytes``: bytes of a code."""

    code_bytes: int
    by_code: dict[int, float]
    other: float
    box: Box

    def line(self, shown: Any, state: State) -> Line:
        """Return what a string, or an array of strings and kernings in thousandths, takes (ISO 32000-1, 9.4.4)."""
        at = least = most = 0.0
        for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
            kerning = number_of(part) if not isinstance(part, pikepdf.String) else None
            at += -kerning / 1000 * state.font_size if kerning is not None else self._advance(bytes(part), state)
            least, most = min(least, at), max(most, at)
        size, wide = state.font_size, state.widening
        xs = (least * wide + self.box[0] * size * wide, most * wide + self.box[2] * size * wide)
        ys = (state.text_rise + self.box[1] * size, state.text_rise + self.box[3] * size)
        return Line(at * wide, (min(xs), min(ys), max(xs), max(ys)))

    def _advance(self, text: bytes, state: State) -> float:
        step = self.code_bytes
        codes = [int.from_bytes(text[at : at + step], "big") for at in range(0, len(text), step)]
        words = codes.count(_SPACE) if step == 1 else 0
        ems = sum(self.by_code.get(code, self.other) for code in codes)
        return ems * state.font_size + len(codes) * state.char_space + words * state.word_space


def widths_of(font: Any) -> Widths | None:
    """Return the widths of a font; None where its dictionary does not tell them plainly."""
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
    return Widths(2 if type_0 else 1, by_code, other / 1000, _ems(box))


def _ems(box: tuple[float, ...]) -> Box:
    left, low, right, high = (side / 1000 for side in box)
    return left, low, right, high


def _by_letter(font: Any) -> dict[int, float]:
    first = number_of(font.get("/FirstChar")) or 0
    widths = [number_of(width) for width in items_of(font.get("/Widths"))]
    return {int(first) + at: width / 1000 for at, width in enumerate(widths) if width is not None}


def _by_glyph(font: Any) -> dict[int, float]:
    """Return the widths of /W: ``first [w w …]`` or ``first last w``."""
    items, found, at = items_of(font.get("/W")), dict[int, float](), 0
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
        found.update(dict.fromkeys(range(int(first), int(second) + 1), width / 1000))
        at += 3
    return found
