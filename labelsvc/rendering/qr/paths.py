"""Symbols as vector paths: one filled path a symbol, runs of dark modules as rectangles in whole module units.

All that touches is one path, so that a renderer sums the coverage of neighbouring rectangles and no seam shows. The
finder patterns touch nothing but their light separators and are the same in all symbols: they are drawn apart, once a
product. The rest of a row is written from tables: some dozen look-ups and one join make a symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from labelsvc.domain.printed_url import UrlPrefix

FINDER = 7
"""Modules on a side of a finder pattern (ISO/IEC 18004, 6.3.3)."""
LONGEST_CHUNK = 8
"""Modules that are looked up together at most: few enough that the tables stay in the processor's cache."""
LONGEST_CHUNK_BEFORE = 13
"""The same for symbols all in capitals: batches from before are reprinted byte for byte."""


def longest_chunk(prefix: UrlPrefix) -> int:
    """Return how many modules are looked up together in symbols of a prefix."""
    return LONGEST_CHUNK if prefix.in_bytes else LONGEST_CHUNK_BEFORE


def symbol_paths(rows: npt.NDArray[np.uint64], modules: int, longest: int = LONGEST_CHUNK) -> list[bytes]:
    """Return each symbol's path without its finder patterns (no painting operator): rows uint64[n, modules].

    A module is one unit, y up; the origin is the lower left corner of the symbol without its quiet zone. ``longest``:
    see :func:`longest_chunk`; it cuts rectangles and changes nothing that is painted.
    """
    tables = _tables(modules, longest)
    index = (rows[:, tables.rows] >> tables.shifts & tables.masks) + tables.starts
    look_up = tables.entries.__getitem__
    return [b"".join(map(look_up, line)) for line in index.tolist()]


def finder_patterns(modules: int) -> bytes:
    """Return the path of the three finder patterns, in the units and at the origin of :func:`symbol_paths`."""
    far = modules - FINDER
    dark = [(0, 0, 7, 1), (0, 6, 7, 1), (0, 1, 1, 5), (6, 1, 1, 5), (2, 2, 3, 3)]
    corners = [(0, 0), (0, far), (far, far)]
    return b"".join(b"%d %d %d %d re\n" % (x + left, y + low, w, h) for left, low in corners for x, y, w, h in dark)


def qr_page_operators(
    rows: npt.NDArray[np.uint64], modules: int, placements: Sequence[bytes], longest: int = LONGEST_CHUNK
) -> bytes:
    """Return the content stream of a page's symbols; ``placements[i]`` sets the matrix of symbol i (``q … cm``)."""
    parts: list[bytes] = []
    for placement, path in zip(placements, symbol_paths(rows, modules, longest), strict=True):
        parts += (placement, path, b"f Q\n")
    return b"".join(parts)


class _Tables:
    """Where the chunks of a symbol are, and the rectangles of every value of every chunk.

    Chunk i is in row ``rows[i]``: its value is the row shifted by ``shifts[i]`` and masked, its rectangles are the
    entry that far from ``starts[i]``.
    """

    def __init__(self, modules: int, longest: int) -> None:
        chunks = [(y, x, end) for y in range(modules) for x, end in _chunks(y, modules, longest)]
        sizes = [1 << end - x for _, x, end in chunks]
        self.rows = np.array([y for y, _, _ in chunks])
        self.shifts = np.array([x for _, x, _ in chunks], dtype=np.uint64)
        self.masks = np.array(sizes, dtype=np.uint64) - np.uint64(1)
        self.starts = np.cumsum([0, *sizes[:-1]], dtype=np.uint64)
        self.entries: list[bytes] = []
        for y, x, end in chunks:
            self.entries += _rectangles(x, modules - 1 - y, end - x)


_tables = cache(_Tables)


def _chunks(y: int, modules: int, longest: int) -> list[tuple[int, int]]:
    """Return the chunks (first module, end) of a row, without finder patterns and their separators."""
    start = FINDER + 1 if y <= FINDER or y >= modules - FINDER - 1 else 0
    end = modules - FINDER - 1 if y <= FINDER else modules
    count = -(-(end - start) // longest)
    return list(pairwise(start + (end - start) * i // count for i in range(count + 1)))


def _rectangles(x: int, y: int, length: int) -> list[bytes]:
    """Return the rectangles of every value of a chunk of ``length`` modules at (x, y)."""
    one = [[b"%d %d %d 1 re\n" % (x + at, y, run) for run in range(1, length - at + 1)] for at in range(length)]
    entries = [b""]
    for rest, at, run in _last_runs(length):
        entries.append(entries[rest] + one[at][run])
    return entries


@cache
def _last_runs(length: int) -> list[tuple[int, int, int]]:
    """Return for each value from 1: itself without its highest run of ones, that run's start and length less one."""
    runs = []
    for value in range(1, 1 << length):
        top = value.bit_length()
        at = (~value & (1 << top) - 1).bit_length()
        runs.append((value & (1 << at) - 1, at, top - at - 1))
    return runs
