"""A sheet as a drawing: the paper, its labels and margins, and the sums across and down. Lengths in millimetres.

It is made of the numbers as they were typed, so that what does not fit is seen where it leaves the paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.errors import StockRefused
from labelsvc.domain.layout import layout
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.domain.sheet import Stock

SAMPLE = Rectangle(25, 35)
"""The label that stands on sheets without cells."""
MOST_DRAWN = 4_000


@dataclass(frozen=True, slots=True)
class AxisSum:
    """A sheet's sum across or down: ``first_mm`` + ``count`` × ``side_mm`` + gaps + what is left = ``paper_mm``."""

    first_mm: float
    count: int
    side_mm: float
    gap_mm: float
    paper_mm: float

    @property
    def pitch_mm(self) -> float:
        """From a label's edge to the same edge of the next one."""
        return self.side_mm + self.gap_mm

    @property
    def left_mm(self) -> float:
        """What is left of the paper after the last label; below 0 it does not fit."""
        used = self.first_mm + self.count * self.side_mm + (self.count - 1) * self.gap_mm
        return round(self.paper_mm - used, 2)

    @property
    def fits(self) -> bool:
        """Return whether the labels stay on the paper."""
        return self.left_mm >= 0


@dataclass(frozen=True, slots=True)
class DrawnLabel:
    """A label's upper left corner, and whether it leaves the paper."""

    x_mm: float
    y_mm: float
    outside: bool


@dataclass(frozen=True, slots=True)
class StockDrawing:
    """A sheet to be drawn. ``margin_mm``: left, top, right, bottom of what no label enters; None if there is none."""

    across: AxisSum
    down: AxisSum
    corner_mm: float = 0.0
    round: bool = False
    margin_mm: tuple[float, float, float, float] | None = None
    sample: bool = False
    """The labels are only an example: as many of any size fit as fit."""

    @property
    def box_mm(self) -> tuple[float, float, float, float]:
        """Return the drawing's view box: the paper, whatever leaves it, and an edge."""
        edge = max(self.across.paper_mm, self.down.paper_mm) * 0.02
        width = self.across.paper_mm - min(0.0, self.across.left_mm)
        height = self.down.paper_mm - min(0.0, self.down.left_mm)
        return -edge, -edge, width + 2 * edge, height + 2 * edge

    @property
    def count(self) -> int:
        """How many labels a sheet holds."""
        return self.across.count * self.down.count

    @property
    def labels(self) -> list[DrawnLabel]:
        """Return the labels, row by row."""
        xs = [self.across.first_mm + n * self.across.pitch_mm for n in range(self.across.count)]
        ys = [self.down.first_mm + n * self.down.pitch_mm for n in range(self.down.count)]
        right, bottom = self.across.paper_mm - self.across.side_mm, self.down.paper_mm - self.down.side_mm
        places = [(x, y, round(x - right, 2) > 0 or round(y - bottom, 2) > 0) for y in ys for x in xs]
        return [DrawnLabel(round(x, 3), round(y, 3), out) for x, y, out in places[:MOST_DRAWN]]


def drawing_of(stock: Stock) -> StockDrawing | None:
    """Return a sheet's drawing; None for single pages, and for a sheet that holds not even a stamp."""
    if stock.cells:
        cells, shape = stock.cells, stock.cells.shape
        across = AxisSum(cells.left_mm, cells.columns, shape.width_mm, cells.gap_x_mm, stock.width_mm)
        down = AxisSum(cells.top_mm, cells.rows, shape.height_mm, cells.gap_y_mm, stock.height_mm)
        corner = 0.0 if isinstance(shape, Circle) else shape.corner_mm
        return StockDrawing(across, down, corner, isinstance(shape, Circle))
    if stock.kind != "sheet":
        return None
    try:
        placed = layout(stock, SAMPLE)
    except StockRefused:
        return None
    margins, first, gutter = stock.margins, placed.positions[0], 2 * stock.bleed_mm
    gaps = stock.gutter_x_mm or gutter, stock.gutter_y_mm or gutter
    across = AxisSum(first.x_mm, placed.columns, SAMPLE.width_mm, gaps[0], stock.width_mm)
    down = AxisSum(first.y_mm, placed.rows, SAMPLE.height_mm, gaps[1], stock.height_mm)
    edges = margins.left_mm, margins.top_mm, margins.right_mm, margins.bottom_mm
    return StockDrawing(across, down, margin_mm=edges, sample=True)
