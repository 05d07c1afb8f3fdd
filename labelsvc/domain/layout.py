"""Where the labels of one shape stand on a stock. Lengths in millimetres.

Coordinates are a page's: origin in its upper left corner, y down, as :class:`Position` and manifest.csv say them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import floor, hypot

from labelsvc.domain.errors import InvalidValue, Problem, StockRefused, StockTooSmall
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.domain.shape import Circle, Shape
from labelsvc.domain.sheet import EXACT_MM, PrinterMarks, SerialOrder, Stock

PICTURE_BLEED_MM = 1.0
"""Bleed around a label for pictures, so that its edges are inked when it is cut out of its page."""
SAME_SIZE_MM = 0.5
"""A label and a pre-cut cell that differ by no more have one size."""
TIDY_WHITE_MM = 2.0
"""White between the bleeds of neighbours on tidy sheets, for their ticks."""
_TINY_MM = 1e-6


@dataclass(frozen=True, slots=True)
class Position:
    """A trim's upper left corner, from its page's upper left corner."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the labels of one shape stand on a page; ``positions`` in the order in which pieces take them.

    ``turned``: labels lie on their side, turned by 90° against the clock: their upper edge is on the left.
    """

    stock: Stock
    shape: Shape
    page_width_mm: float
    page_height_mm: float
    positions: tuple[Position, ...]
    bleed_mm: float
    columns: int
    rows: int
    turned: bool = False

    @property
    def trim_width_mm(self) -> float:
        """A trim's width as it stands on the page."""
        return self.shape.height_mm if self.turned else self.shape.width_mm

    @property
    def trim_height_mm(self) -> float:
        """A trim's height as it stands on the page."""
        return self.shape.width_mm if self.turned else self.shape.height_mm

    @property
    def per_sheet(self) -> int:
        """The number of labels on a full page."""
        return len(self.positions)

    @property
    def blank_around_mm(self) -> tuple[float, float]:
        """What is left of a pre-cut cell on each side of its label, and above and below it; nothing elsewhere."""
        cells = self.stock.cells
        if cells is None or self.stock.kind != "precut":
            return 0.0, 0.0
        spare = cells.shape.width_mm - self.trim_width_mm, cells.shape.height_mm - self.trim_height_mm
        return round(spare[0] / 2, 2), round(spare[1] / 2, 2)

    @property
    def floats(self) -> bool:
        """Return whether a label is clearly smaller than its pre-cut cell: a blank edge stays around it."""
        return 2 * max(self.blank_around_mm) > SAME_SIZE_MM + _TINY_MM

    @property
    def roll_sheets(self) -> int:
        """Pages on a roll of the stock's length; 0 if the stock is no roll, or if its length is not given."""
        length_mm = self.stock.roll_length_m * 1000
        return max(1, floor(length_mm / self.page_height_mm + _TINY_MM)) if length_mm else 0

    @property
    def trim_box_mm(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the box around all trims: the page's TrimBox; with the bleed, its BleedBox."""
        xs, ys = [p.x_mm for p in self.positions], [p.y_mm for p in self.positions]
        return min(xs), min(ys), max(xs) + self.trim_width_mm, max(ys) + self.trim_height_mm

    def square_on_page(self, x_mm: float, y_mm: float, side_mm: float) -> tuple[float, float]:
        """Return where a square of a label stands in its trim on the page: both upper left corners, y down."""
        return (y_mm, self.shape.width_mm - x_mm - side_mm) if self.turned else (x_mm, y_mm)


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


def layout(stock: Stock, shape: Shape, *, may_turn: bool = False) -> Layout:
    """Return the layout of a label shape on a stock; turned by 90° only if that is allowed and fits more.

    Labels of single pages are never turned; those of a roll lie on their side where its unwind direction wants it.
    Raises StockTooSmall stock.too_narrow and stock.too_low with the missing millimetres, stock.too_round for a label
    that does not fit a round cell; StockRefused stock.offset_too_large if the offset pushes bleed off the paper.
    """
    if stock.kind == "roll":
        return _placed(stock, shape, turned=stock.lies_sideways)
    try:
        upright = _placed(stock, shape, turned=False)
    except StockTooSmall:
        if side := _on_its_side(stock, shape, may_turn):
            return side
        raise
    side = _on_its_side(stock, shape, may_turn)
    return side if side and side.per_sheet > upright.per_sheet else upright


def _on_its_side(stock: Stock, shape: Shape, may_turn: bool) -> Layout | None:
    """Return the layout of turned labels; None if they may not be turned or do not fit."""
    if not (may_turn and stock.may_turn and stock.kind in ("sheet", "precut")) or stock.printer:
        return None
    try:
        turned = _placed(stock, shape, turned=True)
    except StockRefused:
        return None
    return None if stock.turns_exactly and turned.floats else turned


def _placed(stock: Stock, shape: Shape, *, turned: bool) -> Layout:
    width_mm, height_mm, bleed_mm = stock.width_mm, stock.height_mm, stock.bleed_mm
    trim = (shape.height_mm, shape.width_mm) if turned else (shape.width_mm, shape.height_mm)
    match stock.kind:
        case "sheet":
            grid = _fill_sheet(stock, *trim)
        case "single":
            margins = stock.margins
            width_mm = margins.left_mm + margins.right_mm + shape.width_mm + 2 * bleed_mm
            height_mm = margins.top_mm + margins.bottom_mm + shape.height_mm + 2 * bleed_mm
            grid = _Grid(margins.left_mm + bleed_mm, margins.top_mm + bleed_mm, 1, 1, 0.0, 0.0)
        case _:
            grid, bleed_mm = _fill_cells(stock, *trim, round_label=isinstance(shape, Circle))
    moved = replace(grid, left_mm=grid.left_mm + stock.offset_x_mm, top_mm=grid.top_mm + stock.offset_y_mm)
    positions = tuple(moved.positions(stock.order))
    if stock.printer:
        width_mm, height_mm = (stock.printer.covering_mm(length) for length in (width_mm, height_mm))
        at_dot = stock.printer.nearest_mm
        positions = tuple(Position(at_dot(p.x_mm), at_dot(p.y_mm)) for p in positions)
    placed = Layout(stock, shape, width_mm, height_mm, positions, bleed_mm, grid.columns, grid.rows, turned)
    _refuse_off_paper(placed)
    return placed


def takes_offset(stock: Stock) -> bool:
    """Return whether a printer's shift matters: on stickers that are cut already, and on sheets for scissors.

    A sheet with press marks is cut by them, wherever they stand; single pages and rolls come from no office printer,
    and a thermal printer's page is its label.
    """
    if stock.printer or stock.marks.crop or stock.marks.registration:
        return False
    return stock.kind in ("sheet", "precut")


def moved(stock: Stock, offset: PrinterOffset) -> Stock:
    """Return a stock with a printer's offset on top of its own, where :func:`takes_offset`."""
    if not takes_offset(stock):
        return stock
    x_mm, y_mm = stock.offset_x_mm + offset.x_mm, stock.offset_y_mm + offset.y_mm
    return replace(stock, offset_x_mm=round(x_mm, 3), offset_y_mm=round(y_mm, 3))


def tidied(stock: Stock) -> Stock:
    """Return a stock for scissors: ticks at the corners of labels, no die line and no other mark.

    Gutters are widened to leave the ticks white to stand on. Pre-cut sheets, on which nothing is cut, bear nothing but
    labels. Raises StockRefused stock.tidy_roll: rolls are cut by machines.
    """
    if stock.kind == "roll":
        raise StockRefused.from_code("stock.tidy_roll", field="tidy", stock=stock.name)
    is_cut, edge_mm = stock.kind != "precut", stock.marks.unprintable_mm
    least_mm = 2 * stock.bleed_mm + TIDY_WHITE_MM if stock.kind == "sheet" else 0.0
    return replace(
        stock,
        marks=PrinterMarks(corners=is_cut, unprintable_mm=edge_mm, apart=True),
        die_line=False,
        bleed_layer=False,
        gutter_x_mm=max(stock.gutter_x_mm, least_mm),
        gutter_y_mm=max(stock.gutter_y_mm, least_mm),
    )


def layout_for_picture(shape: Shape) -> Layout:
    """Return one label per page without die line and marks: cut along the trim, it is the finished label."""
    return layout(
        Stock(name="", title="", title_en="", kind="single", bleed_mm=PICTURE_BLEED_MM, die_line=False), shape
    )


def _fill_sheet(stock: Stock, trim_width_mm: float, trim_height_mm: float) -> _Grid:
    """Return the largest grid within the margins, centred."""
    margins, bleed = stock.margins, 2 * stock.bleed_mm
    gutter_x, gutter_y = stock.gutter_x_mm or bleed, stock.gutter_y_mm or bleed
    free_x = stock.width_mm - margins.left_mm - margins.right_mm - bleed
    free_y = stock.height_mm - margins.top_mm - margins.bottom_mm - bleed
    _refuse_too_small(stock, (trim_width_mm, free_x), (trim_height_mm, free_y))
    pitch_x, pitch_y = trim_width_mm + gutter_x, trim_height_mm + gutter_y
    columns = floor((free_x + gutter_x) / pitch_x + _TINY_MM)
    rows = floor((free_y + gutter_y) / pitch_y + _TINY_MM)
    left = margins.left_mm + stock.bleed_mm + (free_x + gutter_x - columns * pitch_x) / 2
    top = margins.top_mm + stock.bleed_mm + (free_y + gutter_y - rows * pitch_y) / 2
    return _Grid(left, top, columns, rows, pitch_x, pitch_y)


def _fill_cells(stock: Stock, trim_width_mm: float, trim_height_mm: float, *, round_label: bool) -> tuple[_Grid, float]:
    """Return the grid of cells with a label centred in each, and the bleed.

    Where nothing is cut afterwards there is bleed only where the label is its cell: around a smaller one it would stay.
    """
    cells = stock.cells
    if cells is None:
        raise InvalidValue.from_code("stock.cells", name=stock.name, kind=stock.kind)
    cell = cells.shape
    _refuse_too_small(stock, (trim_width_mm, cell.width_mm), (trim_height_mm, cell.height_mm))
    if isinstance(cell, Circle) and not round_label:
        over = hypot(trim_width_mm, trim_height_mm) - cell.diameter_mm
        if over > EXACT_MM:
            raise StockTooSmall.from_code("stock.too_round", stock=stock.name, missing_mm=round(over, 2))
    spare_x, spare_y = cell.width_mm - trim_width_mm, cell.height_mm - trim_height_mm
    bleed = stock.bleed_mm if stock.die_line or max(spare_x, spare_y) <= EXACT_MM else 0.0
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


def _refuse_too_small(stock: Stock, across: tuple[float, float], down: tuple[float, float]) -> None:
    """Refuse a trim that does not fit; each direction is (needed, free) in mm."""
    problems = [
        Problem(code, {"stock": stock.name, "needed_mm": needed, "missing_mm": round(needed - free, 2)})
        for code, needed, free in (
            ("stock.too_narrow", *across),
            ("stock.too_low", *down),
        )
        if needed - free > _TINY_MM
    ]
    if problems:
        raise StockTooSmall(*problems)


def _refuse_off_paper(placed: Layout) -> None:
    left, top, right, bottom = placed.trim_box_mm
    over = placed.bleed_mm - min(left, top, placed.page_width_mm - right, placed.page_height_mm - bottom)
    if over > _TINY_MM:
        raise StockRefused.from_code(
            "stock.offset_too_large",
            stock=placed.stock.name,
            x_mm=placed.stock.offset_x_mm,
            y_mm=placed.stock.offset_y_mm,
            missing_mm=round(over, 2),
        )
