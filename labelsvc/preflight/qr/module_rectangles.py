"""Decodes symbols from the rectangles of a content stream: exactly which modules are dark (ISO/IEC 18004, 6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.preflight.content.path_box import Box, BoxArray
from labelsvc.preflight.qr.symbol_format import format_bits, mirrored

NEAR_MODULES = 0.05
"""How far a rectangle may be off the grid of modules."""
SMALLEST, LARGEST = 21, 177
"""Modules a side of versions 1 and 40 (ISO/IEC 18004, 6.3.1)."""
QR_CODES = BarcodeFormats(BarcodeFormat.QRCode)
MOST_CELLS = 16 << 20
Modules = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnSymbol:
    """A symbol as rectangles draw it: the box around them in points, its modules a side, what it says."""

    box: Box
    modules: int
    text: str

    @property
    def module_pt(self) -> tuple[float, float]:
        """How wide and how high a module is, in points."""
        x0, y0, x1, y1 = self.box
        return (x1 - x0) / self.modules, (y1 - y0) / self.modules


def drawn_symbols(groups: Sequence[BoxArray]) -> list[DrawnSymbol] | None:
    """Return the symbols that groups of rectangles draw: float64[n, 4] each, left, lower, right, upper, in points.

    None if one of them draws no symbol that is read without an error: off the grid, overlapping, mirrored.
    """
    starts = np.array([0, *accumulate(map(len, groups))])[:-1]
    edges = np.concatenate(groups)
    low, high = np.minimum.reduceat(edges[:, :2], starts), np.maximum.reduceat(edges[:, 2:], starts)
    wide, tall = (edges[:, 2:] - edges[:, :2]).T
    least = np.minimum.reduceat(np.minimum(wide, tall), starts)
    sides = np.rint((high - low) / np.maximum(least, 1e-3)[:, None]).clip(max=1e6).astype(np.int64)
    boxes, found = np.concatenate([low, high], axis=1), dict[int, DrawnSymbol]()
    if (sides[:, 0] != sides[:, 1]).any():
        return None
    for side in np.unique(sides).tolist():
        chosen = np.flatnonzero(sides[:, 0] == side)
        if not SMALLEST <= side <= LARGEST or side % 4 != 1 or len(chosen) * (side + 1) ** 2 > MOST_CELLS:
            return None
        dark = _dark_modules([groups[number] for number in chosen.tolist()], boxes[chosen], side)
        if dark is None:
            return None
        for number, modules in zip(chosen.tolist(), dark, strict=True):
            text = _read(modules)
            if text is None:
                return None
            x0, y0, x1, y1 = boxes[number].tolist()
            found[number] = DrawnSymbol((x0, y0, x1, y1), side, text)
    return [found[number] for number in range(len(groups))]


def _dark_modules(groups: Sequence[BoxArray], boxes: BoxArray, side: int) -> Modules | None:
    """Return which modules rectangles cover: bool[symbols, side, side], the upper row first; None off the grid."""
    owner = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    module = (boxes[:, 2:] - boxes[:, :2]) / side
    away = np.concatenate(groups) - np.tile(boxes[:, :2], 2)[owner]
    grid = away / np.tile(module, 2)[owner]
    left, low, right, high = (whole := np.rint(grid)).astype(np.int64).T
    if np.abs(grid - whole).max() > NEAR_MODULES:
        return None
    wide = side + 1
    corners = [(high, left, 1), (high, right, -1), (low, left, -1), (low, right, 1)]
    cells = np.concatenate([(owner * wide + side - y) * wide + x for y, x, _ in corners])
    steps = np.repeat([float(step) for *_, step in corners], len(owner))
    covered = np.bincount(cells, steps, len(groups) * wide * wide).reshape(-1, wide, wide).cumsum(1).cumsum(2)
    return covered[:, :side, :side] > 0.5 if covered.max() < 1.5 else None


def _read(dark: Modules) -> str | None:
    """Return what a symbol's modules say, at whichever angle it stands; None if they are not all right."""
    picture = np.full((len(dark) + 2 * QUIET_ZONE,) * 2, 255, dtype=np.uint8)
    picture[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE][dark] = 0
    for turn in range(4):
        turned = np.ascontiguousarray(np.rot90(picture, turn)) if turn else picture
        read = read_barcodes(turned, formats=QR_CODES, is_pure=True)
        if read and read[0].valid:
            extra: Any = read[0].extra or {}
            form = format_bits(str(extra.get("ECLevel")), int(extra.get("DataMask") or 0))
            right = str(extra.get("Version")) == str((len(dark) - 17) // 4) and float(extra.get("UEC") or 0.0) == 1.0
            return str(read[0].text) if right and not mirrored(np.rot90(dark, turn) if turn else dark, form) else None
    return None
