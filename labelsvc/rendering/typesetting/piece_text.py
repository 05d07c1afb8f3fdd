"""What differs from piece to piece in text: the code in four fives, and the serial.

A design's slots are compiled once; the operators of all pieces of a page are then written together (see
``byte_rows``), a microsecond or two a piece. Lengths are points from the trim's lower left
corner, y upwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import degrees

import numpy as np
from numpy.typing import NDArray

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.units import number
from labelsvc.rendering.typesetting.arc_text import matrix, matrix_operator, spacing_radius
from labelsvc.rendering.typesetting.byte_rows import ByteRows, CellGroup, Choice, LookupTable, RowCells, TableIndices
from labelsvc.rendering.typesetting.fitting import Align
from labelsvc.rendering.typesetting.fonts import FontFace, FontUse

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
_DIGITS = "0123456789"
_FIVE = 5
_ARC_STEP = 0.05  # em between two places on an arc: no letter is more than 0.04 mm beside its own at 4.5 pt
_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class CodeLines:
    """A code in one line of four fives, or in two lines of two, as many as there are baselines.

    ``x_pt`` is the lines' left edge, middle or right edge, as ``align`` says; ``state`` are operators for colour and
    overprint that go before (none: whatever is in force). ``tracking`` is in em.
    """

    face: FontFace
    size_pt: float
    x_pt: float
    baselines_pt: tuple[float, ...]
    align: Align = "center"
    tracking: float = 0.0
    state: bytes = b""

    def __post_init__(self) -> None:
        """Refuse any other number of lines."""
        if len(self.baselines_pt) not in (1, 2):
            raise InvalidValue.from_code("text.code_lines", lines=len(self.baselines_pt))

    @property
    def letters_a_line(self) -> int:
        """How many letters a line holds: 20 or 10."""
        return CODE_LENGTH // len(self.baselines_pt)

    @property
    def width_pt(self) -> float:
        """Width of a line of the widest letter: no code is wider."""
        widest = _advances(self.face, CODE_LETTERS, self.tracking).max() * self.letters_a_line
        return float(widest + _blanks(self)) * self.size_pt / 1000


@dataclass(frozen=True)
class CodeArc:
    """A code along a circle: each letter takes its own width, the code is in the middle; angles as in ``arc_text``.

    ``tracking`` is between all letters and ``gap`` the extra room between two fives, both in em at half the height of
    capitals. Letters stand at steps of _ARC_STEP, so that few matrices occur and pages compress well.
    """

    face: FontFace
    size_pt: float
    center_pt: tuple[float, float]
    radius_pt: float
    middle_deg: float = 270.0
    upper: bool = False
    tracking: float = 0.08
    gap: float = 0.46
    state: bytes = b""

    @property
    def degrees_per_em(self) -> float:
        """Angle of one em along the letters."""
        return degrees(self.size_pt / spacing_radius(self.face, self.radius_pt, self.size_pt, self.upper))

    @property
    def span_deg(self) -> float:
        """Angle of the widest code: no code takes more."""
        return float(CODE_LENGTH * self.widths.max() + self._blanks) * self.degrees_per_em

    @property
    def widths(self) -> NDArray[np.float64]:
        """Width of each letter with its tracking, in em."""
        return _advances(self.face, CODE_LETTERS, self.tracking) / 1000

    def middles(self, letters: TableIndices) -> NDArray[np.float64]:
        """Return where the middles of codes' letters (n, 20) stand from the middle of the code, in em."""
        widths = self.widths[letters]
        gaps = np.arange(CODE_LENGTH) // _FIVE * self.gap
        ends = widths.cumsum(axis=1)
        whole = ends[:, -1:] + self._blanks
        middles: NDArray[np.float64] = ends - (widths + self.tracking) / 2 + gaps - whole / 2
        return middles

    def angle_deg(self, along: float) -> float:
        """Return the angle at so many em along the letters from the middle of the code."""
        return self.middle_deg + along * self.degrees_per_em * (-1 if self.upper else 1)

    @property
    def _blanks(self) -> float:
        """What a code takes besides its letters' widths, in em: the gaps, less the last letter's tracking."""
        return (CODE_LENGTH // _FIVE - 1) * self.gap - self.tracking


@dataclass(frozen=True)
class SerialLine:
    """A stamp's number, at least six digits grouped by three: "Số 000 417". Serial 0 prints nothing."""

    face: FontFace
    size_pt: float
    x_pt: float
    baseline_pt: float
    align: Align = "center"
    before: str = "Số "
    after: str = ""
    tracking: float = 0.0
    state: bytes = b""

    @property
    def width_pt(self) -> float:
        """Width of the widest serial of seven digits: no serial is wider."""
        digits = _advances(self.face, _DIGITS, self.tracking)
        words = _advances(self.face, f"{self.before}  {self.after}", self.tracking)
        return float(7 * digits.max() + words.sum() - 1000 * self.tracking) * self.size_pt / 1000


Slot = CodeLines | CodeArc | SerialLine


class PieceText:
    """The compiled slots of a design; stateless, so that every part and every reprint has the same bytes."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        """Compile; raise ``PrintRefused`` text.letter_missing when a face lacks a letter of a slot."""
        self._slots = tuple(slots)
        groups = [CellGroup(_cells(slot), numbered=isinstance(slot, SerialLine)) for slot in self._slots]
        self._rows = ByteRows([CellGroup([b"BT"]), *groups, CellGroup([b" ET"])] if groups else [])

    def record(self, use: FontUse) -> None:
        """Note the letters that codes and serials may need."""
        for slot in self._slots:
            words = f"{slot.before}{_DIGITS} {slot.after}" if isinstance(slot, SerialLine) else f"{CODE_LETTERS} "
            use.add(slot.face, words)

    def operators(self, codes: Sequence[str], serials: Sequence[int]) -> list[bytes]:
        """Return a text object for each piece: its code (20 letters, no spaces) and its serial.

        Raises ``InvalidValue`` text.codes for a code that is not 20 letters of Crockford's base 32.
        """
        return self._rows.write(_letters(codes), np.asarray(serials, np.intp))


_INDEX = np.full(256, len(CODE_LETTERS), np.intp)
_INDEX[list(CODE_LETTERS.encode())] = range(len(CODE_LETTERS))


def _letters(codes: Sequence[str]) -> TableIndices:
    """Return the letters of codes as indices (n, 20)."""
    joined = np.frombuffer("".join(codes).encode(), np.uint8)
    indices: TableIndices = _INDEX[joined]
    if len(joined) != CODE_LENGTH * len(codes) or (len(codes) and indices.max() == len(CODE_LETTERS)):
        raise InvalidValue.from_code("text.codes", count=len(codes))
    rows: TableIndices = indices.reshape(-1, CODE_LENGTH)
    return rows


def _cells(slot: Slot) -> RowCells:
    state = slot.state + b" " if slot.state else b""
    head = b" %b/%b %b Tf" % (state, slot.face.resource, number(slot.size_pt, 3).encode())
    if isinstance(slot, CodeArc):
        return [head, *_code_arc(slot)]
    body = _code_lines(slot) if isinstance(slot, CodeLines) else _serial(slot)
    tracking = number(slot.tracking * slot.size_pt, 3).encode()
    return [head, b" %b Tc" % tracking, *body, b" 0 Tc"] if slot.tracking else [head, *body]


def _columns(start: int, count: int) -> Choice:
    return lambda letters, _: letters[:, start : start + count]


def _advances(face: FontFace, letters: str, tracking: float) -> NDArray[np.float64]:
    """Return the width of each letter with its tracking, in 1/1000 em."""
    return np.array([face.letter(letter).advance + 1000 * tracking for letter in letters])


def _blanks(slot: CodeLines) -> float:
    """Return what the spaces of a line add to its letters' widths, less the last letter's tracking."""
    spaces = slot.letters_a_line // _FIVE - 1
    return spaces * (slot.face.letter(" ").advance + 1000 * slot.tracking) - 1000 * slot.tracking


def _code_lines(slot: CodeLines) -> Iterator[bytes | LookupTable]:
    """Each line is ``1 0 0 1 x y Tm (…)Tj`` with x from the widths of this code's letters."""
    entries = [slot.face.letter(letter).encoded for letter in CODE_LETTERS]
    widths = _advances(slot.face, CODE_LETTERS, slot.tracking)
    length = slot.letters_a_line
    for line, baseline in enumerate(slot.baselines_pt):
        first = line * length
        yield b" 1 0 0 1 "
        yield _position(slot, _blanks(slot), widths, length, _columns(first, length))
        yield b" %b Tm(" % number(baseline).encode()
        for start in range(first, first + length, _FIVE):
            if start > first:
                yield slot.face.letter(" ").encoded
            yield LookupTable(entries, _columns(start, _FIVE), _FIVE)
        yield b")Tj"


def _position(
    slot: CodeLines | SerialLine, fixed: float, widths: NDArray[np.float64], count: int, choose: Choice
) -> LookupTable:
    """Return the numbers for x, one for each hundredth of a point at which the line may start.

    A line is ``fixed`` and ``count`` of ``widths`` wide, in 1/1000 em.
    """
    share = _SHARE[slot.align] * slot.size_pt / 10  # hundredths of a point for 1/1000 em
    start = 100 * slot.x_pt - share * fixed
    least = round(start - share * count * widths.max())
    most = round(start - share * count * widths.min())
    entries = [number(hundredths / 100).encode() for hundredths in range(least, most + 1)]

    def indices(letters: TableIndices, serials: TableIndices) -> TableIndices:
        total = widths[choose(letters, serials)].sum(axis=1)
        chosen: TableIndices = np.clip(np.rint(start - least - share * total), 0, most - least).astype(np.intp)
        return chosen

    return LookupTable(entries, indices)


def _code_arc(slot: CodeArc) -> Iterator[bytes | LookupTable]:
    """Each letter is its place's matrix and ``[w(…)]TJ``, set back by half its width.

    ``/ActualText`` says the code in reading order: programs that look for lines find none on a circle.
    """
    plain = [letter.encode() for letter in CODE_LETTERS]
    yield b"/Span<</ActualText("
    for start in range(0, CODE_LENGTH, _FIVE):
        yield b" " if start else b""
        yield LookupTable(plain, _columns(start, _FIVE), _FIVE)
    yield b")>>BDC"
    drawn = [slot.face.letter(letter) for letter in CODE_LETTERS]
    shown = [b"[%d(%b)]TJ" % (round(letter.advance / 2), letter.encoded) for letter in drawn]
    furthest = int(slot.span_deg / slot.degrees_per_em / 2 / _ARC_STEP) + 1
    entries: list[bytes] = []
    for step in range(-furthest, furthest + 1):
        angle = slot.angle_deg(step * _ARC_STEP)
        place = b" " + matrix_operator(matrix(angle, slot.radius_pt, slot.center_pt, slot.upper), 3)
        entries.extend(place + letter for letter in shown)

    def indices(letters: TableIndices, _: TableIndices) -> TableIndices:
        steps = np.rint(slot.middles(letters) / _ARC_STEP).astype(np.intp) + furthest
        chosen: TableIndices = steps * len(CODE_LETTERS) + letters
        return chosen

    yield LookupTable(entries, indices, CODE_LENGTH)
    yield b" EMC"


def _serial(slot: SerialLine) -> Iterator[bytes | LookupTable]:
    """``1 0 0 1 x y Tm (Số 000 417)Tj``; from a million on there is a digit and a space more in front."""
    face = slot.face
    space = face.letter(" ")
    shown = [face.letter(digit).encoded for digit in _DIGITS]
    groups = [b"".join(three) for three in product(shown, repeat=3)]
    leads = [b"", *(digit + space.encoded for digit in shown[1:])]
    digits = _advances(face, _DIGITS, slot.tracking)
    group_widths = [sum(three) for three in product(digits.tolist(), repeat=3)]
    lead_widths = [0.0, *(digits[1:] + space.advance + 1000 * slot.tracking)]
    words = _advances(face, slot.before + slot.after, slot.tracking).sum()

    def parts(_: TableIndices, serials: TableIndices) -> TableIndices:
        return np.stack((serials // 1000 % 1000, serials % 1000, 1000 + serials // 1_000_000), axis=1)

    yield b" 1 0 0 1 "
    # The space between the groups has its tracking, and the last letter has none: together just the space.
    yield _position(slot, words + space.advance, np.array([*group_widths, *lead_widths]), 3, parts)
    yield b" %b Tm%b" % (number(slot.baseline_pt).encode(), face.encode(slot.before)[:-1])
    yield LookupTable(leads, lambda _, serials: serials // 1_000_000)
    yield LookupTable(groups, lambda _, serials: serials // 1000 % 1000)
    yield space.encoded
    yield LookupTable(groups, lambda _, serials: serials % 1000)
    yield face.encode(slot.after)[1:] + b"Tj"
