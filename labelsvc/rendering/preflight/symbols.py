"""QR codes of a page as printed: found by zxing-cpp in a raster of PDFium."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

QUIET = 4
"""Modules of white on every side (ISO/IEC 18004, 6.3.8)."""
FEWEST_PIXELS = 8
"""A side from which on something that cannot be decoded is somewhere; the decoder puts what it is unsure of at 0, 0."""
Pixels = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.float64]


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

    def points(self, weights: Weights) -> npt.NDArray[np.int64]:
        """Return the pixels at some places of :func:`module_middles` or :func:`quiet_zone`: int64[…, 2] as x, y."""
        pixels: npt.NDArray[np.int64] = np.floor(weights @ self.corners).astype(np.int64)
        return pixels

    @property
    def side(self) -> float:
        """The mean length of its sides in pixels."""
        around = np.roll(self.corners, -1, axis=0)
        return float(np.hypot(*(around - self.corners).T).mean())


@cache
def module_middles(modules: int) -> Weights:
    """Return the middle of every module as weights of the corners: float64[modules, modules, 4]."""
    middles = np.arange(modules) + 0.5
    u, v = np.meshgrid(middles, middles)
    return _weights(u, v, modules)


@cache
def quiet_zone(modules: int) -> Weights:
    """Return places in the quiet zone, four a module, as weights of the corners: float64[n, 4]."""
    steps = np.arange(-QUIET + 0.25, modules + QUIET, 0.5)
    u, v = np.meshgrid(steps, steps)
    outside = (u < -0.4) | (v < -0.4) | (u > modules + 0.4) | (v > modules + 0.4)
    return _weights(u[outside], v[outside], modules)


def _weights(u: Any, v: Any, modules: int) -> Weights:
    s, t = u / modules, v / modules
    weights: Weights = np.stack([(1 - s) * (1 - t), s * (1 - t), s * t, (1 - s) * t], axis=-1)
    return weights


def find_symbols(pixels: Pixels) -> Iterator[Symbol]:
    """Yield every QR in a picture (uint8[height, width, 3]: blue, green, red), those that cannot be decoded too.

    Finder patterns of neighbours can look like a symbol that cannot be decoded. Where there seems to be one, the
    picture is looked at again without the symbols that were read.
    """
    found = list(_seen(pixels))
    read = [symbol for symbol in found if symbol.readable]
    yield from read
    if len(read) < len(found):
        rest = without(pixels, read)
        yield from (symbol for symbol in _seen(rest) if symbol.modules or symbol.side >= FEWEST_PIXELS)


def without(pixels: Pixels, symbols: Sequence[Symbol]) -> Pixels:
    """Return a picture in which symbols and a module around them are white."""
    left = pixels.copy()
    for symbol in symbols:
        around = symbol.side / symbol.modules
        (x0, y0), (x1, y1) = symbol.corners.min(axis=0) - around, symbol.corners.max(axis=0) + around
        left[max(int(y0), 0) : int(y1) + 1, max(int(x0), 0) : int(x1) + 1] = 255
    return left


def _seen(pixels: Pixels) -> Iterator[Symbol]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for one in zxingcpp.read_barcodes(pixels, formats=formats, return_errors=True):
        at = one.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        extra: Any = one.extra or {}
        if one.valid and not str(extra.get("Version")).isdecimal():
            continue  # a Micro QR or rMQR, which nobody prints on labels
        version, unused = int(extra.get("Version") or 0) if one.valid else 0, float(extra.get("UEC") or 0.0)
        where = np.array(corners, dtype=np.float64)
        yield Symbol(where, 17 + 4 * version if version else 0, one.text, bool(one.valid), unused)


def refined(symbol: Symbol, pixels: Pixels) -> Symbol:
    """Return a symbol with its corners at the outer edges of its dark modules, where it stands upright.

    The decoder's corners are whole pixels; here the first and last dark line of the symbol are looked for.
    """
    (x0, y0), (x1, y1) = symbol.corners.min(axis=0), symbol.corners.max(axis=0)
    upright = (
        abs(symbol.corners[0] - symbol.corners[1]).min() <= 2 and abs(symbol.corners[1] - symbol.corners[2]).min() <= 2
    )
    margin = symbol.side / max(symbol.modules, 21) * 1.5
    left, top = max(int(x0 - margin), 0), max(int(y0 - margin), 0)
    blue, green, red = np.moveaxis(pixels[top : int(y1 + margin) + 1, left : int(x1 + margin) + 1], 2, 0)
    part = (blue >> 2) + (green >> 1) + (red >> 2)
    if not upright or not part.size:
        return symbol
    dark = part < (float(part.min()) + float(part.max())) / 2
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
