"""The standard's best mask (ISO/IEC 18004:2015, 7.8.3): four penalty rules, scored on words of bits.

Rule 3 is read as Nayuki's qrcodegen does: the light border counts, patterns may be scaled, each side of four light
modules counts once. The lowest penalty wins, the lowest mask among equals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Scores = npt.NDArray[np.int64]

RUN, BLOCK, FINDER, BALANCE = 3, 3, 40, 10
"""The weights N1 to N4 of table 11."""


def best_masks(lines: Words, changes: Words, modules: int) -> tuple[Words, npt.NDArray[np.uint8]]:
    """Choose the mask of each symbol.

    ``lines``: uint64[n, 2 × modules], rows then columns at mask 0; ``changes``: uint64[8, 2 × modules], what each mask
    flips. Returns the rows at the best mask, uint64[n, modules], and the masks, uint8[n].
    """
    masked = lines[:, None, :] ^ changes
    best = penalties(masked, modules).argmin(axis=1)
    return masked[np.arange(len(lines)), best, :modules], best.astype(np.uint8)


def penalties(lines: Words, modules: int) -> Scores:
    """Return the penalty of each symbol: lines uint64[…, 2 × modules] to int64[…]."""
    narrow: Any = lines.astype(np.uint32) if modules <= 32 else lines
    return (
        _runs(narrow, modules)
        + _finders(narrow, lines, modules)
        + _blocks(narrow[..., :modules], modules)
        + _balance(narrow[..., :modules], modules)
    )


def _count(bits: Any) -> Scores:
    total: Scores = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64)
    return total


def _runs(lines: Any, modules: int) -> Scores:
    """Rule 1: a run of n ≥ 5 modules of one colour costs 3 + n − 5."""
    one = lines.dtype.type
    same = ~(lines ^ (lines >> one(1))) & one((1 << modules - 1) - 1)
    two = same & (same >> one(1))
    four = two & (two >> one(2))  # bit i: modules i … i + 4 are of one colour
    starts = four & ~(four << one(1))
    return _count(four) + (RUN - 1) * _count(starts)


def _blocks(rows: Any, modules: int) -> Scores:
    """Rule 2: each 2 × 2 block of one colour costs 3."""
    one = rows.dtype.type
    beside = ~(rows ^ (rows >> one(1)))
    below = ~(rows[..., :-1] ^ rows[..., 1:])
    block = beside[..., :-1] & beside[..., 1:] & below & one((1 << modules - 1) - 1)
    return BLOCK * _count(block)


def _finders(narrow: Any, lines: Words, modules: int) -> Scores:
    """Rule 3: dark-light-dark-light-dark as 1:1:3:1:1 beside four light modules costs 40 for each such side."""
    one = narrow.dtype.type
    x, light = narrow, ~narrow
    dark3 = x & (x >> one(1)) & (x >> one(2))
    core = x & (light >> one(1)) & (dark3 >> one(2)) & (light >> one(5)) & (x >> one(6)) & one((1 << modules - 6) - 1)
    near_left = x << one(1)  # bit i: the module before i is dark; beyond the edge all is light
    near_right = x >> one(7)
    core &= ~near_left & ~near_right
    left = near_left | (x << one(2)) | (x << one(3)) | (x << one(4))
    right = near_right | (x >> one(8)) | (x >> one(9)) | (x >> one(10))
    score = FINDER * (_count(core & ~left) + _count(core & ~right))
    six = dark3 & (dark3 >> one(3))
    return score + _scaled_finders(lines, six != 0, modules)


def _scaled_finders(lines: Words, candidates: Any, modules: int) -> Scores:
    """Rule 3 at twice the size and more: it takes a run of six dark modules, so only such lines are looked at."""
    where = np.nonzero(candidates)
    found = np.zeros(len(where[0]), dtype=np.int64)
    words = lines[where]
    for scale in range(2, modules // 7 + 1):
        found += _finders_at(words, scale, modules)
    scores = np.zeros(lines.shape, dtype=np.int64)
    scores[where] = found
    total: Scores = scores.sum(axis=-1)
    return FINDER * total


def _finders_at(words: Words, scale: int, modules: int) -> Scores:
    total = np.zeros(len(words), dtype=np.int64)
    core = sum(((1 << scale * width) - 1) << scale * at for at, width in ((0, 1), (2, 3), (6, 1)))
    whole = (1 << 7 * scale) - 1
    for start in range(modules - 7 * scale + 1):
        here = (words >> np.uint64(start) & np.uint64(whole)) == core
        if here.any():
            before = _dark_within(words, start - 4 * scale, start), _dark_within(words, start - scale, start)
            end = start + 7 * scale
            after = _dark_within(words, end, end + 4 * scale), _dark_within(words, end, end + scale)
            total += here & ~before[0] & ~after[1]
            total += here & ~before[1] & ~after[0]
    return total


def _dark_within(words: Words, start: int, end: int) -> npt.NDArray[np.bool_]:
    start, end = max(start, 0), min(end, 63)
    mask = ((1 << max(end - start, 0)) - 1) << start
    dark: npt.NDArray[np.bool_] = (words & np.uint64(mask)) != 0
    return dark


def _balance(rows: Any, modules: int) -> Scores:
    """Rule 4: each 5 % that the dark modules are away from half costs 10 (the first step is free)."""
    total = modules * modules
    away = np.abs(_count(rows) * 20 - total * 10)
    return BALANCE * (-(-away // total) - 1)
