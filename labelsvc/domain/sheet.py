"""A stock (sheet, pre-cut sheet, single page, roll) and where labels stand on it. Lengths in millimetres.

Coordinates are a page's: origin in its upper left corner, y down, as :class:`Position` and manifest.csv say them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import floor, hypot
from typing import Literal, get_args

from labelsvc.domain.errors import InvalidValue, Problem, StockRefused, StockTooSmall
from labelsvc.domain.shape import Circle, Rectangle, Shape

StockKind = Literal["sheet", "precut", "single", "roll"]
SerialOrder = Literal["rows", "columns", "cut-and-stack", "piles"]
"""How serials run. "piles" is kept with an order of cut-and-stack that begins on a used sheet, see ``Imposition``."""
KINDS: tuple[str, ...] = get_args(StockKind)
KEPT_ORDERS: tuple[str, ...] = get_args(SerialOrder)
ORDERS = KEPT_ORDERS[:3]
"""What can be asked for."""

LARGEST_PAGE_MM = 5_080.0
"""ISO 32000-1, annex C: a page's side is at most 14,400 units of 1/72 inch."""
PICTURE_BLEED_MM = 1.0
"""Around a label that is only looked at, so that its edges are inked when it is cut out of its page."""
_EXACT_MM = 0.05
_TINY_MM = 1e-6


@dataclass(frozen=True, slots=True)
class Margins:
    """Strips along a page's edges that no label's bleed enters; marks stand in them."""

    left_mm: float = 0.0
    top_mm: float = 0.0
    right_mm: float = 0.0
    bottom_mm: float = 0.0

    def __post_init__(self) -> None:
        for name in ("left_mm", "top_mm", "right_mm", "bottom_mm"):
            _refuse_negative(f"margin.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class PrinterMarks:
    """What is printed outside of the bleed. ``unprintable_mm``: strip along the paper's edge that stays free of it."""

    crop: bool = False
    registration: bool = False
    colour_bar: bool = False
    slug: bool = False
    unprintable_mm: float = 0.0

    def __post_init__(self) -> None:
        _refuse_negative("marks.unprintable_mm", self.unprintable_mm)


@dataclass(frozen=True, slots=True)
class Cells:
    """The labels that a pre-cut sheet or a roll is cut into: a label stands in the middle of its cell.

    ``left_mm`` and ``top_mm`` are the first cell's distance from the paper's edges; a roll's follow from the rest.
    """

    shape: Rectangle | Circle
    columns: int
    rows: int
    gap_x_mm: float = 0.0
    gap_y_mm: float = 0.0
    left_mm: float = 0.0
    top_mm: float = 0.0

    def __post_init__(self) -> None:
        for name in ("gap_x_mm", "gap_y_mm", "left_mm", "top_mm"):
            _refuse_negative(f"cells.{name}", getattr(self, name))
        for name in ("columns", "rows"):
            if getattr(self, name) < 1:
                raise InvalidValue.of("stock.count", field=f"cells.{name}", value=getattr(self, name))

    @property
    def used_mm(self) -> tuple[float, float]:
        """Width and height from the first to the last cell."""
        width = self.columns * self.shape.width_mm + (self.columns - 1) * self.gap_x_mm
        return width, self.rows * self.shape.height_mm + (self.rows - 1) * self.gap_y_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is printed on. Width and height are the paper's; a single page has none: it takes them from the label.

    sheet: as many labels as fit, in the middle of the printable area, to be cut; gutters (between neighbours' trims)
    are at least twice the bleed. precut and roll: one label in each of the ``cells``. single: one label a page, bleed
    and margins around it. ``offset_*_mm`` moves all that is printed, right and down, against a printer's own shift.
    ``roll_length_m`` is a roll's D in X×Y×nT×D; 0 where it does not matter.
    Raises InvalidValue stock.* for what no stock can be.
    """

    name: str
    title: str
    title_en: str
    kind: StockKind
    width_mm: float = 0.0
    height_mm: float = 0.0
    margins: Margins = field(default_factory=Margins)
    bleed_mm: float = 0.0
    gutter_x_mm: float = 0.0
    gutter_y_mm: float = 0.0
    cells: Cells | None = None
    marks: PrinterMarks = field(default_factory=PrinterMarks)
    die_line: bool = True
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    order: SerialOrder = "rows"
    roll_length_m: float = 0.0

    def __post_init__(self) -> None:
        for name, allowed in (("kind", KINDS), ("order", KEPT_ORDERS)):
            if getattr(self, name) not in allowed:
                raise InvalidValue.of("stock.choice", field=name, value=getattr(self, name), allowed=allowed)
        for name in ("width_mm", "height_mm", "bleed_mm", "gutter_x_mm", "gutter_y_mm", "roll_length_m"):
            _refuse_negative(name, getattr(self, name))
        if (self.kind == "single") == bool(self.width_mm and self.height_mm):
            raise InvalidValue.of("stock.paper", name=self.name, kind=self.kind)
        if max(self.width_mm, self.height_mm) > LARGEST_PAGE_MM:
            raise InvalidValue.of(
                "stock.paper_too_large", value=max(self.width_mm, self.height_mm), most=LARGEST_PAGE_MM
            )
        if (self.cells is not None) != (self.kind in ("precut", "roll")):
            raise InvalidValue.of("stock.cells", name=self.name, kind=self.kind)
        self._refuse_bleed_into_neighbour()
        if self.cells:
            _refuse_outside(self.cells, self.width_mm, self.height_mm)

    def title_in(self, language: str) -> str:
        """Return what people of a language call it."""
        return self.title if language == "vi" else self.title_en

    def _refuse_bleed_into_neighbour(self) -> None:
        gaps = (self.cells.gap_x_mm, self.cells.gap_y_mm) if self.cells else (self.gutter_x_mm, self.gutter_y_mm)
        for gap in gaps:
            if (self.cells or gap) and gap < 2 * self.bleed_mm:
                raise InvalidValue.of("stock.gutter", value=gap, least=2 * self.bleed_mm)


@dataclass(frozen=True, slots=True)
class Position:
    """A trim's upper left corner, from its page's upper left corner."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the labels of one shape stand on a page; ``positions`` in the order in which pieces take them."""

    stock: Stock
    shape: Shape
    page_width_mm: float
    page_height_mm: float
    positions: tuple[Position, ...]
    bleed_mm: float
    columns: int
    rows: int

    @property
    def per_sheet(self) -> int:
        """Labels on a full page."""
        return len(self.positions)

    @property
    def trim_box_mm(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the box around all trims: the page's TrimBox; with the bleed, its BleedBox."""
        xs, ys = [p.x_mm for p in self.positions], [p.y_mm for p in self.positions]
        return min(xs), min(ys), max(xs) + self.shape.width_mm, max(ys) + self.shape.height_mm


@dataclass(frozen=True, slots=True)
class _Grid:
    """A grid of trims: the first one's upper left corner, counts and pitches."""

    left_mm: float
    top_mm: float
    columns: int
    rows: int
    pitch_x_mm: float
    pitch_y_mm: float

    def positions(self, order: SerialOrder) -> Iterator[Position]:
        xs = [self.left_mm + i * self.pitch_x_mm for i in range(self.columns)]
        ys = [self.top_mm + i * self.pitch_y_mm for i in range(self.rows)]
        places = ((x, y) for x, y in product(xs, ys)) if order == "columns" else ((x, y) for y, x in product(ys, xs))
        return (Position(round(x, 4), round(y, 4)) for x, y in places)


def layout(stock: Stock, shape: Shape) -> Layout:
    """Return where labels of a shape stand on a stock.

    Raises StockTooSmall stock.too_narrow and stock.too_low with the missing millimetres, stock.too_round for a label
    that does not fit a round cell; StockRefused stock.offset_too_large where the offset pushes bleed off the paper.
    """
    width_mm, height_mm, bleed_mm = stock.width_mm, stock.height_mm, stock.bleed_mm
    match stock.kind:
        case "sheet":
            grid = _fill_sheet(stock, shape)
        case "single":
            margins = stock.margins
            width_mm = margins.left_mm + margins.right_mm + shape.width_mm + 2 * bleed_mm
            height_mm = margins.top_mm + margins.bottom_mm + shape.height_mm + 2 * bleed_mm
            grid = _Grid(margins.left_mm + bleed_mm, margins.top_mm + bleed_mm, 1, 1, 0.0, 0.0)
        case _:
            grid, bleed_mm = _fill_cells(stock, shape)
    moved = _Grid(
        grid.left_mm + stock.offset_x_mm,
        grid.top_mm + stock.offset_y_mm,
        *(grid.columns, grid.rows, grid.pitch_x_mm, grid.pitch_y_mm),
    )
    positions = tuple(moved.positions(stock.order))
    placed = Layout(stock, shape, width_mm, height_mm, positions, bleed_mm, grid.columns, grid.rows)
    _refuse_off_paper(placed)
    return placed


def layout_for_picture(shape: Shape) -> Layout:
    """Return one label a page without die line and marks: what is cut out along the trim is the finished label."""
    return layout(
        Stock(name="", title="", title_en="", kind="single", bleed_mm=PICTURE_BLEED_MM, die_line=False), shape
    )


def _fill_sheet(stock: Stock, shape: Shape) -> _Grid:
    """Return the largest grid within the margins, in their middle."""
    margins, bleed = stock.margins, 2 * stock.bleed_mm
    gutter_x, gutter_y = stock.gutter_x_mm or bleed, stock.gutter_y_mm or bleed
    free_x = stock.width_mm - margins.left_mm - margins.right_mm - bleed
    free_y = stock.height_mm - margins.top_mm - margins.bottom_mm - bleed
    _refuse_too_small(stock, shape, free_x, free_y)
    pitch_x, pitch_y = shape.width_mm + gutter_x, shape.height_mm + gutter_y
    columns = floor((free_x + gutter_x) / pitch_x + _TINY_MM)
    rows = floor((free_y + gutter_y) / pitch_y + _TINY_MM)
    left = margins.left_mm + stock.bleed_mm + (free_x + gutter_x - columns * pitch_x) / 2
    top = margins.top_mm + stock.bleed_mm + (free_y + gutter_y - rows * pitch_y) / 2
    return _Grid(left, top, columns, rows, pitch_x, pitch_y)


def _fill_cells(stock: Stock, shape: Shape) -> tuple[_Grid, float]:
    """Return the grid of cells with a label in the middle of each, and the bleed.

    Where nothing is cut afterwards there is bleed only where the label is its cell: around a smaller one it would stay.
    """
    cells = stock.cells
    if cells is None:
        raise InvalidValue.of("stock.cells", name=stock.name, kind=stock.kind)
    cell = cells.shape
    _refuse_too_small(stock, shape, cell.width_mm, cell.height_mm)
    if isinstance(cell, Circle) and not isinstance(shape, Circle):
        over = hypot(shape.width_mm, shape.height_mm) - cell.diameter_mm
        if over > _EXACT_MM:
            raise StockTooSmall.of("stock.too_round", stock=stock.name, missing_mm=round(over, 2))
    spare_x, spare_y = cell.width_mm - shape.width_mm, cell.height_mm - shape.height_mm
    bleed = stock.bleed_mm if stock.die_line or max(spare_x, spare_y) <= _EXACT_MM else 0.0
    return (
        _Grid(
            cells.left_mm + spare_x / 2,
            cells.top_mm + spare_y / 2,
            cells.columns,
            cells.rows,
            cell.width_mm + cells.gap_x_mm,
            cell.height_mm + cells.gap_y_mm,
        ),
        bleed,
    )


def _refuse_too_small(stock: Stock, shape: Shape, free_x_mm: float, free_y_mm: float) -> None:
    problems = [
        Problem(code, {"stock": stock.name, "needed_mm": needed, "missing_mm": round(needed - free, 2)})
        for code, needed, free in (
            ("stock.too_narrow", shape.width_mm, free_x_mm),
            ("stock.too_low", shape.height_mm, free_y_mm),
        )
        if needed - free > _TINY_MM
    ]
    if problems:
        raise StockTooSmall(*problems)


def _refuse_off_paper(placed: Layout) -> None:
    left, top, right, bottom = placed.trim_box_mm
    over = placed.bleed_mm - min(left, top, placed.page_width_mm - right, placed.page_height_mm - bottom)
    if over > _TINY_MM:
        raise StockRefused.of(
            "stock.offset_too_large",
            stock=placed.stock.name,
            x_mm=placed.stock.offset_x_mm,
            y_mm=placed.stock.offset_y_mm,
            missing_mm=round(over, 2),
        )


def _refuse_outside(cells: Cells, width_mm: float, height_mm: float) -> None:
    used_x, used_y = cells.used_mm
    over = max(cells.left_mm + used_x - width_mm, cells.top_mm + used_y - height_mm)
    if over > _EXACT_MM:
        raise InvalidValue.of("stock.cells_outside", missing_mm=round(over, 2))


def _refuse_negative(name: str, value: float) -> None:
    if not 0 <= value < LARGEST_PAGE_MM * 1000:
        raise InvalidValue.of("stock.length", field=name, value=value)
