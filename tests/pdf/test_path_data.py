"""Path data against a second reader that shares nothing with ours, and against SVG 2's own words."""

from __future__ import annotations

import random
from typing import Any

import pytest

from labelsvc.pdf.path_data import read_path
from tests.samples.svg_path_reference import NUMBERS, STEPS, sampled

KINDS = "MLHVCSQTAZ"
SAME_MM = 1e-4
"""Centres of arcs that just reach are the root of a difference near zero."""


def our_points(data: str) -> list[list[complex]]:
    """Return the points of each contour, as the reference has them."""
    from svgelements import Close, Line, Move

    contours: list[list[complex]] = []
    for segment in read_path(data):
        if isinstance(segment, Move):
            contours.append([])
        steps = 1 if isinstance(segment, Move | Line | Close) else STEPS
        places = [segment.end if i == steps else segment.point(i / steps) for i in range(1, steps + 1)]
        contours[-1] += [complex(place.x, place.y) for place in places]
    return contours


def furthest(data: str) -> float:
    """Return how far ours are from the reference's points at most, in mm."""
    ours, theirs = our_points(data), sampled(data)
    assert [len(contour) for contour in ours] == [len(contour) for contour in theirs], data
    pairs = [pair for one, other in zip(ours, theirs, strict=True) for pair in zip(one, other, strict=True)]
    return max(abs(a - b) for a, b in pairs)


def drawn(chance: random.Random, kind: str) -> str:
    letter = chance.choice((kind, kind.lower()))
    if kind == "A":
        radii = [chance.choice((0, 5, -20, 30, 80)) for _ in range(2)]
        end = chance.choice(((0, 0), (chance.randint(-60, 90), chance.randint(-60, 90))))
        flags = f"{chance.randint(0, 1)} {chance.randint(0, 1)}"
        return f"{letter}{radii[0]} {radii[1]} {chance.randint(-200, 200)} {flags} {end[0]} {end[1]}"
    return letter + " ".join(f"{chance.uniform(-60, 90):.3f}" for _ in range(NUMBERS[kind]))


@pytest.mark.parametrize("second", KINDS)
@pytest.mark.parametrize("first", KINDS)
def test_each_command_after_each_other_is_drawn_as_the_standard_says(first: str, second: str) -> None:
    chance = random.Random(f"{first}{second}")

    for _ in range(3):
        commands = (first, second, second, first, *chance.choices(KINDS, k=4))
        data = f"M{chance.randint(0, 90)} 30" + "".join(drawn(chance, kind) for kind in commands)
        assert furthest(data) < SAME_MM, data


def controls(data: str) -> list[tuple[float, float]]:
    segment: Any = read_path(data)[-1]
    points = [segment.control] if hasattr(segment, "control") else [segment.control1, segment.control2]
    return [(point.x, point.y) for point in points]


@pytest.mark.parametrize("before", ["Q 60 160 100 100", "L 100 100", "A 9 9 0 0 0 100 100", "Q 0 0 9 9 T 100 100"])
def test_a_smooth_cubic_after_another_kind_starts_at_its_point(before: str) -> None:
    assert controls(f"M 30 30 {before} S 170 170 170 30")[0] == (100, 100)


@pytest.mark.parametrize("before", ["C 60 160 90 160 100 100", "V 100 H 100", "C 0 0 0 0 9 9 S 90 160 100 100"])
def test_smooth_quadratic_after_another_kind_is_a_line(before: str) -> None:
    assert controls(f"M 30 30 {before} T 170 30") == [(100, 100)]


def test_smooth_curves_of_one_kind_mirror_the_control_before() -> None:
    assert controls("M 0 0 C 0 10 20 10 20 0 S 40 9 40 0")[0] == (20, -10)
    assert controls("M 0 0 Q 10 10 20 0 T 40 0") == [(30, -10)]
    assert controls("M 0 0 Q 10 10 20 0 T 40 0 T 60 0") == [(50, 10)]


@pytest.mark.parametrize("radii", ["0 10", "10 0", "0 0", "-0 5"])
def test_arc_without_radius_is_a_line(radii: str) -> None:
    assert our_points(f"M 30 30 A {radii} 0 0 0 100 100 L 100 30") == [[30 + 30j, 100 + 100j, 100 + 30j]]


def test_arcs_ending_at_their_start_are_left_out() -> None:
    assert our_points("M 30 30 A 10 10 0 1 0 30 30 L 40 30") == [[30 + 30j, 40 + 30j]]


def test_arc_that_is_too_small_grows_until_it_reaches() -> None:
    assert furthest("M 0 0 A 1 2 30 0 1 100 40") < SAME_MM
    assert abs(our_points("M 0 0 A 1 1 0 0 1 100 0")[0][STEPS // 2] - (50 - 50j)) < 1e-9


def test_flags_and_numbers_may_stand_close_together() -> None:
    assert our_points("M10 10a5 5 0 0120 20") == our_points("M 10 10 a 5 5 0 0 1 20 20")
    assert our_points("M.5.5-1e1-.5L1.5.25") == our_points("M 0.5 0.5 L -10 -0.5 L 1.5 0.25")


def test_a_closed_contour_continues_from_its_start() -> None:
    assert our_points("M 10 10 h 20 v 20 z l 0 -5") == [[10 + 10j, 30 + 10j, 30 + 30j, 10 + 10j], [10 + 10j, 10 + 5j]]


OUTSIDE = (
    "L 1 1",
    "M 1",
    "M 1 1 L 2",
    "M 1 1 2 2 Z 3 3",
    "M 0 0 A 5 5 0 2 0 9 9",
    "M 0 0 X",
    "5 5",
    "M 1 1 V",
    "M ١ 1 L 2 2",
)


@pytest.mark.parametrize("data", OUTSIDE)
def test_data_outside_the_grammar_is_refused(data: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the caller names attribute and value
        read_path(data)


@pytest.mark.parametrize("radius", ["0", "1e-300", "1e-320"])
def test_arcs_without_a_radius_are_lines(radius: str) -> None:
    assert our_points(f"M 1 1 A {radius} 2 0 0 1 9 9") == [[1 + 1j, 9 + 9j]]
