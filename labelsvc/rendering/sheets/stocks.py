"""Stocks as data: ``templates/sheets/<name>.toml``, checked when read.

Unknown and missing keys, values of the wrong kind and impossible numbers are refused together, each with file, line
and, for names, the nearest known one. ``roll.toml`` stands for every roll ``roll-X×Y×nT×D``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from labelsvc.domain.errors import InvalidValue, NotFound, Problem, StockRefused
from labelsvc.domain.roll import RollSize, RollWeb, parse_roll, roll_stock
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.domain.sheet import EyeMark, LabelCells, Margins, PrinterMarks, Stock
from labelsvc.domain.thermal.label_printer import LabelPrinter

ROLL = "roll"
Made = TypeVar("Made")
TomlTable = Mapping[str, Any]

_STOCK: dict[str, type] = {
    "title": str,
    "title_en": str,
    "kind": str,
    "order": str,
    "bleed_mm": float,
    "die_line": bool,
    "bleed_layer": bool,
    "may_turn": bool,
    "substrate": str,
    "finish": str,
}
STOCK_KEYS: dict[str, dict[str, type]] = {
    "": _STOCK,
    "paper": {"width_mm": float, "height_mm": float},
    "margin": dict.fromkeys(("left_mm", "top_mm", "right_mm", "bottom_mm"), float),
    "gutter": {"x_mm": float, "y_mm": float},
    "cells": {
        **dict.fromkeys(("width_mm", "height_mm", "corner_mm", "diameter_mm"), float),
        **dict.fromkeys(("columns", "rows"), int),
        **dict.fromkeys(("gap_x_mm", "gap_y_mm", "left_mm", "top_mm"), float),
    },
    "roll": {"listed_as": str, **dict.fromkeys(("gap_mm", "edge_mm", "repeat_mm", "core_mm"), float), "unwind": int},
    "eye_mark": {"side": str, **dict.fromkeys(("width_mm", "height_mm", "from_edge_mm", "from_top_mm"), float)},
    "printer": {"dpi": int, "gap_mm": float, "speed": int, "darkness": int},
    "marks": {
        **dict.fromkeys(("crop", "corners", "registration", "colour_bar", "slug"), bool),
        "unprintable_mm": float,
    },
    "offset": {"x_mm": float, "y_mm": float},
}
_KINDS: dict[str, tuple[set[str], set[str]]] = {
    "sheet": ({"paper"}, {"margin", "gutter", "marks", "offset"}),
    "precut": ({"paper", "cells"}, {"marks", "offset", "printer"}),
    "single": (set(), {"margin", "marks", "offset"}),
    "roll": ({"roll"}, {"eye_mark", "marks", "offset"}),
}
"""Which tables a kind of stock needs, and which it may have."""
_NEEDED: dict[str, set[str]] = {
    "": {"title", "title_en", "kind", "bleed_mm", "die_line"},
    "paper": {"width_mm", "height_mm"},
    "cells": {"columns", "rows", "left_mm", "top_mm"},
    "roll": {"listed_as", "gap_mm", "edge_mm", "repeat_mm"},
    "eye_mark": {"side", "width_mm", "height_mm", "from_edge_mm"},
    "printer": {"dpi", "gap_mm"},
}


def stock_names(folder: Path) -> tuple[str, ...]:
    """Return the names of all stocks in a folder, sorted; a roll is listed under the size its file names."""
    names = sorted(path.stem for path in folder.glob("*.toml"))
    return tuple(_listed_roll(folder) if name == ROLL else name for name in names)


def read_stock(folder: Path, name: str) -> Stock:
    """Return a stock by name, or a roll by its notation.

    Raises NotFound stock.unknown with the nearest name, StockRefused with all faults of the file.
    """
    path = folder / f"{name}.toml"
    if name != ROLL and path.parent == folder and path.is_file():
        return _StockFile(path).stock(name)
    size = parse_roll(name.removeprefix(f"{ROLL}-")) if name.startswith(f"{ROLL}-") else None
    if size and (folder / f"{ROLL}.toml").is_file():
        return _StockFile(folder / f"{ROLL}.toml").stock(name, size)
    nearest = get_close_matches(name, stock_names(folder), n=1, cutoff=0.0)
    raise NotFound.from_code("stock.unknown", name=name, nearest="".join(nearest))


def read_stock_file(path: Path, name: str) -> Stock:
    """Return the stock that a file anywhere describes, under a name; StockRefused with all faults of the file."""
    return _StockFile(path).stock(name)


def _listed_roll(folder: Path) -> str:
    return f"{ROLL}-{_StockFile(folder / f'{ROLL}.toml').listed_as}"


class _StockFile:
    """A stock file being read: its tables, and the faults so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[Problem] = []
        try:
            self._text = path.read_text(encoding="utf-8")
            self._data = tomllib.loads(self._text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise StockRefused.from_code("stock.not_toml", file=path.name, message=str(error)) from error
        self._check_names()
        self._refuse()
        self._check_needed()
        self._refuse()

    @property
    def listed_as(self) -> str:
        """The roll size under which the file stands in a list."""
        return str(self._data.get(ROLL, {}).get("listed_as", ""))

    def stock(self, name: str, size: RollSize | None = None) -> Stock:
        """Return what the file describes; ``size`` for a roll."""
        data = self._data
        numbers = {
            "width_mm": self._table("paper").get("width_mm", 0.0),
            "height_mm": self._table("paper").get("height_mm", 0.0),
            "gutter_x_mm": self._table("gutter").get("x_mm", 0.0),
            "gutter_y_mm": self._table("gutter").get("y_mm", 0.0),
            "offset_x_mm": self._table("offset").get("x_mm", 0.0),
            "offset_y_mm": self._table("offset").get("y_mm", 0.0),
        }
        margins = self._make("margin", lambda: Margins(**self._table("margin")))
        marks = self._make("marks", lambda: PrinterMarks(**self._table("marks"), apart=True))
        cells = self._make("cells", self._cells) if "cells" in data else None
        eye_mark = self._make("eye_mark", lambda: EyeMark(**self._table("eye_mark"))) if "eye_mark" in data else None
        printer = self._make("printer", lambda: LabelPrinter(**self._table("printer"))) if "printer" in data else None
        roll = size or (parse_roll(self.listed_as) if self.listed_as else None)
        self._refuse()
        said = {key: data[key] for key in _STOCK if key in data and not key.startswith("title")}
        rest = {"bleed_layer": False, "turns_exactly": True} | said
        shown = f"{roll.width_mm:g} × {roll.height_mm:g} mm × {roll.across}" if roll else ""
        titles = {key: data[key].replace("{size}", shown) for key in ("title", "title_en")}

        def make() -> Stock:
            if not roll:
                own = {**titles, **rest, **numbers}
                return Stock(name=name, cells=cells, margins=margins, marks=marks, printer=printer, **own)
            gap_mm, edge_mm, repeat_mm = (float(self._table(ROLL)[key]) for key in ("gap_mm", "edge_mm", "repeat_mm"))
            web = RollWeb(gap_mm, edge_mm, repeat_mm, eye_mark)
            label = LabelCells(Rectangle(1, 1), 1, 1, web.gap_mm, web.gap_mm)
            wound = {key: value for key, value in self._table(ROLL).items() if key in ("core_mm", "unwind")}
            any_size = {**numbers, **wound, "width_mm": 1.0, "height_mm": 1.0}
            return roll_stock(
                Stock(name=name, cells=label, margins=margins, marks=marks, **titles, **rest, **any_size), roll, web
            )

        stock = self._make("", make)
        self._refuse()
        return stock

    def _cells(self) -> LabelCells:
        table = dict(self._table("cells"))
        if "diameter_mm" in table:
            return LabelCells(Circle(table.pop("diameter_mm")), **table)
        sides = [table.pop(key, 0.0) for key in ("width_mm", "height_mm", "corner_mm")]
        return LabelCells(Rectangle(*sides), **table)

    def _table(self, name: str) -> TomlTable:
        table: TomlTable = self._data.get(name, {})
        return table

    def _make(self, table: str, make: Callable[[], Made]) -> Made:
        """Make a value; what it refuses is this file's fault: a problem that says where goes before each."""
        try:
            return make()
        except InvalidValue as error:
            for problem in error.problems:
                own, _, key = str(problem.facts.get("field", "")).rpartition(".")
                self._problems += (Problem("stock.in_file", self._where(own or table, key)), problem)
            self._refuse()
            raise

    def _check_names(self) -> None:
        """Note unknown tables and keys, and values of the wrong kind."""
        for key, value in self._data.items():
            if isinstance(value, dict) and key in STOCK_KEYS:
                for inner, inner_value in value.items():
                    self._check_value(key, inner, inner_value)
            else:
                self._check_value("", key, value)

    def _check_value(self, table: str, key: str, value: object) -> None:
        known = STOCK_KEYS[table]
        if key not in known:
            names = [*known, *(name for name in STOCK_KEYS if name and not table)]
            nearest = get_close_matches(key, names, n=1, cutoff=0.0)
            self._note("stock.unknown_key", table, key, nearest="".join(nearest))
        elif not _is_a(value, known[key]):
            self._note("stock.wrong_type", table, key, value=value, needed=known[key].__name__)

    def _check_needed(self) -> None:
        """Note missing tables, and tables that this kind of stock does not have."""
        kind = self._data.get("kind")
        tables = {name for name, value in self._data.items() if isinstance(value, dict)}
        if kind in _KINDS:
            needed, allowed = _KINDS[kind]
            for name in sorted(needed - tables):
                self._note("stock.missing_key", "", name)
            for name in sorted(tables - needed - allowed):
                self._note("stock.useless_table", "", name, kind=kind)
        elif kind is not None:
            self._note("stock.unknown_kind", "", "kind", value=kind, allowed=tuple(_KINDS))
        for table, keys in _NEEDED.items():
            if not table or table in tables:
                present = self._table(table) if table else self._data
                for key in sorted(keys - present.keys()):
                    self._note("stock.missing_key", table, key)

    def _note(self, code: str, table: str, key: str, **facts: object) -> None:
        self._problems.append(Problem(code, {**self._where(table, key), "field": key, **facts}))

    def _where(self, table: str, key: str = "") -> dict[str, object]:
        return {"file": self._path.name, "line": line_of(self._text, table, key)}

    def _refuse(self) -> None:
        if self._problems:
            raise StockRefused(*self._problems)


def line_of(text: str, table: str, key: str) -> int:
    """Return the line (from 1) of a key in a table of a TOML text; else the table's own line, else 1."""
    inside, found = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            inside = header[1]
            if inside in (table, key):
                found = number
        elif inside == table and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return found


def _is_a(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
