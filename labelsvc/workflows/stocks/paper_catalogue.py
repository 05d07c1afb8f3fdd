"""The catalogue of pre-cut papers by brand and number: ``templates/papers/catalogue.csv``, searched and made stocks of.

Its head says where its facts are from. What its sources do not agree on is to be measured before it is used.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from labelsvc.domain.errors import NotFound, StockRefused
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.shape import Circle, Rectangle, Shape
from labelsvc.domain.sheet import LabelCells, PrinterMarks, Stock

FILE = Path("papers") / "catalogue.csv"
ROUND, TO_MEASURE = "o", "?"
NEAR_MM = 0.6
"""A size that is searched for and a label's size that differ by no more are one."""
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*[x×*]\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CataloguePaper:
    """Papers of a brand that are cut alike, by their numbers; ``width_mm`` and ``height_mm`` are the sheet's."""

    brand: str
    source: str
    numbers: tuple[str, ...]
    width_mm: float
    height_mm: float
    cells: LabelCells

    @property
    def is_to_be_measured(self) -> bool:
        """Return whether its margins and gaps are not known well enough to print by."""
        return self.source == TO_MEASURE

    @property
    def is_round(self) -> bool:
        """Return whether its labels are round."""
        return isinstance(self.cells.shape, Circle)

    @property
    def number(self) -> str:
        """The number that it is offered under: the first one, or the one that was searched for."""
        return self.numbers[0]

    @property
    def name(self) -> str:
        """The short name of the stock that is made of it: ``avery-l7160``."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.brand} {self.number}".lower()).strip("-")

    def stock(self, title: str, title_en: str) -> Stock:
        """Return it as a stock, for which nothing is cut any more."""
        return Stock(
            name=self.name,
            title=title,
            title_en=title_en,
            kind="precut",
            width_mm=self.width_mm,
            height_mm=self.height_mm,
            cells=self.cells,
            marks=PrinterMarks(apart=True),
            die_line=False,
            bleed_layer=False,
            turns_exactly=True,
        )


@dataclass(frozen=True, slots=True)
class PaperFit:
    """A paper, and how a design's labels stand on it; None where no design was asked for."""

    paper: CataloguePaper
    layout: Layout | None

    @property
    def blank_mm(self) -> float:
        """The widest white edge that stays around a label."""
        return max(self.layout.blank_around_mm) if self.layout else 0.0


def read_catalogue(templates: Path) -> Sequence[CataloguePaper]:
    """Return all papers, by brand and number."""
    return _read(templates / FILE)


def find_paper(papers: Iterable[CataloguePaper], brand: str, number: str) -> CataloguePaper:
    """Return a paper under the number that was asked for; NotFound papers.not_listed."""
    for paper in papers:
        if paper.brand.casefold() == brand.casefold():
            for own in paper.numbers:
                if own.casefold() == number.casefold():
                    return replace(paper, numbers=(own,))
    raise NotFound.from_code("papers.not_listed", brand=brand[:60], number=number[:60])


def search_papers(papers: Iterable[CataloguePaper], words: str, shape: Shape | None = None) -> list[PaperFit]:
    """Return the papers that all words fit: a brand, a number or its beginning, a label's size such as 63,5x38,1.

    Numbers that were asked for come first. With a ``shape`` only papers that hold such labels, the closest first.
    """
    sizes = [(_mm(first), _mm(second)) for first, second in _SIZE.findall(words)]
    asked = _SIZE.sub(" ", words).casefold().split()
    found = [paper for each in papers if (paper := _matching(each, asked, sizes))]
    if shape is None:
        return [PaperFit(paper, None) for paper in found]
    fits = [PaperFit(paper, placed) for paper in found if (placed := _placed(paper, shape))]
    return sorted(fits, key=lambda fit: fit.blank_mm)


def _matching(
    paper: CataloguePaper, asked: Sequence[str], sizes: Sequence[tuple[float, float]]
) -> CataloguePaper | None:
    """Return the paper with the numbers that were asked for first; None if something asked for does not fit it."""
    if not all(_has_size(paper.cells, *size) for size in sizes):
        return None
    brand, numbers = paper.brand.casefold(), paper.numbers
    for word in asked:
        if word not in brand:
            numbers = tuple(number for number in numbers if number.casefold().startswith(word))
    if not numbers:
        return None
    return replace(paper, numbers=(*numbers, *(number for number in paper.numbers if number not in numbers)))


def _has_size(cells: LabelCells, first_mm: float, second_mm: float) -> bool:
    sides = sorted((cells.shape.width_mm, cells.shape.height_mm))
    return all(abs(a - b) <= NEAR_MM for a, b in zip(sides, sorted((first_mm, second_mm)), strict=True))


def _placed(paper: CataloguePaper, shape: Shape) -> Layout | None:
    try:
        return layout(paper.stock("", ""), shape, may_turn=True)
    except StockRefused:
        return None


def _mm(typed: str) -> float:
    return float(typed.replace(",", "."))


@lru_cache(1)
def _read(path: Path) -> Sequence[CataloguePaper]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(map(_paper, rows))


def _paper(row: dict[str, str]) -> CataloguePaper:
    width_mm, height_mm = float(row["width"]), float(row["height"])
    is_round = row["corner"] == ROUND
    shape = Circle(width_mm) if is_round else Rectangle(width_mm, height_mm, float(row["corner"]))
    places = (float(row[name]) for name in ("gap_x", "gap_y", "left", "top"))
    cells = LabelCells(shape, int(row["columns"]), int(row["rows"]), *places)
    paper = float(row["paper_width"]), float(row["paper_height"])
    return CataloguePaper(row["brand"], row["source"], tuple(row["numbers"].split("|")), *paper, cells)
