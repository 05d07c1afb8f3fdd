"""Make a stock of the office of a paper in the catalogue."""

from __future__ import annotations

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.domain.sheet import Stock
from labelsvc.storage.stocks.stock_shelf import StockShelf
from labelsvc.workflows.stocks.keep_stock import keep_stock
from labelsvc.workflows.stocks.paper_catalogue import CataloguePaper
from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue


def titled_stock(paper: CataloguePaper) -> Stock:
    """Return a paper as a stock with titles: "Avery L7160: 21 nhãn 63,5 × 38,1 mm"."""
    cells, shape = paper.cells, paper.cells.shape
    count = cells.columns * cells.rows
    size = f"Ø {shape.width_mm:g}" if paper.is_round else f"{shape.width_mm:g} × {shape.height_mm:g}"
    title = f"{paper.brand} {paper.number}: {count} nhãn {size.replace('.', ',')} mm"
    return paper.stock(title, f"{paper.brand} {paper.number}: {count} labels {size} mm")


def take_paper(paper: CataloguePaper, stocks: StockCatalogue, shelf: StockShelf, context: ChangeContext) -> str:
    """Keep a paper as a stock and return its name; one that is in use already stays as it is.

    InvalidValue papers.measure for a paper whose margins and gaps are not known well enough.
    """
    if paper.is_to_be_measured:
        raise InvalidValue.from_code("papers.measure", brand=paper.brand, number=paper.number)
    try:
        stocks.source(paper.name)
    except NotFound:
        keep_stock(titled_stock(paper), stocks, shelf, context)
    return paper.name
