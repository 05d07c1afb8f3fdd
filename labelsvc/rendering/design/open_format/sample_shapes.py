"""Sample shapes of placeholders: stars, a QR, a barcode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.pdf.inks import SCREEN_BLACK
from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.gtin.fitting import FittedBarcode
from labelsvc.rendering.design.items import GtinSlot, ItemBox, QrSlot, StarRow
from labelsvc.rendering.design.open_format.svg_nodes import SampleLine, SampleType, node, text_node
from labelsvc.rendering.design.stars import COUNT, outline_mm, star_corners

_MODULE_DIGITS = 6


def star_shapes(stars: StarRow, full: int) -> Iterator[Any]:
    """Yield five stars, the first ``full`` of them filled."""
    for i in range(COUNT):
        left, hollow = stars.x_mm + i * (stars.size_mm + stars.gap_mm), i >= full
        corners = [
            f"{number(left + x * stars.size_mm, 3)},{number(stars.y_mm + y * stars.size_mm, 3)}"
            for x, y in star_corners(hollow)
        ]
        ink, width = stars.ink.screen, number(outline_mm(stars.size_mm), 4)
        look = {"fill": "none", "stroke": ink, "stroke-width": width} if hollow else {"fill": ink}
        yield node("path", {"d": f"M{' '.join(corners)}z", **look})


def symbol_shape(slot: QrSlot, rows: Sequence[Sequence[bool]]) -> Any:
    """Return a QR in a slot, its modules as one path; ``rows``: without quiet zone, True is dark."""
    module = slot.size_mm / (len(rows) + 2 * QUIET_ZONE)
    left, top = slot.x_mm + QUIET_ZONE * module, slot.y_mm + QUIET_ZONE * module
    moved = f"translate({number(left, 4)} {number(top, 4)}) scale({number(module, _MODULE_DIGITS)})"
    path = "".join(f"M{x} {y}h{wide}v1h-{wide}z" for y, row in enumerate(rows) for x, wide in _runs(row))
    return node("path", {"transform": moved, "d": path, "fill": SCREEN_BLACK, "shape-rendering": "crispEdges"})


def barcode_shapes(slot: GtinSlot, fitted: FittedBarcode) -> Iterator[Any]:
    """Yield a barcode: its bars as one path, and its digits."""
    if fitted.bars:
        yield node(
            "path", {"d": "".join(map(_box, fitted.bars)), "fill": SCREEN_BLACK, "shape-rendering": "crispEdges"}
        )
    for text in fitted.texts:
        look = SampleType(text.size_pt, slot.face.weight, SCREEN_BLACK).attributes
        yield text_node([SampleLine(text.text, points(text.x_mm), points(text.baseline_mm))], look)


def _box(box: ItemBox) -> str:
    x, y, width, height = (number(side, 4) for side in box)
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield runs of dark modules: the first one and how many."""
    at = 0
    for dark, modules in groupby(row):
        count = len(list(modules))
        if dark:
            yield at, count
        at += count
