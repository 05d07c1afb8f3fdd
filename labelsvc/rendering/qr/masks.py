"""The standard's best mask (ISO/IEC 18004:2015, 7.8.3): four penalty rules, scored on words of bits.

Rule 3 is read as Nayuki's qrcodegen does: the light border counts, patterns may be scaled, each side of four light
modules counts once. The lowest penalty wins, the lowest mask among equals.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

SymbolRows = npt.NDArray[np.uint64]
"""Rows of symbols, [n, modules]: module x in bit x."""
Scores = npt.NDArray[np.int64]

RUN, BLOCK, FINDER, BALANCE = 3, 3, 40, 10
"""The weights N1 to N4 of table 11."""
NARROW = 29
"""Modules of the largest symbol whose lines leave three bits of 32 free: half the width is half the work."""


def word_of(modules: int) -> type[np.unsignedinteger[Any]]:
    """Return the type of a line of so many modules."""
    return np.uint32 if modules <= NARROW else np.uint64


def best_masks(lines: Any, changes: Any, modules: int) -> tuple[SymbolRows, npt.NDArray[np.uint8]]:
    """Choose the mask of each symbol.

    ``lines``: [n, 2 × modules] of :func:`word_of`, rows then columns at mask 0; ``changes``: [8, 2 × modules] of it,
    what each mask flips. Returns the rows at the best mask, uint64[n, modules], and the masks, uint8[n].
    """
    masked: Any = lines[:, None, :] ^ changes
    best = penalties(masked, modules).argmin(axis=1)
    return masked[np.arange(len(lines)), best, :modules].astype(np.uint64), best.astype(np.uint8)


def penalties(lines: Any, modules: int) -> Scores:
    """Return the penalty of each symbol: lines uint64[…, 2 × modules] (or uint32 where they fit) to int64[…]."""
    rows = lines[..., :modules]
    return _runs(lines, modules) + _finders(lines, modules) + _blocks(rows, modules) + _balance(rows, modules)


def _count(bits: Any) -> Scores:
    return _sum(np.bitwise_count(bits))


def _sum(line_scores: Any) -> Scores:
    total: Scores = line_scores.sum(axis=-1, dtype=np.int64)
    return total


def _runs(lines: Any, modules: int) -> Scores:
    """Rule 1: a run of n ≥ 5 modules of one colour costs 3 + n − 5."""
    one = lines.dtype.type
    same = ~(lines ^ (lines >> one(1))) & one((1 << modules - 1) - 1)
    two = same & (same >> one(1))
    four = two & (two >> one(2))  # bit i: modules i … i + 4 are of one colour
    starts = four & ~(four << one(1))
    return _sum(np.bitwise_count(four) + np.uint8(RUN - 1) * np.bitwise_count(starts))


def _blocks(rows: Any, modules: int) -> Scores:
    """Rule 2: each 2 × 2 block of one colour costs 3."""
    one = rows.dtype.type
    beside = ~(rows ^ (rows >> one(1)))
    below = ~(rows[..., :-1] ^ rows[..., 1:])
    block = beside[..., :-1] & beside[..., 1:] & below & one((1 << modules - 1) - 1)
    return BLOCK * _count(block)


def _finders(lines: Any, modules: int) -> Scores:
    """Rule 3: dark-light-dark-light-dark as 1:1:3:1:1 beside four light modules costs 40 for each such side."""
    one = lines.dtype.type
    x, light = lines, ~lines
    dark2 = x & (x >> one(1))
    dark3 = dark2 & (x >> one(2))
    core = x & (light >> one(1)) & (dark3 >> one(2)) & (light >> one(5)) & (x >> one(6)) & one((1 << modules - 6) - 1)
    near_left = x << one(1)  # bit i: the module before i is dark; beyond the edge all is light
    near_right = x >> one(7)
    core &= ~(near_left | near_right)
    left = near_left | (x << one(2)) | (x << one(3)) | (x << one(4))
    right = near_right | (x >> one(8)) | (x >> one(9)) | (x >> one(10))
    found = _sum(np.bitwise_count(core & ~left) + np.bitwise_count(core & ~right))
    return FINDER * (found + _scaled_finders(lines, light, dark2, dark3, modules))


def _scaled_finders(lines: Any, light: Any, dark2: Any, dark3: Any, modules: int) -> Scores:
    """Count rule 3's patterns at twice the size and more, in the few lines that have their middle.

    At twice the size that is 2 light, 6 dark, 2 light between dark; at more, at least 3 light before 9 dark.
    """
    one = lines.dtype.type
    six, light2 = dark3 & (dark3 >> one(3)), light & (light >> one(1))
    middle = six & (light2 << one(2)) & (light2 >> one(6)) & (dark2 << one(4)) & (dark2 >> one(8))
    middle |= six & (dark3 >> one(6)) & (light2 << one(2)) & (light << one(3))
    where = np.flatnonzero(middle != 0)
    width = lines.shape[-1]
    found = _patterns_in(lines.reshape(-1)[where].astype(np.uint64), modules)
    total = np.bincount(where // width, found, minlength=lines.size // width)
    return total.astype(np.int64).reshape(lines.shape[:-1])


def _patterns_in(words: SymbolRows, modules: int) -> Scores:
    """Count the sides of four light modules at scaled patterns in each line."""
    whole, core, far_before, before, after, far_after = _patterns(modules)
    line = words[:, None]
    here = line & whole == core
    on_left = (line & far_before == 0) & (line & after == 0)
    on_right = (line & before == 0) & (line & far_after == 0)
    total: Scores = ((here & on_left).astype(np.int64) + (here & on_right)).sum(axis=1)
    return total


@cache
def _patterns(modules: int) -> SymbolRows:
    """Return uint64[6, n], for each scale and start: where a pattern is, its dark modules, and its neighbours.

    The neighbours are 4 modules (times the scale) before, 1 before, 1 after and 4 after, as far as the line goes.
    """
    found = []
    for scale in range(2, modules // 7 + 1):
        core = _bits(0, scale) | _bits(2 * scale, 5 * scale) | _bits(6 * scale, 7 * scale)
        for start in range(modules - 7 * scale + 1):
            end = start + 7 * scale
            before = _bits(start - 4 * scale, start), _bits(start - scale, start)
            after = _bits(end, end + scale), _bits(end, end + 4 * scale)
            found.append((_bits(start, end), core << start, *before, *after))
    return np.array(found, dtype=np.uint64).reshape(-1, 6).T


def _bits(start: int, end: int) -> int:
    return (1 << min(end, 63)) - (1 << min(max(start, 0), 63))


def _balance(rows: Any, modules: int) -> Scores:
    """Rule 4: each 5 % that the dark modules are away from half costs 10 (the first step is free)."""
    total = modules * modules
    away = np.abs(_count(rows) * 20 - total * 10)
    return BALANCE * (-(-away // total) - 1)
