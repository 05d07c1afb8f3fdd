"""Filled labels, item by item: the ink of each stands whole in its own box; a mark changes nothing but its place."""

from __future__ import annotations

from dataclasses import replace
from math import atan2, degrees, hypot

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from labelsvc.domain.errors import PrintRefused
from labelsvc.pdf.units import MM_PER_POINT, points
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.fields.fitted_rows import FittedFields
from labelsvc.rendering.design.filling import HIDDEN, FilledLabel, LabelFacts, fill, label_texts
from labelsvc.rendering.design.items import ArcTextItem, FittedTextItem, LegalFields, SpecimenMark
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.fonts import FontFace
from tests.samples.labels_on_paper import FIRST_DESIGNS, ROOM, facts, label_pdf, part_of, trim_pixels
from tests.samples.text_paper import FONTS_FOLDER, Glyph, assert_lines_apart, ink_box, read_glyphs, reference
from tests.samples.vietnamese import sentences, syllables

DESIGNS = FIRST_DESIGNS
DPI, PIXEL_MM = 600, 25.4 / 600
STACKED = "Ẩ Ễ Ộ Ữ Ặ"
Box = tuple[float, float, float, float]


def boxed(item: FittedTextItem | LegalFields) -> Box:
    """Return an item's box in mm: x, y, width, height."""
    sized = item if isinstance(item, LegalFields) else item.box
    return item.x_mm, item.y_mm, sized.width_mm, sized.height_mm


def turned(mark: SpecimenMark) -> Box:
    """Return where a mark stands after turning, in mm, a pixel wider on each side."""
    sides = (mark.box.width_mm, mark.box.height_mm)
    width, height = sides[::-1] if mark.rotate else sides
    x, y = mark.x_mm + (sides[0] - width) / 2, mark.y_mm + (sides[1] - height) / 2
    return x - PIXEL_MM, y - PIXEL_MM, width + 2 * PIXEL_MM, height + 2 * PIXEL_MM


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("mark", ["MẪU", "IN THỬ", "MẪU THỬ"])
def test_a_marked_label_is_the_same_but_for_its_marks(name: str, mark: str) -> None:
    looked_at = ROOM.design(name)

    plain, marked = (trim_pixels(label_pdf(looked_at, facts(mark=one)), DPI) for one in ("", mark))

    changed = (plain != marked).any(axis=2)
    for item in looked_at.items:
        if isinstance(item, SpecimenMark):
            here = part_of(changed, *turned(item), DPI)
            assert here.mean() > 0.04
            assert part_of(marked, *turned(item), DPI)[here].min() < 60
            here[:] = False
    assert not changed.any()


def test_a_record_is_never_taken_for_a_template() -> None:
    name = "{{ 7 * 7 }} {% if 0 %}"

    filled = fill(ROOM.design("bien-ke-105x74"), facts(name=name))

    assert name in [" ".join(text.lines) for text in label_texts(filled)]


QUANTITIES = ("", "50 g", "5 kg", "200 g (10 gói x 20 g)")
TABLES = (
    "",
    "năng lượng 350 kcal; chất đạm 7 g; carbohydrat 80 g; chất béo 1 g; natri 5 mg",
    "Khẩu phần 30 g: năng lượng 1050 kcal; chất béo bão hòa 9,5 g; đường 12,5 g; chất xơ 3 g; natri 1250 mg",
)
few = st.lists(syllables, min_size=1, max_size=6).map(" ".join)
longer = st.one_of(few, st.lists(syllables, min_size=5, max_size=14).map(" ".join), sentences)
products = st.fixed_dictionaries(
    {"name": longer, "brand": st.one_of(st.just(""), few), "producer": few}
    | {field: st.one_of(st.just(""), sentences) for field in ("ingredients", "storage", "directions", "warnings")}
    | {
        "net_content": st.sampled_from(("", "50 g", "5 kg", "200 g (10 gói x 20 g)")),
        "nutrition": st.sampled_from(TABLES),
    }
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.sampled_from(DESIGNS), products)
def test_the_ink_of_each_item_stays_in_its_own_box(name: str, product: dict[str, str]) -> None:
    filled = filled_or_none(ROOM.design(name), facts(**product))
    assume(filled is not None)

    inks = [(item, glyphs_of(filled, i)) for i, item in enumerate(filled.design.items)]

    high_mm = filled.design.shape.height_mm
    for item, glyphs in inks:
        if isinstance(item, FittedTextItem | LegalFields) and any(glyph.ink for glyph in glyphs):
            assert_inside(boxed(item), glyphs, high_mm)
        if isinstance(item, LegalFields):
            assert_lines_apart(glyphs)
        if isinstance(item, ArcTextItem):
            assert_on_arc(item, glyphs, high_mm)


def filled_or_none(design: Design, label: LabelFacts) -> FilledLabel | None:
    try:
        return fill(design, label)
    except PrintRefused:
        return None


def glyphs_of(filled: FilledLabel, i: int) -> list[Glyph]:
    """Return the glyphs of one item as they stand on the label, in points, y up."""
    alone = replace(filled.design, items=(filled.design.items[i],))
    return read_glyphs(draw(replace(filled, design=alone, fitted=(filled.fitted[i],)), FontUse()))


def assert_inside(box: Box, glyphs: list[Glyph], high_mm: float) -> None:
    left, low, right, top = ink_box(glyphs)
    rounding = 0.011 + 0.0006 * len(glyphs)  # positions to 1/100 pt, tracking to 1/1000 pt
    assert left >= points(box[0]) - rounding
    assert right <= points(box[0] + box[2]) + rounding
    assert top <= points(high_mm - box[1]) + rounding
    assert low >= points(high_mm - box[1] - box[3]) - rounding


def assert_on_arc(item: ArcTextItem, glyphs: list[Glyph], high_mm: float) -> None:
    """All outlines stand between the arc's rise and drop and within its span; corners of broad letters a hair more."""
    font, center = reference(item.face), (points(item.x_mm), points(high_mm - item.y_mm))
    names, outlines = font.getBestCmap(), font["glyf"]
    for glyph in glyphs:
        em = glyph.size / font["head"].unitsPerEm
        for x, y in outlines[names[ord(glyph.letter)]].getCoordinates(outlines)[0]:
            at = glyph.matrix.transform((x * em, y * em))
            away = at[0] - center[0], at[1] - center[1]
            above_mm = hypot(*away) * MM_PER_POINT - item.arc.radius_mm
            angle = (degrees(atan2(away[1], away[0])) - item.arc.middle_deg + 180) % 360 - 180
            assert -item.arc.drop_mm - 0.02 <= above_mm <= item.arc.rise_mm + 0.06
            assert abs(angle) <= item.arc.span_deg / 2 + 1


@pytest.mark.parametrize("name", DESIGNS)
def test_stacked_letters_are_fully_inked_in_all_texts(name: str) -> None:
    looked_at, dpi = ROOM.design(name), 1800 if name.startswith("tem") else 900
    keys = ("brand", "producer", "ingredients", "storage", "origin")
    filled = fill(looked_at, label := facts(name=f"{STACKED} ỵ", **dict.fromkeys(keys, f"{STACKED} ỵ ợ {STACKED}")))

    pixels = trim_pixels(label_pdf(looked_at, label), dpi)

    for i, item in enumerate(looked_at.items):
        if isinstance(item, FittedTextItem | LegalFields) and filled.fitted[i] != HIDDEN:
            letters = glyphs_of(filled, i)
            if isinstance(rows := filled.fitted[i], FittedFields):
                values = points(item.x_mm + rows.label_width_mm) - 1
                letters = [glyph for glyph in letters if glyph.matrix.e > values and glyph.size == rows.size_pt]
            box = part_of(pixels, *boxed(item), dpi)
            corner = points(item.x_mm), points(looked_at.shape.height_mm - item.y_mm)
            inside = box[insides(item.face, letters, box.shape[:2], corner, dpi)].astype(int)
            ink, ground = np.median(inside, axis=0), np.median(box, axis=(0, 1))
            contrast = np.abs(ink - ground).sum()
            assert contrast > 250
            assert np.abs(inside - ink).sum(axis=1).max() < contrast / 4
            assert len(inside) > 40 * len(letters)


def insides(
    face: FontFace, glyphs: list[Glyph], size: tuple[int, int], corner: tuple[float, float], dpi: int
) -> NDArray[np.bool_]:
    """Return the pixels inside of letters, two pixels from their edges, where FreeType draws them.

    ``corner`` is the picture's upper left one, in points.
    """
    (high, wide), edge = size, 4
    picture = Image.new("L", (wide + 2 * edge, high + 2 * edge))
    pen, path = ImageDraw.Draw(picture), next(FONTS_FOLDER.glob(f"*_{face.weight}{face.name.partition('-')[2]}.ttf"))
    for glyph in glyphs:
        at = edge + (glyph.matrix.e - corner[0]) * dpi / 72, edge + (corner[1] - glyph.matrix.f) * dpi / 72
        pen.text(at, glyph.letter, 255, ImageFont.truetype(path, glyph.size * dpi / 72), anchor="ls")
    return np.asarray(picture.filter(ImageFilter.MinFilter(5)))[edge:-edge, edge:-edge] > 200
