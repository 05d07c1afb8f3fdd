"""What a producer may change of a design: open parts freely, locked ones not at all, and nothing over them."""

from __future__ import annotations

import pytest

from labelsvc.domain.errors import Problem
from labelsvc.rendering.design.design import DesignMeans, read_design_by_node
from labelsvc.workflows.print_assets import PrintAssets, print_assets
from labelsvc.workflows.studio.copy_rule import copy_problems
from tests import CHECKOUT

STAMP = (CHECKOUT / "templates" / "labels" / "tem-25x35.svg").read_bytes()
BAND = b'<rect x="-3" y="-3" width="31" height="7.8" fill="#0B5A3A"/>'
STARS = b'<rect x="14.42" y="30.05" width="9.08" height="1.6" fill="none"/>'


@pytest.fixture(scope="module")
def assets() -> PrintAssets:
    return print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")


def found(assets: PrintAssets, source: bytes, origin: bytes = STAMP) -> list[Problem]:
    means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
    return copy_problems(origin, read_design_by_node(source, "own.1", means), assets)


def codes(assets: PrintAssets, source: bytes) -> list[str]:
    return [problem.code for problem in found(assets, source)]


def with_last(markup: bytes) -> bytes:
    return STAMP.replace(b"</svg>", markup + b"</svg>")


def test_colours_shapes_and_plain_words_are_open(assets: PrintAssets) -> None:
    recoloured = STAMP.replace(BAND, BAND.replace(b"#0B5A3A", b"#6B5200"))
    drawn = STAMP.replace(BAND, BAND + b'<circle cx="22" cy="9" r="1" fill="#FCF3DC"/>')
    worded = with_last(b'<text x="4" y="5.1" font-size="1.6" fill="#17231C">Ngon</text>')

    assert [codes(assets, each) for each in (STAMP, recoloured, drawn)] == [[], [], []]
    assert set(codes(assets, worded)) <= {"copy.covers"}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (STARS, STARS.replace(b"14.42", b"14.12"), "copy.changed"),
        (b'data-ls-min-size="4" data-ls-valign="middle" data-ls-lines="1"', b'data-ls-lines="1"', "copy.changed"),
        (b'data-ls-corner="1.5"', b'data-ls-corner="2"', "copy.size"),
        (b'data-ls-prefix="S\xe1\xbb\x91 "', b'data-ls-prefix="No "', "copy.changed"),
    ],
)  # fmt: skip
def test_locked_parts_stay_where_and_how_they_are(assets: PrintAssets, before: bytes, after: bytes, code: str) -> None:
    assert before in STAMP
    assert code in codes(assets, STAMP.replace(before, after, 1))


def test_nothing_stands_over_a_locked_part_even_in_paper_white(assets: PrintAssets) -> None:
    covered = found(assets, with_last(b'<rect x="15" y="30.2" width="2" height="1" fill="#FFFFFF"/>'))

    assert [(problem.code, problem.facts["element"]) for problem in covered] == [("copy.covers", "rect")]
    assert covered[0].facts["what"] == Problem("look.stars")


def test_added_words_of_the_programme_and_of_records_are_refused(assets: PrintAssets) -> None:
    claimed = with_last(b'<text x="3" y="5.1" font-size="1.4" fill="#17231C">OCOP 5 sao</text>')
    conditional = with_last(b'<rect x="2" y="29" width="1" height="1" fill="#17231C" display="{{ lot.number }}"/>')

    assert "copy.added" in codes(assets, claimed)
    assert "copy.condition" in codes(assets, conditional)


def test_a_ground_that_swallows_letters_is_refused(assets: PrintAssets) -> None:
    pale = STAMP.replace(BAND, BAND.replace(b"#0B5A3A", b"#FCF3DC"))

    assert "copy.contrast" in codes(assets, pale)
