"""QR codes of a page as printed: found by zxing-cpp in a raster of PDFium, measured on a finer one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

QUIET = 4
"""Modules of white on every side (ISO/IEC 18004, 6.3.8)."""
FINE_DPI, MOST_FINE_PIXELS = 1200, 16_000_000
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR in a picture: corners float64[4, 2] in pixels (upper left, then around), modules a side, what it says.

    ``readable`` is False where a symbol is there and cannot be decoded; ``unused``: the part of its error correction
    that was not needed.
    """

    corners: npt.NDArray[np.float64]
    modules: int
    text: str
    readable: bool
    unused: float

    def points(self, u: Any, v: Any) -> npt.NDArray[np.int64]:
        """Return the pixels at module coordinates (0 to modules; under 0 is the quiet zone): int64[…, 2] as x, y."""
        s, t = np.asarray(u)[..., None] / self.modules, np.asarray(v)[..., None] / self.modules
        a, b, c, d = self.corners
        place = a * (1 - s) * (1 - t) + b * s * (1 - t) + c * s * t + d * (1 - s) * t
        pixels: npt.NDArray[np.int64] = np.floor(place).astype(np.int64)
        return pixels

    @property
    def side(self) -> float:
        """The mean length of its sides in pixels."""
        around = np.roll(self.corners, -1, axis=0)
        return float(np.hypot(*(around - self.corners).T).mean())


def find_symbols(grey: Pixels) -> Iterator[Symbol]:
    """Yield every QR in a grey picture, those that cannot be decoded too."""
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for one in zxingcpp.read_barcodes(grey, formats=formats, return_errors=True):
        at = one.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        extra: Any = one.extra or {}
        if one.valid and not str(extra.get("Version")).isdecimal():
            continue  # a Micro QR or rMQR, which nobody prints on labels
        version, unused = int(extra.get("Version") or 0) if one.valid else 0, float(extra.get("UEC") or 0.0)
        where = np.array(corners, dtype=np.float64)
        yield Symbol(where, 17 + 4 * version if version else 0, one.text, bool(one.valid), unused)


def refined(symbol: Symbol, grey: Pixels) -> Symbol:
    """Return a symbol with its corners at the outer edges of its dark modules, where it stands upright.

    The decoder's corners are whole pixels; here the first and last dark line of the symbol are looked for.
    """
    (x0, y0), (x1, y1) = symbol.corners.min(axis=0), symbol.corners.max(axis=0)
    upright = (
        abs(symbol.corners[0] - symbol.corners[1]).min() <= 2 and abs(symbol.corners[1] - symbol.corners[2]).min() <= 2
    )
    margin = symbol.side / max(symbol.modules, 21) * 1.5
    left, top = max(int(x0 - margin), 0), max(int(y0 - margin), 0)
    part = grey[top : int(y1 + margin) + 1, left : int(x1 + margin) + 1].astype(np.float64)
    if not upright or not part.size:
        return symbol
    low, high = part.min(), part.max()
    dark = (high - part) / max(high - low, 1.0) > 0.5
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(rows) or not len(columns):
        return symbol
    moved = np.array(
        [(columns[0], rows[0]), (columns[-1] + 1, rows[0]), (columns[-1] + 1, rows[-1] + 1), (columns[0], rows[-1] + 1)]
    )
    moved = moved + np.array((left, top))
    turn = int(np.argmin(np.hypot(*(moved - symbol.corners[0]).T)))
    corners = np.roll(moved, -turn, axis=0).astype(np.float64)
    return Symbol(corners, symbol.modules, symbol.text, symbol.readable, symbol.unused)
