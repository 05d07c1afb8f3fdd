"""All stocks that can be printed on: those that come with the product as files, and those that the office made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from labelsvc.domain.errors import InvalidValue, NotFound, Problem, StockRefused
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.sheet import Stock
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock
from labelsvc.rendering.sheets.stocks import ROLL
from labelsvc.rendering.thermal.one_colour import is_black_alone
from labelsvc.storage.stocks.stock_shelf import ShelvedStock as ShelvedStock
from labelsvc.storage.stocks.stock_shelf import StockShelf
from labelsvc.workflows.print_assets import PrintAssets

STOCKS_READ = 256
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class StockFit:
    """A stock, and why it does not hold a design's labels; None if it does."""

    stock: Stock
    problem: Problem | None


class StockCatalogue:
    """Stocks by name, ours first; what is read of the office's is the version in use."""

    def __init__(self, assets: PrintAssets, shelf: Callable[[], StockShelf]) -> None:
        """Read the shelf when it is first asked for: a command that prints nothing opens no database."""
        self.assets, self._shelf = assets, shelf

    @property
    def names(self) -> list[str]:
        """The names of all stocks, ours first."""
        return [*self.assets.stock_names, *(shelved.name for shelved in self._shelf().in_use())]

    @property
    def stocks(self) -> list[Stock]:
        """All stocks, ours first."""
        shipped = [self.assets.stock(name) for name in self.assets.stock_names]
        return [*shipped, *(stock_of(shelved) for shelved in self._shelf().in_use())]

    def stock(self, name: str) -> Stock:
        """Return a stock by name, or a roll by its notation; NotFound stock.unknown with the nearest name."""
        content = self.source(name)
        return _read(content) if content else self.assets.stock(name)

    def source(self, name: str) -> bytes | None:
        """Return what the office made under a name, as it is kept; None for a stock that is ours. NotFound as above."""
        if self.is_shipped(name):
            return None
        shelved = self._shelf().find_in_use(name) if _NAME.fullmatch(name) else None
        if shelved is None:
            nearest = get_close_matches(name, self.names, n=1, cutoff=0.0)
            raise NotFound.from_code("stock.unknown", name=name, nearest="".join(nearest))
        return shelved.content

    def newest(self, name: str) -> ShelvedStock | None:
        """Return the newest version that the office made under a name, in use or not; None if there is none."""
        return self._shelf().newest(name) if _NAME.fullmatch(name) else None

    def title(self, name: str, language: str) -> str:
        """Return what a stock is called, or was called when it was retired; NotFound."""
        newest = None if self.is_shipped(name) else self.newest(name)
        return (stock_of(newest) if newest else self.assets.stock(name)).title_in(language)

    def is_shipped(self, name: str) -> bool:
        """Return whether a name is that of a file of ours, or the notation of a roll."""
        return name.startswith(f"{ROLL}-") or name in self.assets.stock_names

    def check_new_name(self, name: str) -> None:
        """Refuse (InvalidValue papers.name) what cannot be the name of a stock that the office makes."""
        if not _NAME.fullmatch(name) or self.is_shipped(name) or name == ROLL:
            raise InvalidValue.from_code("papers.name", field="name", name=name[:60])

    def stocks_for(self, design: Design, *, may_turn: bool = True) -> list[Stock]:
        """Return the stocks, without rolls, that hold a design's labels."""
        return [fit.stock for fit in self.stock_fits(design, may_turn=may_turn) if not fit.problem]

    def stock_fits(self, design: Design, *, may_turn: bool = True) -> list[StockFit]:
        """Return all stocks but rolls, with what stands in the way of a design's labels on them."""
        stocks = [stock for stock in self.stocks if stock.kind != "roll"]
        return [StockFit(stock, _in_the_way(stock, design, may_turn=may_turn)) for stock in stocks]

    def layout(self, name: str, design: Design) -> Layout:
        """Return where the design's labels stand on a stock."""
        return layout(self.stock(name), design.shape, may_turn=True)


def stock_of(shelved: ShelvedStock) -> Stock:
    """Return what a version describes."""
    return _read(shelved.content)


def _in_the_way(stock: Stock, design: Design, *, may_turn: bool) -> Problem | None:
    try:
        layout(stock, design.shape, may_turn=may_turn)
    except StockRefused as error:
        return error.problems[0]
    return Problem("printer.black_alone") if stock.printer and not is_black_alone(design) else None


_read = lru_cache(STOCKS_READ)(read_kept_stock)
