"""What differs from piece to piece in text: the code in four fives, and the serial.

A design's slots are compiled once; the operators of all pieces of a page are then written together (see
``byte_rows``), a microsecond or two a piece. Lengths are points from the trim's lower left
corner, y upwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.units import number
from labelsvc.rendering.typesetting.arc_text import matrix, matrix_operator
from labelsvc.rendering.typesetting.byte_rows import ByteRows, CellGroup, Choice, LookupTable, RowCells, TableIndices
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.piece_slots import (
    CODE_LENGTH,
    CODE_LETTERS,
    DIGITS,
    FIVE,
    CodeArc,
    CodeLines,
    SerialLine,
    Slot,
    advances,
    line_blanks,
)

_ARC_STEP = 0.05  # em between two places on an arc: no letter is more than 0.04 mm beside its own at 4.5 pt
_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


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
            words = f"{slot.before}{DIGITS} {slot.after}" if isinstance(slot, SerialLine) else f"{CODE_LETTERS} "
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


def _code_lines(slot: CodeLines) -> Iterator[bytes | LookupTable]:
    """Each line is ``1 0 0 1 x y Tm (…)Tj`` with x from the widths of this code's letters."""
    entries = [slot.face.letter(letter).encoded for letter in CODE_LETTERS]
    widths = advances(slot.face, CODE_LETTERS, slot.tracking)
    length = slot.letters_a_line
    for line, baseline in enumerate(slot.baselines_pt):
        first = line * length
        yield b" 1 0 0 1 "
        yield _position(slot, line_blanks(slot), widths, length, _columns(first, length))
        yield b" %b Tm(" % number(baseline).encode()
        for start in range(first, first + length, FIVE):
            if start > first:
                yield slot.face.letter(" ").encoded
            yield LookupTable(entries, _columns(start, FIVE), FIVE)
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
    for start in range(0, CODE_LENGTH, FIVE):
        yield b" " if start else b""
        yield LookupTable(plain, _columns(start, FIVE), FIVE)
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
    shown = [face.letter(digit).encoded for digit in DIGITS]
    groups = [b"".join(three) for three in product(shown, repeat=3)]
    leads = [b"", *(digit + space.encoded for digit in shown[1:])]
    digits = advances(face, DIGITS, slot.tracking)
    group_widths = [sum(three) for three in product(digits.tolist(), repeat=3)]
    lead_widths = [0.0, *(digits[1:] + space.advance + 1000 * slot.tracking)]
    words = advances(face, slot.before + slot.after, slot.tracking).sum()

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
