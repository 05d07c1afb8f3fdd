"""The catalogue of pre-cut papers: every line is a sheet that can be, known products are right, all is found."""

from __future__ import annotations

import pytest

from labelsvc.domain.errors import NotFound
from labelsvc.domain.layout import layout
from labelsvc.domain.shape import Circle, Rectangle
from labelsvc.domain.sheet import EXACT_MM
from labelsvc.rendering.sheets.stocks import read_stock
from labelsvc.workflows.stocks.paper_catalogue import find_paper, read_catalogue, search_papers
from labelsvc.workflows.stocks.take_paper import titled_stock
from tests import CHECKOUT

TEMPLATES = CHECKOUT / "templates"
PAPERS = read_catalogue(TEMPLATES)


def test_every_paper_holds_its_own_labels_within_the_sheet() -> None:
    for paper in PAPERS:
        stock = titled_stock(paper)
        placed = layout(stock, paper.cells.shape)
        left, top, right, bottom = placed.trim_box_mm

        assert placed.per_sheet == paper.cells.columns * paper.cells.rows >= 2, paper
        assert min(left, top) >= 0, paper
        assert right <= paper.width_mm + EXACT_MM, paper
        assert bottom <= paper.height_mm + EXACT_MM, paper


def test_names_of_all_papers_are_different_and_many() -> None:
    names = [find_paper([paper], paper.brand, number).name for paper in PAPERS for number in paper.numbers]

    assert len(set(names)) == len(names) > 1_500
    assert {paper.brand for paper in PAPERS} >= {"Avery", "A-One", "Herma", "Hisago", "Tomy"}


@pytest.mark.parametrize("number", ["L7160", "L7169"])
def test_papers_are_cut_as_the_stocks_that_were_measured(number: str) -> None:
    measured = read_stock(TEMPLATES / "sheets", f"avery-{number.lower()}").cells
    listed = find_paper(PAPERS, "avery", number).cells

    assert measured
    assert (listed.columns, listed.rows) == (measured.columns, measured.rows)
    for name in ("left_mm", "top_mm", "gap_x_mm", "gap_y_mm"):
        assert getattr(listed, name) == pytest.approx(getattr(measured, name), abs=0.35), name
    assert listed.shape.width_mm == pytest.approx(measured.shape.width_mm, abs=0.1)


@pytest.mark.parametrize(
    ("words", "brand", "number"),
    [
        ("avery l7160", "Avery", "L7160"),
        ("J8160", "Avery", "J8160"),
        ("a-one 28171", "A-One", "28171"),
        ("herma 63,5 x 29,6", "Herma", "4418"),
        ("63.5x38.1 zweckform", "Avery Zweckform", "L7160"),
    ],
)
def test_papers_are_found_by_brand_number_and_size(words: str, brand: str, number: str) -> None:
    found = [fit.paper for fit in search_papers(PAPERS, words)]

    assert any(paper.brand == brand and number in paper.numbers for paper in found)
    assert len(found) < 40


def test_a_number_that_is_searched_for_comes_first() -> None:
    (fit, *_) = search_papers(PAPERS, "avery J8160")

    assert (fit.paper.number, fit.paper.name) == ("J8160", "avery-j8160")


def test_papers_for_a_design_are_the_closest_first() -> None:
    fits = search_papers(PAPERS, "", Circle(32))

    blanks = [fit.blank_mm for fit in fits]
    assert blanks == sorted(blanks)
    assert blanks[0] == 0
    assert all(fit.layout and min(fit.layout.blank_around_mm) >= -EXACT_MM for fit in fits)
    assert not search_papers(PAPERS, "avery l7160", Rectangle(105, 74))


def test_papers_whose_sources_differ_are_to_be_measured() -> None:
    assert find_paper(PAPERS, "Tomy", "145").is_to_be_measured
    assert not find_paper(PAPERS, "Avery", "L7160").is_to_be_measured
    with pytest.raises(NotFound):
        find_paper(PAPERS, "Tomy", "9999")
