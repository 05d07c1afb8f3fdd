"""The stocks that the print form offers: those that hold the design, and apart those that do not, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.web.desk import context as desk
from labelsvc.workflows.batches.order_terms import OrderTerms
from labelsvc.workflows.stocks.stock_catalogue import StockFit


@dataclass(frozen=True, slots=True)
class StockOption:
    """A stock by name and title; one that cannot be taken says why in its title.

    One that is chosen nevertheless stays so, or the form would silently send another.
    """

    name: str
    title: str
    chosen: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class StockGroups:
    """The stocks that hold a design, and those that do not."""

    fitting: list[StockOption]
    others: list[StockOption]


def stock_groups(terms: OrderTerms) -> StockGroups:
    """Return the stocks as an order's design and turning leave them; all of them where the design cannot be read."""
    services, may_turn = desk.services(), terms.options.may_turn
    try:
        fits = services.stocks.stock_fits(services.looks.design(terms.design), may_turn=may_turn)
    except LabelsvcError:
        fits = [StockFit(stock, None) for stock in services.stocks.stocks if stock.kind != "roll"]
    options = [(_option(fit, terms.stock), fit.problem) for fit in fits]
    fitting = [option for option, problem in options if not problem]
    return StockGroups(fitting, [option for option, problem in options if problem])


def _option(fit: StockFit, chosen: str) -> StockOption:
    name, title = fit.stock.name, fit.stock.title_in(desk.language())
    shown = f"{title} – {_why(fit.problem)}" if fit.problem else title
    return StockOption(name, shown, name == chosen, fit.problem is not None and name != chosen)


def _why(problem: Problem) -> str:
    """Say in a few words why a stock does not hold a design."""
    short = f"printing.unfit_{problem.code.partition('.')[2]}"
    return desk.say(short, **problem.facts) if problem.code in SHORTLY else desk.explain(problem)


SHORTLY = ("stock.too_narrow", "stock.too_low", "stock.too_round")
"""Problems that are said in a few words; others in their whole sentence."""
