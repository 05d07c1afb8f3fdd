"""SVG's own text, use, symbol and clipPath in a design: where they are painted, and what is refused."""

from __future__ import annotations

import re

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.filling import fill, label_texts
from labelsvc.rendering.design.items import PaintedShape, PlainText
from labelsvc.workflows.designs.check_design import check_design
from tests.samples.labels_on_paper import (
    ADDED_LINE,
    HOST,
    ROOM,
    Pixels,
    added,
    design,
    facts,
    label_pdf,
    ls_source,
    part_of,
    trim_pixels,
)
from tests.samples.text_paper import ink_box, read_glyphs

CARD = ls_source("bien-ke-105x74")
"""A large design: from (5, 1) to (70, 5) mm it is white and empty, and from (0, 69) to (71, 74)."""
DPI = 600
CLIPPED_MM = 0.09
"""PDFium cuts at whole pixels, and not always at the nearest one."""
Box = tuple[float, float, float, float]


def on_card(elements: str, box: Box, source: str = CARD) -> NDArray[np.bool_]:
    """Return which pixels of a box (x, y, width, height in mm) are inked."""
    return dark(trim_pixels(label_pdf(design(added(elements, source)), facts()), DPI), box)


def dark(pixels: Pixels, box: Box) -> NDArray[np.bool_]:
    return part_of(pixels, *box, DPI).max(axis=2) < 128


def extent(inked: NDArray[np.bool_], box: Box) -> list[float]:
    """Return the left, top, right and bottom edge of ink in mm."""
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    sides = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    return [side / DPI * 25.4 + box[i % 2] for i, side in enumerate(sides)]


def area_mm2(inked: NDArray[np.bool_]) -> float:
    return float(inked.sum()) * (25.4 / DPI) ** 2


def problems(source: str) -> list[Problem]:
    with pytest.raises(DesignRefused) as error:
        design(source)
    return list(error.value.problems)


def texts(elements: str) -> list[PlainText]:
    return [item for item in design(added(elements, CARD)).items if isinstance(item, PlainText)]


def shapes(elements: str) -> list[PaintedShape]:
    known = len(design(CARD).items)
    return [item for item in design(added(elements, CARD)).items[known:] if isinstance(item, PaintedShape)]


def codes(source: str) -> list[tuple[str, object]]:
    return [(one.code, one.facts.get("element")) for one in check_design("thử", source.encode(), ROOM, HOST)]


EMPTY = (4.0, 0.5, 40.0, 5.5)


def test_text_keeps_baseline_and_size_and_reads_back() -> None:
    source = added('<text x="10" y="4" font-size="3">HẬU</text>', CARD)

    pdf = label_pdf(design(source), facts())

    face = ROOM.fonts.face("BeVietnamPro-Regular")
    left, _, right, bottom = extent(dark(trim_pixels(pdf, DPI), EMPTY), EMPTY)
    advance = face.advance("HẬU") * 3 / 1000
    assert left == pytest.approx(10 + face.letter("H").x_min * 0.003, abs=0.06)
    assert right == pytest.approx(10 + advance - (face.letter("U").advance - face.letter("U").x_max) * 0.003, abs=0.06)
    assert bottom == pytest.approx(4 - face.letter("Ậ").y_min * 0.003, abs=0.06)
    assert "HẬU" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


@pytest.mark.parametrize(("anchor", "share"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_a_text_is_anchored_at_its_start_middle_or_end(anchor: str, share: float) -> None:
    elements = f'<text x="24" y="4" font-size="3" text-anchor="{anchor}">Ô<tspan font-weight="700">COP</tspan></text>'

    first, second = texts(elements)

    wide = first.face.advance("Ô") + second.face.advance("COP")
    glyphs = read_glyphs(first.operators + b" " + second.operators)
    left = glyphs[0].matrix.e * MM_PER_POINT
    assert left == pytest.approx(24 - share * wide * 0.003, abs=0.01)
    assert (first.face.weight, second.face.weight) == (400, 700)
    assert glyphs[1].matrix.e - glyphs[0].matrix.e == pytest.approx(
        first.face.advance("Ô") * 0.003 / MM_PER_POINT, abs=0.02
    )


def test_dx_and_dy_shift_runs_and_x_and_y_place_them() -> None:
    elements = (
        '<text x="6" y="4" dx="1" dy="-1" font-size="3">A<tspan dx="2" dy="0.5">B</tspan>'
        '<tspan x="30" y="5">C</tspan><tspan>D</tspan></text>'
    )

    runs = texts(elements)

    places = [
        (g.letter, g.matrix.e * MM_PER_POINT, 74 - g.matrix.f * MM_PER_POINT)
        for run in runs
        for g in read_glyphs(run.operators)
    ]
    face = runs[0].face
    assert [letter for letter, _, _ in places] == list("ABCD")
    assert [y for _, _, y in places] == pytest.approx([3, 3.5, 5, 5], abs=0.01)
    wanted = [7, 9 + face.advance("A") * 0.003, 30, 30 + face.advance("C") * 0.003]
    assert [x for _, x, _ in places] == pytest.approx(wanted, abs=0.01)


def test_white_space_is_collapsed_as_svg_has_it() -> None:
    runs = texts(
        '<text x="6" y="4" font-size="3">\n  Cốm\n <!-- và --> <tspan> làng </tspan> <tspan>Vòng </tspan>\n</text>'
    )

    assert "".join(run.text for run in runs) == "Cốm làng Vòng"


def test_a_space_before_a_chunk_counts_as_in_browsers() -> None:
    elements = '<text x="24" y="4" font-size="3" text-anchor="middle">A{}<tspan x="40">B</tspan></text>'

    with_space, without = (texts(elements.format(blank))[0] for blank in (" ", ""))

    lefts = [read_glyphs(run.operators)[0].matrix.e * MM_PER_POINT for run in (with_space, without)]
    assert lefts[1] - lefts[0] == pytest.approx(without.face.advance(" ") * 0.003 / 2, abs=0.01)


def test_lines_are_one_millimetre_wide_by_default() -> None:
    (line,) = shapes('<path d="M6 3h10" stroke="#17231C"/>')

    assert line.stroke_mm == 1.0


def test_style_is_inherited_from_groups_and_said_anew_in_a_tspan() -> None:
    elements = (
        '<g font-family="\'Be Vietnam Pro\', sans-serif" font-size="4" font-weight="bold" fill="#0B5A3A">'
        '<text x="6" y="4">A<tspan font-style="italic" font-weight="normal" fill="#5A6A60">B</tspan></text></g>'
    )

    first, second = texts(elements)

    assert (first.face.name, first.ink.name) == ("BeVietnamPro-Bold", "green")
    assert (second.face.name, second.ink.name) == ("BeVietnamPro-Italic", "quiet")
    assert first.size_pt == second.size_pt == pytest.approx(4 / MM_PER_POINT)


def test_text_is_turned_and_grows_with_its_transform() -> None:
    box = (1.0, 40.0, 4.9, 30.0)
    elements = '<text transform="translate(5 65) rotate(-90) scale(2)" font-size="1.5">HÀ NỘI</text>'

    inked = on_card(elements, box)

    left, top, right, bottom = extent(inked, box)
    face = ROOM.fonts.face("BeVietnamPro-Regular")
    assert bottom == pytest.approx(65 - face.letter("H").x_min * 0.003, abs=0.08)
    assert top == pytest.approx(65 - face.advance("HÀ NỘI") * 0.003, abs=0.3)
    assert right == pytest.approx(5 - face.letter("Ộ").y_min * 0.003, abs=0.08)
    assert left > 5 - 3.2
    assert texts(elements)[0].size_pt == pytest.approx(3 / MM_PER_POINT)


def test_the_ink_of_a_text_is_in_its_corners() -> None:
    (item,) = texts('<text x="30" y="30" text-anchor="middle" font-size="5">Ẵng Ộp ỵ jẫy</text>')

    left, low, right, high = ink_box(read_glyphs(item.operators))

    xs, ys = zip(*item.corners, strict=True)
    assert -0.05 < left * MM_PER_POINT - min(xs) < 0.3  # the first letter's side bearing
    assert -0.05 < max(xs) - right * MM_PER_POINT < 0.3
    assert min(ys) == pytest.approx(74 - high * MM_PER_POINT, abs=0.05)
    assert max(ys) == pytest.approx(74 - low * MM_PER_POINT, abs=0.05)


def test_hidden_text_is_neither_printed_nor_written() -> None:
    hidden = '<text x="10" y="4" font-size="3" display="{% if product.brand %}none{% endif %}">Thử</text>'
    looked_at = design(added(hidden, CARD))

    said = [{text.field for text in label_texts(fill(looked_at, facts(brand=brand)))} for brand in ("Mễ Trì", "")]

    assert "Thử" not in said[0]
    assert "Thử" in said[1]
    assert not dark(trim_pixels(label_pdf(looked_at, facts()), DPI), (9.5, 0.5, 20, 5)).any()


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


@pytest.mark.parametrize(
    "elements",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<symbol id="a"><use href="#a"/></symbol><use href="#a"/>',
    ],
)
def test_self_references_are_refused(elements: str) -> None:
    assert {problem.code for problem in problems(added(elements))} == {"design.reference"}


def test_uses_of_uses_cannot_fill_the_memory() -> None:
    levels = [f'<g id="g{i + 1}">{f"<use href={chr(34)}#g{i}{chr(34)}/>" * 10}</g>' for i in range(12)]
    bomb = f'<defs><g id="g0"/>{"".join(levels)}</defs><use href="#g12"/>'

    assert problems(added(bomb))[-1].code == "design.too_many"


def test_groups_in_groups_cannot_exhaust_the_stack() -> None:
    chain = "".join(f'<g id="g{i + 1}"><use href="#g{i}"/></g>' for i in range(500))

    found = problems(added(f'<defs><g id="g0"/>{chain}</defs><use href="#g500"/>'))

    assert found[-1].code == "design.too_many"


def test_a_fault_in_a_reused_element_is_reported_once() -> None:
    found = problems(
        added('<defs><rect id="a" width="1" height="1" fill="red"/></defs><use href="#a"/><use href="#a"/>')
    )

    assert [problem.code for problem in found] == ["design.colour"]


def test_used_elements_inherit_from_where_they_are_used() -> None:
    elements = (
        '<defs><rect id="box" width="2" height="1"/></defs>'
        '<use href="#box" x="6" y="1"/>'
        '<use href="#box" x="5" y="1" transform="translate(5 0) scale(2)" fill="#0B5A3A"/>'
    )

    first, second = shapes(elements)

    assert (first.path.bbox(), second.path.bbox()) == ((6, 1, 8, 2), (15, 2, 19, 4))
    assert first.fill is not None
    assert second.fill is not None
    assert (first.fill.name, second.fill.name) == ("ink", "green")
    inked = on_card(elements, EMPTY)
    assert extent(inked, EMPTY) == pytest.approx([6, 1, 19, 4], abs=0.05)
    assert area_mm2(inked) == pytest.approx(2 + 8, rel=0.03)


def test_the_older_spelling_of_href_is_taken() -> None:
    source = CARD.replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ')

    inked = on_card('<rect id="a" x="6" y="1" width="1" height="1"/><use xlink:href="#a" x="3"/>', EMPTY, source)

    assert area_mm2(inked) == pytest.approx(2, rel=0.05)


def test_a_symbol_fills_its_viewport_and_is_clipped_to_it() -> None:
    symbol = '<symbol id="s" viewBox="-5 -5 10 10"><circle r="5"/><rect x="-20" y="-1" width="40" height="2"/></symbol>'

    inked = on_card(symbol + '<use href="#s" x="10" y="1" width="8" height="4"/>', EMPTY)

    assert extent(inked, EMPTY) == pytest.approx([10, 1, 18, 5], abs=CLIPPED_MM)
    assert area_mm2(inked) == pytest.approx(np.pi * 4 + 2 * 2 * 0.8, rel=0.03)


def test_a_symbol_itself_and_what_stands_in_defs_are_not_painted() -> None:
    rect = '<rect x="6" y="1" width="3" height="3"/>'

    inked = on_card(
        f'<symbol id="s">{rect}</symbol><defs>{rect}<g>{rect}</g></defs><clipPath id="c">{rect}</clipPath>', EMPTY
    )

    assert not inked.any()


@pytest.mark.parametrize(
    ("clip", "area"),
    [
        ('<circle cx="10" cy="3" r="1.5"/>', np.pi * 1.5**2),
        ('<rect x="8" y="2" width="2" height="2"/>', 4),
        ('<path d="M8 2h3v3h-3zM9 3v1h1v-1z"/>', 8),
        ('<rect x="8" y="2" width="2" height="2"/><rect x="9" y="2" width="2" height="2"/>', 6),
        ('<rect width="1" height="1" transform="translate(8 2) scale(2)"/>', 4),
    ],
)
def test_a_shape_is_cut_to_its_clip(clip: str, area: float) -> None:
    elements = f'<clipPath id="c">{clip}</clipPath><rect x="5" y="1" width="20" height="4.5" clip-path="url(#c)"/>'

    inked = on_card(elements, EMPTY)

    assert area_mm2(inked) == pytest.approx(area, rel=0.05)


def test_clips_meet_and_what_follows_is_not_cut() -> None:
    elements = (
        '<clipPath id="a"><rect x="6" y="1" width="4" height="4"/></clipPath>'
        "<clipPath id='b'><rect x='2' y='0' width='4' height='4'/></clipPath>"
        '<g clip-path="url(#a)"><rect width="30" height="6" clip-path="url(\'#b\')" transform="translate(6 0)"/></g>'
        '<rect x="20" y="1" width="2" height="2"/>'
    )

    inked = on_card(elements, EMPTY)

    assert extent(inked, EMPTY) == pytest.approx([8, 1, 22, 4], abs=CLIPPED_MM)
    assert area_mm2(inked) == pytest.approx(2 * 3 + 4, rel=0.05)


def test_a_text_is_cut_to_its_clip() -> None:
    elements = '<clipPath id="c"><rect x="4" y="0" width="40" height="3"/></clipPath>'
    text = '<text x="8" y="4.5" font-size="4" font-weight="800" {}>HHHH</text>'

    whole, cut = (on_card(elements + text.format(clip), EMPTY) for clip in ("", 'clip-path="url(#c)"'))

    assert extent(whole, EMPTY)[3] == pytest.approx(4.5, abs=CLIPPED_MM)
    assert extent(cut, EMPTY)[3] == pytest.approx(3, abs=CLIPPED_MM)
    assert extent(cut, EMPTY)[:3] == pytest.approx(extent(whole, EMPTY)[:3], abs=0.01)


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


def test_text_on_a_straight_path_is_text() -> None:
    path = '<path id="p" d="M6 4H66" fill="none"/>'
    plain = '<text x="36" y="4" font-size="3" font-weight="600" text-anchor="middle">Cốm làng Vòng</text>'
    along = (
        f'{path}<text font-size="3" font-weight="600" text-anchor="middle">'
        '<textPath href="#p" startOffset="50%">Cốm làng Vòng</textPath></text>'
    )
    box = (5.0, 0.5, 65.0, 5.0)

    difference = on_card(plain, box) ^ on_card(along, box)

    assert area_mm2(difference) < 0.25
    assert area_mm2(on_card(along, box)) > 5


def test_text_on_a_turned_circle_reads_in_order() -> None:
    ring = '<path id="ring" d="M-2 0A2 2 0 0 1 2 0" fill="none"/>'
    turned = 'transform="translate(20 72.2) scale(2)"'
    text = f'<text font-size="0.8" {turned}><textPath href="#ring">LÀNG NGHỀ</textPath></text>'
    source = added(f"<defs>{ring}</defs>{text}", CARD)
    box = (14.0, 68.2, 12.0, 5.0)

    inked = on_card(f"<defs>{ring}</defs>{text}", box)
    rows, columns = np.nonzero(inked)
    away = np.hypot(columns / DPI * 25.4 + box[0] - 20, rows / DPI * 25.4 + box[1] - 72.2)
    page = pypdfium2.PdfDocument(label_pdf(design(source), facts()))[0]

    assert area_mm2(inked) > 1
    assert 3.9 < away.min() < 4.1, "letters stand on the circle of 2 × 2 mm"
    assert away.max() < 4 + 1.15 * 0.8 * 2, "an accent on a capital is higher than the size of the type"
    assert "LÀNG NGHỀ" in page.get_textpage().get_text_range()


def test_text_round_the_qr_is_no_text_in_it() -> None:
    around = '<path id="ring" d="M72 23.2A16.5 16.5 0 0 1 105 23.2" fill="none"/>'
    text = '<text font-size="2.9" fill="#FFFFFF"><textPath href="#ring">{}</textPath></text>'

    assert codes(added(around.replace("M72", "M72.5") + text.format("OCOP HÀ NỘI"), CARD)) == []
    assert codes(added('<text x="-3" y="4" font-size="3" fill="#FFFFFF">a</text>', CARD)) == [
        ("design.beyond_trim", "text")
    ]
    white = text.replace('fill="#FFFFFF"', 'fill="#17231C"')
    across = around.replace("A16.5 16.5 0 0 1 105 23.2", "H105")
    assert codes(added(across + white.format("OCOP HÀ NỘI"), CARD)) == [("design.quiet_zone", "text")]
