"""QR on paper: read, measured, its quiet zone, contrast and ink looked at (PRESS-RULES; ISO/IEC 18004, 15415)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import PdfBitmap

from labelsvc.domain.errors import Problem
from labelsvc.rendering.preflight.findings import Findings
from labelsvc.rendering.preflight.page_checks import Sheet
from labelsvc.rendering.preflight.rules import QR, RULES
from labelsvc.rendering.preflight.symbols import QUIET, Symbol, find_symbols, module_middles, quiet_zone, refined

DPI, MOST_PIXELS = 300, 60_000_000
LEAST_MODULE_MM, NEAR_MM = 0.40, 0.005
LEAST_CONTRAST = 0.70
"""Symbol contrast of grade 4 (ISO/IEC 15415)."""
PAPER = 250
"""A channel from which on paper is bare."""
FULL_BLACK = (35, 31, 32)
"""How PDFium shows 100 K and nothing else."""
NEAR_BLACK = 9
Pixels = npt.NDArray[np.uint8]
"""uint8[height, width, 3]: blue, green, red, as PDFium paints and zxing-cpp reads."""


def check_symbols(page: Any, sheet: Sheet, found: Findings) -> None:
    """Check all QR codes of a page of a PDFium document."""
    wide, high = page.get_size()
    if wide * high * (DPI / 72) ** 2 > MOST_PIXELS:
        for rule in (rule.name for rule in RULES if rule.section == QR):
            found.skip(rule, Problem("preflight.page_too_large", {}))
        return
    bitmap = page.render(scale=DPI / 72, draw_annots=False, may_draw_forms=False, bitmap_maker=_bitmap)
    pixels: Pixels = np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    shown = _shown(page, sheet)
    for symbol in find_symbols(pixels):
        _check(symbol, pixels, _Place(sheet, shown), found)


@lru_cache(maxsize=1)
def _bitmap(*size: int, **options: Any) -> Any:
    """Return what a page is painted in: the same one for all pages of a size, whose memory is at hand already."""
    return PdfBitmap.new_native(*size, **options)


def _shown(page: Any, sheet: Sheet) -> tuple[float, float]:
    """Return the millimetres that a raster of the page begins at: PDFium shows the CropBox."""
    left, _, _, top = page.get_cropbox(fallback_ok=True) or page.get_mediabox(fallback_ok=True)
    return sheet.place(left, top)


class _Place:
    """Where pixels stand on the page."""

    def __init__(self, sheet: Sheet, start: tuple[float, float]) -> None:
        self.number, self._start = sheet.number, start

    def of(self, symbol: Symbol) -> tuple[float, float]:
        x, y = symbol.corners.min(axis=0) * 25.4 / DPI
        return round(float(x) + self._start[0], 1), round(float(y) + self._start[1], 1)


def _check(symbol: Symbol, pixels: Pixels, at: _Place, found: Findings) -> None:
    place = at.of(symbol)
    found.look("qr_readable")
    if not symbol.readable or not symbol.modules:
        found.fault("qr_readable", Problem("preflight.qr_readable", {}), at.number, place)
        return
    found.look("qr_module", "qr_quiet_zone", "qr_contrast", "qr_polarity", "qr_ink", "qr_uncovered")
    modules = _sampled(symbol, pixels)
    reversed_ = _reversed(modules)
    if reversed_:
        found.fault("qr_polarity", Problem("preflight.qr_polarity", {}), at.number, place)
        return
    exact = refined(symbol, pixels)
    module_mm = exact.side / exact.modules * 25.4 / DPI
    found.fact("qr_module", module_mm, Problem("preflight.module_fact", {"module_mm": round(module_mm, 2)}))
    if module_mm < LEAST_MODULE_MM - NEAR_MM - 25.4 / DPI / exact.modules / 2:
        facts = {"module_mm": round(module_mm, 2), "least_mm": LEAST_MODULE_MM}
        found.fault("qr_module", Problem("preflight.qr_module", facts), at.number, place)
    if symbol.unused < 1:
        problem = Problem("preflight.qr_uncovered", {"used": round(100 * (1 - symbol.unused))})
        found.fault("qr_uncovered", problem, at.number, place)
    _check_colours(modules, at.number, place, found)
    if not _quiet(exact, pixels):
        found.fault("qr_quiet_zone", Problem("preflight.qr_quiet_zone", {"modules": QUIET}), at.number, place)


def _sampled(symbol: Symbol, pixels: Pixels) -> Pixels:
    """Return the colour in the middle of every module: uint8[modules, modules, 3]."""
    return _at(symbol.points(module_middles(symbol.modules)), pixels)


def _at(places: npt.NDArray[np.int64], pixels: Pixels) -> Pixels:
    high, wide = pixels.shape[:2]
    blue_first: Pixels = pixels[places[..., 1].clip(0, high - 1), places[..., 0].clip(0, wide - 1)]
    return blue_first[..., ::-1]


def _reversed(modules: Pixels) -> bool:
    """Tell whether the separators of the finder patterns are darker than the finder patterns."""
    finder, separator = modules[0, :7].astype(float).mean(), modules[7, :8].astype(float).mean()
    return bool(finder > separator)


def _check_colours(modules: Pixels, number: int, place: tuple[float, float], found: Findings) -> None:
    grey = modules.mean(axis=2, dtype=np.float32)
    dark = grey < (grey.min() + grey.max()) / 2
    darks = modules[dark].astype(float)
    contrast = float(_reflectance(grey[~dark].mean()) - _reflectance(grey[dark].mean()))
    found.fact("qr_contrast", contrast, Problem("preflight.contrast_fact", {"percent": round(100 * contrast)}))
    if contrast < LEAST_CONTRAST:
        facts = {"percent": round(100 * contrast), "least": round(100 * LEAST_CONTRAST)}
        found.fault("qr_contrast", Problem("preflight.qr_contrast", facts), number, place)
    away = np.abs(np.median(darks, axis=0) - FULL_BLACK).max()
    wrong = (np.abs(darks - FULL_BLACK).max(axis=1) > 4 * NEAR_BLACK).mean()
    if away > NEAR_BLACK or wrong > 0.1:
        found.fault("qr_ink", Problem("preflight.qr_ink", {}), number, place)


def _reflectance(value: float) -> float:
    """Return the part of light that an sRGB value stands for (IEC 61966-2-1, a power of 2.2)."""
    return float((value / 255) ** 2.2)


def _quiet(symbol: Symbol, pixels: Pixels) -> bool:
    """Tell whether four modules around a symbol are bare paper: four samples a module are looked at."""
    around = _at(symbol.points(quiet_zone(symbol.modules)), pixels)
    return bool((around >= PAPER).all(axis=1).mean() > 0.995)
