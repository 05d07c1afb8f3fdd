"""Net quantities in words, and the least height of their figures (circular 21/2014, art. 4)."""

from __future__ import annotations

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.law.net_quantity import FigureHeights, measured_quantity

HEIGHTS = FigureHeights.parse("50:2 200:3 1000:4 6")


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("500 g", 500),
        ("500g", 500),
        ("Khối lượng tịnh: 1,5 kg", 1500),
        ("0.750 l", 750),
        ("0,5 lít", 500),
        ("1.500 g", 1500),
        ("1.500 kg", 1_500_000),
        ("1.234,5 ml", 1234.5),
        ("2 lạng", 200),
        ("350 mL", 350),
        ("200 g (10 gói x 20 g)", 200),
        ("10 gói x 20 g", 200),
        ("20 g × 10", 200),
        ("2 hộp x 10 gói x 20 g", 400),
        ("6 chai x 0,5 l", 3000),
        ("500 g, khối lượng ráo nước 300 g", 500),
        ("5 bông", None),
        ("bộ 6 món", None),
        ("2 m", None),
        ("30 gói", None),
        ("", None),
    ],
)
def test_greatest_quantity_is_read_in_every_usual_way_of_writing(text: str, grams: float | None) -> None:
    assert measured_quantity(text) == grams


@pytest.mark.parametrize(
    ("grams", "height_mm"),
    [(None, 2), (1, 2), (50, 2), (50.1, 3), (200, 3), (201, 4), (1000, 4), (1000.5, 6), (50_000, 6)],
)
def test_figures_are_the_higher_the_more_the_package_holds(grams: float | None, height_mm: float) -> None:
    assert HEIGHTS.least_mm(grams) == height_mm


@pytest.mark.parametrize("text", ["", "50:2", "50:2 3 4", "200:3 50:2 6", "50:zwei 6", "50:2 200: 6", "6 50:2"])
def test_heights_that_are_not_steps_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        FigureHeights.parse(text)
