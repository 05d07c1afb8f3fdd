"""Format information of QR codes (ISO/IEC 18004, 7.9.1): its bits, and the axis along which a symbol has them."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

_PLACES = np.array([8] * 8 + [7, 5, 4, 3, 2, 1, 0]), np.array([0, 1, 2, 3, 4, 5, 7, 8] + [8] * 7)
"""Rows and columns of the format information around the upper left finder pattern."""
_LEVELS = {"L": 0b01, "M": 0b00, "Q": 0b11, "H": 0b10}


def format_bits(level: str, mask: int) -> int:
    """Return a symbol's format information with its check bits and mask pattern (ISO/IEC 18004, 7.9.1)."""
    if level not in _LEVELS:
        return 0
    data = _LEVELS[level] << 3 | mask
    rest = data << 10
    for bit in range(14, 9, -1):
        if rest >> bit & 1:
            rest ^= 0b10100110111 << bit - 10
    return (data << 10 | rest) ^ 0b101010000010010


def mirrored(dark: npt.NDArray[np.bool_], form: int) -> bool:
    """Return whether modules (as decoded) have their format information along the wrong axis.

    The decoder reads a mirrored symbol as well and does not say so.
    """
    bits = _bits(form)
    straight, across = (int(np.count_nonzero(dark[places] == bits)) for places in (_PLACES, _PLACES[::-1]))
    return across > straight


@cache
def _bits(form: int) -> npt.NDArray[np.bool_]:
    return np.array([form >> 14 - at & 1 for at in range(15)], dtype=bool)
