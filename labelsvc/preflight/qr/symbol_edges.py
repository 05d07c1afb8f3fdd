"""The subpixel edges of a QR in a picture: the decoder's corners are whole pixels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from labelsvc.preflight.qr.symbols import DetectedSymbol, Pixels

_FULLY_DARK = 0.94
"""From this value on a pixel belongs entirely to a dark module."""


def refined(symbol: DetectedSymbol, pixels: Pixels) -> DetectedSymbol:
    """Return an upright symbol with its corners where its finder patterns end, to a part of a pixel.

    The decoder's corners are whole pixels; here each side is followed outward from the middle of the outermost dark
    modules of a finder pattern, so that what stands close by does not count.
    """
    (x0, y0, x1, y1), margin = symbol.box, 3
    left, top = max(int(x0) - margin, 0), max(int(y0) - margin, 0)
    part = pixels[top : int(y1) + margin + 1, left : int(x1) + margin + 1].mean(axis=2, dtype=np.float32)
    if not symbol.upright or not part.size or not symbol.modules:
        return symbol
    darkness = (part.max() - part) / max(float(part.max() - part.min()), 1.0)
    module = symbol.side / symbol.modules
    box = (x0 - left, y0 - top, x1 - left, y1 - top)
    empty = _without_finder(symbol)
    exact = (
        _edge(darkness, box, module, low=True, second=empty == (0, 0)) + left,
        _edge(darkness.T, _turned(box), module, low=True, second=empty == (0, 0)) + top,
        _edge(darkness, box, module, low=False, second=empty == (1, 0)) + left,
        _edge(darkness.T, _turned(box), module, low=False, second=empty == (0, 1)) + top,
    )
    across, down = ((symbol.corners > symbol.corners.mean(axis=0)).T).astype(int)
    corners = np.stack([np.array(exact)[across * 2], np.array(exact)[down * 2 + 1]], axis=1)
    return replace(symbol, corners=corners)


def _turned(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[1], box[0], box[3], box[2]


def _without_finder(symbol: DetectedSymbol) -> tuple[int, int]:
    """Return the corner of the box that has no finder pattern: (0, 0) is the upper left one, (1, 0) the upper right."""
    x, y = symbol.corners[2] > symbol.corners.mean(axis=0)
    return int(x), int(y)


def _edge(darkness: Any, box: tuple[float, float, float, float], module: float, *, low: bool, second: bool) -> float:
    """Return where the left or right side of a finder pattern ends: of the upper one, or of the lower one."""
    x0, y0, x1, y1 = box
    start = y1 - 6 * module if second else y0 + module
    bar = darkness[max(round(start), 0) : max(round(start + 5 * module), 1)].mean(axis=0)
    at, step = (round(x0 + module / 2), -1) if low else (round(x1 - module / 2) - 1, 1)
    at = min(max(at, 0), len(bar) - 1)
    while 0 <= at + step < len(bar) and bar[at] >= _FULLY_DARK:
        at += step
    return float(at + 1 - bar[at]) if low else float(at + bar[at])
