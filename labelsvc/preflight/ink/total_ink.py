"""Total ink: at most 300 % averaged over any 15 mm² (GWG 2015, PRODUCT §6).

If the colours of a page cannot reach the limit, whatever overlaps, that proves it; likewise if the boxes of the
heaviest colours and of overprinting paintings do not touch. Otherwise the page's plates are rasterised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, inf
from typing import Any

import numpy as np
import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.colours import ALL, INKS_ONLY, PATTERN, PROCESS
from labelsvc.preflight.content.graphics_state import PaintedObject
from labelsvc.preflight.content.ink_names import is_technical
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable
from labelsvc.preflight.findings import Findings
from labelsvc.preflight.ink.ink_bound import WINDOW_MM2, apart, most_possible_ink, thin_registration
from labelsvc.preflight.ink.page_pictures import PagePictures
from labelsvc.preflight.ink.separations import DPI, Plates, ink_sum

MOST_INK = 300.0
NEAR = 2.0
"""Per cent that eight bits a plate and the edges of a window may add."""
MOST_PIXELS = 20_000_000
_BAND = 1000
"""Rows averaged together: memory stays at one band, whatever the picture's size."""


def check_ink(page: Any, placed: PlacedPaintings, layers: Layers, findings: Findings) -> None:
    """Check the sum of inks on a page, within the bleed: colour bars beside it may hold more."""
    findings.mark_checked("total_ink")
    painted, sheet = placed.painted, placed.sheet
    colours = [
        at
        for at, painting in enumerate(painted)
        if not (layers.technical(painting.layers) or painting.colour.technical)
    ]
    counted = [at for at in colours if placed.in_bleed(at)]
    printed = [painted[at] for at in counted]
    most = most_possible_ink(printed)
    if most <= MOST_INK or (most < inf and apart(painted, counted, placed.again, MOST_INK)):
        return
    if not all(map(_of_inks, printed)):
        findings.skip("total_ink", Problem("preflight.not_inks", {"page": sheet.number}))
        return
    wide, high = (sheet.media[i + 2] - sheet.media[i] for i in (0, 1))
    if wide * high * (DPI / 72) ** 2 > MOST_PIXELS:
        findings.skip("total_ink", Problem("preflight.page_too_large", {}))
        return
    technical = {ink for painting in painted if layers.technical(painting.layers) for ink in painting.colour.inks}
    technical |= {ink for painting in painted for ink in painting.colour.inks if is_technical(ink)}
    try:
        pictures = PagePictures.of_painted(painted)
        sums = ink_sum(page, technical, pictures, black_only=_black_only(placed, colours, layers))
    except (pikepdf.PdfError, StreamTooLarge, StreamUnreadable, ValueError, TypeError, RuntimeError):
        findings.skip("total_ink", Problem("preflight.no_plates", {}))
        return
    _check_sums(sums, placed, findings)


def _black_only(placed: PlacedPaintings, colours: Sequence[int], layers: Layers) -> bool:
    """Return whether nothing but 100 K overprints, and all else that could blend is out of sight."""
    printed = [placed.painted[at] for at in colours]
    plain = all(
        painting.colour.known and not painting.transparent and painting.colour.inks <= {*PROCESS, ALL}
        for painting in printed
    )
    black = all(
        painting.colour.full_black for painting in printed if painting.overprints and not thin_registration(painting)
    )
    return (
        plain
        and black
        and all(layers.technical(painting.layers) for painting in placed.painted if painting.colour.technical)
    )


def _of_inks(painting: PaintedObject) -> bool:
    """Return whether something is painted in inks, whose sum can be told before anything is converted."""
    return painting.colour.family in INKS_ONLY or painting.colour.family == PATTERN


def _check_sums(sums: Plates, placed: PlacedPaintings, findings: Findings) -> None:
    sheet, scale = placed.sheet, DPI / 72
    x0, y0, x1, y1 = placed.area
    left, top = max(floor((x0 - sheet.media[0]) * scale), 0), max(floor((sheet.media[3] - y1) * scale), 0)
    right, low = ceil((x1 - sheet.media[0]) * scale), ceil((sheet.media[3] - y0) * scale)
    side = max(1, round(WINDOW_MM2**0.5 / 25.4 * DPI))
    part = sums[top : max(low, top + side), left : max(right, left + side)]
    most, y, x = max(_heaviest(band, side, number) for number, band in enumerate(bands(part, side)))
    if most <= MOST_INK + NEAR:
        return
    place = round((left + x) * 25.4 / DPI, 1), round((top + y) * 25.4 / DPI, 1)
    facts = {"sum": round(most), "most": round(MOST_INK), "area": round(WINDOW_MM2)}
    findings.fault("total_ink", Problem("preflight.total_ink", facts), sheet.number, place)


def _heaviest(part: Plates, side: int, number: int) -> tuple[float, int, int]:
    """Return the highest mean of a band's windows, and the row and column of the picture where it is."""
    means = window_means(part, side)
    if not means.size:
        return 0.0, 0, 0
    y, x = np.unravel_index(int(means.argmax()), means.shape)
    return float(means[y, x]), number * _BAND + int(y), int(x)


def bands(picture: Any, side: int) -> Iterator[Any]:
    """Yield parts of a picture, some rows each, so that every window of ``side`` rows is whole in one of them."""
    for start in range(0, max(len(picture) - side + 1, 1), _BAND):
        yield picture[start : start + _BAND + side - 1]


def window_means(sums: Plates, side: int) -> Any:
    """Return the mean of every square of ``side`` pixels: float64[height − side + 1, width − side + 1]."""
    table = np.zeros((sums.shape[0] + 1, sums.shape[1] + 1))
    table[1:, 1:] = sums.astype(np.float64).cumsum(axis=0).cumsum(axis=1)
    part = table[side:, side:] - table[:-side, side:] - table[side:, :-side] + table[:-side, :-side]
    return part / (side * side)
