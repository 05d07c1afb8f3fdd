"""Keep a stock that somebody made as the next version of its name."""

from __future__ import annotations

from pathlib import Path

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.sheet import Stock
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.rendering.sheets.stocks import read_stock_file
from labelsvc.storage.stocks.stock_shelf import StockShelf
from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue


def keep_stock(
    stock: Stock, stocks: StockCatalogue, shelf: StockShelf, context: ChangeContext, newest_seen: int | None = None
) -> int:
    """Keep a stock under its name, and return its version.

    InvalidValue papers.name for a name that it cannot have, papers.roll for a roll, which any notation names already;
    ChangedMeanwhile if there is a newer version than ``newest_seen``.
    """
    stocks.check_new_name(stock.name)
    if stock.kind == "roll":
        raise InvalidValue.from_code("papers.roll", field="kind")
    return shelf.add(stock.name, stock_toml(stock), context, newest_seen)


def keep_stock_file(path: Path, name: str, stocks: StockCatalogue, shelf: StockShelf, context: ChangeContext) -> int:
    """Keep what a TOML file describes; StockRefused with all its faults, else as :func:`keep_stock`."""
    stocks.check_new_name(name)
    return keep_stock(read_stock_file(path, name), stocks, shelf, context)
