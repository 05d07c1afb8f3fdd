"""Inks and screen colours through the output profile."""

from __future__ import annotations

import pytest

from labelsvc.pdf.colour_difference import screen_difference
from labelsvc.pdf.inks import ink_limit
from labelsvc.pdf.profile_colours import grey_of, inks_of_screen, screen_of_inks
from tests.samples.labels_on_paper import ROOM

PROFILE = ROOM.profile


def test_paper_is_the_screens_white_and_black_nearly_its_black() -> None:
    assert screen_of_inks((0, 0, 0, 0), PROFILE) == "#FFFFFF"
    assert screen_difference(screen_of_inks((0, 0, 0, 100), PROFILE), "#000000") < 10


@pytest.mark.parametrize("screen", ["#C8102E", "#0B5A3A", "#E0A100", "#17231C", "#6B5200", "#FFFFFF"])
def test_proposed_inks_look_like_the_colour_that_was_given(screen: str) -> None:
    inks = inks_of_screen(screen, PROFILE)

    assert sum(inks) <= ink_limit(inks)
    assert screen_difference(screen_of_inks(inks, PROFILE), screen) < 2


def test_inks_are_shown_as_colour_management_shows_them() -> None:
    """#009EE3, #E6007E, #FFED00 and #E30613 are what solids of FOGRA39 are shown as, give or take the rounding."""
    solids = {
        (100, 0, 0, 0): "#009EE3",
        (0, 100, 0, 0): "#E6007E",
        (0, 0, 100, 0): "#FFED00",
        (0, 100, 100, 0): "#E30613",
    }
    for cmyk, screen in solids.items():
        assert screen_difference(screen_of_inks(cmyk, PROFILE), screen) < 1.5, cmyk


def test_the_grey_of_a_colour_is_black_alone_and_as_light() -> None:
    assert grey_of((0, 0, 0, 100), PROFILE) == (0, 0, 0, 100)
    assert grey_of((0, 98, 75, 16), PROFILE)[:3] == (0, 0, 0)
    assert 60 < grey_of((0, 98, 75, 16), PROFILE)[3] < 85
