"""Symbols as vector paths: one filled path a symbol, runs of dark modules as rectangles in whole module units.

Everything that touches is one path, so that renderers add up the coverage of neighbours and no seam shows. The
finder patterns touch nothing but their light separators and are the same in all symbols: they are drawn apart, once a
product. Of the rest, what is the same in all symbols of a mask comes first, as one string, which compresses to next to
nothing; what a code changes is written from tables: some dozen look-ups and one join make a symbol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from labelsvc.rendering.qr.encoder import QrEncoder, Symbols
from labelsvc.rendering.qr.masks import SymbolRows

FINDER = 7
"""Modules on a side of a finder pattern (ISO/IEC 18004, 6.3.3)."""
LONGEST_CHUNK = 8
"""Modules that are looked up together at most: few enough that the tables stay in the processor's cache."""
LONGEST_CHUNK_BEFORE = 13
"""The same in batches from before: between two finder patterns of version 3 there are as many."""
NARROW_GAP = 1
"""So many modules between two that a code changes are looked up with them: it takes fewer look-ups."""
Chunk = tuple[int, int, int]
"""Modules of a row that are looked up together: the row, the first module, and the one behind the last."""


def symbol_paths(encoder: QrEncoder, symbols: Symbols) -> list[bytes]:
    """Return the path of each of an encoder's symbols without its finder patterns (no painting operator).

    A module is one unit, y up; the origin is the lower left corner of the symbol without its quiet zone. Symbols all in
    capitals are those of batches from before, which are reprinted byte for byte: theirs are :func:`matrix_paths`.
    """
    if not encoder.prefix.in_bytes:
        return matrix_paths(symbols.rows, symbols.modules)
    constant, changing = _tables(encoder)
    paths = zip(symbols.masks.tolist(), changing.paths(symbols.rows), strict=True)
    return [constant[mask] + path for mask, path in paths]


def matrix_paths(rows: SymbolRows, modules: int) -> list[bytes]:
    """Return the paths of any symbols, row by row: rows uint64[n, modules]."""
    return _matrix_chunks(modules).paths(rows)


def finder_patterns(modules: int) -> bytes:
    """Return the path of the three finder patterns, in the units and at the origin of :func:`symbol_paths`."""
    far = modules - FINDER
    dark = [(0, 0, 7, 1), (0, 6, 7, 1), (0, 1, 1, 5), (6, 1, 1, 5), (2, 2, 3, 3)]
    corners = [(0, 0), (0, far), (far, far)]
    return b"".join(b"%d %d %d %d re\n" % (x + left, y + low, w, h) for left, low in corners for x, y, w, h in dark)


def qr_page_operators(paths: Sequence[bytes], placements: Sequence[bytes]) -> bytes:
    """Return the content stream of a page's symbols; ``placements[i]`` sets the matrix of symbol i (``q … cm``)."""
    parts: list[bytes] = []
    for placement, path in zip(placements, paths, strict=True):
        parts += (placement, path, b"f Q\n")
    return b"".join(parts)


class _Chunks:
    """Chunks of a symbol, and the rectangles of every value of each.

    Chunk i is in row ``rows[i]``: its value is the row shifted by ``shifts[i]`` and masked, its rectangles are the
    entry that far from ``starts[i]``.
    """

    def __init__(self, modules: int, chunks: Sequence[Chunk]) -> None:
        sizes = [1 << end - x for _, x, end in chunks]
        self._rows = np.array([y for y, _, _ in chunks])
        self._shifts = np.array([x for _, x, _ in chunks], dtype=np.uint64)
        self._masks = np.array(sizes, dtype=np.uint64) - np.uint64(1)
        self._starts = np.cumsum([0, *sizes[:-1]], dtype=np.uint64)
        self._entries: list[bytes] = []
        for y, x, end in chunks:
            self._entries += _rectangles(x, modules - 1 - y, end - x)

    def paths(self, rows: SymbolRows) -> list[bytes]:
        """Return the rectangles of the chunks of each symbol: rows uint64[n, modules]."""
        index = (rows[:, self._rows] >> self._shifts & self._masks) + self._starts
        look_up = self._entries.__getitem__
        return [b"".join(map(look_up, line)) for line in index.tolist()]


@cache
def _matrix_chunks(modules: int) -> _Chunks:
    spans = ((y, *_span(y, modules)) for y in range(modules))
    return _Chunks(modules, [chunk for span in spans for chunk in _cut(*span, LONGEST_CHUNK_BEFORE)])


@cache
def _tables(encoder: QrEncoder) -> tuple[list[bytes], _Chunks]:
    """Return what is the same in all symbols of each mask, and the chunks of what a code changes."""
    modules, changed = encoder.version.modules, encoder.changed_modules()
    spans = [(y, x, end) for y in range(modules) for x, end in _changed_spans(changed[y], *_span(y, modules))]
    constant = [
        b"".join(
            _rectangles_of(row, modules - 1 - y, start, end)
            for y, row in enumerate(rows)
            for start, end in _between([(x, till) for at, x, till in spans if at == y], *_span(y, modules))
        )
        for rows in encoder.any_symbols()
    ]
    return constant, _Chunks(modules, [chunk for span in spans for chunk in _cut(*span, LONGEST_CHUNK)])


def _span(y: int, modules: int) -> tuple[int, int]:
    """Return the first module of a row and the one behind its last, without finder patterns and their separators."""
    start = FINDER + 1 if y <= FINDER or y >= modules - FINDER - 1 else 0
    return start, modules - FINDER - 1 if y <= FINDER else modules


def _changed_spans(changed: int, start: int, end: int) -> list[tuple[int, int]]:
    """Return where a row has modules that a code changes, over narrow gaps: first module and the one behind."""
    spans: list[tuple[int, int]] = []
    for x in (x for x in range(start, end) if changed >> x & 1):
        if spans and x - spans[-1][1] <= NARROW_GAP:
            spans[-1] = spans[-1][0], x + 1
        else:
            spans.append((x, x + 1))
    return spans


def _between(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what lies between spans of a row, before the first and behind the last."""
    edges = [start, *(edge for span in spans for edge in span), end]
    yield from zip(edges[::2], edges[1::2], strict=True)


def _cut(y: int, start: int, end: int, longest: int) -> list[Chunk]:
    """Cut modules of a row into chunks of about the same length."""
    count = -(-(end - start) // longest)
    return [(y, *ends) for ends in pairwise(start + (end - start) * i // count for i in range(count + 1))]


def _rectangles(x: int, y: int, length: int) -> list[bytes]:
    """Return the rectangles of every value of a chunk of ``length`` modules at (x, y)."""
    one = [[b"%d %d %d 1 re\n" % (x + at, y, run) for run in range(1, length - at + 1)] for at in range(length)]
    entries = [b""]
    for rest, at, run in _last_runs(length):
        entries.append(entries[rest] + one[at][run])
    return entries


def _rectangles_of(row: int, y: int, start: int, end: int) -> bytes:
    """Return the rectangles of the dark modules of a row from ``start`` to ``end``."""
    value, parts = row & (1 << end) - (1 << start), []
    while value:
        at = (value & -value).bit_length() - 1
        run = (~(value >> at) & (value >> at) + 1).bit_length() - 1
        parts.append(b"%d %d %d 1 re\n" % (at, y, run))
        value &= ~((1 << at + run) - 1)
    return b"".join(parts)


@cache
def _last_runs(length: int) -> list[tuple[int, int, int]]:
    """Return for each value from 1: itself without its highest run of ones, that run's start and length less one."""
    runs = []
    for value in range(1, 1 << length):
        top = value.bit_length()
        at = (~value & (1 << top) - 1).bit_length()
        runs.append((value & (1 << at) - 1, at, top - at - 1))
    return runs
