"""A stock: sheet, pre-cut sheet, single page or roll. Lengths in millimetres."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.domain.thermal.label_printer import LabelPrinter

StockKind = Literal["sheet", "precut", "single", "roll"]
SerialOrder = Literal["rows", "columns", "cut-and-stack", "lanes", "piles"]
"""How serials run. "piles" is kept with an order of cut-and-stack that begins on a used sheet, see ``Imposition``."""
Side = Literal["left", "right"]
KINDS: tuple[str, ...] = get_args(StockKind)
KEPT_ORDERS: tuple[str, ...] = get_args(SerialOrder)
ORDERS = KEPT_ORDERS[:4]
"""What can be asked for."""

LARGEST_PAGE_MM = 5_080.0
"""ISO 32000-1, annex C: a page's side is at most 14,400 units of 1/72 inch."""
ONLY_IF_SET = {"only_if_set": True}
"""Marks fields that kept stocks name only where they differ from the default: those that came later."""
SHORTEST_TICK_MM = 1.0
"""A tick at a label's corner that is shorter is hard to cut by."""
EXACT_MM = 0.05
"""Smaller than the tolerance of any paper or knife."""
UNWINDS = range(1, 9)
SIDEWAYS_UNWINDS = (3, 4, 7, 8)
"""Of a roll's unwind directions those whose labels come off with a side first: they lie on their side on the web."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Strips along a page's edges kept free of bleed; marks go there."""

    left_mm: float = 0.0
    top_mm: float = 0.0
    right_mm: float = 0.0
    bottom_mm: float = 0.0

    def __post_init__(self) -> None:
        for name in ("left_mm", "top_mm", "right_mm", "bottom_mm"):
            _refuse_negative(f"margin.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class PrinterMarks:
    """Marks printed outside the bleed. ``unprintable_mm``: the strip along the paper's edge that stays free.

    ``apart``: the colour bar leaves room for a registration mark over a single column of labels. Stocks that batches
    kept earlier lack it: there the one stands on the other, and is printed so again.
    ``corners``: ticks at the corners of every label, in the gutters too, for scissors.
    """

    crop: bool = False
    registration: bool = False
    colour_bar: bool = False
    slug: bool = False
    unprintable_mm: float = 0.0
    apart: bool = field(default=False, metadata=ONLY_IF_SET)
    corners: bool = field(default=False, metadata=ONLY_IF_SET)

    def __post_init__(self) -> None:
        _refuse_negative("marks.unprintable_mm", self.unprintable_mm)


@dataclass(frozen=True, slots=True)
class EyeMark:
    """A black bar in a roll's margin, one beside every row of labels, that a machine's sensor counts them by.

    ``from_edge_mm``: from the web's edge; ``from_top_mm``: below the upper edge of the row.
    """

    side: Side
    width_mm: float
    height_mm: float
    from_edge_mm: float
    from_top_mm: float = 0.0

    def __post_init__(self) -> None:
        if self.side not in get_args(Side):
            raise InvalidValue.from_code("stock.choice", field="eye_mark.side", value=self.side, allowed=get_args(Side))
        for name in ("width_mm", "height_mm", "from_edge_mm", "from_top_mm"):
            _refuse_negative(f"eye_mark.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class LabelCells:
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
                raise InvalidValue.from_code("stock.count", field=f"cells.{name}", value=getattr(self, name))

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
    ``roll_length_m`` is a roll's D in X×Y×nT×D; 0 if it does not matter. ``bleed_layer``: the bleed's edge is drawn
    beside the die line, as it was on all kept stocks that do not say. ``may_turn``: labels may be turned by 90° where
    more of them fit, if their order allows it too; with ``turns_exactly`` onto a pre-cut cell of their own size alone,
    as on all stocks but those kept before. ``substrate`` and ``finish`` (paper, lamination), a roll's
    ``core_mm`` (the diameter of what it is wound on) and ``unwind`` are what the ticket asks of the print shop: the
    trade's positions 1–4 are wound with the labels outside, head, foot, right, left first; 5–8 inside; 0 says nothing.
    ``printer``: a thermal printer prints a page as one image; everything stands at whole dots, nothing is turned.
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
    cells: LabelCells | None = None
    marks: PrinterMarks = field(default_factory=PrinterMarks)
    die_line: bool = True
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    order: SerialOrder = "rows"
    roll_length_m: float = 0.0
    bleed_layer: bool = field(default=True, metadata=ONLY_IF_SET)
    may_turn: bool = field(default=True, metadata=ONLY_IF_SET)
    turns_exactly: bool = field(default=False, metadata=ONLY_IF_SET)
    substrate: str = field(default="", metadata=ONLY_IF_SET)
    finish: str = field(default="", metadata=ONLY_IF_SET)
    core_mm: float = field(default=0.0, metadata=ONLY_IF_SET)
    unwind: int = field(default=0, metadata=ONLY_IF_SET)
    eye_mark: EyeMark | None = field(default=None, metadata=ONLY_IF_SET)
    printer: LabelPrinter | None = field(default=None, metadata=ONLY_IF_SET)

    def __post_init__(self) -> None:
        for name, allowed in (("kind", KINDS), ("order", KEPT_ORDERS)):
            if getattr(self, name) not in allowed:
                raise InvalidValue.from_code("stock.choice", field=name, value=getattr(self, name), allowed=allowed)
        for name, value in self._lengths.items():
            _refuse_negative(name, value)
        if (self.kind == "single") == bool(self.width_mm and self.height_mm):
            raise InvalidValue.from_code("stock.paper", field="paper.width_mm", name=self.name, kind=self.kind)
        if max(self.width_mm, self.height_mm) > LARGEST_PAGE_MM:
            longest = "width_mm" if self.width_mm >= self.height_mm else "height_mm"
            facts = {"value": getattr(self, longest), "most": LARGEST_PAGE_MM}
            raise InvalidValue.from_code("stock.paper_too_large", field=f"paper.{longest}", **facts)
        if (self.cells is not None) != (self.kind in ("precut", "roll")):
            raise InvalidValue.from_code("stock.cells", name=self.name, kind=self.kind)
        self._refuse_bleed_into_neighbour()
        self._refuse_of_rolls_alone()
        self._refuse_ticks_on_bleed()
        if self.cells:
            _refuse_outside(self.cells, self.width_mm, self.height_mm)
        if self.kind == "sheet":
            _refuse_margins(self.margins, self.width_mm, self.height_mm)

    @property
    def _lengths(self) -> dict[str, float]:
        """Its own lengths by their keys in a stock's file."""
        return {
            "paper.width_mm": self.width_mm,
            "paper.height_mm": self.height_mm,
            "bleed_mm": self.bleed_mm,
            "gutter.x_mm": self.gutter_x_mm,
            "gutter.y_mm": self.gutter_y_mm,
            "roll.roll_length_m": self.roll_length_m,
        }

    def title_in(self, language: str) -> str:
        """Return the title in a language."""
        return self.title if language == "vi" else self.title_en

    @property
    def dot_mm(self) -> float:
        """The size of the printer's dots, 0 where there are none."""
        return self.printer.dot_mm if self.printer else 0.0

    @property
    def lies_sideways(self) -> bool:
        """Return whether labels lie on their side on a roll, as a side of them comes off first."""
        return self.unwind in SIDEWAYS_UNWINDS

    def _refuse_of_rolls_alone(self) -> None:
        """Refuse what no roll can be, and what other stocks have no use for."""
        _refuse_negative("roll.core_mm", self.core_mm)
        if self.unwind and self.unwind not in UNWINDS:
            raise InvalidValue.from_code("stock.unwind", field="roll.unwind", value=self.unwind)
        if self.kind != "roll" and self.order == "lanes":
            raise InvalidValue.from_code("stock.lanes", field="order", name=self.name, kind=self.kind)
        if self.eye_mark and self.cells:
            _refuse_eye_mark(self.eye_mark, self.cells, self.bleed_mm, self.marks)

    def _refuse_ticks_on_bleed(self) -> None:
        """Refuse ticks at corners where no blank between the bleeds shows them; single labels have no neighbours."""
        least = 2 * self.bleed_mm + SHORTEST_TICK_MM
        gutter = min(self.gutter_x_mm, self.gutter_y_mm)
        if self.marks.corners and self.kind != "single" and (self.kind != "sheet" or gutter < least):
            raise InvalidValue.from_code("stock.corner_ticks", field="marks.corners", value=gutter, least=least)

    def _refuse_bleed_into_neighbour(self) -> None:
        if self.cells:
            gaps = {"cells.gap_x_mm": self.cells.gap_x_mm, "cells.gap_y_mm": self.cells.gap_y_mm}
        else:
            gaps = {"gutter.x_mm": self.gutter_x_mm, "gutter.y_mm": self.gutter_y_mm}
        for name, gap in gaps.items():
            if (self.cells or gap) and gap < 2 * self.bleed_mm:
                raise InvalidValue.from_code("stock.gutter", field=name, value=gap, least=2 * self.bleed_mm)


def _refuse_eye_mark(mark: EyeMark, cells: LabelCells, bleed_mm: float, marks: PrinterMarks) -> None:
    """Refuse a mark that leaves its margin, runs into the next one, or stands where another mark does."""
    room = cells.left_mm - bleed_mm - mark.from_edge_mm
    if mark.width_mm > room + EXACT_MM or mark.from_edge_mm < marks.unprintable_mm:
        facts = {"value": mark.width_mm, "most": round(max(room, 0.0), 2), "edge_mm": marks.unprintable_mm}
        raise InvalidValue.from_code("stock.eye_mark_wide", field="eye_mark.width_mm", **facts)
    most = cells.shape.height_mm + cells.gap_y_mm / 2 - mark.from_top_mm
    if mark.height_mm > most + EXACT_MM:
        raise InvalidValue.from_code("stock.eye_mark_high", field="eye_mark.height_mm", value=mark.height_mm, most=most)
    if marks.crop or marks.corners or marks.registration or (marks.slug and mark.side == "left"):
        raise InvalidValue.from_code("stock.eye_mark_taken", field="eye_mark.side", value=mark.side)


def _refuse_outside(cells: LabelCells, width_mm: float, height_mm: float) -> None:
    """Refuse a grid that leaves the paper on the right or below, each with the sum that does not fit."""
    problems = []
    across = cells.left_mm, cells.columns, cells.shape.width_mm, cells.gap_x_mm, width_mm
    down = cells.top_mm, cells.rows, cells.shape.height_mm, cells.gap_y_mm, height_mm
    for code, name, (first, count, side, gap, paper) in (
        ("stock.cells_too_wide", "cells.columns", across),
        ("stock.cells_too_high", "cells.rows", down),
    ):
        used = first + count * side + (count - 1) * gap
        if round(used - paper, 4) > 0:
            facts = {"first_mm": first, "count": count, "side_mm": side, "gaps": count - 1, "gap_mm": gap}
            sums = {"used_mm": round(used, 2), "paper_mm": paper, "missing_mm": round(used - paper, 2)}
            problems.append(Problem(code, {"field": name, **facts, **sums}))
    if problems:
        raise InvalidValue(*problems)


def _refuse_margins(margins: Margins, width_mm: float, height_mm: float) -> None:
    """Refuse margins that leave nothing of a sheet."""
    for name, both, paper in (
        ("margin.right_mm", margins.left_mm + margins.right_mm, width_mm),
        ("margin.bottom_mm", margins.top_mm + margins.bottom_mm, height_mm),
    ):
        if both >= paper:
            raise InvalidValue.from_code("stock.margins", field=name, value=round(both, 2), paper_mm=paper)


def _refuse_negative(name: str, value: float) -> None:
    if not 0 <= value < LARGEST_PAGE_MM * 1000:
        raise InvalidValue.from_code("stock.length", field=name, value=value)
