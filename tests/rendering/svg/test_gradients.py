"""Gradients in colours of the palette: shadings in CMYK on paper, judged by all that they run through."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.pdf.inks import Ink, Palette
from labelsvc.preflight.inspection import inspect_content
from labelsvc.rendering.design.checks.clearances import quiet_zone_problems
from labelsvc.rendering.design.checks.label_contrast import contrast_problems
from labelsvc.rendering.design.checks.small_type import small_type_problems
from tests.samples.labels_on_paper import HOST, ROOM, STAMP, added, design, facts, label_pdf, part_of, trim_pixels


def run(first: str = "#0B5A3A", last: str = "#E0A100", shape: str = "", **attributes: str) -> str:
    """Return a stamp with a gradient over its lower edge, or over another shape."""
    said = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    stops = f'<stop offset="0" stop-color="{first}"/><stop offset="1" stop-color="{last}"/>'
    shape = shape or '<rect x="-3" y="33" width="31" height="5" fill="url(#a)"/>'
    return added(f'<linearGradient id="a" {said}>{stops}</linearGradient>{shape}')


def refused(source: str) -> Problem:
    with pytest.raises(DesignRefused) as error:
        design(source)
    return error.value.problems[0]


def forms(found: Any) -> list[Any]:
    """Return the forms that a page paints, and those in them."""
    placed = found.get("/Resources", {}).get("/XObject", {})
    return [form for each in dict(placed).values() for form in (each, *forms(each))]


def test_gradient_is_a_shading_in_cmyk_and_passes_preflight() -> None:
    pdf = label_pdf(design(run()), facts())

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        shadings = [form.Resources.Shading.S for form in forms(opened.pages[0].obj) if "/Shading" in form.Resources]
        (shading,) = shadings
        assert shading.ColorSpace == "/DeviceCMYK"
        (function,) = shading.Function.Functions
        assert [float(part) for part in function.C0] == [0.9, 0.32, 0.84, 0.4]
        assert [float(part) for part in function.C1] == [0.08, 0.38, 1, 0.02]
    assert not inspect_content(pdf).faults


def test_colours_run_from_the_first_stop_to_the_last() -> None:
    pixels = trim_pixels(label_pdf(design(run()), facts()))
    row = part_of(pixels, 0, 33.6, 25, 0.5).mean(axis=0)

    assert row[2][0] < 80 < row[-3][0] - 80


@pytest.mark.parametrize(
    ("shape", "attribute"),
    [
        ('<text x="3" y="32" font-size="3" fill="url(#a)">a</text>', "fill"),
        ('<path d="M1 33h9" stroke="url(#a)"/>', "stroke"),
    ],
)
def test_texts_and_lines_take_no_gradient(shape: str, attribute: str) -> None:
    problem = refused(run(shape=shape))

    assert (problem.code, problem.facts["attribute"]) == ("svg.gradient_here", attribute)


@pytest.mark.parametrize(
    ("gradients", "code"),
    [
        ('<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>', "design.reference"),
        ('<linearGradient id="a" href="#a"/>', "design.reference"),
        ('<linearGradient id="a"><stop stop-color="#123456"/><stop/></linearGradient>', "design.colour"),
        ('<linearGradient id="a"><stop stop-opacity=".5"/><stop/></linearGradient>', "svg.opacity"),
        (
            '<linearGradient id="a" x2="1e-4" spreadMethod="repeat"><stop/><stop offset="1" stop-color="#FFFFFF"/>'
            "</linearGradient>",
            "svg.gradient_runs",
        ),
        ('<pattern id="a"/>', "design.reference"),
    ],
)
def test_what_no_press_shades_is_refused(gradients: str, code: str) -> None:
    assert refused(added(f'{gradients}<rect x="1" y="33" width="9" height="1" fill="url(#a)"/>')).code == code


def test_spot_inks_do_not_run_into_others() -> None:
    with pytest.raises(DesignRefused) as error:
        ROOM.inked(spot_inks=True).design("thử", run().encode())

    assert [problem.code for problem in error.value.problems] == ["svg.gradient_spot"]


def test_ink_is_summed_all_along_the_run() -> None:
    inks = {
        "#000011": Ink("a", "#000011", (100, 100, 100, 0)),
        "#000012": Ink("b", "#000012", (60, 60, 60, 100)),
        **ROOM.palette.inks,
    }
    heavy = replace(ROOM.palette, inks=inks)
    assert isinstance(heavy, Palette)
    from labelsvc.rendering.design.design import read_design

    with pytest.raises(DesignRefused) as error:
        read_design(run("#000011", "#000012").encode(), "thử", heavy, ROOM.fonts, ROOM.profile)

    assert [problem.code for problem in error.value.problems] == ["svg.gradient_ink"]


def test_white_end_of_a_gradient_does_not_clear_the_quiet_zone() -> None:
    over = run("#FFFFFF", "#0B5A3A", '<rect x="5" y="12" width="15" height="15" fill="url(#a)"/>')

    assert [problem.facts["element"] for problem in quiet_zone_problems(design(over))] == ["rect"]


def test_contrast_is_that_of_the_worst_colour_beneath() -> None:
    band = '<rect x="-3" y="-3" width="31" height="41" fill="url(#a)"/>'
    source = run("#17231C", "#FFFFFF", band).replace("</svg>", "")
    texts = STAMP[STAMP.index("<ls:text") : STAMP.index("</ls:text>") + len("</ls:text>")]

    rules = ROOM.law.latest(GoodsClass.FOOD)

    assert list(contrast_problems(design(f"{source}{texts}</svg>"), rules))
    assert not small_type_problems(design(run()))
    assert HOST
