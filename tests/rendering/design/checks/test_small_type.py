"""Type that no press prints legibly is refused where a design is checked, before any label is filled."""

from __future__ import annotations

import pytest

from labelsvc.domain.errors import Problem
from labelsvc.rendering.design.checks.small_type import LEAST_PT, LEAST_WHITE_PT, small_type_problems
from tests.samples.labels_on_paper import ROOM, added, altered, design, ls_source

ROUND = ls_source("tem-tron-32")
CARD = ls_source("bien-ke-105x74")
GREEN = '<rect x="2" y="20" width="20" height="9" fill="{}"/>'
WORDS = '<ls:text x="3" y="21" width="9" height="4" size="{}" fill="#FFFFFF">Chữ</ls:text>'


def problems(source: str) -> list[Problem]:
    return small_type_problems(design(source))


def codes(source: str) -> list[str]:
    return [problem.code for problem in problems(source)]


@pytest.mark.parametrize("name", ROOM.design_names)
def test_shipped_designs_have_no_type_that_is_too_small(name: str) -> None:
    assert small_type_problems(ROOM.design(name)) == []


@pytest.mark.parametrize(
    "source",
    [
        altered("ls:text field=.Nhãn hiệu", min_size=3.9),
        altered("ls:code", size=3.9),
        altered("ls:serial", size=3.9),
        altered("ls:mark", min_size=3.9),
        altered("ls:arc", ROUND, min_size=3.9),
        added('<text x="3" y="30" font-size="1.37">chữ</text>'),
        added('<g transform="scale(0.5)"><text x="6" y="60" font-size="2.7">chữ</text></g>'),
        altered("ls:fields", ls_source("nhan-60x90"), min_size=3.9),
    ],
    ids=["text", "code", "serial", "mark", "arc", "svg text", "scaled text", "legal fields"],
)
def test_type_that_may_fall_under_four_points_is_refused(source: str) -> None:
    assert set(codes(source)) == {"design.tiny_type"}


def test_tiny_type_is_named_with_its_size_and_x_height() -> None:
    (problem,) = problems(altered("ls:serial", size=3.5))

    assert problem.facts["element"] == "ls:serial"
    assert (problem.facts["size"], problem.facts["least"]) == (3.5, LEAST_PT)
    assert problem.facts["x_height"] == pytest.approx(3.5 * 25.4 / 72 * 0.53, abs=0.02)


@pytest.mark.parametrize(
    ("ground", "size", "found"),
    [
        ("#0B5A3A", 5.9, ["design.small_white"]),
        ("#0B5A3A", LEAST_WHITE_PT, []),
        ("#17231C", 5.9, []),
        ("#5A6A60", 5.9, []),
        ("#FCF3DC", 5.9, ["design.small_white"]),
    ],
    ids=["four inks", "six points", "black", "tint of black", "pale"],
)
def test_small_white_type_is_on_one_ink(ground: str, size: float, found: list[str]) -> None:
    assert codes(added(GREEN.format(ground) + WORDS.format(size), CARD)) == found


def test_ground_that_is_covered_before_the_white_type_does_not_count() -> None:
    black = '<rect x="2" y="20" width="20" height="9" fill="#17231C"/>'

    assert codes(added(GREEN.format("#0B5A3A") + black + WORDS.format(5), CARD)) == []
    assert codes(added(black + GREEN.format("#0B5A3A") + WORDS.format(5), CARD)) == ["design.small_white"]
    assert codes(added(black + WORDS.format(5) + GREEN.format("#0B5A3A"), CARD)) == []


def test_cover_that_may_be_hidden_leaves_the_ground_seen() -> None:
    hidden = '<rect x="2" y="20" width="20" height="9" fill="#17231C" display="{% if product.brand %}none{% endif %}"/>'

    assert codes(added(GREEN.format("#0B5A3A") + hidden + WORDS.format(5), CARD)) == ["design.small_white"]


@pytest.mark.parametrize("element", ["ls:code", "ls:serial"])
def test_small_white_codes_and_serials_are_seen_too(element: str) -> None:
    source = altered(element, CARD, size=5)

    assert codes(source) == ["design.small_white"]


def test_white_code_of_the_first_round_stamp_is_refused() -> None:
    source = altered("ls:code", ROUND, fill="#FFFFFF").replace('r="14.6"', 'r="12.3"')

    assert codes(source) == ["design.small_white"]
