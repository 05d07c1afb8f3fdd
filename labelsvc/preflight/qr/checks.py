"""QR on paper: decoded and measured; quiet zone, contrast and ink checked (PRESS-RULES; ISO/IEC 18004, 15415).

The content proves most symbols right. Else a raster of PDFium shows what they say and how large they are; which inks
they are of, the content itself; where that leaves a doubt, the page's plates. What the content paints as a symbol and
the raster does not show is unreadable.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2

from labelsvc.domain.errors import Problem
from labelsvc.domain.qr_version import LEAST_MODULE_MM, QUIET_ZONE
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.content.graphics_state import grown
from labelsvc.preflight.content.ink_names import is_technical
from labelsvc.preflight.content.page_tree import visible_box
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.walk import ContentWalk
from labelsvc.preflight.findings import Findings, ReadSymbol
from labelsvc.preflight.ink.page_pictures import PagePictures
from labelsvc.preflight.ink.separations import PLATE_ERRORS
from labelsvc.preflight.qr.limits import (
    FULL_BLACK,
    LEAST_CONTRAST,
    MOST_UNEQUAL,
    NEAR_MM,
    leaves_trim,
    reflectance,
)
from labelsvc.preflight.qr.paintings import PagePaintings, SymbolInks
from labelsvc.preflight.qr.plates import QrPlates
from labelsvc.preflight.qr.proved_checks import check_proved
from labelsvc.preflight.qr.rasters import SCALE, Raster, rasters
from labelsvc.preflight.qr.symbol_edges import refined
from labelsvc.preflight.qr.symbol_format import mirrored
from labelsvc.preflight.qr.symbols import DetectedSymbol, Pixels, bare_around, find_symbols, module_middles
from labelsvc.preflight.rules import QR, RULES

PAPER = 250
"""Channel values from here on are bare paper."""
NEAR_BLACK = 9
LETTER: Box = (0.0, 0.0, 612.0, 792.0)
"""The page size that PDFium assumes without a MediaBox."""


def check_symbols(
    document: pypdfium2.PdfDocument | None,
    page: Any,
    walk: ContentWalk,
    layers: Layers,
    sheet: PageBoxes,
    findings: Findings,
) -> None:
    """Check all QR codes of a page that was walked through; ``document``: its file in PDFium, where that reads it.

    1. Symbols that are right by the content, if all are.
    2. Else every symbol that a raster shows,
    3. and symbols that the content paints and the raster does not show.
    4. A remark if the page has none.
    """
    if check_proved(page, walk, sheet, findings) or document is None:  # 1
        return
    with closing(document[sheet.number - 1]) as raster:
        _check_raster(raster, page, walk, layers, sheet, findings)


def _check_raster(
    raster: Any, page: Any, walk: ContentWalk, layers: Layers, sheet: PageBoxes, findings: Findings
) -> None:
    paintings = PagePaintings(walk.painted, walk.again, layers)
    tiles = rasters(raster, visible_box(page) or LETTER, paintings.extent)
    if tiles is None:
        for rule in (rule.name for rule in RULES if rule.section == QR):
            findings.skip(rule, Problem("preflight.page_too_large", {}))
        return
    technical = {ink for painting in walk.painted if layers.technical(painting.layers) for ink in painting.colour.inks}
    technical |= {ink for painting in walk.painted for ink in painting.colour.inks if is_technical(ink)}
    with QrPlates(page, technical, PagePictures.of_painted(walk.painted)) as plates:
        checker = _SymbolChecks(sheet, findings, paintings, plates)
        for tile in tiles:  # 2
            checker.check(tile)
        if paintings.may_hold_more(checker.seen):  # 3
            checker.check_hidden(paintings.extent)
    if not checker.seen:  # 4
        findings.fact("qr_readable", sheet.number, Problem("preflight.no_qr", {"page": sheet.number}))


@dataclass(slots=True)
class _SymbolView:
    """A symbol in a tile: how the decoder found it, to a part of a pixel, its modules as colours, its page's points."""

    symbol: DetectedSymbol
    exact: DetectedSymbol
    tile: Raster
    modules: Pixels
    core: Box
    zone: Box


class _SymbolChecks:
    """Checks the symbols of one page, each once."""

    def __init__(self, sheet: PageBoxes, findings: Findings, paintings: PagePaintings, plates: QrPlates) -> None:
        self._sheet, self._findings, self._paintings, self._plates = sheet, findings, paintings, plates
        self.seen: list[Box] = []
        """The boxes of the symbols that were looked at, in points."""

    def check(self, tile: Raster) -> None:
        """Check the symbols of a tile that stand in it whole and were in none before."""
        for symbol in find_symbols(tile.pixels):
            around = 5 * symbol.side / (symbol.modules or 21)
            box = tile.box(symbol.box)
            if tile.whole(grown(symbol.box, around)) and not self._known(box):
                self.seen.append(box)
                self._check(symbol, tile)

    def check_hidden(self, extent: Box | None) -> None:
        """Report symbols painted in black but not visible: covered, cut off, or in a hidden layer."""
        try:
            for box in self._plates.symbols(extent):
                if not self._known(box):
                    self.seen.append(box)
                    self._findings.mark_checked("qr_readable")
                    self._fault("qr_readable", "qr_hidden", self._sheet.corner(box))
        except PLATE_ERRORS:
            self._findings.skip("qr_readable", Problem("preflight.no_plates", {}))

    def _known(self, box: Box) -> bool:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self.seen)

    def _fault(self, rule: str, code: str, at: tuple[float, float], **facts: object) -> None:
        place = round(at[0], 1), round(at[1], 1)
        self._findings.fault(rule, Problem(f"preflight.{code}", facts), self._sheet.number, place)

    def _check(self, symbol: DetectedSymbol, tile: Raster) -> None:
        findings, at = self._findings, self._sheet.corner(tile.box(symbol.box))
        findings.mark_checked("qr_readable")
        if not symbol.readable or not symbol.modules:
            self._fault("qr_readable", "qr_readable", at)
            return
        place = self._sheet.middle(tile.box(symbol.box))
        findings.symbols.append(ReadSymbol(symbol.text, self._sheet.number, place))
        findings.mark_checked(*(rule.name for rule in RULES if rule.section == QR))
        modules = _at(symbol.points(module_middles(symbol.modules)), tile.pixels)
        if _reversed(modules):
            self._fault("qr_polarity", "qr_polarity", at)
            return
        exact = refined(symbol, tile.pixels)
        core = tile.box(exact.box)
        around = QUIET_ZONE * max(exact.sides) / exact.modules / SCALE
        shown = _SymbolView(symbol, exact, tile, modules, core, grown(core, around))
        self._check_shape(shown, at)
        self._check_contrast(shown, at)
        self._check_inks(shown, at)

    def _check_shape(self, shown: _SymbolView, at: tuple[float, float]) -> None:
        """Check how large its modules are, whether they are square, whether it is mirrored or covered."""
        symbol, exact = shown.symbol, shown.exact
        across, down = (side / exact.modules / SCALE * MM_PER_POINT for side in exact.sides)
        module_mm = min(across, down)
        remark = Problem("preflight.module_fact", {"module_mm": round(module_mm, 2)})
        self._findings.fact("qr_module", module_mm, remark)
        if module_mm < LEAST_MODULE_MM - NEAR_MM - MM_PER_POINT / SCALE / exact.modules / 2:
            self._fault("qr_module", "qr_module", at, module_mm=round(module_mm, 2), least_mm=LEAST_MODULE_MM)
        unsure = 0.0 if exact.upright else 3 / exact.side
        if max(across, down) > module_mm * (1 + MOST_UNEQUAL + unsure):
            sides = {"across_mm": round(across, 2), "down_mm": round(down, 2)}
            self._fault("qr_module", "qr_not_square", at, **sides)
        grey = shown.modules.mean(axis=2)
        if mirrored(grey < (grey.min() + grey.max()) / 2, symbol.form):
            self._fault("qr_readable", "qr_mirrored", at)
        if symbol.unused < 1:
            self._fault("qr_uncovered", "qr_uncovered", at, used=round(100 * (1 - symbol.unused)))

    def _check_contrast(self, shown: _SymbolView, at: tuple[float, float]) -> None:
        grey = shown.modules.mean(axis=2, dtype=np.float32)
        dark = grey < (grey.min() + grey.max()) / 2
        contrast = float(reflectance(grey[~dark].mean()) - reflectance(grey[dark].mean()))
        remark = Problem("preflight.contrast_fact", {"percent": round(100 * contrast)})
        self._findings.fact("qr_contrast", contrast, remark)
        if contrast < LEAST_CONTRAST:
            facts = {"percent": round(100 * contrast), "least": round(100 * LEAST_CONTRAST)}
            self._fault("qr_contrast", "qr_contrast", at, **facts)

    def _check_inks(self, shown: _SymbolView, at: tuple[float, float]) -> None:
        """Check that a symbol is of 100 K alone, overprints, and stands on bare paper within the trim."""
        lying = self._paintings.lying(shown.core, shown.zone)
        black, bare = self._inks(shown, lying)
        if not black:
            self._fault("qr_ink", "qr_ink", at)
        elif lying.grey:
            self._fault("qr_overprint", "qr_grey", at)
        elif lying.knocks_out:
            self._fault("qr_overprint", "qr_overprint", at)
        if not bare:
            self._fault("qr_quiet_zone", "qr_quiet_zone", at, modules=QUIET_ZONE)
        elif leaves_trim(shown.zone, shown.core, self._sheet.trim):
            self._fault("qr_quiet_zone", "qr_beyond_trim", at, modules=QUIET_ZONE)

    def _inks(self, shown: _SymbolView, lying: SymbolInks) -> tuple[bool, bool]:
        """Return whether a symbol is of 100 K alone, and whether its quiet zone is bare."""
        bare = bare_around(shown.exact, shown.tile.pixels, _paper)
        if lying.black:
            return True, bare
        try:
            black, without_ink = self._plates.judge(shown.exact, shown.tile)
        except PLATE_ERRORS:
            return _looks_black(shown.modules), bare
        return black, bare and without_ink


def _paper(pixels: Pixels) -> Any:
    return np.minimum(np.minimum(pixels[..., 0], pixels[..., 1]), pixels[..., 2]) >= PAPER


def _at(places: npt.NDArray[np.int64], pixels: Pixels) -> Pixels:
    high, wide = pixels.shape[:2]
    blue_first: Pixels = pixels[places[..., 1].clip(0, high - 1), places[..., 0].clip(0, wide - 1)]
    return blue_first[..., ::-1]


def _reversed(modules: Pixels) -> bool:
    """Return whether the separators of the finder patterns are darker than the finder patterns."""
    finder, separator = modules[0, :7].astype(float).mean(), modules[7, :8].astype(float).mean()
    return bool(finder > separator)


def _looks_black(modules: Pixels) -> bool:
    """Return whether dark modules look as 100 K does: all that can be said where a page has no plates."""
    grey = modules.mean(axis=2, dtype=np.float32)
    darks = modules[grey < (grey.min() + grey.max()) / 2].astype(float)
    away = np.abs(np.median(darks, axis=0) - FULL_BLACK).max()
    wrong = (np.abs(darks - FULL_BLACK).max(axis=1) > 4 * NEAR_BLACK).mean()
    return bool(away <= NEAR_BLACK and wrong <= 0.1)
