"""Preflight of what looks like a fault and is none, and of what cannot be checked: that is no pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array

from labelsvc.preflight.content.thin_paths import line_width, strip_width
from tests.samples.fault_planting import (
    AREA,
    GOLD,
    KNOCK,
    OVER,
    Change,
    both,
    image,
    own_font,
    painted,
    saved,
    slug_font,
    too_large_to_check,
    xmp,
)
from tests.samples.planted_deeper import GROUP, picture, tiles
from tests.samples.preflighted_files import checked, failed, inspected

UNCOLOURED = {"ColorSpace": ("C", "[/Pattern /DeviceCMYK]")}


def lettered(pdf: pikepdf.Pdf) -> Any:
    """A pattern's cell with a letter in it, in whatever colour the pattern has."""
    font, letter = slug_font()
    made = tiles(f"BT /{font} 6 Tf 1 1 Td <{letter}> Tj ET".encode(), coloured=False)(pdf)
    made.Resources = pikepdf.Dictionary(Font=pdf.pages[1].Resources.Font)
    return made


def without_art_at_the_trim(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[1].obj
    del page["/BleedBox"]
    page.Contents = Array([pdf.make_stream(f"q 1 0 0 1 40 60 cm {KNOCK} 0 1 0 0 k {AREA} Q".encode())])


RIGHT: dict[str, Change] = {
    "pattern of 100 K": painted(
        f"{KNOCK} /C cs 0 0 0 1 /P scn {AREA}",
        **UNCOLOURED,
        Pattern=("P", tiles(b"0 0 5 5 re f", coloured=False)),
    ),
    "letters in a pattern of cyan": painted(
        f"{KNOCK} /C cs 1 0 0 0 /P scn {AREA}", **UNCOLOURED, Pattern=("P", lettered)
    ),
    "picture within the content in a spot ink": painted(
        f"{KNOCK} 1 0 0 1 3 3 cm BI /W 4 /H 4 /BPC 8 /CS /Gold /F /AHx ID " + "80" * 16 + "> EI",
        ColorSpace=("Gold", GOLD),
    ),
    "spot ink whose numbers are written otherwise": both(
        painted("", ColorSpace=("Gold", GOLD)),
        painted("", ColorSpace=("Same", GOLD.replace("[0 1]", "[0.0 1.0]").replace(".1]", ".10]"))),
    ),
    "date of a month": xmp("<xmp:MetadataDate>[^<]*", "<xmp:MetadataDate>2026-11"),
    "no bleed where no art reaches the trim": without_art_at_the_trim,
    "soft mask of grey": both(
        GROUP,
        painted("9 0 0 9 3 3 cm /Im Do", XObject=("Im", image(size=40, SMask=image(space="DeviceGray", size=40)))),
    ),
    "unknown operator where a viewer may leave it out": painted("BX 1 2 foo EX"),
    "knocked-out picture of a spot ink": painted(
        f"{KNOCK} 9 0 0 9 3 3 cm /Im Do", ColorSpace=("Gold", GOLD), XObject=("Im", picture(GOLD))
    ),
    "black outline of a letter that is filled": painted(own_font(14, "0 0 0 1 k .1 w 0 0 0 1 K 2 Tr")),
    "shading of black that overprints": painted(
        f"{OVER} 3 3 9 9 re W n /S sh",
        Shading=(
            "S",
            "<</ShadingType 2/ColorSpace[/Separation /Black /DeviceCMYK"
            " <</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 0 0 1]/N 1>>]/Coords[0 0 9 0]"
            "/Function<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>>>",
        ),
    ),
}


@pytest.mark.parametrize("change", RIGHT.values(), ids=RIGHT)
def test_apparent_faults_pass(change: Change, tmp_path: Path) -> None:
    done = inspected(tmp_path, saved(change))

    assert not failed(done)
    assert done.passed


def test_ink_of_a_picture_within_the_content_is_measured(tmp_path: Path) -> None:
    heavy = "ffffffb3" * 8100

    found = failed(
        checked(tmp_path, saved(painted(f"30 0 0 30 3 3 cm BI /W 90 /H 90 /BPC 8 /CS /CMYK /F /AHx ID {heavy}> EI")))
    )

    assert found["total_ink"].faults[0].problem.facts["sum"] == pytest.approx(370, abs=3)


def test_unchecked_rules_do_not_pass(tmp_path: Path) -> None:
    done = checked(tmp_path, too_large_to_check())

    assert not failed(done)
    assert {result.status for result in done.results} >= {"passed", "not_checked"}
    assert not done.passed


def test_the_ordered_size_rule_skips_standalone_files(tmp_path: Path) -> None:
    done = inspected(tmp_path, saved(lambda pdf: None))

    size = next(result for result in done.results if result.rule.name == "ordered_size")

    assert size.status == "not_applicable"
    assert size.remark is not None
    assert size.remark.code == "preflight.no_order"


@pytest.mark.parametrize(
    ("corners", "width"),
    [
        (((0, 0), (50, 0), (50, 0.1), (0, 0.1)), 0.1),
        (((0, 0), (2, 0), (2, 2), (0, 2)), 2.0),
        (((0, 0), (40, 0), (40, 40), (39.9, 40), (39.9, 0.1), (0, 0.1)), 0.1),
        (((0, 0), (50, 50), (50.1, 50), (0.1, 0)), 0.0707),
    ],
    ids=["strip", "square", "corner", "sliver"],
)
def test_a_polygon_is_as_thin_as_its_strip(corners: tuple[tuple[float, float], ...], width: float) -> None:
    assert strip_width(corners, (1, 0, 0, 1, 0, 0)) == pytest.approx(width, rel=0.01)


@pytest.mark.parametrize(("across", "thin"), [(((0, 0), (9, 0)), 0.1), (((0, 0), (0, 9)), 20.0), (None, 0.1)])
def test_a_squeezed_line_is_as_thin_as_its_direction_makes_it(across: Any, thin: float) -> None:
    assert line_width(1.0, across, (20, 0, 0, 0.1, 0, 0)) == pytest.approx(thin)
