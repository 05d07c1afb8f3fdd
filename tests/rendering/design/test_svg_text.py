"""SVG's own text: where it stands, how it inherits, turns and is read back."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest

from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.filling import fill, label_texts
from tests.samples.labels_on_paper import (
    ROOM,
    added,
    design,
    facts,
    label_pdf,
    trim_pixels,
)
from tests.samples.printed_card import (
    CARD,
    DPI,
    EMPTY,
    area_mm2,
    codes,
    dark,
    extent,
    on_card,
    shapes,
    texts,
)
from tests.samples.text_paper import ink_box, read_glyphs


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
