"""QR codes of a page as printed: found by zxing-cpp in a raster of PDFium."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt

from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.preflight.qr.symbol_format import format_bits

_EDGE_PIXELS, _UNSURE_PIXELS = 1.0, 2.5
"""How near to the edges of a quiet zone nothing is asked: of an upright symbol, of one whose corners are less sure."""
FEWEST_PIXELS = 8
"""A side from which on something that cannot be decoded is somewhere; the decoder puts what it is unsure of at 0, 0."""
Pixels = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DetectedSymbol:
    """A QR in a picture: corners float64[4, 2] in pixels (upper left, then around), modules a side, what it says.

    ``readable`` is False if a symbol is there and cannot be decoded; ``unused``: the part of its error correction
    that was not needed; ``form``: the fifteen bits of its format information, 0 if they are unknown.
    """

    corners: npt.NDArray[np.float64]
    modules: int
    text: str
    readable: bool
    unused: float
    form: int = 0

    def points(self, weights: Weights) -> npt.NDArray[np.int64]:
        """Return the pixels at some places of :func:`module_middles` or :func:`quiet_zone`: int64[…, 2] as x, y."""
        pixels: npt.NDArray[np.int64] = np.floor(weights @ self.corners).astype(np.int64)
        return pixels

    @property
    def sides(self) -> tuple[float, float]:
        """The lengths of its rows and of its columns in pixels."""
        along = np.hypot(*(np.roll(self.corners, -1, axis=0) - self.corners).T)
        return float(along[0] + along[2]) / 2, float(along[1] + along[3]) / 2

    @property
    def side(self) -> float:
        """The mean length of its sides in pixels."""
        return sum(self.sides) / 2

    @property
    def upright(self) -> bool:
        """Return whether its sides run along those of the page."""
        first, second, third = self.corners[:3]
        return bool(abs(first - second).min() <= 2 and abs(second - third).min() <= 2)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The box around it in pixels: left, upper, right, lower."""
        (x0, y0), (x1, y1) = self.corners.min(axis=0).tolist(), self.corners.max(axis=0).tolist()
        return x0, y0, x1, y1


@cache
def module_middles(modules: int) -> Weights:
    """Return the middle of every module as weights of the corners: float64[modules, modules, 4]."""
    middles = np.arange(modules) + 0.5
    u, v = np.meshgrid(middles, middles)
    return _weights(u, v, modules)


@cache
def quiet_zone(modules: int, steps: int, keep_off: float) -> Weights:
    """Return places in the quiet zone, ``steps`` a module, as weights of the corners: float64[n, 4].

    None is nearer than ``keep_off`` modules to the symbol or to the zone's outer edge.
    """
    reach = QUIET_ZONE - keep_off
    along = np.linspace(-reach, modules + reach, round((modules + 2 * reach) * steps) + 1)
    u, v = np.meshgrid(along, along)
    outside = (u < -keep_off) | (v < -keep_off) | (u > modules + keep_off) | (v > modules + keep_off)
    return _weights(u[outside], v[outside], modules)


@cache
def inside(modules: int) -> Weights:
    """Return places all over a symbol, three a module each way, as weights of the corners: float64[n, n, 4]."""
    along = (np.arange(3 * modules) + 0.5) / 3
    u, v = np.meshgrid(along, along)
    return _weights(u, v, modules)


def bare_around(symbol: DetectedSymbol, picture: npt.NDArray[Any], clean: Callable[[npt.NDArray[Any]], Any]) -> bool:
    """Return whether all pixels of the four modules around a symbol are clean.

    ``clean`` says it of pixels[…, channels]. The pixels in which the symbol ends, and those in which what is beyond
    begins, do not count.
    """
    module, (high, wide) = symbol.side / symbol.modules, picture.shape[:2]
    if not symbol.upright:
        zone = quiet_zone(symbol.modules, ceil(module), round(_UNSURE_PIXELS / module, 2))
        x, y = np.moveaxis(symbol.points(zone), -1, 0)
        there = (x >= 0) & (y >= 0) & (x < wide) & (y < high)
        return bool(clean(picture[y[there], x[there]]).all())
    x0, y0, x1, y1 = symbol.box
    across, down = ((QUIET_ZONE * side / symbol.modules - _EDGE_PIXELS) for side in (x1 - x0, y1 - y0))
    left, top = max(ceil(x0 - across), 0), max(ceil(y0 - down), 0)
    part = clean(picture[top : max(floor(y1 + down), 0), left : max(floor(x1 + across), 0)])
    inner = max(floor(x0 - _EDGE_PIXELS) - left, 0), max(floor(y0 - _EDGE_PIXELS) - top, 0)
    outer = max(ceil(x1 + _EDGE_PIXELS) - left, 0), max(ceil(y1 + _EDGE_PIXELS) - top, 0)
    part[inner[1] : outer[1], inner[0] : outer[0]] = True
    return bool(part.all())


def _weights(u: Any, v: Any, modules: int) -> Weights:
    s, t = u / modules, v / modules
    weights: Weights = np.stack([(1 - s) * (1 - t), s * (1 - t), s * t, (1 - s) * t], axis=-1)
    return weights


def find_symbols(pixels: Pixels) -> Iterator[DetectedSymbol]:
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


def without(pixels: Pixels, symbols: Sequence[DetectedSymbol]) -> Pixels:
    """Return a picture in which symbols and a module around them are white."""
    left = pixels.copy()
    for symbol in symbols:
        around = symbol.side / symbol.modules
        (x0, y0), (x1, y1) = symbol.corners.min(axis=0) - around, symbol.corners.max(axis=0) + around
        left[max(int(y0), 0) : int(y1) + 1, max(int(x0), 0) : int(x1) + 1] = 255
    return left


def _seen(pixels: Pixels) -> Iterator[DetectedSymbol]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for read_barcode in zxingcpp.read_barcodes(pixels, formats=formats, return_errors=True):
        at = read_barcode.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        extra: Any = read_barcode.extra or {}
        if read_barcode.valid and not str(extra.get("Version")).isdecimal():
            continue  # a Micro QR or rMQR, which labels never have
        version, unused = int(extra.get("Version") or 0) if read_barcode.valid else 0, float(extra.get("UEC") or 0.0)
        where = np.array(corners, dtype=np.float64)
        form = format_bits(str(extra.get("ECLevel")), int(extra.get("DataMask") or 0)) if read_barcode.valid else 0
        yield DetectedSymbol(
            where, 17 + 4 * version if version else 0, read_barcode.text, bool(read_barcode.valid), unused, form
        )
