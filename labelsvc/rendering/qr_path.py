"""Symbols as vector paths: one filled path a symbol, runs of dark modules as rectangles in whole module units.

All of a symbol is one path, so that a renderer sums the coverage of neighbouring rectangles and no seam shows. A row is
written from a table: eight modules at a time are looked up, so a symbol is some hundred look-ups and one join.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

CHUNK = 8
"""Modules that are looked up together."""


def symbol_paths(rows: npt.NDArray[np.uint64], modules: int) -> list[bytes]:
    """Return each symbol's path (no painting operator): rows uint64[n, modules], y up, a module is one unit.

    The origin is the lower left corner of the symbol without its quiet zone.
    """
    table, chunks = _table(modules)
    index = _chunk_values(rows, modules) + (np.arange(modules * chunks) << CHUNK)
    look_up = table.__getitem__
    return [b"".join(map(look_up, line)) for line in index.tolist()]


def _chunk_values(rows: npt.NDArray[np.uint64], modules: int) -> npt.NDArray[np.int64]:
    chunks = -(-modules // CHUNK)
    octets = rows.astype("<u8").view(np.uint8).reshape(len(rows), modules, 8)[:, :, :chunks]
    return octets.reshape(len(rows), modules * chunks).astype(np.int64)


@cache
def _table(modules: int) -> tuple[list[bytes], int]:
    """Return the rectangles of every (row, chunk, value), and the chunks of a row; row 0 is the top one."""
    chunks = -(-modules // CHUNK)
    runs = [_runs(value) for value in range(1 << CHUNK)]
    table = []
    for y in range(modules - 1, -1, -1):
        for x in range(0, chunks * CHUNK, CHUNK):
            tails = {length: b" %d %d 1 re\n" % (y, length) for length in range(1, CHUNK + 1)}
            table += [b"".join(b"%d%b" % (x + at, tails[length]) for at, length in some) for some in runs]
    return table, chunks


def _runs(value: int) -> list[tuple[int, int]]:
    """Return (start, length) of the runs of ones in a chunk."""
    runs, at = [], 0
    while value >> at:
        if value >> at & 1:
            length = ((~value >> at) & -(~value >> at)).bit_length() - 1
            runs.append((at, length))
            at += length
        else:
            at += 1
    return runs


def qr_page_operators(rows: npt.NDArray[np.uint64], modules: int, placements: Sequence[bytes]) -> bytes:
    """Return the content stream of a page's symbols; ``placements[i]`` sets the matrix of symbol i (``q … cm``)."""
    parts: list[bytes] = []
    for placement, path in zip(placements, symbol_paths(rows, modules), strict=True):
        parts += (placement, path, b"f Q\n")
    return b"".join(parts)
