"""Designs and stocks by the titles that people read, in the page's language; whatever is gone keeps its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.services import Services
from labelsvc.workflows.print_assets import PrintAssets

_TITLED = {
    "stock.too_narrow", "stock.too_low", "stock.too_round", "stock.floats", "ordering.other_design",
    "ordering.confirm_design", "print.svg_artwork", "print.other_groups", "stock.offset_left_out", "stock.tidy_roll",
}  # fmt: skip
"""Problems that mean a design or a stock, and not its file."""


def short_name(title: str, longest: int) -> str:
    """Return a short name made of a title: "Decal Tomy 145" is ``decal-tomy-145``; empty if nothing is left."""
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-")


class Titles:
    """The titles of one request, each looked up once."""

    def __init__(self, services: Services, language: str) -> None:
        self._services, self._language = services, language
        self._printing: dict[str, str] | None = None
        self._designs: dict[str, str] = {}
        self._stocks: dict[str, str] = {}

    @cached_property
    def _assets(self) -> PrintAssets:
        return self._services.assets

    def design(self, name: str) -> str:
        """Return the title of a design."""
        return _title(self._designs, name, lambda: self._design_title(name))

    def _design_title(self, name: str) -> str:
        if name in self._assets.design_names:
            return self._assets.heading(name).title_in(self._language)  # forty times as fast as all of it
        if self._printing is None:  # all at once: a page of batches names most of them
            self._printing = {design.name: design.title_in(self._language) for design in self._services.looks.designs}
        if name in self._printing:
            return self._printing[name]
        copy = self._services.design_copies.find_named(name)
        return copy.title if copy else self._services.looks.design(name).title_in(self._language)

    def stock(self, name: str) -> str:
        """Return the title of a stock."""
        return _title(self._stocks, name, lambda: self._services.stocks.title(name, self._language))

    def in_problem(self, problem: Problem) -> Problem:
        """Return a problem whose facts name designs and stocks by their titles."""
        if problem.code not in _TITLED:
            return problem
        titles = {"design": self.design, "asked": self.design, "stock": self.stock}
        facts = {name: titles[name](str(value)) if name in titles else value for name, value in problem.facts.items()}
        if isinstance(suited := problem.facts.get("suited"), list):
            facts["suited"] = [self.design(str(name)) for name in suited]
        return Problem(problem.code, facts)


def _title(known: dict[str, str], name: str, find: Callable[[], str]) -> str:
    if name not in known:
        try:
            known[name] = find()
        except LabelsvcError:
            known[name] = name
    return known[name]
