"""A page as rendered by PDFium, for cases the content leaves open: its pixels and the boxes of its letters."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2

from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.content.contours import PointArray
from labelsvc.preflight.content.page_tree import inherited, visible_box
from labelsvc.preflight.content.path_box import Box

DPI, MOST_PIXELS = 200, 60_000_000


class RenderedPage:
    """One page of a PDFium document, opened when it is first asked for; ``page``: its dictionary."""

    def __init__(self, document: pypdfium2.PdfDocument, page: Any, sheet: PageBoxes) -> None:
        self._document, self.page, self._sheet = document, page, sheet

    def __enter__(self) -> RenderedPage:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if "_opened" in self.__dict__:
            self._opened.close()

    @cached_property
    def darkest(self) -> npt.NDArray[np.uint8] | None:
        """The darkest channel of each pixel: uint8[height, width]; None if the page is too large or turned."""
        left, low, right, top = self._visible
        too_large = (right - left) * (top - low) * (DPI / 72) ** 2 > MOST_PIXELS
        if too_large or inherited(self.page, "/Rotate") not in (None, 0):
            return None
        bitmap = self._opened.render(scale=DPI / 72, draw_annots=False, may_draw_forms=False)
        darkest: npt.NDArray[np.uint8] = bitmap.to_numpy()[:, :, :3].min(axis=2)
        return darkest

    def at(self, places: PointArray) -> npt.NDArray[np.uint8]:
        """Return the darkest channel at some places in points (float64[n, 2]); bare paper beyond the page."""
        seen = np.full(len(places), 255, dtype=np.uint8)
        if self.darkest is None:
            return seen
        left, _, _, top = self._visible
        x, y = np.floor((places - (left, top)) * (1, -1) * DPI / 72).astype(np.int64).T
        high, wide = self.darkest.shape
        there = (x >= 0) & (y >= 0) & (x < wide) & (y < high)
        seen[there] = self.darkest[y[there], x[there]]
        return seen

    @cached_property
    def letters(self) -> npt.NDArray[np.float64]:
        """The boxes of all letters in points: float64[n, 4]."""
        text = self._opened.get_textpage()
        try:
            boxes = [text.get_charbox(at) for at in range(text.count_chars())]
        finally:
            text.close()
        return np.array([box for box in boxes if box[0] < box[2] and box[1] < box[3]]).reshape(-1, 4)

    @cached_property
    def _opened(self) -> Any:
        return self._document[self._sheet.number - 1]

    @property
    def _visible(self) -> Box:
        return visible_box(self.page) or self._sheet.media
