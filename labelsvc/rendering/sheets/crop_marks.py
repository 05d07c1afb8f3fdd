"""Everything outside the labels: crop marks, the slug line, and the contours on their layers.

Marks and slug are 100 K, outside every bleed, and keep clear of the stock's unprintable strip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from labelsvc.domain.layout import Layout, Position
from labelsvc.pdf.outlines import outline
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, colour_space_name
from labelsvc.pdf.units import number, points
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.fonts import FontFace

LINE_PT, TICK_PT = 0.25, 0.3
"""Marks beside the labels, and between them, where preflight looks for hairlines under 0.1 mm."""
MARK_MM, MARK_AWAY_MM, SHORTEST_MARK_MM = 4.0, 0.4, 1.0
"""A crop mark's length, its distance from the bleed, and the least useful length."""
SLUG_PT, SMALLEST_SLUG_PT, SLUG_LINES, SLUG_LINE_MM = 6.0, 4.5, 4, 2.6
SLUG_FROM_EDGE_MM = 1.0
"""The slug keeps clear of the paper's edge, even if a stock prints up to it."""
SEPARATOR = " · "
CONTOURS_KEPT = 32


@dataclass(frozen=True, slots=True)
class FreeStrips:
    """Free millimetres between the bleed and the printable paper, on every side of a page."""

    left_mm: float
    top_mm: float
    right_mm: float
    bottom_mm: float


def strips(layout: Layout) -> FreeStrips:
    """Return what is left for marks around the labels of a layout; may be negative."""
    left, top, right, bottom = layout.trim_box_mm
    taken = layout.bleed_mm + layout.stock.marks.unprintable_mm
    return FreeStrips(
        left - taken, top - taken, layout.page_width_mm - right - taken, layout.page_height_mm - bottom - taken
    )


def lower_left(layout: Layout, position: Position) -> tuple[float, float]:
    """Return a trim's lower left corner in points from the page's lower left corner, y up."""
    return points(position.x_mm), points(layout.page_height_mm - position.y_mm - layout.trim_height_mm)


def label_matrix(layout: Layout, x_pt: float, y_pt: float, scale: str = "1") -> str:
    """Return the matrix of label content with its origin at a point of the page, rotated like the label."""
    turn = f"0 {scale} -{scale} 0" if layout.turned else f"{scale} 0 0 {scale}"
    return f"{turn} {number(x_pt, 3)} {number(y_pt, 3)} cm"


def label_origin(layout: Layout, position: Position) -> tuple[float, float]:
    """Return where a label's own lower left corner stands on the page, in points, y up."""
    left, low = lower_left(layout, position)
    return (left + points(layout.trim_width_mm), low) if layout.turned else (left, low)


@lru_cache(CONTOURS_KEPT)  # every part of a batch has the same full sheets
def contours(layout: Layout, positions: Sequence[int], spot: str, grown_mm: float = 0.0) -> bytes:
    """Return the operators that stroke the trims at some positions in a spot ink, overprinting: the die line.

    ``grown_mm`` widens every contour: by the bleed, it is the edge of the bleed.
    """
    head = b"/GSk gs %b CS 1 SCN %b w\n" % (colour_space_name(spot), number(LINE_PT).encode())
    corners = [label_origin(layout, layout.positions[i]) for i in positions]
    if not layout.turned:
        return head + b"".join([outline(layout.shape, *corner, grown_mm) for corner in corners]) + b"S\n"
    path = outline(layout.shape, 0, 0, grown_mm)
    return head + b"".join([b"q %b\n%bS Q\n" % (label_matrix(layout, *corner).encode(), path) for corner in corners])


def crop_marks(layout: Layout) -> bytes:
    """Return the operators of a page's crop marks; empty if the stock has none."""
    return _stroked(layout, crop_mark_lines(layout), LINE_PT)


@lru_cache(CONTOURS_KEPT)
def corner_ticks(layout: Layout, positions: Sequence[int]) -> bytes:
    """Return the operators of the ticks at the corners of some labels; empty if the stock has none."""
    return _stroked(layout, corner_tick_lines(layout, positions), TICK_PT)


MarkLine = tuple[float, float, float, float]
"""A mark's x, y at both ends in mm, y down."""


def _stroked(layout: Layout, lines: Sequence[MarkLine], width_pt: float) -> bytes:
    height = layout.page_height_mm
    strokes = [
        "{} {} m {} {} l\n".format(*(number(points(side), 3) for side in (x, height - y, u, height - v)))
        for x, y, u, v in lines
    ]
    return BLACK_OVERPRINTING + f"{number(width_pt)} w\n{''.join(strokes)}S\n".encode() if strokes else b""


def crop_mark_lines(layout: Layout) -> list[MarkLine]:
    """Return a page's crop marks: beside every trim edge, along the edges of the paper."""
    if not layout.stock.marks.crop:
        return []
    wide, high = layout.trim_width_mm, layout.trim_height_mm
    left, top, right, bottom = layout.trim_box_mm
    away = layout.bleed_mm + MARK_AWAY_MM
    room = _mark_room(layout)
    xs = sorted({edge for p in layout.positions for edge in (p.x_mm, p.x_mm + wide)})
    ys = sorted({edge for p in layout.positions for edge in (p.y_mm, p.y_mm + high)})
    lines: list[MarkLine] = []
    for free_mm, start, sign in ((room.top_mm, top - away, -1), (room.bottom_mm, bottom + away, 1)):
        lines += [(x, start, x, start + sign * length) for x in xs if (length := _mark_length(free_mm))]
    for free_mm, start, sign in ((room.left_mm, left - away, -1), (room.right_mm, right + away, 1)):
        lines += [(start, y, start + sign * length, y) for y in ys if (length := _mark_length(free_mm))]
    return lines


def corner_tick_lines(layout: Layout, positions: Sequence[int]) -> list[MarkLine]:
    """Return the ticks at the corners of some labels: outside of every bleed, in line with the trims."""
    if not layout.stock.marks.corners:
        return []
    stock, room = layout.stock, _mark_room(layout)
    left, top, right, bottom = layout.trim_box_mm
    between = stock.gutter_x_mm - 2 * layout.bleed_mm, stock.gutter_y_mm - 2 * layout.bleed_mm
    lines: list[MarkLine] = []
    for place in (layout.positions[at] for at in positions):
        xs, ys = (place.x_mm, place.x_mm + layout.trim_width_mm), (place.y_mm, place.y_mm + layout.trim_height_mm)
        beside = room.left_mm if xs[0] == left else None, room.right_mm if xs[1] == right else None
        above = room.top_mm if ys[0] == top else None, room.bottom_mm if ys[1] == bottom else None
        for x, sign, free_mm in zip(xs, (-1, 1), beside, strict=True):
            start, end = _tick(x + sign * layout.bleed_mm, sign, free_mm, between[0])
            lines += [(start, y, end, y) for y in ys if start != end]
        for y, sign, free_mm in zip(ys, (-1, 1), above, strict=True):
            start, end = _tick(y + sign * layout.bleed_mm, sign, free_mm, between[1])
            lines += [(x, start, x, end) for x in xs if start != end]
    return lines


def _tick(bleed_edge: float, sign: int, free_mm: float | None, between_mm: float) -> tuple[float, float]:
    """Return both ends of a tick: on the way to a neighbour all that is blank between the bleeds, else a crop mark."""
    if free_mm is None:
        return bleed_edge, bleed_edge + sign * between_mm
    start = bleed_edge + sign * MARK_AWAY_MM
    return start, start + sign * _mark_length(free_mm)


def _mark_room(layout: Layout) -> FreeStrips:
    """Return the strips that crop marks may take: what the slug leaves."""
    free = strips(layout)
    slug = _slug_height_mm(layout) + _off_edge_mm(layout) if layout.stock.marks.slug else 0.0
    below = _slug_below(layout)
    return FreeStrips(
        free.left_mm - (0.0 if below else slug), free.top_mm, free.right_mm, free.bottom_mm - (slug if below else 0.0)
    )


def _mark_length(free_mm: float) -> float:
    length = min(MARK_MM, free_mm - MARK_AWAY_MM)
    return length if length >= SHORTEST_MARK_MM else 0.0


def _slug_below(layout: Layout) -> bool:
    """Return whether the slug line is below the labels; else it runs up the left edge (rolls)."""
    return strips(layout).bottom_mm - _off_edge_mm(layout) >= SLUG_LINE_MM


def _off_edge_mm(layout: Layout) -> float:
    """Return the width that the slug keeps clear at the paper's edge."""
    return max(0.0, SLUG_FROM_EDGE_MM - layout.stock.marks.unprintable_mm)


def _slug_height_mm(layout: Layout) -> float:
    """Return the height that the slug takes from its strip: what the shortest crop marks leave, at most four lines."""
    if not layout.stock.marks.slug:
        return 0.0
    free = strips(layout)
    strip = (free.bottom_mm if _slug_below(layout) else free.left_mm) - _off_edge_mm(layout)
    kept = MARK_AWAY_MM + 1.5 * SHORTEST_MARK_MM if layout.stock.marks.crop or layout.stock.marks.corners else 0.0
    return min(max(SLUG_LINE_MM, strip - kept), SLUG_LINES * SLUG_LINE_MM)


@dataclass(frozen=True)
class SlugLine:
    """The line that identifies a sheet: ``text`` with {sheet} and {sheets} open, fields joined by " · ".

    Where it stands is worked out once for all sheets of a part.
    """

    layout: Layout
    face: FontFace
    text: str
    sheets: int

    def on_sheet(self, sheet: int, use: FontUse) -> bytes:
        """Return the operators of a sheet's slug (sheets count from 1); notes its letters. Empty where there is none.

        If it does not fit, the last fields are dropped: the first ones identify the sheet.
        """
        if not (self.text and self.layout.stock.marks.slug):
            return b""
        fields = self.text.replace("{sheet}", str(sheet)).replace("{sheets}", str(self.sheets)).split(SEPARATOR)
        while fields:
            fitted = fit_text(self.face, SEPARATOR.join(fields), self._box)
            if isinstance(fitted, FittedText):
                use.add(self.face, " ".join(fitted.lines))
                return self._place + operators(fitted, 0, -fitted.first_baseline_pt("bottom")) + b" Q\n"
            fields.pop()
        return b""

    @cached_property
    def _box(self) -> TextBox:
        layout, below = self.layout, _slug_below(self.layout)
        edge = 2 * max(layout.stock.marks.unprintable_mm, 2.0)
        width = (layout.page_width_mm if below else layout.page_height_mm) - edge
        height = _slug_height_mm(layout)
        lines = max(1, int(height / SLUG_LINE_MM + 1e-6))
        return TextBox(width, height, SLUG_PT, SMALLEST_SLUG_PT, max_lines=lines)

    @cached_property
    def _place(self) -> bytes:
        """What begins the slug: the box's upper left corner as the origin, and the ink."""
        unprintable = self.layout.stock.marks.unprintable_mm
        foot = unprintable + _off_edge_mm(self.layout)
        along, inwards = points(max(unprintable, 2.0)), points(foot + _slug_height_mm(self.layout))
        if _slug_below(self.layout):
            matrix = f"1 0 0 1 {number(along)} {number(inwards)}"
        else:
            matrix = f"0 1 -1 0 {number(points(foot))} {number(along)}"
        return b"q %b cm %b" % (matrix.encode(), BLACK_OVERPRINTING)
