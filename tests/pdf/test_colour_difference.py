"""CIEDE2000 against the pairs that its authors published, and the nearest colour of the palette."""

from __future__ import annotations

from math import inf

import pytest

from labelsvc.pdf.colour_difference import delta_e_2000, screen_difference, screen_lab
from tests.samples.labels_on_paper import ROOM

# Sharma, Wu, Dalal: The CIEDE2000 color-difference formula, Color Research & Application 30 (2005), table 1.
PUBLISHED = """
50.0000 2.6772 -79.7751 50.0000 0.0000 -82.7485 2.0425
50.0000 3.1571 -77.2803 50.0000 0.0000 -82.7485 2.8615
50.0000 2.8361 -74.0200 50.0000 0.0000 -82.7485 3.4412
50.0000 -1.3802 -84.2814 50.0000 0.0000 -82.7485 1.0000
50.0000 -1.1848 -84.8006 50.0000 0.0000 -82.7485 1.0000
50.0000 -0.9009 -85.5211 50.0000 0.0000 -82.7485 1.0000
50.0000 0.0000 0.0000 50.0000 -1.0000 2.0000 2.3669
50.0000 -1.0000 2.0000 50.0000 0.0000 0.0000 2.3669
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0009 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0010 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0011 7.2195
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0012 7.2195
50.0000 -0.0010 2.4900 50.0000 0.0009 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0010 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0011 -2.4900 4.7461
50.0000 2.5000 0.0000 50.0000 0.0000 -2.5000 4.3065
50.0000 2.5000 0.0000 73.0000 25.0000 -18.0000 27.1492
50.0000 2.5000 0.0000 61.0000 -5.0000 29.0000 22.8977
50.0000 2.5000 0.0000 56.0000 -27.0000 -3.0000 31.9030
50.0000 2.5000 0.0000 58.0000 24.0000 15.0000 19.4535
50.0000 2.5000 0.0000 50.0000 3.1736 0.5854 1.0000
50.0000 2.5000 0.0000 50.0000 3.2972 0.0000 1.0000
50.0000 2.5000 0.0000 50.0000 1.8634 0.5757 1.0000
50.0000 2.5000 0.0000 50.0000 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""
PAIRS = [[float(part) for part in line.split()] for line in PUBLISHED.strip().splitlines()]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[6]}")
def test_difference_is_as_published_in_both_directions(pair: list[float]) -> None:
    colour, other = (pair[0], pair[1], pair[2]), (pair[3], pair[4], pair[5])

    assert delta_e_2000(colour, other) == pytest.approx(pair[6], abs=1e-4)
    assert delta_e_2000(other, colour) == pytest.approx(pair[6], abs=1e-4)


@pytest.mark.parametrize(
    ("screen", "lab"),
    [
        ("#FFFFFF", (100, 0, 0)),
        ("#000000", (0, 0, 0)),
        ("#FF0000", (53.24, 80.09, 67.2)),
        ("#00ff00", (87.73, -86.18, 83.18)),
    ],
)
def test_screen_colours_are_known_in_lab_of_d65(screen: str, lab: tuple[float, ...]) -> None:
    assert screen_lab(screen) == pytest.approx(lab, abs=0.01)


def test_what_is_no_screen_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="red"):
        screen_difference("red", "#FFFFFF")


def test_nearest_ink_is_the_one_that_looks_most_alike() -> None:
    ink, difference = ROOM.palette.nearest_with_difference("#0C5C3C")

    assert ink.name == "green"
    assert 0 < difference < 1
    assert ROOM.palette.nearest_with_difference("no colour") == (next(iter(ROOM.palette.inks.values())), inf)
