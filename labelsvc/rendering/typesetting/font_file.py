"""A font file's tables, as far as labels need them: letters to glyphs, widths, bounds, pair kerning.

Outlines are TrueType's, or those of CFF in a file that we prepared (``uploads``): that one says each glyph's bounds in
a table of its own, so that nobody has to run its charstrings.

An own reader because the print path must start at once: a face costs a millisecond here and tens of them with
fontTools. Table layouts are those of the OpenType specification 1.9 (cmap format 4, GPOS lookup type 2).
Values stay in the font's own units; :mod:`labelsvc.rendering.typesetting.fonts` scales them to 1/1000 em.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterator
from functools import cached_property
from struct import Struct, unpack_from

from labelsvc.domain.errors import InvalidValue

_BOUNDS = Struct(">hhhhh")
OPENTYPE_CFF = b"OTTO"
GLYPH_BOUNDS, BOUNDS_OF_GLYPH = "lsbb", Struct(">hhhh")
"""Our own table in prepared files with CFF: x_min, y_min, x_max, y_max of every glyph."""
PairKerning = Callable[[int, int], int | None]


class FontFile:
    """The tables of one font; each is read when first asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        """Read the table directory; raise ``InvalidValue`` when the data is no font of these kinds."""
        self.has_cff = data[:4] == OPENTYPE_CFF and GLYPH_BOUNDS.encode() in data[:1_000]
        if data[:4] not in (b"\0\1\0\0", b"true") and not self.has_cff:
            raise InvalidValue.from_code("text.font_unreadable", name=name)
        self.name = name
        self.data = data
        directory = (unpack_from(">4s4xII", data, 12 + 16 * i) for i in range(unpack_from(">H", data, 4)[0]))
        self.tables: dict[str, memoryview] = {
            tag.decode("latin-1"): memoryview(data)[offset : offset + length] for tag, offset, length in directory
        }
        self.units_per_em: int = unpack_from(">H", self.tables["head"], 18)[0]
        self.glyph_count: int = unpack_from(">H", self.tables["maxp"], 4)[0]

    @cached_property
    def glyph_of(self) -> dict[str, int]:
        """Glyph id of every letter that the font draws (cmap format 4, Unicode)."""
        cmap = self.tables["cmap"]
        for i in range(unpack_from(">H", cmap, 2)[0]):
            platform, encoding, offset = unpack_from(">HHI", cmap, 4 + 8 * i)
            if (platform, encoding) in ((3, 1), (0, 3), (0, 4)) and unpack_from(">H", cmap, offset)[0] == 4:
                return _read_format_4(cmap[offset:])
        raise InvalidValue.from_code("text.font_unreadable", name=self.name)

    @cached_property
    def advances(self) -> array[int]:
        """Advance width of every glyph."""
        count = unpack_from(">H", self.tables["hhea"], 34)[0]
        widths = _words(self.tables["hmtx"][: 4 * count])[::2]
        widths.extend([widths[-1]] * (self.glyph_count - count))
        return widths

    @cached_property
    def offsets(self) -> list[int]:
        """Start of every glyph in ``glyf``, and the end of the last: glyph_count + 1 numbers."""
        if unpack_from(">h", self.tables["head"], 50)[0]:
            return list(unpack_from(f">{self.glyph_count + 1}I", self.tables["loca"]))
        return [2 * half for half in _words(self.tables["loca"])]

    def outline(self, glyph: int) -> memoryview:
        """Return a glyph's entry in ``glyf``; empty for a glyph that draws nothing."""
        return self.tables["glyf"][self.offsets[glyph] : self.offsets[glyph + 1]]

    def bounds(self, glyph: int) -> tuple[int, int, int, int]:
        """Return (x_min, y_min, x_max, y_max) of a glyph's drawing; zeros for one that draws nothing."""
        if self.has_cff:
            x_min, y_min, x_max, y_max = BOUNDS_OF_GLYPH.unpack_from(self.tables[GLYPH_BOUNDS], 8 * glyph)
            return x_min, y_min, x_max, y_max
        outline = self.outline(glyph)
        if not outline:
            return 0, 0, 0, 0
        _, x_min, y_min, x_max, y_max = _BOUNDS.unpack_from(outline)
        return x_min, y_min, x_max, y_max

    @cached_property
    def pair_kernings(self) -> list[PairKerning]:
        """Return the subtables of pair kerning in order, each a function of two glyphs (None: not its business)."""
        if "GPOS" not in self.tables:
            return []
        return list(_pair_subtables(self.tables["GPOS"]))


def _words(data: memoryview) -> array[int]:
    words = array("H", bytes(data))
    if sys.byteorder == "little":
        words.byteswap()
    return words


def _read_format_4(table: memoryview) -> dict[str, int]:
    length, _, doubled = unpack_from(">HHH", table, 2)
    words = _words(table[: length // 2 * 2])
    count = doubled // 2
    ends, starts, deltas, jumps = 7, 8 + count, 8 + 2 * count, 8 + 3 * count
    glyphs: dict[str, int] = {}
    for i in range(count):
        delta, jump = words[deltas + i], words[jumps + i]
        for letter in range(words[starts + i], words[ends + i] + 1):
            glyph = letter if not jump else words[jumps + i + jump // 2 + letter - words[starts + i]]
            if (glyph or not jump) and (glyph := (glyph + delta) & 0xFFFF):
                glyphs[chr(letter)] = glyph
    return glyphs


def _pair_subtables(gpos: memoryview) -> Iterator[PairKerning]:
    """Follow feature ``kern`` to its lookups of type 2, also where they hide in extensions (type 9)."""
    features, lookups = unpack_from(">HH", gpos, 6)
    indices: set[int] = set()
    for i in range(unpack_from(">H", gpos, features)[0]):
        tag, offset = unpack_from(">4sH", gpos, features + 2 + 6 * i)
        if tag == b"kern":
            indices.update(_numbers(gpos, features + offset + 2))
    for index in sorted(indices):
        lookup = lookups + unpack_from(">H", gpos, lookups + 2 + 2 * index)[0]
        kind = unpack_from(">H", gpos, lookup)[0]
        for offset in _numbers(gpos, lookup + 4):
            start = lookup + offset
            subtable_kind = kind
            if kind == 9:
                subtable_kind, further = unpack_from(">HI", gpos, start + 2)
                start += further
            if subtable_kind == 2:
                yield from _read_pairs(gpos[start:])


def _read_pairs(table: memoryview) -> Iterator[PairKerning]:
    """Read one subtable; only plain advances of the first letter are kerning, other adjustments are left alone."""
    kind, coverage, first_values, second_values = unpack_from(">HHHH", table)
    if first_values != 4 or second_values:
        return
    firsts = _covered(table[coverage:])
    if kind == 1:
        yield _single_pairs(table, firsts)
    elif kind == 2:
        yield _class_pairs(table, firsts)


def _single_pairs(table: memoryview, firsts: list[int]) -> PairKerning:
    pairs: dict[tuple[int, int], int] = {}
    for first, start in zip(firsts, _numbers(table, 8), strict=True):
        for i in range(unpack_from(">H", table, start)[0]):
            second, kern = unpack_from(">Hh", table, start + 2 + 4 * i)
            pairs[first, second] = kern
    return lambda first, second: pairs.get((first, second))


def _class_pairs(table: memoryview, firsts: list[int]) -> PairKerning:
    first_classes, second_classes, rows, columns = unpack_from(">HHHH", table, 8)
    covered = set(firsts)
    row_of = dict.fromkeys(firsts, 0) | {
        glyph: row for glyph, row in _classes(table[first_classes:]).items() if glyph in covered
    }
    column_of = _classes(table[second_classes:])
    kerns = unpack_from(f">{rows * columns}h", table, 16)

    def kern(first: int, second: int) -> int | None:
        row = row_of.get(first)
        return None if row is None else kerns[row * columns + column_of.get(second, 0)]

    return kern


def _covered(table: memoryview) -> list[int]:
    if unpack_from(">H", table)[0] == 1:
        return list(_numbers(table, 2))
    return [glyph for first, last, _ in _ranges(table, 2) for glyph in range(first, last + 1)]


def _classes(table: memoryview) -> dict[int, int]:
    if unpack_from(">H", table)[0] == 1:
        first = unpack_from(">H", table, 2)[0]
        return dict(enumerate(_numbers(table, 4), first))
    return {glyph: kind for first, last, kind in _ranges(table, 2) for glyph in range(first, last + 1)}


def _numbers(table: memoryview, at: int) -> tuple[int, ...]:
    """Read a counted list of 16-bit numbers."""
    return unpack_from(f">{unpack_from('>H', table, at)[0]}H", table, at + 2)


def _ranges(table: memoryview, at: int) -> Iterator[tuple[int, int, int]]:
    for i in range(unpack_from(">H", table, at)[0]):
        first, last, value = unpack_from(">HHH", table, at + 2 + 6 * i)
        yield first, last, value
