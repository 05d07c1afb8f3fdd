"""What differs from piece to piece in text: the code in four fives and the serial.

A design's slots are compiled once into a row of bytes of fixed width; a batch of pieces is then as many rows of one
numpy array, in which table look-ups write letters, digits and positions. Padding is a byte that occurs nowhere else
and is deleted at the end, so rows come out as short as if they had been written one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import degrees

import numpy as np
from numpy.typing import NDArray

from labelsvc.domain.errors import InvalidValue
from labelsvc.rendering.arc_text import matrix, matrix_operator, spacing_radius
from labelsvc.rendering.fonts import Face, FontUse
from labelsvc.rendering.points import number
from labelsvc.rendering.text import Align

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
FIVE = 5
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class CodeLines:
    """A code in one line of four fives, or in two lines of two. Points from the trim's lower left corner, y upwards.

    ``x_pt`` is the left edge, middle or right edge of the lines, as ``align`` says; ``state`` are operators for colour
    and overprint that go before. ``tracking`` is in em.
    """

    face: Face
    size_pt: float
    x_pt: float
    baselines_pt: tuple[float, ...]
    align: Align = "center"
    tracking: float = 0.0
    state: bytes = b""


@dataclass(frozen=True)
class CodeArc:
    """A code along a circle: equal cells, each letter in the middle of its cell; angles as in ``arc_text``.

    ``cell`` is a letter's room and ``gap`` the extra room between two fives, both in em at half the height of capitals.
    """

    face: Face
    size_pt: float
    center_pt: tuple[float, float]
    radius_pt: float
    middle_deg: float = 270.0
    upper: bool = False
    cell: float = 0.78
    gap: float = 0.45
    state: bytes = b""


@dataclass(frozen=True)
class SerialLine:
    """A stamp's number, grouped by three with at least six digits: "Số 000 417". Serial 0 prints nothing."""

    face: Face
    size_pt: float
    x_pt: float
    baseline_pt: float
    align: Align = "center"
    before: str = "Số "
    after: str = ""
    tracking: float = 0.0
    state: bytes = b""


Slot = CodeLines | CodeArc | SerialLine


@dataclass(frozen=True)
class _Table:
    """Entries to choose from: ``choose`` gives (n, k) indices for the letters (n, 20) and serials (n,) of n pieces."""

    entries: Sequence[bytes]
    choose: Callable[[Indices, Indices], Indices]
    k: int = 1

    def padded(self, pad: bytes) -> NDArray[np.uint8]:
        """Return the entries as (entries, bytes of the longest)."""
        length = max(map(len, self.entries))
        joined = b"".join([entry.ljust(length, pad) for entry in self.entries])
        return np.frombuffer(joined, np.uint8).reshape(-1, length)


Cells = Sequence[bytes | _Table]


class PieceText:
    """The compiled slots of a design; stateless, so that every part and every reprint has the same bytes."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        """Compile; raise ``PrintRefused`` text.letter_missing when a face lacks a letter of a slot."""
        self._slots = tuple(slots)
        rows: list[Cells] = [_cells(slot) for slot in self._slots]
        self._pad, self._end = _two_unused([b"BT ET", *(entry for cells in rows for entry in _entries(cells))])
        template = bytearray(b"BT" if rows else b"")
        self._fills: list[tuple[slice, _Table, NDArray[np.uint8]]] = []
        self._counted: list[slice] = []
        for slot, cells in zip(self._slots, rows, strict=True):
            start = len(template)
            for cell in cells:
                if isinstance(cell, bytes):
                    template += cell
                    continue
                entries = cell.padded(self._pad)
                width = cell.k * entries.shape[1]
                self._fills.append((slice(len(template), len(template) + width), cell, entries))
                template += self._pad * width
            if isinstance(slot, SerialLine):
                self._counted.append(slice(start, len(template)))
        template += b" ET" if rows else b""
        self._template = np.frombuffer(bytes(template) + self._end, np.uint8)

    def record(self, use: FontUse) -> None:
        """Note the letters that codes and serials may need."""
        for slot in self._slots:
            words = slot.before + slot.after if isinstance(slot, SerialLine) else CODE_LETTERS
            use.add(slot.face, words + " 0123456789")

    def operators(self, codes: Sequence[str], serials: Sequence[int]) -> list[bytes]:
        """Return a text object for each piece: its code (20 letters, no spaces) and serial, in the trim's coordinates.

        Raises ``InvalidValue`` text.codes for codes that are not 20 letters of Crockford's base 32 each.
        """
        letters, numbers = _letters(codes), np.asarray(serials, np.intp)
        rows = np.empty((len(codes), len(self._template)), np.uint8)
        rows[:] = self._template
        for columns, table, entries in self._fills:
            rows[:, columns] = entries[table.choose(letters, numbers)].reshape(len(codes), -1)
        if not numbers.all():
            for columns in self._counted:
                rows[numbers == 0, columns] = self._pad[0]
        return rows.tobytes().translate(None, self._pad).split(self._end)[:-1]


def _entries(cells: Cells) -> Iterator[bytes]:
    for cell in cells:
        if isinstance(cell, bytes):
            yield cell
        else:
            yield from cell.entries


def _two_unused(texts: Iterable[bytes]) -> list[bytes]:
    used = set(b"".join(texts))
    return [bytes((byte,)) for byte in range(255, -1, -1) if byte not in used][:2]


_INDEX = np.full(256, len(CODE_LETTERS), np.intp)
_INDEX[list(CODE_LETTERS.encode())] = range(len(CODE_LETTERS))


def _letters(codes: Sequence[str]) -> Indices:
    """Return the letters of codes as indices (n, 20)."""
    joined = np.frombuffer("".join(codes).encode(), np.uint8)
    indices: Indices = _INDEX[joined]
    if len(joined) != CODE_LENGTH * len(codes) or (len(codes) and indices.max() == len(CODE_LETTERS)):
        raise InvalidValue.of("text.codes", count=len(codes))
    rows: Indices = indices.reshape(-1, CODE_LENGTH)
    return rows


def _cells(slot: Slot) -> Cells:
    head = b" %b/%b %b Tf" % (slot.state and slot.state + b" ", slot.face.resource, number(slot.size_pt, 3).encode())
    match slot:
        case CodeLines():
            body: Cells = list(_code_lines(slot))
        case CodeArc():
            return [head, _code_arc(slot)]
        case SerialLine():
            body = list(_serial(slot))
    tracking = number(slot.tracking * slot.size_pt, 3).encode()
    return [head, b" %b Tc" % tracking, *body, b" 0 Tc"] if slot.tracking else [head, *body]


def _code_lines(slot: CodeLines) -> Iterator[bytes | _Table]:
    """Each line: ``1 0 0 1 x y Tm (…)Tj`` with x from the widths of this code's letters."""
    face = slot.face
    entries = [face.letter(letter).encoded for letter in CODE_LETTERS]
    widths = _advances(face, CODE_LETTERS, slot.tracking)
    space = face.letter(" ")
    length = CODE_LENGTH // len(slot.baselines_pt)
    blanks = (length // FIVE - 1) * (space.advance + 1000 * slot.tracking) - 1000 * slot.tracking
    for line, baseline in enumerate(slot.baselines_pt):
        first = line * length
        yield b" 1 0 0 1 "
        yield _position(slot, blanks, widths, length, _columns(first, length))
        yield b" %b Tm(" % number(baseline).encode()
        for start in range(first, first + length, FIVE):
            if start > first:
                yield space.encoded
            yield _Table(entries, _columns(start, FIVE), FIVE)
        yield b")Tj"


def _columns(start: int, count: int) -> Callable[[Indices, Indices], Indices]:
    return lambda letters, _: letters[:, start : start + count]


def _advances(face: Face, letters: str, tracking: float) -> NDArray[np.float64]:
    return np.array([face.letter(letter).advance + 1000 * tracking for letter in letters])


def _position(
    slot: CodeLines | SerialLine,
    fixed: float,
    widths: NDArray[np.float64],
    count: int,
    choose: Callable[[Indices, Indices], Indices],
) -> _Table:
    """Return the numbers for x, one for each hundredth of a point that the line may start at.

    A line is ``fixed`` + ``count`` of ``widths`` wide (1/1000 em).
    """
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[slot.align] * slot.size_pt / 10  # hundredths per 1/1000 em
    lowest, highest = fixed + count * widths.min(), fixed + count * widths.max()
    least = round(100 * slot.x_pt - share * highest)
    most = round(100 * slot.x_pt - share * lowest)
    entries = [number(hundredths / 100).encode() for hundredths in range(least, most + 1)]
    offset = 100 * slot.x_pt - share * fixed - least

    def indices(letters: Indices, serials: Indices) -> Indices:
        total = widths[choose(letters, serials)].sum(axis=1)
        return np.clip(np.rint(offset - share * total), 0, most - least).astype(np.intp)

    return _Table(entries, indices)


def _code_arc(slot: CodeArc) -> _Table:
    """Every (cell, letter): the cell's matrix, then the letter set back by half its width."""
    radius = spacing_radius(slot.face, slot.radius_pt, slot.size_pt, slot.upper)
    per_em = degrees(slot.size_pt / radius)
    letters = [slot.face.letter(letter) for letter in CODE_LETTERS]
    shown = [b"[%d(%b)]TJ" % (round(letter.advance / 2), letter.encoded) for letter in letters]
    entries: list[bytes] = []
    for cell in range(CODE_LENGTH):
        along = (cell - (CODE_LENGTH - 1) / 2) * slot.cell + (cell // FIVE - (CODE_LENGTH // FIVE - 1) / 2) * slot.gap
        angle = slot.middle_deg + along * per_em * (-1 if slot.upper else 1)
        place = b" " + matrix_operator(matrix(angle, slot.radius_pt, slot.center_pt, slot.upper))
        entries.extend(place + letter for letter in shown)
    cells = np.arange(CODE_LENGTH) * len(CODE_LETTERS)
    return _Table(entries, lambda letters, _: letters + cells, CODE_LENGTH)


def _serial(slot: SerialLine) -> Iterator[bytes | _Table]:
    """``1 0 0 1 x y Tm (Số 000 417)Tj``; above 999 999 there is a group more."""
    face = slot.face
    groups = [b"".join(face.letter(digit).encoded for digit in f"{group:03}") for group in range(1000)]
    space = face.letter(" ")
    leads = [b"", *(face.letter(str(digit)).encoded + space.encoded for digit in range(1, 10))]
    digits = _advances(face, "0123456789", slot.tracking)
    lead_widths = [0.0, *(digits[1:] + space.advance + 1000 * slot.tracking)]
    group_widths = [sum(digits[int(digit)] for digit in f"{group:03}") for group in range(1000)]
    words = _advances(face, slot.before + slot.after, slot.tracking).sum()
    fixed = words + space.advance  # the gap's tracking, less the last letter's
    widths = np.array([*group_widths, *lead_widths])

    def parts(_: Indices, serials: Indices) -> Indices:
        return np.stack((serials // 1000 % 1000, serials % 1000, 1000 + serials // 1_000_000), axis=1)

    yield b" 1 0 0 1 "
    yield _position(slot, fixed, widths, 3, parts)
    yield b" %b Tm%b" % (number(slot.baseline_pt).encode(), face.encode(slot.before)[:-1])
    yield _Table(leads, lambda _, serials: serials // 1_000_000)
    yield _Table(groups, lambda _, serials: serials // 1000 % 1000)
    yield space.encoded
    yield _Table(groups, lambda _, serials: serials % 1000)
    yield face.encode(slot.after)[1:] + b"Tj"
