"""How well symbols are read from spoiled paper, by version, level and module size.

``python -m tests.bench.read_rates`` prints the table. Symbols are drawn by qrcodegen, printed with dot gain, spoiled
and photographed in eleven ways, and read by zxing-cpp and zbar. Scratches, drops and blur are so many millimetres on
paper, so a larger module loses less to them. What ``labelsvc.rendering.qr.choice`` takes a level to be worth is from
this table.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import qrcodegen
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from pyzbar import pyzbar

from labelsvc.domain.label_code import ALPHABET

PAPER = 25
"""Pixels a millimetre of paper: 635 dpi."""
QUIET, EDGE_MM = 4, 1.0
KINDS = ("2-M", "3-M", "3-Q", "4-M", "4-Q", "4-H", "5-M", "5-Q", "5-H")
MODULES_MM = (0.40, 0.44, 0.50, 0.58)
SYMBOLS, SEVERITIES = 8, (0.6, 0.8, 1.0, 1.2)
HOSTS = {"2-M": 4, "3-M": 28, "3-Q": 13, "4-M": 34, "4-Q": 34, "4-H": 14, "5-M": 40, "5-Q": 40, "5-H": 31}
"""Letters of the host by kind: as many as it holds, or some that it holds."""
ECC = {"M": qrcodegen.QrCode.Ecc.MEDIUM, "Q": qrcodegen.QrCode.Ecc.QUARTILE, "H": qrcodegen.QrCode.Ecc.HIGH}
Random = np.random.Generator


@dataclass(frozen=True)
class Shot:
    """How a symbol is printed, spoiled and photographed; lengths in millimetres on paper."""

    gain: float = 0.04
    blur: float = 0.06
    pixels_a_mm: float = 9.0
    noise: float = 4.0
    scratches: int = 0
    drops: int = 0
    drop_mm: float = 0.0
    tilt: float = 0.0
    curve: float = 0.0
    shade: float = 0.0
    contrast: float = 1.0
    glare_mm: float = 0.0
    shake: float = 0.0


SPOILED: dict[str, Callable[[float], Shot]] = {
    "dot gain": lambda s: Shot(gain=0.105 * s),
    "thin ink": lambda s: Shot(gain=-0.13 * s, contrast=0.5),
    "out of focus": lambda s: Shot(blur=0.185 * s),
    "few pixels": lambda s: Shot(pixels_a_mm=4.6 / s),
    "shaken": lambda s: Shot(shake=0.55 * s),
    "scratched": lambda s: Shot(scratches=round(2.5 * s)),
    "stained": lambda s: Shot(drops=3, drop_mm=1.25 * s),
    "tilted": lambda s: Shot(tilt=0.42 * s, pixels_a_mm=7),
    "on a bottle": lambda s: Shot(curve=1.15 * s, blur=0.12),
    "dim light": lambda s: Shot(noise=15 * s, contrast=0.45, shade=0.4, blur=0.1),
    "glare": lambda s: Shot(glare_mm=7 * s),
}


def symbol(kind: str, random: Random) -> tuple[str, NDArray[np.bool_]]:
    """Return a URL and its modules [y, x], True for dark."""
    number, _, level = kind.partition("-")
    host = ("TEM.OCOP-HANOI.GOV.VN" + "X" * 40)[: HOSTS[kind]]
    rest = f"://{host}/" + "".join(random.choice(list(ALPHABET), 20))
    segments = [qrcodegen.QrSegment.make_bytes(b"https"), qrcodegen.QrSegment.make_alphanumeric(rest)]
    code = qrcodegen.QrCode.encode_segments(segments, ECC[level], int(number), int(number), -1, False)
    size = code.get_size()
    return "https" + rest, np.array([[code.get_module(x, y) for x in range(size)] for y in range(size)])


def printed(modules: NDArray[np.bool_], module_mm: float, shot: Shot) -> Image.Image:
    """Return the paper: dark modules grown (or shrunk) by the dot gain on every side."""
    size = len(modules)
    side = round(((size + 2 * QUIET) * module_mm + 2 * EDGE_MM) * PAPER)
    first = (EDGE_MM + QUIET * module_mm) * PAPER
    scale = module_mm * PAPER
    at = (np.arange(side) + 0.5 - first) / scale
    inside = (at >= 0) & (at < size)
    cell = np.clip(at.astype(int), 0, size - 1)
    dark = modules[np.ix_(cell, cell)] & inside[:, None] & inside
    picture = Image.fromarray(np.where(dark, 30, 245).astype(np.uint8))
    grown = round(abs(shot.gain) * PAPER)
    if grown:
        spread = ImageFilter.MinFilter if shot.gain > 0 else ImageFilter.MaxFilter
        picture = picture.filter(spread(2 * grown + 1))
    return picture


def spoil(picture: Image.Image, shot: Shot, random: Random) -> None:
    """Scratch and stain the paper, white and dark in turn."""
    draw, side = ImageDraw.Draw(picture), picture.width
    for i in range(shot.scratches):
        ends = random.uniform(0, side, 4).tolist()
        draw.line(ends, fill=245 if i % 2 else 40, width=round(0.28 * PAPER))
    for i in range(shot.drops):
        x, y = random.uniform(0.15 * side, 0.85 * side, 2)
        reach = shot.drop_mm * PAPER / 2
        draw.ellipse([x - reach, y - reach, x + reach, y + reach], fill=245 if i % 2 else 60)


def photographed(paper: Image.Image, shot: Shot, random: Random) -> NDArray[np.uint8]:
    """Return what the camera sees: turned, bent, blurred, lit unevenly, with noise."""
    side = paper.width
    angle = random.uniform(-12, 12)
    picture = paper.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=245)
    if shot.curve:
        wide = picture.width
        seen = np.sin(np.linspace(-shot.curve, shot.curve, wide)) / np.sin(shot.curve)
        across = np.interp(np.linspace(-1, 1, wide), seen, np.arange(wide)).astype(int)
        picture = Image.fromarray(np.asarray(picture)[:, across])
    if shot.tilt:
        w, h = picture.size
        inset = shot.tilt * w / 2
        corners = [(0, 0), (w, 0), (w, h), (0, h)]
        shown = [(inset, 0), (w - inset, 0), (w, h * (1 - shot.tilt / 2)), (0, h * (1 - shot.tilt / 2))]
        picture = picture.transform((w, h), Image.Transform.PERSPECTIVE, _perspective(shown, corners),
                                    Image.Resampling.BILINEAR, fillcolor=245)  # fmt: skip
    if shot.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(shot.blur * PAPER))
    pixels: Any = np.asarray(picture, dtype=np.float32)
    if shot.shake:
        pixels = _shaken(pixels, round(shot.shake * PAPER))
    high, wide = (max(8, round(count / PAPER * shot.pixels_a_mm)) for count in pixels.shape)
    small = np.asarray(Image.fromarray(pixels).resize((wide, high), Image.Resampling.BOX), dtype=np.float32)
    y, x = np.mgrid[:high, :wide] / max(high, wide)
    small = (small - 128) * shot.contrast + 128
    small = small * (1 - shot.shade * x)
    if shot.glare_mm:
        reach = shot.glare_mm * shot.pixels_a_mm / max(high, wide)
        cx, cy = random.uniform(0.3, 0.7, 2)
        small = small + 220 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * (reach / 2) ** 2))
    small = small + random.normal(0, shot.noise, small.shape)
    del side
    return np.ascontiguousarray(np.clip(small, 0, 255).astype(np.uint8))


def _shaken(pixels: Any, length: int) -> Any:
    total = np.cumsum(np.pad(pixels, ((0, 0), (length, 0)), mode="edge"), axis=1)
    return (total[:, length:] - total[:, :-length]) / length


def _perspective(shown: list[tuple[float, float]], source: list[tuple[float, float]]) -> list[float]:
    rows, right = [], []
    for (x, y), (u, v) in zip(shown, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.linalg.solve(np.array(rows, dtype=float), np.array(right, dtype=float)).tolist()


def read_by(pixels: NDArray[np.uint8], url: str) -> tuple[bool, bool]:
    """Tell whether zxing-cpp and zbar read the URL."""
    found = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    zbar = pyzbar.decode(Image.fromarray(pixels), symbols=[pyzbar.ZBarSymbol.QRCODE])
    return url in [each.text for each in found], url.encode() in [each.data for each in zbar]


def trials(kind: str, module_mm: float, count: int) -> Iterator[tuple[str, bool, bool]]:
    """Yield (spoiled how, read by zxing-cpp, read by zbar); the same seeds for all kinds and sizes."""
    for name, severity, i in product(SPOILED, SEVERITIES, range(count)):
        random = np.random.default_rng([i, round(severity * 10), list(SPOILED).index(name)])
        url, modules = symbol(kind, random)
        shot = SPOILED[name](severity)
        paper = printed(modules, module_mm, shot)
        spoil(paper, shot, random)
        yield (name, *read_by(photographed(paper, shot, random), url))


def main(count: int = SYMBOLS) -> None:
    """Print the share that was read, in per cent, of each kind at each module size."""
    print(f"{'':>4} {'mm':>5} {'zxing':>6} {'zbar':>6} {'either':>6}  by zxing-cpp: " + ", ".join(SPOILED))
    for kind, module_mm in product(KINDS, MODULES_MM):
        done = list(trials(kind, module_mm, count))
        rates = [
            100 * np.mean(column)
            for column in ([z for _, z, _ in done], [b for _, _, b in done], [z or b for _, z, b in done])
        ]
        by_way = defaultdict(list)
        for name, z, _ in done:
            by_way[name].append(z)
        ways = " ".join(f"{100 * np.mean(some):4.0f}" for some in by_way.values())
        print(f"{kind:>4} {module_mm:5.2f} " + " ".join(f"{rate:6.1f}" for rate in rates) + f"  {ways}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
