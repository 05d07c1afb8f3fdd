"""The paper wizard's form: a stock to and from the fields that people fill in.

Fields have the names of a stock file's keys (``cells.columns``), so that what the stock refuses stands at its field.
Keys that the form does not show stay as the stock had them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.domain.sheet import LabelCells, Margins, PrinterMarks, Stock, StockKind
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.words.titles import short_name
from labelsvc.web.stocks.stock_drawing import AxisSum, StockDrawing, drawing_of

Made = TypeVar("Made")
MOST_MM, MOST_LABELS = 2_000.0, 60
"""The longest side of a sheet in the form; labels in a row or column."""
SMALLEST_PAPER_MM = 10.0
LONGEST_TITLE, LONGEST_NAME = 120, 60
OFFICE_EDGE_MM = 4.2
"""The strip along the edge that office printers leave white."""
LABEL_LENGTHS = ("cells.left_mm", "cells.top_mm", "cells.gap_x_mm", "cells.gap_y_mm")
MARGINS = ("margin.left_mm", "margin.top_mm", "margin.right_mm", "margin.bottom_mm")
MARKS: dict[str, PrinterMarks] = {
    "corners": PrinterMarks(corners=True, slug=True, unprintable_mm=OFFICE_EDGE_MM, apart=True),
    "press": PrinterMarks(
        crop=True, registration=True, colour_bar=True, slug=True, unprintable_mm=OFFICE_EDGE_MM, apart=True
    ),
    "none": PrinterMarks(unprintable_mm=OFFICE_EDGE_MM, apart=True),
}
"""What is printed around labels that are cut out of a sheet: ticks for scissors, all marks of a press, nothing."""
_NEW: dict[str, str] = {
    "kind": "precut",
    "paper.width_mm": "210",
    "paper.height_mm": "297",
    "cells.columns": "3",
    "cells.rows": "7",
    "cells.width_mm": "63.5",
    "cells.height_mm": "38.1",
    "cells.corner_mm": "1.5",
    "cells.left_mm": "7.2",
    "cells.top_mm": "15.1",
    "cells.gap_x_mm": "2.5",
    "cells.gap_y_mm": "0",
    "margin.left_mm": "9",
    "margin.top_mm": "12",
    "margin.right_mm": "9",
    "margin.bottom_mm": "12",
    "gutter.x_mm": "6",
    "gutter.y_mm": "6",
    "bleed_mm": "0",
    "sheet_bleed_mm": "2",
    "marks": "corners",
}


@dataclass(frozen=True, slots=True)
class TypedGrid:
    """The numbers of a pre-cut sheet as they were typed, whether or not they fit the paper."""

    across: AxisSum
    down: AxisSum
    corner_mm: float
    is_round: bool

    def shape(self) -> Rectangle | Circle:
        """Return a label's shape; InvalidValue shape.corner."""
        width_mm, height_mm = self.across.side_mm, self.down.side_mm
        return Circle(width_mm) if self.is_round else Rectangle(width_mm, height_mm, self.corner_mm)

    def cells(self, shape: Rectangle | Circle) -> LabelCells:
        """Return the labels that the sheet is cut into."""
        across, down = self.across, self.down
        gaps = across.gap_mm, down.gap_mm
        return LabelCells(shape, across.count, down.count, *gaps, across.first_mm, down.first_mm)

    def drawing(self) -> StockDrawing:
        """Return the sheet, with whatever leaves it."""
        corner_mm = min(self.corner_mm, self.across.side_mm / 2, self.down.side_mm / 2)
        return StockDrawing(self.across, self.down, corner_mm, self.is_round)


class StockForm:
    """A form that was sent; what is wrong stands at its fields in ``typed.faults``."""

    def __init__(self, typed: SubmittedForm) -> None:
        self.typed = typed

    @property
    def kind(self) -> StockKind:
        """Whether the labels are cut already, or to be cut out of a sheet."""
        return "sheet" if self.typed.values.get("kind") == "sheet" else "precut"

    def name(self) -> str:
        """Return the short name that was typed, or one made of the title."""
        return self.typed.text("name")[:LONGEST_NAME] or short_name(self.typed.text("title"), LONGEST_NAME)

    def drawing(self) -> StockDrawing | None:
        """Return the sheet as it is typed, even if it does not fit; None if a number is missing."""
        if self.kind == "precut":
            grid = self._grid()
            return grid.drawing() if grid else None
        stock = self.stock("", None)
        return drawing_of(stock) if stock else None

    def stock(self, name: str, before: Stock | None) -> Stock | None:
        """Return the stock, as a change of what it was before; None if something is wrong."""
        facts = self._precut() if self.kind == "precut" else self._sheet()
        facts |= {key: self._length(f"paper.{key}", SMALLEST_PAPER_MM) for key in ("width_mm", "height_mm")}
        title, title_en = (self.typed.text(key)[:LONGEST_TITLE] for key in ("title", "title_en"))
        if self.typed.faults:
            return None
        facts |= {"name": name, "kind": self.kind, "title": title or name, "title_en": title_en or title or name}
        blank = Stock(name=name, kind="single", title="", title_en="", bleed_layer=False, turns_exactly=True)
        return self._made(lambda: replace(before or blank, **facts))

    def _precut(self) -> dict[str, Any]:
        grid, bleed_mm = self._grid(), self._length("bleed_mm")
        shape = self._made(grid.shape, "cells.corner_mm") if grid else None
        return {
            "cells": grid.cells(shape) if grid and shape else None,
            "bleed_mm": bleed_mm,
            "die_line": False,
            "margins": Margins(),
            "gutter_x_mm": 0.0,
            "gutter_y_mm": 0.0,
            "marks": PrinterMarks(apart=True),
        }

    def _sheet(self) -> dict[str, Any]:
        edges = {name.removeprefix("margin."): self._length(name) for name in MARGINS}
        chosen = self.typed.values.get("marks", "corners")
        return {
            "cells": None,
            "bleed_mm": self._length("sheet_bleed_mm"),
            "die_line": chosen == "press",
            "margins": Margins(**edges),
            "gutter_x_mm": self._length("gutter.x_mm"),
            "gutter_y_mm": self._length("gutter.y_mm"),
            "marks": MARKS.get(chosen, MARKS["corners"]),
        }

    def _grid(self) -> TypedGrid | None:
        is_round, width_mm = self.typed.values.get("cells.round") == "1", self._length("cells.width_mm", 1)
        height_mm = width_mm if is_round else self._length("cells.height_mm", 1)
        corner_mm = 0.0 if is_round else self._length("cells.corner_mm")
        lengths = {name: self._length(name) for name in LABEL_LENGTHS}
        paper = [self._length(f"paper.{key}", SMALLEST_PAPER_MM) for key in ("width_mm", "height_mm")]
        columns, rows = (self.typed.number(name, 1, MOST_LABELS) for name in ("cells.columns", "cells.rows"))
        if self.typed.faults or columns is None or rows is None:
            return None
        across = AxisSum(lengths["cells.left_mm"], columns, width_mm, lengths["cells.gap_x_mm"], paper[0])
        down = AxisSum(lengths["cells.top_mm"], rows, height_mm, lengths["cells.gap_y_mm"], paper[1])
        return TypedGrid(across, down, corner_mm, is_round)

    def _length(self, name: str, least: float = 0.0) -> float:
        """Return millimetres, with a comma or a point; what is wrong is a fault of the field, and 0."""
        value = self.typed.decimal(name)
        if value is None or not least <= value <= MOST_MM:
            self.typed.faults[name] = desk.say("papers.length", least=least, most=MOST_MM)
            return 0.0
        return value

    def _made(self, make: Callable[[], Made], otherwise: str = "kind") -> Made | None:
        try:
            return make()
        except InvalidValue as error:
            self.typed.refuse(error, otherwise)
            return None


def new_values() -> Mapping[str, str]:
    """Return what a new form shows: a sheet of 21 labels."""
    form = SubmittedForm(_NEW)
    numbers = {name: form.decimal(name) for name in _NEW}
    return {name: value if (number := numbers[name]) is None else _number(number) for name, value in _NEW.items()}


def values_of(stock: Stock) -> Mapping[str, str]:
    """Return what the form shows of a stock; a kind that it does not know is shown as a sheet."""
    values = {"title": stock.title, "title_en": stock.title_en, "name": stock.name}
    values |= {"paper.width_mm": _number(stock.width_mm), "paper.height_mm": _number(stock.height_mm)}
    if cells := stock.cells:
        values |= {name: _number(getattr(cells, name.removeprefix("cells."))) for name in LABEL_LENGTHS}
        values |= {"cells.columns": str(cells.columns), "cells.rows": str(cells.rows), "kind": "precut"}
        values |= {"cells.width_mm": _number(cells.shape.width_mm), "cells.height_mm": _number(cells.shape.height_mm)}
        is_round = isinstance(cells.shape, Circle)
        corner = 0.0 if isinstance(cells.shape, Circle) else cells.shape.corner_mm
        values |= {"cells.corner_mm": _number(corner), "cells.round": "1" if is_round else ""}
        return _NEW | values | {"bleed_mm": _number(stock.bleed_mm)}
    values |= {name: _number(getattr(stock.margins, name.removeprefix("margin."))) for name in MARGINS}
    values |= {"gutter.x_mm": _number(stock.gutter_x_mm), "gutter.y_mm": _number(stock.gutter_y_mm)}
    marks = "press" if stock.marks.crop else "corners" if stock.marks.corners else "none"
    return _NEW | values | {"kind": "sheet", "sheet_bleed_mm": _number(stock.bleed_mm), "marks": marks}


def _number(value: float) -> str:
    shown = f"{value:.4f}".rstrip("0").rstrip(".")
    return shown.replace(".", ",") if desk.language() == "vi" else shown
