"""SVG's own text, use, symbol and clipPath in a design: where they are painted, and what is refused."""

from __future__ import annotations

import re

import pytest

from labelsvc.domain.errors import Problem
from labelsvc.workflows.designs.check_design import check_design
from tests.samples.labels_on_paper import (
    ADDED_LINE,
    HOST,
    ROOM,
    added,
    design,
    ls_source,
)
from tests.samples.printed_card import (
    CARD,
    codes,
    problems,
)


@pytest.mark.parametrize(
    ("element", "code", "facts_said"),
    [
        ('<text x="1" y="4" font-size="3">{{ product.name }}</text>', "design.fixed_text", {}),
        ('<text x="1" y="4" font-size="3"><tspan>{% if 1 %}a{% endif %}</tspan></text>', "design.fixed_text", {}),
        ('<text x="1" y="4" font-size="3" font-family="Arial">a</text>', "design.family", {"value": "Arial"}),
        ('<text x="1" y="4" font-size="3" font-weight="750">a</text>', "design.weight", {"value": "750"}),
        ('<text x="1" y="4" font-size="3" font-weight="bolder">a</text>', "design.weight", {"value": "bolder"}),
        ('<text x="1" y="4" font-size="3" font-style="slanted">a</text>', "design.choice", {"value": "slanted"}),
        ('<text x="1" y="4" font-size="3" text-anchor="left">a</text>', "design.choice", {"value": "left"}),
        ('<text x="1" y="4">a</text>', "design.number", {"attribute": "font-size"}),
        ('<text x="1" y="4" font-size="12lh">a</text>', "design.number", {"attribute": "font-size"}),
        ('<text x="1 a 3" y="4" font-size="3">abc</text>', "design.number", {"attribute": "x"}),
        ('<text x="1" y="4" dx="1lh" font-size="3">abc</text>', "design.number", {"attribute": "dx"}),
        ('<text x="1" y="4" rotate="30" font-size="3">a</text>', "svg.value", {"attribute": "rotate"}),
        ('<text x="1" y="4" textLength="30" font-size="3">a</text>', "design.attribute", {"attribute": "textLength"}),
        ('<text x="1" y="4" word-spacing="1" font-size="3">a</text>', "svg.text_style", {"attribute": "word-spacing"}),
        ('<text x="1" y="4" font-size="3" fill="#0B5A3B">a</text>', "design.colour", {"value": "#0B5A3B"}),
        ('<text x="1" y="4" font-size="2" fill="#0B5A3A">a</text>', "design.small_type", {"colour": "green"}),
        ('<g stroke="#17231C"><text x="1" y="4" font-size="3">a</text></g>', "svg.text_style", {"attribute": "stroke"}),
        ('<text font-size="3"><textPath>a</textPath></text>', "design.reference", {"element": "textPath"}),
        (
            '<path id="p" d="M1 1h5"/><text font-size="3"><textPath href="#p">dài quá đường</textPath></text>',
            "design.text_path_long",
            {"length": 5.0},
        ),
        (
            '<path id="p" d="M1 1h50"/><text font-size="3"><textPath href="#p" startOffset="1em">a</textPath></text>',
            "design.number",
            {"attribute": "startOffset"},
        ),
        (
            '<path id="p" d="M1 1h50"/><text font-size="3">b<textPath href="#p">a</textPath></text>',
            "design.beside_path",
            {"text": "b"},
        ),
        (
            '<path id="p" d="M1 1h50"/><text font-size="3"><textPath href="#p">a<tspan>b</tspan></textPath></text>',
            "design.misplaced",
            {"parent": "textPath"},
        ),
        (
            '<path id="p" d="M1 1h50"/><text font-size="2" fill="#0B5A3A"><textPath href="#p">a</textPath></text>',
            "design.small_type",
            {"colour": "green"},
        ),
        ('<text x="1" y="4" font-size="3"><rect width="1" height="1"/></text>', "design.misplaced", {}),
        ('<tspan x="1" y="4">a</tspan>', "design.misplaced", {}),
        ('<image href="a.png" width="5" height="5"/>', "design.at", {}),
        ('<use href="#x"/>', "design.reference", {"attribute": "href"}),
        ("<use/>", "design.reference", {"value": ""}),
        ('<g id="logo"/><use href="#lgoo"/>', "design.reference", {"nearest": "logo"}),
        ('<rect id="a" width="1" height="1"/><use href="other.svg#a"/>', "design.reference", {}),
        ('<rect id="a" width="1" height="1"/><use href="http://127.0.0.1:9/#a"/>', "design.reference", {}),
        ('<clipPath id="c"><rect width="1" height="1"/></clipPath><use href="#c"/>', "design.reference", {}),
        ('<rect width="1" height="1" clip-path="url(#c)"/>', "design.reference", {"attribute": "clip-path"}),
        ('<rect width="1" height="1" clip-path="circle(5)"/>', "svg.value", {"value": "circle(5)"}),
        ('<g id="c"/><rect width="1" height="1" clip-path="url(#c)"/>', "design.reference", {"nearest": ""}),
        ('<rect width="1" height="1" clip-path="url(x.svg#c)"/>', "design.reference", {}),
        ('<clipPath id="c"/><rect width="1" height="1" clip-path="url(#c)"/>', "design.empty_clip", {}),
        (
            '<clipPath id="c"><rect width="a" height="1"/></clipPath><rect width="1" height="1" clip-path="url(#c)"/>',
            "design.at",
            {},
        ),
        (
            '<clipPath id="c"><rect width="1" height="1" display="{{ 1 }}"/></clipPath>'
            '<rect width="1" height="1" clip-path="url(#c)"/>',
            "design.in_clip",
            {"attribute": "display"},
        ),
        ('<clipPath id="c"><text>a</text></clipPath><g clip-path="url(#c)"/>', "design.misplaced", {}),
        (
            '<clipPath id="c" clipPathUnits="objectBoundingBox"><path d="M0 0h1v1z"/></clipPath>'
            '<g clip-path="url(#c)"/>',
            "design.in_clip",
            {"attribute": "clipPathUnits"},
        ),
        ('<symbol id="s" viewBox="0 0 0 1"/><use href="#s"/>', "design.number", {"attribute": "viewBox"}),
        ('<symbol id="s" viewBox="0 0 1 1"/><use href="#s" width="-3"/>', "design.number", {"attribute": "width"}),
        ('<g id="a"/><g id="a"/>', "design.id_twice", {"first": CARD.count("\n", 0, CARD.index("</svg>")) + 1}),
        (
            '<g id="a"><ls:text x="1" y="1" width="9" height="3" size="9">a</ls:text></g><use href="#a"/>',
            "design.group",
            {"attribute": "use"},
        ),
        (
            '<clipPath id="c"><rect width="9" height="9"/></clipPath><g clip-path="url(#c)">'
            '<ls:text x="1" y="1" width="9" height="3" size="9">a</ls:text></g>',
            "design.group",
            {"attribute": "clip-path"},
        ),
    ],
)
def test_unsupported_files_are_refused_by_name(element: str, code: str, facts_said: dict[str, object]) -> None:
    found = problems(added(element, CARD))

    assert found[0].code == code
    assert found[0].facts["line"] == CARD.count("\n", 0, CARD.index("</svg>")) + 1
    assert facts_said.items() <= found[0].facts.items()


def test_letters_that_the_face_lacks_are_refused_by_name() -> None:
    (problem,) = problems(added('<text x="1" y="4" font-size="3">Rượu 漢</text>'))

    why = problem.facts["why"]
    assert (problem.code, problem.facts["line"]) == ("design.at", ADDED_LINE)
    assert isinstance(why, Problem)
    assert (why.code, why.facts["letters"]) == ("text.letter_missing", "漢")


SLOT = (76.0, 10.7, 25.0)


@pytest.mark.parametrize(
    ("elements", "element"),
    [
        ('<text x="80" y="20" font-size="4">Chữ</text>', "text"),
        ('<text x="70" y="38" font-size="9" transform="rotate(-45 70 38)">Chữ dài</text>', "text"),
        ('<rect id="a" width="1" height="1"/><use href="#a" x="80" y="20"/>', "rect"),
        (
            '<symbol id="s" viewBox="0 0 1 1"><circle r="1"/></symbol>'
            '<use href="#s" x="80" y="20" width="5" height="5"/>',
            "circle",
        ),
        (
            '<clipPath id="c"><rect x="80" y="15" width="3" height="3"/></clipPath>'
            '<rect x="70" y="0" width="30" height="60" clip-path="url(#c)"/>',
            "rect",
        ),
    ],
)
def test_anything_entering_the_quiet_zone_is_refused(elements: str, element: str) -> None:
    assert ("design.quiet_zone", element) in codes(added(elements, CARD))


def test_shapes_clipped_out_of_the_quiet_zone_are_accepted() -> None:
    clip = '<clipPath id="c"><rect x="5" y="1" width="20" height="4"/></clipPath>'

    assert codes(added(f'{clip}<g clip-path="url(#c)"><rect width="105" height="74"/></g>', CARD)) == []


def test_paper_that_is_cut_away_covers_nothing() -> None:
    clip = '<clipPath id="c"><rect x="76" y="10" width="12" height="40"/></clipPath>'
    paper = '<rect x="70" y="5" width="35" height="35" fill="#FFFFFF" clip-path="url(#c)"/>'

    found = codes(added(f'{clip}<rect x="80" y="15" width="2" height="2"/>{paper}', CARD))

    assert ("design.quiet_zone", "rect") in found


def test_a_text_beyond_the_trim_is_refused() -> None:
    assert ("design.beyond_trim", "text") in codes(
        added('<text x="60" y="72" font-size="9">quá dài cho nhãn</text>', CARD)
    )


def test_label_law_sees_plain_texts_too() -> None:
    label = ls_source("nhan-60x90")

    found = check_design("thử", added('<text x="5" y="89" font-size="1">nhỏ quá</text>', label).encode(), ROOM, HOST)

    fields = [(problem.code, problem.facts.get("field")) for problem in found]
    assert ("law.height", "nhỏ quá") in fields
    assert "design.tiny_type" in dict(fields)


def test_every_graphics_state_that_is_saved_is_restored() -> None:
    elements = (
        '<clipPath id="c"><circle cx="9" cy="3" r="2"/></clipPath><symbol id="s" viewBox="0 0 2 2"><rect width="1" '
        'height="1" clip-path="url(#c)"/></symbol><use href="#s" width="3" height="3" clip-path="url(#c)"/>'
        '<text x="5" y="4" font-size="3" clip-path="url(#c)">Cốm</text>'
    )

    operators = b"\n".join(item.operators for item in design(added(elements, CARD)).items if hasattr(item, "operators"))

    words = operators.split()
    assert words.count(b"q") == words.count(b"Q") == 2
    assert words.count(b"W") == 4
    assert len(re.findall(rb"\bBT\b", operators)) == words.count(b"ET") == 1
