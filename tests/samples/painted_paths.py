"""The rectangles of a path as pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def paint(path: bytes, size: int) -> NDArray[np.bool_]:
    """Fill a path's rectangles; none may lie on another."""
    painted = np.zeros((size, size), dtype=int)
    for line in path.decode().split("re\n")[:-1]:
        x, y, width, height = map(int, line.split())
        painted[size - y - height : size - y, x : x + width] += 1
    assert painted.max(initial=0) <= 1
    return painted.astype(bool)
