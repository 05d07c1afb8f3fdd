"""Stocks as kept with batches: resolved, as TOML, so that a batch prints on the stock it was ordered with.

Keys are the names of the fields of a Stock; what it is made of are tables::

    name = "roll-25x35x4"
    kind = "roll"
    …
    [cells]
    columns = 4
    …
    [cells.shape]
    width_mm = 25.0

Readers take a default for a missing key and ignore an unknown one. Batches ordered before this form keep their stock as
:mod:`labelsvc.rendering.sheets.repr_stocks` reads it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from typing import Any

from labelsvc.domain.errors import InvalidValue, StockRefused
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.shape import Circle, Rectangle, Shape
from labelsvc.domain.sheet import EyeMark, LabelCells, Margins, PrinterMarks, Stock
from labelsvc.domain.thermal.label_printer import LabelPrinter
from labelsvc.rendering.sheets.repr_stocks import is_repr, read_repr


def stock_toml(stock: Stock) -> bytes:
    """Return a stock as it is kept; :func:`read_kept_stock` gives the equal one back."""
    return "".join(f"{line}\n" for line in _lines(stock, "")).encode()


def read_kept_stock(content: bytes) -> Stock:
    """Return the stock that a batch kept, in whatever form; StockRefused stock.kept_unreadable if it is invalid."""
    try:
        text = content.decode()
        return _stock(read_repr(text) if is_repr(text) else tomllib.loads(text))
    except (ValueError, TypeError, AttributeError, KeyError, SyntaxError, InvalidValue) as error:
        raise StockRefused.from_code("stock.kept_unreadable", message=str(error)) from error


def kept_layout(content: bytes, shape: Shape, *, may_turn: bool) -> Layout:
    """Return where labels of a shape stand on a stock that a batch kept, whatever the stock's file says now."""
    return layout(read_kept_stock(content), shape, may_turn=may_turn)


def _lines(value: Any, table: str) -> list[str]:
    """Return the lines of a value's own keys, then those of its tables; None is left out."""
    own, tables = [f"[{table}]"] if table else [], []
    for name, default in ((field.name, _left_out(field)) for field in fields(value)):
        match getattr(value, name):
            case same if same is None or same == default:
                pass
            case part if is_dataclass(part):
                tables += _lines(part, f"{table}.{name}" if table else name)
            case plain:
                own.append(f"{name} = {_toml(plain)}")
    return own + tables


def _left_out(field: Field[Any]) -> object:
    """Return the value that is not written: the default of what came later; None is written of nothing."""
    return field.default if field.metadata.get("only_if_set") else None


def _toml(value: object) -> str:
    """Return a text, number or truth in TOML; numbers to the last digit."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _stock(facts: Mapping[str, Any]) -> Stock:
    tables: dict[str, object] = {}
    for name, kind in (("margins", Margins), ("marks", PrinterMarks), ("eye_mark", EyeMark), ("printer", LabelPrinter)):
        if facts.get(name):
            tables[name] = _made(kind, facts[name])
    if facts.get("cells"):
        tables["cells"] = _cells(facts["cells"])
    stock: Stock = _made(Stock, {**facts, **tables})
    return stock


def _cells(facts: Mapping[str, Any]) -> LabelCells:
    shape = facts["shape"]
    made = _made(Circle if "diameter_mm" in shape else Rectangle, shape)
    cells: LabelCells = _made(LabelCells, {**facts, "shape": made})
    return cells


def _made(kind: Any, facts: Mapping[str, Any]) -> Any:
    """Make a value of a dataclass of those facts that it knows."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in facts.items() if name in known})
