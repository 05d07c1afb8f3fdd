"""Designs and stocks by the titles that people read, in the page's language; whatever is gone keeps its name."""

from __future__ import annotations

from typing import cast

from flask import g

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.web.desk import context as desk

_TITLED = {
    "stock.too_narrow", "stock.too_low", "stock.too_round", "ordering.other_design", "ordering.confirm_design",
    "print.svg_artwork",
}  # fmt: skip
"""Problems that mean a design or a stock, and not its file."""


def design_title(name: str) -> str:
    """Return what a design is called."""
    known = _known("design")
    if name not in known:
        try:
            known[name] = desk.services().looks.design(name).title_in(desk.language())
        except LabelsvcError:
            known[name] = name
    return known[name]


def stock_title(name: str) -> str:
    """Return what a stock is called."""
    known = _known("stock")
    if name not in known:
        try:
            known[name] = desk.services().assets.stock(name).title_in(desk.language())
        except LabelsvcError:
            known[name] = name
    return known[name]


def with_titles(problem: Problem) -> Problem:
    """Return a problem whose facts name designs and stocks by their titles."""
    if problem.code not in _TITLED:
        return problem
    titles = {"design": design_title, "asked": design_title, "stock": stock_title}
    facts = {name: titles[name](str(value)) if name in titles else value for name, value in problem.facts.items()}
    return Problem(problem.code, facts)


def _known(kind: str) -> dict[str, str]:
    """Return the titles that this request asked for already."""
    if "titles" not in g:
        g.titles = {}
    return cast(dict[str, str], g.titles.setdefault(kind, {}))
