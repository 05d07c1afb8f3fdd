"""Filling a design: every text fits its box on paper, or the product is refused by field and value."""

from __future__ import annotations

import csv
import re
from math import hypot

import numpy as np
import pypdfium2
import pytest
from fontTools.pens.areaPen import AreaPen
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import DesignRefused, InvalidValue, PrintRefused, Problem
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.product import ProductGroup, normal_text
from labelsvc.pdf.units import points
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.fields.fitted_rows import FittedFields
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts, LabelText, fill, label_texts
from labelsvc.rendering.design.items import ArcTextItem, FittedTextItem, LegalFields, RowType
from labelsvc.rendering.typesetting.fitting import FittedText
from labelsvc.rendering.typesetting.font_book import FontUse
from tests.samples.labels_on_paper import (
    FIRST_DESIGNS,
    ROOM,
    STAMP,
    altered,
    design,
    facts,
    label_pdf,
    part_of,
    trim_pixels,
)
from tests.samples.text_paper import Glyph, assert_lines_apart, read_glyphs, reference
from tests.samples.vietnamese import names, sentences

SAMPLE = ROOM.templates / "demonstration" / "san-pham-ocop-ha-noi.csv"
NAME_80 = "Tinh dầu sả chanh nguyên chất chưng cất thủ công Hợp tác xã dược liệu xanh Ba Vì"
FIELD = "Tên sản phẩm"
ROUND = "tem-tron-32"
GOODS = ["nhan-60x90", "nhan-100x70"]
WHOLE = {"directions": "Ăn liền", "warnings": "Không"}
ROUNDING_PT = 0.05
INK_ON = {(True, True, True): (35, 31, 32), (False, False, False): (255, 255, 255)}
"""The ink of names on white and on green, as PDFium shows it."""
many = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
anything = st.one_of(names, sentences, st.text(max_size=60).map(normal_text).filter(bool))


def filled(name: str, label: LabelFacts) -> FilledLabel:
    return fill(ROOM.design(name), label)


def texts(label: FilledLabel, field: str) -> list[LabelText]:
    return [text for text in label_texts(label) if text.field == field]


def refusal(name: str, label: LabelFacts) -> tuple[Problem, ...]:
    with pytest.raises(PrintRefused) as error:
        filled(name, label)
    return error.value.problems


FIELDS = STAMP.replace(
    "</svg>",
    '<ls:fields x="2" y="2" width="30" height="20" size="8" fill="#17231C" label-width="20">'
    '<ls:field label="Thành phần cấu tạo" blank="yes">Gạo nếp|100 %</ls:field></ls:fields></svg>',
)


def refused_to_fill(source: str) -> tuple[Problem, ...]:
    with pytest.raises(PrintRefused) as error:
        fill(design(source), facts())
    return error.value.problems


def outcome(name: str, label: LabelFacts) -> FilledLabel | tuple[Problem, ...]:
    try:
        return filled(name, label)
    except PrintRefused as error:
        return error.problems


def name_item(name: str) -> FittedTextItem:
    items = ROOM.design(name).items
    return next(item for item in items if isinstance(item, FittedTextItem) and item.field == FIELD)


def name_row(name: str) -> RowType:
    return next(row.own for row in fields_of(name).rows if row.label == FIELD and row.own)


def fields_of(name: str) -> LegalFields:
    return next(item for item in ROOM.design(name).items if isinstance(item, LegalFields))


def boxes(looked_at: Design) -> list[tuple[float, ...]]:
    """Return the boxes of upright texts in points, y up: left, bottom, right, top."""
    found = []
    for item in looked_at.items:
        if isinstance(item, FittedTextItem | LegalFields):
            sized = item.box if isinstance(item, FittedTextItem) else item
            top = looked_at.shape.height_mm - item.y_mm
            sides = (item.x_mm, top - sized.height_mm, item.x_mm + sized.width_mm, top)
            found.append(tuple(points(side) for side in sides))
        if isinstance(item, ArcTextItem):  # a letter at its very top stands upright
            foot = looked_at.shape.height_mm - item.y_mm + item.arc.radius_mm
            sides = (item.x_mm - 3, foot - item.arc.drop_mm, item.x_mm + 3, foot + item.arc.rise_mm)
            found.append(tuple(points(side) for side in sides))
    return found


def assert_ink_is_in_its_boxes(label: FilledLabel) -> None:
    places = boxes(label.design)
    for glyph in read_glyphs(draw(label, FontUse())):
        if glyph.ink is None:
            continue
        left, bottom, right, top = glyph.ink
        assert any(
            left >= box[0] - ROUNDING_PT
            and bottom >= box[1] - ROUNDING_PT
            and right <= box[2] + ROUNDING_PT
            and top <= box[3] + ROUNDING_PT
            for box in places
        ), glyph


def test_eighty_letter_names_fit_every_label_but_the_round_one() -> None:
    assert len(NAME_80) == 80

    for name in sorted({*FIRST_DESIGNS} - {ROUND}):
        (text,) = texts(filled(name, facts(name=NAME_80)), FIELD)

        look = name_row(name) if name in GOODS else name_item(name).box
        assert " ".join(text.lines) == NAME_80
        assert len(text.lines) > 1
        assert look.min_size_pt <= text.size_pt < look.size_pt

    (problem,) = refusal(ROUND, facts(name=NAME_80))
    assert (problem.code, problem.facts["field"], problem.facts["text"]) == ("text.too_long", FIELD, NAME_80)


@pytest.mark.parametrize("name", ROOM.design_names)
def test_the_longest_names_of_the_sample_are_on_every_label(name: str) -> None:
    with SAMPLE.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    longest = sorted({normal_text(row[FIELD]) for row in rows}, key=len)[-5:]

    lines = [texts(filled(name, facts(name=product)), FIELD)[0].lines for product in longest]

    assert [" ".join(each) for each in lines] == longest


@pytest.mark.parametrize("name", sorted({*FIRST_DESIGNS} - {*GOODS}))
def test_names_wrap_then_shrink_then_are_refused_by_field(name: str) -> None:
    box, sizes, lines = name_item(name).box, [], []

    for words in range(1, 80):
        value = " ".join((NAME_80 * 5).split()[:words])
        done = outcome(name, facts(name=value))
        if not isinstance(done, FilledLabel):
            break
        (text,) = texts(done, FIELD)
        sizes.append(text.size_pt)
        lines.append(len(text.lines))

    assert not isinstance(done, FilledLabel)
    (problem,) = done
    assert (problem.code, problem.facts["field"], problem.facts["text"]) == ("text.too_long", FIELD, value)
    assert problem.facts["size_pt"] == box.min_size_pt
    assert max(lines) == box.max_lines
    assert sizes[0] == box.size_pt
    assert min(sizes) < box.min_size_pt + 1
    room = problem.facts["room"]
    assert isinstance(room, int)
    assert texts(filled(name, facts(name=value[:room].strip())), FIELD)


@pytest.mark.parametrize("name", GOODS)
def test_long_names_of_goods_shrink_to_their_figures_then_are_refused(name: str) -> None:
    sizes = []

    for words in range(1, 80):
        done = outcome(name, facts(name=" ".join((NAME_80 * 5).split()[:words]), net_content="100 g"))
        if not isinstance(done, FilledLabel):
            break
        (text,) = texts(done, FIELD)
        sizes.append(text.size_pt)

    assert not isinstance(done, FilledLabel)
    assert [problem.facts["field"] for problem in done] == [FIELD]
    assert (sizes[0], min(sizes)) == (name_row(name).size_pt, 11.7)  # 3.03 mm: above the figures of 100 g
    assert sizes == sorted(sizes, reverse=True)


def test_words_wider_than_their_box_are_refused_by_name() -> None:
    (problem,) = refusal("tem-25x35", facts(name="Trà " + "a" * 60))

    assert (problem.code, problem.facts["word"]) == ("text.word_too_long", "a" * 60)


@pytest.mark.parametrize("name", ROOM.design_names)
@pytest.mark.parametrize("letter", ["漢", "☕", "\u0e01", "\U0001f35c"])
def test_a_letter_that_the_face_lacks_is_refused_by_name(name: str, letter: str) -> None:
    problem = refusal(name, facts(name=f"Rượu {letter} nếp"))[0]

    assert (problem.code, problem.facts["field"]) == ("text.letter_missing", FIELD)
    assert (problem.facts["letters"], problem.facts["text"]) == (letter, f"Rượu {letter} nếp")


def test_every_text_that_does_not_fit_is_named_at_once() -> None:
    problems = refusal("nhan-60x90", facts(brand="漢", ingredients="đường " * 200 + "sen"))

    assert [problem.facts["field"] for problem in problems] == ["Nhãn hiệu", "Thành phần"]


@pytest.mark.parametrize(
    ("field", "label"),
    [("net_content", "Khối lượng tịnh"), ("ingredients", "Thành phần"), ("shelf_life", "HSD"), ("origin", "Xuất xứ")],
)
@pytest.mark.parametrize("name", GOODS)
def test_missing_legal_fields_become_labelled_lines_and_a_warning(name: str, field: str, label: str) -> None:
    whole, lacking = (filled(name, facts(**WHOLE, **{field: value})) for value in ("vừa đủ", ""))

    assert whole.warnings == ()
    assert [(one.code, one.facts["fields"]) for one in lacking.warnings] == [("design.blank_box", [label])]
    assert [text.lines for text in texts(lacking, label)] == [(label,)]
    drawn = [draw(one, FontUse()) for one in (whole, lacking)]
    assert [art.count(b" l S") for art in drawn] == [1, 2]  # NSX is the producer's to write or stamp, always
    assert [art.count(b" re S") for art in drawn] == [0, 0]


@pytest.mark.parametrize("name", GOODS)
def test_batches_from_before_print_their_missing_fields_as_boxes(name: str) -> None:
    before = ROOM.kept(PrintOptions.from_json({"proof": "auto", "apart_mm": 0.2})).design(name)

    art = draw(fill(before, facts(**WHOLE, net_content="", origin="")), FontUse())

    assert (art.count(b" l S"), art.count(b" re S")) == (0, 3)


def test_the_line_to_write_on_leaves_its_row_empty_on_paper() -> None:
    looked_at, item, dpi = ROOM.design("nhan-60x90"), fields_of("nhan-60x90"), 600
    label = facts(net_content="", **WHOLE)
    fitted = fill(looked_at, label).fitted[looked_at.items.index(item)]
    assert isinstance(fitted, FittedFields)
    name, quantity = fitted.rows[:2]
    top, row = item.y_mm + 0.3528 * (name.above_pt + name.height_pt) + item.gap_mm, 0.3528 * quantity.height_pt

    page = trim_pixels(label_pdf(looked_at, label), dpi)

    left, width = item.x_mm + fitted.label_width_mm, item.width_mm - fitted.label_width_mm
    inked = part_of(page, left, top, width, row, dpi).max(axis=2) < 200
    assert row > 4  # room for figures of 4 mm
    lines = np.flatnonzero(inked.mean(axis=1) > 0.98)
    assert 0.8 * row < lines[0] * 25.4 / dpi < row
    assert len(lines) * 72 / dpi == pytest.approx(0.5, abs=0.2)  # points
    assert not inked[: lines[0] - 1].any()
    assert not inked[lines[-1] + 2 :].any()


def test_a_craft_has_no_fields_of_food() -> None:
    label = filled("nhan-60x90", facts(group=ProductGroup.CRAFT, ingredients="", net_content="", shelf_life=""))

    shown = {text.field for text in label_texts(label)}
    assert not {"Thành phần", "Khối lượng tịnh", "NSX", "HSD"} & shown
    assert [warning.facts["fields"] for warning in label.warnings] == [["Thông số", "Làng nghề"]]


@pytest.mark.parametrize("name", ROOM.design_names)
def test_labels_show_the_brand_or_else_the_producer(name: str) -> None:
    branded, plain = filled(name, facts(brand="Bảy Trúc")), filled(name, facts(brand=""))

    shown = [" ".join(texts(label, "Nhãn hiệu")[0].lines).casefold() for label in (branded, plain)]

    assert shown == ["bảy trúc", "hợp tác xã cốm mễ trì"]


@pytest.mark.parametrize("name", FIRST_DESIGNS)
@pytest.mark.parametrize("mark", ["MẪU", "IN THỬ", "MẪU THỬ"])
def test_specimen_marks_appear_on_specimens_only(name: str, mark: str) -> None:
    specimen, real = (label_pdf(ROOM.design(name), facts(mark=one)) for one in (mark, ""))

    said = [pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range() for pdf in (specimen, real)]

    assert mark in " ".join(said[0].split())
    assert mark.split()[0] not in said[1]


def test_a_non_numeric_star_count_is_refused_like_other_values() -> None:
    hostile = altered("ls:stars", count="{{ product.name }}")

    with pytest.raises(PrintRefused, match=r"design\.stars"):
        fill(design(hostile), facts())
    with pytest.raises(InvalidValue):
        facts(name="hai\ndòng")


@many
@given(st.sampled_from(ROOM.design_names), anything, st.one_of(st.just(""), anything), anything, anything)
def test_any_text_fits_its_box_or_is_refused(name: str, product: str, brand: str, producer: str, other: str) -> None:
    label = facts(name=product, brand=brand, producer=producer, ingredients=other, directions=other)

    done = outcome(name, label)

    if isinstance(done, FilledLabel):
        assert_ink_is_in_its_boxes(done)
    else:
        assert all(problem.code.startswith(("text.", "design.fields")) for problem in done)
        assert all(problem.facts["field"] for problem in done)


@many
@given(st.sampled_from(ROOM.design_names), names, names)
def test_vietnamese_text_on_every_label_is_whole_in_its_box(name: str, product: str, brand: str) -> None:
    done = outcome(name, facts(name=product, brand=brand))

    if isinstance(done, FilledLabel):
        assert " ".join(texts(done, FIELD)[0].lines) == product
        assert_ink_is_in_its_boxes(done)
    else:
        assert {problem.code for problem in done} <= {"text.too_long", "text.arc_too_long"}


@many
@given(st.lists(names, min_size=7, max_size=7), st.sampled_from(GOODS))
def test_the_ink_of_two_legal_fields_never_meets(values: list[str], name: str) -> None:
    keys = ("name", "ingredients", "shelf_life", "directions", "storage", "warnings", "origin")
    done, item = outcome(name, facts(**dict(zip(keys, values, strict=True)))), fields_of(name)
    assume(isinstance(done, FilledLabel))
    top = points(ROOM.design(name).shape.height_mm - item.y_mm)
    left, right, bottom = points(item.x_mm), points(item.x_mm + item.width_mm), top - points(item.height_mm)

    glyphs = [
        glyph
        for glyph in read_glyphs(draw(done, FontUse()))
        if glyph.ink and left - 1 < glyph.ink[0] < right and bottom - 1 < glyph.matrix.f < top
    ]

    inks = [glyph.ink for glyph in glyphs if glyph.ink]
    assert max(ink[3] for ink in inks) <= top + ROUNDING_PT
    assert min(ink[1] for ink in inks) >= bottom - ROUNDING_PT
    assert_lines_apart(glyphs)


def test_fields_that_do_not_fit_name_the_longest_with_its_value() -> None:
    value = " ".join(["Bột gạo nếp"] * 90)

    (problem,) = outcome("nhan-100x70", facts(ingredients=value))  # type: ignore[misc]

    assert (problem.code, problem.facts["field"]) == ("design.fields_too_long", "Thành phần")
    assert problem.facts["value"] == value


def test_labels_as_wide_as_their_box_are_refused_by_name() -> None:
    narrow = re.sub(r' label-width="[^"]*"', "", altered("ls:fields", FIELDS, width=14))

    problems = refused_to_fill(narrow)

    assert [problem.code for problem in problems] == ["design.labels_too_wide"]
    assert (problems[0].facts["field"], problems[0].facts["width_mm"]) == ("Thành phần cấu tạo", 14)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_table_without_width_for_its_cells_is_refused_by_its_field(columns: int) -> None:
    source = altered("ls:fields", FIELDS.replace('blank="yes"', f'table="{columns}"'), width=1.2, label_width=1.1)

    problems = refused_to_fill(source)

    assert {problem.code for problem in problems} == {"design.table_too_narrow"}


@pytest.mark.parametrize("element", ["ls:fields", "ls:field"])
def test_fields_without_leading_are_refused_when_they_are_read(element: str) -> None:
    with pytest.raises(DesignRefused) as error:
        design(altered(element, FIELDS, leading=0))

    assert {problem.code for problem in error.value.problems} == {"design.at"}


@pytest.mark.parametrize("brand", ["ẲẴỘỄẬ Ỵ ẮẰ", "Ẩm Ễnh Ộp Ữ Ặc ỵ", "Hợp tác xã Ẳ Ẵ Ụ"])
def test_a_brand_on_the_circle_stays_in_its_ring(brand: str) -> None:
    looked_at = ROOM.design(ROUND)
    item = next(item for item in looked_at.items if isinstance(item, ArcTextItem))
    center = points(item.x_mm), points(looked_at.shape.height_mm - item.y_mm)

    glyphs = [glyph for glyph in read_glyphs(draw(filled(ROUND, facts(brand=brand)), FontUse())) if not glyph.ink]

    distances = [hypot(x - center[0], y - center[1]) for glyph in glyphs for x, y in upper_and_lower(glyph)]
    assert len(distances) >= 3 * len(brand.split())
    assert max(distances) < points(15.95)
    assert min(distances) > points(12.35)


def upper_and_lower(glyph: Glyph) -> list[tuple[float, float]]:
    """Return where the upper and lower middle of a turned glyph's ink stand."""
    font = reference(ROOM.fonts.face("BeVietnamPro-Bold"))
    outline = font["glyf"][font.getBestCmap()[ord(glyph.letter)]]
    if not outline.numberOfContours:
        return []
    em, middle = glyph.size / 1000, (outline.xMin + outline.xMax) / 2
    return [glyph.matrix.transform((middle * em, y * em)) for y in (outline.yMin, outline.yMax)]


@pytest.mark.parametrize("name", sorted({*FIRST_DESIGNS} - {ROUND, *GOODS}))
def test_stacked_diacritics_are_whole_on_paper(name: str) -> None:
    """There is as much ink in the box as the letters' outlines hold: nothing is cut off or painted over."""
    value, dpi, item = "Ẩm Ễnh Ộp Ữ Ặc Ẵng Ẳn Ỵ", 600, name_item(name)
    fitted = filled(name, facts(name=value)).fitted[ROOM.design(name).items.index(item)]
    assert isinstance(fitted, FittedText)

    pixels = trim_pixels(label_pdf(ROOM.design(name), facts(name=value)), dpi)

    cut = part_of(pixels, item.x_mm, item.y_mm, item.box.width_mm, item.box.height_mm, dpi).astype(int)
    paper = cut[0, 0]
    ink = np.array(INK_ON[tuple(paper > 200)])
    inked = (np.abs(cut - paper).sum(axis=2) / np.abs(ink - paper).sum()).sum()
    em = fitted.size_pt / 1000 / 72 * dpi
    assert inked == pytest.approx(sum(outline_area(fitted, line) for line in fitted.lines) * em * em, rel=0.04)


def outline_area(fitted: FittedText, line: str) -> float:
    """Return the area of a line's letters in 1/1000 em²."""
    font = reference(fitted.face)
    glyphs, total = font.getGlyphSet(), 0.0
    for letter in line:
        pen = AreaPen(glyphs)
        glyphs[font.getBestCmap()[ord(letter)]].draw(pen)
        total += abs(pen.value)
    return total


def test_fields_shrink_to_the_designs_minimum_then_are_refused() -> None:
    steps, sizes = fields_of("nhan-60x90").sizes_pt, []

    for words in range(1, 400, 3):
        done = outcome("nhan-60x90", facts(ingredients=" ".join(["đường mía"] * words)))
        if not isinstance(done, FilledLabel):
            break
        sizes.append(texts(done, "Thành phần")[0].size_pt)

    assert not isinstance(done, FilledLabel)
    assert (steps[0], steps[-1]) == (6.5, 4.9)
    assert sizes[0] == 6.5
    assert 4.9 <= sizes[-1] <= 5.0
    assert sizes == sorted(sizes, reverse=True)
    assert [problem.facts["field"] for problem in done] == ["Thành phần"]
