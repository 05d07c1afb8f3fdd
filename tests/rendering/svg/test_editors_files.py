"""Files as editors write them are read as what they show: styles, classes, units, colours and notes of their own."""

from __future__ import annotations

import pytest

from labelsvc.domain.errors import Problem
from tests import CHECKOUT
from tests.samples.svg_drawings import Drawing, drawn

EDITORS = CHECKOUT / "tests" / "samples" / "editors"
GREEN = "#0B5A3A"
ROOT = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def label(inside: str, head: str = 'width="60mm" height="90mm" viewBox="0 0 60 90"') -> str:
    return f"<svg {ROOT} {head}>{inside}</svg>"


def read(source: str) -> Drawing:
    drawing = drawn(source.encode())
    assert not drawing.problems
    return drawing


def painting(drawing: Drawing) -> bytes:
    return b"\n".join(item.operators for item in drawing.items)


def problems(source: str) -> list[Problem]:
    return list(drawn(source.encode()).problems)


FILES = {
    "illustrator-27": ((60, 90), 72),
    "illustrator-16": ((60, 90), 72),
    "inkscape-1.2": ((60, 90), 0),
    "figma": ((60.06, 89.96), 96),
    "affinity-1.10": ((187.59, 281.25), 96),
    "coreldraw-2019": ((60, 90), 0),
    "libreoffice-7": ((60, 90), 0),
}
"""Written by hand as these editors export; the size in mm, and how many pixels an inch was understood as."""


@pytest.mark.parametrize("name", FILES)
def test_files_of_editors_are_taken_with_their_size(name: str) -> None:
    drawing, (size, per_inch) = read((EDITORS / f"{name}.svg").read_text()), FILES[name]

    assert (drawing.width_mm, drawing.height_mm) == pytest.approx(size, abs=0.05)
    assert {item.fill.screen for item in drawing.items if item.fill} >= {GREEN}
    understood = [note.facts["per_inch"] for note in drawing.notes if note.code == "svg.size_understood"]
    assert understood == ([per_inch] if per_inch else [])


def test_what_an_editor_wrote_for_itself_is_said_once() -> None:
    (note,) = read((EDITORS / "inkscape-1.2.svg").read_text()).notes

    assert note.code == "svg.editors_notes"
    assert note.facts["editors"] == ["Inkscape", "metadata"]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ('<rect style="fill:#0b5a3a" width="9" height="9"/>', f'<rect fill="{GREEN}" width="9" height="9"/>'),
        ('<rect fill="rgb(11, 90, 58)" width="9" height="9"/>', f'<rect fill="{GREEN}" width="9" height="9"/>'),
        ('<rect fill="rgba(11,90,58,1)" width="9" height="9"/>', f'<rect fill="{GREEN}" width="9" height="9"/>'),
        ('<rect fill="hsl(0,100%,50%)" width="9" height="9"/>', '<rect fill="#FF0000" width="9" height="9"/>'),
        ('<rect fill="#f00" width="9" height="9"/>', '<rect fill="#FF0000" width="9" height="9"/>'),
        ('<rect fill="Red" width="9" height="9"/>', '<rect fill="#FF0000" width="9" height="9"/>'),
        (
            '<g color="red"><rect fill="currentColor" width="9" height="9"/></g>',
            '<rect fill="#FF0000" width="9" height="9"/>',
        ),
        (
            '<rect fill="red" fill-opacity="0" width="9" height="9" stroke="red"/>',
            '<rect fill="none" width="9" height="9" stroke="red"/>',
        ),
        ('<rect fill="transparent" width="9" height="9"/>', '<rect fill="none" width="9" height="9"/>'),
        ('<g opacity="0"><rect width="9" height="9"/></g>', ""),
        ('<g visibility="hidden"><rect width="9" height="9"/></g>', ""),
        ('<a href="http://127.0.0.1:9/"><rect width="9" height="9"/></a>', '<rect width="9" height="9"/>'),
        ('<switch><g systemLanguage="fr"/><rect width="9" height="9"/><g/></switch>', '<rect width="9" height="9"/>'),
        ('<rect width="1cm" height="10%"/>', '<rect width="37.795276" height="9"/>'),
        ('<g style="font-size:10px"><rect width="2em" height="9"/></g>', '<rect width="20" height="9"/>'),
        (
            "<style>g > .a, #no {fill:#ff0000} rect {fill:#00ff00}</style>"
            '<g><rect class="a" width="9" height="9"/></g>',
            '<rect fill="#FF0000" width="9" height="9"/>',
        ),
        (
            '<style>rect{fill:#ff0000!important}</style><rect style="fill:#00ff00" width="9" height="9"/>',
            '<rect fill="#FF0000" width="9" height="9"/>',
        ),
        (
            '<style>@media screen{rect{fill:#ff0000}} @font-face{font-family:x}</style><rect width="9" height="9"/>',
            '<rect fill="#FF0000" width="9" height="9"/>',
        ),
        (
            '<svg x="10" y="10" width="20" height="20" viewBox="0 0 2 2" overflow="visible">'
            '<rect width="1" height="1"/></svg>',
            '<g transform="matrix(10 0 0 10 10 10)"><rect width="1" height="1"/></g>',
        ),
        (
            '<text x="1" y="9" style="font:700 5px \'Be Vietnam Pro\'">a</text>',
            '<text x="1" y="9" font-weight="700" font-size="5">a</text>',
        ),
        (
            '<text x="1" y="9" font-size="5" font-family="BeVietnamPro-Bold, Arial">a</text>',
            '<text x="1" y="9" font-size="5" font-weight="700">a</text>',
        ),
        (
            '<text x="1" y="9" font-size="5" font-family="Arial, Be Vietnam Pro, sans-serif">a</text>',
            '<text x="1" y="9" font-size="5">a</text>',
        ),
        (
            '<text x="1 9" y="9" font-size="5">ab</text>',
            '<text y="9" font-size="5"><tspan x="1">a</tspan><tspan x="9">b</tspan></text>',
        ),
    ],
)
def test_what_editors_write_is_read_as_its_plain_form(said: str, plain: str) -> None:
    assert painting(read(label(said))) == painting(read(label(plain)))


def test_lines_end_meet_and_break_as_said() -> None:
    style = 'stroke-linecap="round" stroke-linejoin="bevel" stroke-dasharray="3 1"'

    shown = painting(read(label(f'<path d="M1 1h9v9" fill="none" stroke="red" {style}/>')))

    assert b"1 J 2 j [8.504 2.835] 0 d" in shown


def test_spaces_are_kept_where_the_file_says_so() -> None:
    said = '<text x="1" y="9" font-size="5" xml:space="preserve">a  b </text>'

    assert [item.text for item in read(label(said)).items] == ["a  b "]


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('width="6cm" height="9cm"', (60, 90)),
        ('width="2in" height="144pt"', (50.8, 50.8)),
        ('width="10pc" height="480"', (42.3, 127)),
        ('viewBox="0 0 96 192"', (25.4, 50.8)),
        ('width="60mm" height="90mm" viewBox="10 10 600 900"', (60, 90)),
    ],
)
def test_any_unit_says_the_size_of_a_label(head: str, size: tuple[float, float]) -> None:
    drawing = read(label('<rect width="5" height="5"/>', head))

    assert (drawing.width_mm, drawing.height_mm) == pytest.approx(size, abs=0.04)


def test_a_view_box_scales_and_moves_what_is_drawn() -> None:
    (item,) = read(
        label('<rect x="10" y="10" width="100" height="100"/>', 'width="60mm" height="90mm" viewBox="10 10 600 900"')
    ).items

    assert item.path.bbox() == pytest.approx((0, 0, 10, 10), abs=1e-4)


@pytest.mark.parametrize(
    ("root", "inside"),
    [
        ('id="Layer_1" data-name="Layer 1"', ""),
        ('id="Layer_1"', "<!-- Generator: Adobe Illustrator 29.0.0, SVG Export Plug-In -->"),
    ],
)
def test_exports_of_illustrator_count_points(root: str, inside: str) -> None:
    drawing = read(label(f'{inside}<rect width="9" height="9"/>', f'{root} viewBox="0 0 170.08 255.12"'))

    assert (drawing.width_mm, drawing.height_mm) == (60, 90)


def test_lines_that_inkscape_laid_out_in_a_frame_are_text() -> None:
    said = '<text font-size="4" style="shape-inside:url(#r)"><tspan x="1" y="5">a</tspan></text>'

    assert len(read(label(said)).items) == 1


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<rect width="9" height="9" opacity="0.5"/>', "svg.opacity"),
        ('<rect width="9" height="9" fill="rgba(1,2,3,.5)"/>', "svg.opacity"),
        ('<rect width="9" height="9" style="filter:blur(2px)"/>', "svg.filter"),
        ('<rect width="9" height="9" style="fill:var(--a)"/>', "svg.value"),
        ('<rect width="9" height="9" style="x:3px"/>', "svg.value"),
        ("<style>@import url(http://127.0.0.1:9/a.css);</style>", "svg.css_rule"),
        ("<style>a:has(b){fill:red}</style>", "svg.css_selector"),
        ('<text x="1" y="9" font-size="5" style="text-decoration:underline">a</text>', "svg.text_style"),
        ('<svg width="x" height="9"/>', "svg.nested"),
        ('<use href="javascript:alert(1)"/>', "design.reference"),
        ('<image href="http://127.0.0.1:9/a.png" width="9" height="9"/>', "design.at"),
        ("<flowRoot><flowPara>a</flowPara></flowRoot>", "svg.flowed_text"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_line(inside: str, code: str) -> None:
    (problem,) = problems(label("\n" + inside))

    assert (problem.code, problem.facts["line"]) == (code, 2)


def test_everything_is_refused_at_once() -> None:
    text = '<text x="1" y="9" font-size="5" font-family="Arial">a</text>'
    said = ["", "<rekt/>", '<rect width="a" height="9" fill="url(#no)"/>', "<script/>", text]

    assert {problem.facts["line"] for problem in problems(label("\n".join(said)))} == {2, 3, 4, 5}


def test_hidden_layers_may_hold_anything() -> None:
    assert not read(label('<g style="display:none"><mask/><rect filter="url(#x)" fill="#123"/></g>')).items


def test_hidden_originals_are_drawn_where_they_are_used() -> None:
    said = '<g style="display:none"><g id="a"><rect width="9" height="9"/></g></g><use href="#a" x="5"/>'

    assert len(read(label(said)).items) == 1
