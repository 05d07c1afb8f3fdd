"""The plates of a page at its QR codes: the actual inks there, and which symbols are painted at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2

from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.ink.page_pictures import PagePictures, PictureSteps
from labelsvc.preflight.ink.separations import BLACK_AND_SPOTS, COLOURED, plate_file
from labelsvc.preflight.qr.rasters import DPI, SCALE, Raster, pixels_around, rasters
from labelsvc.preflight.qr.symbols import DetectedSymbol, bare_around, find_symbols, inside, module_middles

NO_INK, FULL_INK = 6, 250
"""Of 255: less is none, more is all of it."""
FEW_MODULES = 0.01
Inks = npt.NDArray[np.uint8]


class QrPlates:
    """The plates of one page, made on first use; ``technical``: spot inks that are not printed."""

    def __init__(self, page: Any, technical: Collection[str], pictures: PagePictures) -> None:
        self._page, self._technical = page, technical
        self._steps = PictureSteps(pictures, DPI)
        self._open = ExitStack()
        self._pages: dict[tuple[Sequence[str], bool], Any] = {}

    def __enter__(self) -> QrPlates:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._pages.clear()
        self._open.close()

    def inks(self, zone: tuple[int, int, int, int]) -> Inks:
        """Return the three coloured plates, spots and black in some pixels: uint8[height, width, 5].

        ``zone``: left, upper, right, lower, in whole pixels from the upper left corner of the MediaBox. Raises one of
        PLATE_ERRORS.
        """
        coloured, others = (255 - self._part(plates, zone) for plates in (COLOURED, BLACK_AND_SPOTS))
        return np.concatenate([coloured, others[:, :, 1:]], axis=2)

    def judge(self, symbol: DetectedSymbol, raster: Raster) -> tuple[bool, bool]:
        """Return whether a symbol is on the black plate alone and 100 K, and whether its quiet zone is bare of ink."""
        x0, y0, x1, y1 = symbol.box
        reach = 5 * symbol.side / symbol.modules
        page = self._plate(COLOURED, stacked=False)
        left, _, _, top = page.get_mediabox(fallback_ok=True)
        shift = np.array([round((raster.left - left) * SCALE), round((top - raster.top) * SCALE)])
        zone = pixels_around(
            (x0 - reach + shift[0], y0 - reach + shift[1], x1 + reach + shift[0], y1 + reach + shift[1])
        )
        zone = max(zone[0], 0), max(zone[1], 0), zone[2], zone[3]
        inks = self.inks(zone)
        moved = replace(symbol, corners=symbol.corners + shift - np.array(zone[:2]))
        middles = _at(inks, moved.points(module_middles(symbol.modules)))[..., -1]
        dark = middles > 127
        full = bool((middles[dark] < FULL_INK).mean() < FEW_MODULES) if dark.any() else False
        only = bool((_at(inks, moved.points(inside(symbol.modules)))[..., :-1] < NO_INK).all())
        return full and only, bare_around(moved, inks, _without_ink)

    def symbols(self, extent: Box | None) -> Iterator[Box]:
        """Yield the boxes of all symbols that the content paints with black, whatever it paints over them later."""
        page = self._plate(BLACK_AND_SPOTS, stacked=True)
        for raster in rasters(page, page.get_mediabox(), extent) or ():
            black = np.repeat(raster.pixels[:, :, 2:3], 3, axis=2)
            yield from (raster.box(symbol.box) for symbol in find_symbols(black) if symbol.readable)

    def _part(self, plates: Sequence[str], zone: tuple[int, int, int, int]) -> Inks:
        page = self._plate(plates, stacked=False)
        wide, high = (side * SCALE for side in page.get_size())
        x0, y0, x1, y1 = zone
        cut = [max(side - 0.5, 0) / SCALE for side in (x0, high - y1, wide - x1, y0)]
        bitmap = page.render(scale=SCALE, crop=tuple(cut), draw_annots=False, may_draw_forms=False)
        pixels: Inks = bitmap.to_numpy()[:, :, :3].copy()
        return pixels

    def _plate(self, plates: Sequence[str], *, stacked: bool) -> Any:
        key = plates, stacked
        if key not in self._pages:
            document = pypdfium2.PdfDocument(
                plate_file(self._page, plates, self._technical, self._steps, stacked=stacked)
            )
            self._open.callback(document.close)
            self._pages[key] = document[0]
        return self._pages[key]


def _without_ink(inks: Inks) -> Any:
    return (inks < NO_INK).all(axis=-1)


def _at(picture: npt.NDArray[Any], places: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    high, wide = picture.shape[:2]
    found: npt.NDArray[Any] = picture[places[..., 1].clip(0, high - 1), places[..., 0].clip(0, wide - 1)]
    return found
