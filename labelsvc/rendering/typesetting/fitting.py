"""Fit a text into its box: break it between syllables, then shrink it, then refuse it.

What counts is the ink: stacked diacritics (Ấ Ộ Ẵ) and dots below (ụ ạ) neither leave the box nor touch the next line.
Boxes are in millimetres; everything that :class:`FittedText` says is in points.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from labelsvc.domain.errors import InvalidValue, PrintRefused, Problem
from labelsvc.domain.print_options import LINES_APART_MM
from labelsvc.pdf.units import number, points
from labelsvc.rendering.typesetting.fonts import FontFace, TextMeasure
from labelsvc.rendering.typesetting.line_breaking import (
    UnbreakablePieces,
    break_greedily,
    break_well,
    keep_together,
    make_pieces,
)

Align = Literal["left", "center", "right"]
VerticalAlign = Literal["top", "middle", "bottom"]

_STEP_PT = 0.1
_ROUNDING_PT = 1e-6
CLEARANCE = 20.0
"""Least blank between the ink of two lines, in 1/1000 em."""
_SAME_LETTER = str.maketrans({"\u2010": "-", "\u2011": "-", "\t": " ", "\n": " ", "\r": " "})


def shrinking_sizes(size_pt: float, min_size_pt: float) -> tuple[float, ...]:
    """Return the sizes to try: from the design's in steps of 0.1 pt to the least; raise ``InvalidValue`` text.sizes."""
    if not 0 < min_size_pt <= size_pt:
        raise InvalidValue.from_code("text.sizes", size_pt=size_pt, min_size_pt=min_size_pt)
    steps = int((size_pt - min_size_pt) / _STEP_PT - 1e-9) + 1
    sizes = (round(size_pt - _STEP_PT * step, 3) for step in range(steps))
    return tuple(dict.fromkeys([*sizes, min_size_pt]))


@dataclass(frozen=True, slots=True, eq=False)  # each box is itself: fits are remembered by box
class TextBox:
    """Where a text may stand and how far it may shrink; made once per element of a design.

    ``leading`` is in em, ``tracking`` (letter-spacing) in em; ``balanced`` asks for lines of similar width. The ink of
    two lines is ``apart_mm`` apart, and always CLEARANCE.
    """

    width_mm: float
    height_mm: float
    size_pt: float
    min_size_pt: float
    max_lines: int = 1
    leading: float = 1.2
    balanced: bool = False
    tracking: float = 0.0
    apart_mm: float = LINES_APART_MM
    width_pt: float = field(init=False)
    height_pt: float = field(init=False)
    sizes_pt: tuple[float, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a box that can hold nothing; lay out the sizes to try, largest first."""
        if not (self.width_mm > 0 and self.height_mm > 0 and self.max_lines >= 1 and self.leading > 0):
            raise InvalidValue.from_code(
                "text.box", width_mm=self.width_mm, height_mm=self.height_mm, lines=self.max_lines
            )
        object.__setattr__(self, "sizes_pt", shrinking_sizes(self.size_pt, self.min_size_pt))
        object.__setattr__(self, "width_pt", points(self.width_mm))
        object.__setattr__(self, "height_pt", points(self.height_mm))

    def clearance(self, size_pt: float) -> float:
        """Return the least blank between the ink of two lines of a size, in 1/1000 em."""
        return max(CLEARANCE, 1000 * points(self.apart_mm) / size_pt)


@dataclass(frozen=True, slots=True, eq=False)
class FittedText:
    """A text that fits: its lines and measures, in points."""

    face: FontFace
    box: TextBox
    lines: tuple[str, ...]
    size_pt: float
    leading_pt: float
    ink_top_pt: float  # of the first line, above its baseline
    ink_bottom_pt: float  # of the last line, below its baseline
    widths_pt: tuple[float, ...]  # advance of each line
    overhangs_pt: tuple[tuple[float, float], ...]  # ink of each line outside of its advance, left and right

    @property
    def ink_height_pt(self) -> float:
        """Height from the first line's highest to the last line's lowest ink."""
        return self.ink_top_pt + (len(self.lines) - 1) * self.leading_pt + self.ink_bottom_pt

    def first_baseline_pt(self, valign: VerticalAlign = "top") -> float:
        """Return the first baseline's distance from the box's upper edge, downwards.

        ``top`` leaves room for the face's tallest Vietnamese capital, so that the baseline does not depend on the
        text; ``bottom`` leaves room for its lowest; ``middle`` centres from capitals' height to the last baseline.
        Whatever is asked, ink stays inside the box.
        """
        size, rest = self.size_pt / 1000, (len(self.lines) - 1) * self.leading_pt
        match valign:
            case "top":
                wished = self.face.highest * size
            case "middle":
                wished = (self.box.height_pt + self.face.cap_height * size - rest) / 2
            case "bottom":
                wished = self.box.height_pt + self.face.lowest * size - rest
        return max(self.ink_top_pt, min(wished, self.box.height_pt - self.ink_bottom_pt - rest))


@lru_cache(maxsize=4_000)  # a text is asked for at every size
def normalised(text: str) -> str:
    """Return a text in NFC with single spaces and plain hyphens: what stands on paper is exactly this."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable() or "\u2010" in text or "\u2011" in text:
        text = text.translate(_SAME_LETTER)
    return " ".join([word for word in text.split(" ") if word])


def fit_text(face: FontFace, text: str, box: TextBox, name: str = "") -> FittedText | Problem:
    """Return the text, normalised, in the largest size that fits the box, or what is wrong with it.

    Words are kept together as ``line_breaking`` says; only where that fits in no size are numbers parted from their
    units and long words at their hyphens. ``name`` is the field's name for the problem: text.letter_missing,
    text.word_too_long or text.too_long.
    """
    text = normalised(text)
    try:
        return _fit(face, text, box) or _explain(face, text, box, name)
    except PrintRefused:
        facts = {"field": name, "text": text, "letters": face.missing(text), "face": face.name}
        return Problem("text.letter_missing", facts)


@lru_cache(maxsize=4_000)  # labels repeat their headings, places and firms
def _fit(face: FontFace, text: str, box: TextBox) -> FittedText | None:
    if not text:
        return FittedText(face, box, (), box.size_pt, 0.0, 0.0, 0.0, (), ())
    measure = face.measure(text)
    fitted = _set_line(face, text, measure, box, box.size_pt)
    if fitted:
        return fitted
    if box.max_lines == 1:
        index = bisect_left(box.sizes_pt, True, key=lambda size: _line_fits(measure, box, size))
        return _set_line(face, text, measure, box, box.sizes_pt[index]) if index < len(box.sizes_pt) else None
    words = text.split(" ")
    tracking = 1000 * box.tracking
    together = make_pieces(face, keep_together(words), tracking, 1000 * box.width_pt / box.size_pt)
    return _fit_lines(face, together, box) or _fit_lines(face, make_pieces(face, words, tracking, 0.0), box)


def _line_fits(measure: TextMeasure, box: TextBox, size: float) -> bool:
    em = size / 1000
    width = measure.left_overhang + measure.advance + measure.right_overhang
    width += 1000 * box.tracking * (measure.letters - 1)
    return width * em <= box.width_pt and (measure.y_max - measure.y_min) * em <= box.height_pt


def _set_line(face: FontFace, text: str, measure: TextMeasure, box: TextBox, size: float) -> FittedText | None:
    if not _line_fits(measure, box, size):
        return None
    em = size / 1000
    advance = (measure.advance + 1000 * box.tracking * (measure.letters - 1)) * em
    overhang = measure.left_overhang * em, measure.right_overhang * em
    leading = box.leading * size
    return FittedText(
        face, box, (text,), size, leading, measure.y_max * em, -measure.y_min * em, (advance,), (overhang,)
    )


def _fit_lines(face: FontFace, pieces: UnbreakablePieces, box: TextBox) -> FittedText | None:
    sizes = box.sizes_pt
    if fitted := _set_lines(face, pieces, box, sizes[0]):
        return fitted
    narrow = bisect_left(sizes, True, key=lambda size: _starts(pieces, box, size) is not None)
    if narrow == len(sizes):
        return None
    least = len(_starts(pieces, box, sizes[-1]) or ())
    tallest = box.height_pt * 1000 / ((least - 1) * box.leading * 1000 + max(0.0, min(pieces.tops)) + 1e-6)
    low = bisect_left(sizes, -tallest, key=lambda size: -size)
    fits = (_set_lines(face, pieces, box, size) for size in sizes[max(narrow, low) :])
    return next(filter(None, fits), None)


def _starts(pieces: UnbreakablePieces, box: TextBox, size: float) -> list[int] | None:
    return break_greedily(pieces, 1000 * box.width_pt / size + 1000 * box.tracking, box.max_lines)


def _set_lines(face: FontFace, pieces: UnbreakablePieces, box: TextBox, size: float) -> FittedText | None:
    """Set the pieces in one size; None if they are too wide or their ink too high."""
    starts = _starts(pieces, box, size)
    if starts is None or _least_height(pieces, len(starts), box, size) * size / 1000 > box.height_pt + _ROUNDING_PT:
        return None
    if len(starts) > 1:
        starts = break_well(pieces, 1000 * box.width_pt / size + 1000 * box.tracking, starts, box.balanced)
    spans = list(zip(starts, [*starts[1:], len(pieces.texts)], strict=True))
    tops = [max(pieces.tops[start:end]) for start, end in spans]
    bottoms = [min(pieces.bottoms[start:end]) for start, end in spans]
    blank = box.clearance(size)
    apart = [top - bottom + blank for bottom, top in zip(bottoms, tops[1:], strict=False)]
    leading = max([1000 * box.leading, *apart])
    em = size / 1000
    if (tops[0] - bottoms[-1] + (len(spans) - 1) * leading) * em > box.height_pt:
        return None
    return FittedText(
        face,
        box,
        tuple([pieces.line(start, end) for start, end in spans]),
        size,
        leading * em,
        tops[0] * em,
        -bottoms[-1] * em,
        tuple([_advance(pieces, start, end, box) * em for start, end in spans]),
        tuple([(pieces.lefts[start] * em, pieces.rights[end - 1] * em) for start, end in spans]),
    )


def _least_height(pieces: UnbreakablePieces, lines: int, box: TextBox, size: float) -> float:
    """Return a bound of the ink's height in 1/1000 em that holds wherever the lines break: looking for that is dear.

    The highest piece stands on the first line, or as far below a line above it as two lines must be apart.
    """
    first, last, highest = pieces.tops[0], pieces.bottoms[-1], max(pieces.tops)
    leading = 1000 * box.leading
    below = max(leading, highest - max(pieces.bottoms) + box.clearance(size))
    return min(highest - last + (lines - 1) * leading, first - last + (lines - 1) * below)


def _advance(pieces: UnbreakablePieces, start: int, end: int, box: TextBox) -> float:
    return sum(pieces.widths[start:end]) + sum(pieces.gaps[start + 1 : end]) - 1000 * box.tracking


def _explain(face: FontFace, text: str, box: TextBox, name: str) -> Problem:
    """Say by how much a text is too long, in letters that the box would hold."""
    size = box.min_size_pt
    facts: dict[str, object] = {"field": name, "text": text, "width_mm": box.width_mm, "height_mm": box.height_mm}
    facts |= {"size_pt": size, "lines": box.max_lines}
    pieces = make_pieces(face, text.split(" "), 1000 * box.tracking, 0.0)
    limit = 1000 * box.width_pt / size + 1000 * box.tracking
    for piece, *widths in zip(pieces.texts, pieces.lefts, pieces.widths, pieces.rights, strict=True):
        if sum(widths) > limit:
            return Problem("text.word_too_long", {**facts, "word": piece})
    smallest = replace(box, size_pt=size)
    room = bisect_left(range(len(text)), True, key=lambda last: not _fit(face, text[: last + 1].strip(), smallest))
    return Problem("text.too_long", {**facts, "letters": len(text), "room": room})


@lru_cache(maxsize=4_000)
def operators(fitted: FittedText, left_pt: float, baseline_pt: float, align: Align = "left") -> bytes:
    """Return the text object that shows a fitted text: ``BT … ET``, nothing for an empty text.

    ``left_pt`` is the box's left edge and ``baseline_pt`` the first baseline, in the content stream's coordinates
    (y upwards). The colour is the caller's; tracking is set back to 0.
    """
    if not fitted.lines:
        return b""
    face, tracking = fitted.face, fitted.box.tracking * fitted.size_pt
    parts = [b"BT /%b %g Tf" % (face.resource, fitted.size_pt)]
    if tracking:
        parts.append(b"%b Tc" % number(tracking, 3).encode())
    last_x = last_y = 0.0
    for i, line in enumerate(fitted.lines):
        x = round(left_pt + _indent(fitted, i, align), 2)
        y = round(baseline_pt - i * fitted.leading_pt, 2)
        parts.append(b"%g %g Td %b" % (round(x - last_x, 2), round(y - last_y, 2), face.show(line)))
        last_x, last_y = x, y
    parts.append(b"0 Tc ET" if tracking else b"ET")
    return b" ".join(parts)


def _indent(fitted: FittedText, i: int, align: Align) -> float:
    """Return where line ``i`` starts, from the box's left edge, so that its ink stays inside."""
    left, right = fitted.overhangs_pt[i]
    if align == "left":
        return left
    blank = fitted.box.width_pt - fitted.widths_pt[i] - left - right
    return left + (blank if align == "right" else blank / 2)
