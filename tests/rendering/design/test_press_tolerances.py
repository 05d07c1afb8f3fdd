"""What a press and a knife that are a little off leave whole: the safety margin, and clear space between inks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from shapely import contains_xy

from labelsvc.rendering.design.checks.clearances import LABEL_SAFETY_MM, STAMP_SAFETY_MM, safety_mm
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import HIDDEN, LabelFacts, fill
from labelsvc.rendering.design.items import FittedTextItem
from labelsvc.rendering.design.painted_areas import trim_area
from labelsvc.workflows.designs.check_design import check_design, design_warnings
from tests.samples.labels_on_paper import (
    FIRST_DESIGNS,
    HOST,
    ROOM,
    TALL,
    Pixels,
    added,
    altered,
    bare,
    design,
    facts,
    label_pdf,
    ls_source,
    part_of,
    trim_pixels,
)

DPI = 600
LONG = "Ngự thự ngự thự ngựa Ẵng Ỗng Ẵng"
STRESSED = [
    TALL,
    {"name": LONG, "brand": "Gỵ gự gỵ gỵ gự gỵ Ẵm Ẫm Ẵm Ẫm Ẵm Ẫm"},
    {"name": "ẨM", "brand": "Ể"},
    {"name": "Bộ sản phẩm gốm men suối ngọc", "brand": "HỢP TÁC XÃ GỐM SỨ TÂN THỊNH"},
]
Mask = NDArray[np.bool_]


def on_paper(what: Design, label: LabelFacts) -> Pixels:
    return trim_pixels(label_pdf(what, label), DPI)


def filled_boxes(what: Design, label: LabelFacts) -> list[FittedTextItem]:
    """Return the texts that a label shows."""
    pairs = zip(what.items, fill(what, label).fitted, strict=True)
    return [item for item, fitted in pairs if isinstance(item, FittedTextItem) and fitted != HIDDEN]


def in_band(what: Design, outer_mm: float, inner_mm: float, marked: Mask) -> Mask:
    """Tell of each marked pixel whether its distance to the trim lies between two."""
    trim = trim_area(what.shape)
    y_mm, x_mm = ((pixels + 0.5) * 25.4 / DPI for pixels in np.nonzero(marked))
    inside: Mask = contains_xy(trim.buffer(-outer_mm), x_mm, y_mm) & ~contains_xy(trim.buffer(-inner_mm), x_mm, y_mm)
    return inside


def around(marked: Mask, reach: int) -> tuple[Mask, tuple[slice, slice]]:
    """Return what lies so many pixels or less from a marked one, in a square, and where its box stands."""
    y, x = (slice(max(0, pixels.min() - reach), pixels.max() + reach + 1) for pixels in np.nonzero(marked))
    picture = Image.fromarray(marked[y, x].astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.MaxFilter(2 * reach + 1))) > 0, (y, x)


@pytest.mark.parametrize("name", FIRST_DESIGNS)
@pytest.mark.parametrize("words", STRESSED, ids=["tall", "long", "short", "wide"])
def test_nothing_but_grounds_is_printed_within_the_safety_margin(name: str, words: dict[str, str]) -> None:
    what, label = ROOM.design(name), facts(mark="MẪU", **words)

    written, ground = on_paper(what, label), on_paper(bare(what), label)

    apart = np.maximum(written, ground) - np.minimum(written, ground)
    changed = np.maximum.reduce([apart[:, :, i] for i in range(3)]) > 40
    assert changed.sum() > 2_000
    assert not in_band(what, 0.15, safety_mm(what) - 0.05, changed).any()  # the die line itself is not looked at


@pytest.mark.parametrize("name", FIRST_DESIGNS)
@pytest.mark.parametrize("words", STRESSED, ids=["tall", "long", "short", "wide"])
def test_stars_stand_clear_of_every_text(name: str, words: dict[str, str]) -> None:
    pixels = on_paper(ROOM.design(name), facts(5, mark="MẪU", **words))

    red, green, blue = (pixels[:, :, i] for i in range(3))
    gold, dark = (red > 190) & (green > 120) & (green < 190) & (blue < 90), (red < 90) & (green < 90) & (blue < 90)
    assert gold.sum() > 1_000
    near, box = around(gold, round(0.34 * DPI / 25.4))
    assert not (near & dark[box]).any()


@pytest.mark.parametrize("words", STRESSED, ids=["tall", "long", "short", "wide"])
def test_name_and_brand_of_the_stamp_keep_a_blank_between_them(words: dict[str, str]) -> None:
    what = ROOM.design("tem-25x35")
    shown = [box for box in filled_boxes(what, facts(**words)) if box.field in ("Tên sản phẩm", "Nhãn hiệu")]

    pixels = on_paper(what, facts(**words))

    name, brand = shown
    end = name.y_mm + name.box.height_mm
    assert brand.y_mm - end == pytest.approx(0.2, abs=0.01)
    assert part_of(pixels, 0.3, end + 0.06, 24.4, 0.08, DPI).min() == 255


def test_two_line_names_do_not_crowd_the_brand_above() -> None:
    pixels = on_paper(ROOM.design("nhan-100x70"), facts(name=LONG, brand=TALL["brand"]))

    between = part_of(pixels, 4, 9.6, 66, 0.9, DPI)
    assert between.reshape(-1, 3).std(axis=0).max() < 1


@pytest.mark.parametrize("name", ["tem-25x35", "tem-tron-32"])
@pytest.mark.parametrize("mark", ["MẪU", "IN THỬ", "MẪU THỬ"])
def test_the_marks_at_both_sides_are_as_far_from_the_trim(name: str, mark: str) -> None:
    what = ROOM.design(name)
    slot = what.qr

    pixels = on_paper(what, facts(mark=mark))

    beside = part_of(pixels, 0, slot.y_mm + 2, what.shape.width_mm, slot.size_mm - 4, DPI).max(axis=2) < 80
    columns = np.flatnonzero(beside.any(axis=0))
    left, right = columns[0], beside.shape[1] - 1 - columns[-1]
    assert left == pytest.approx(right, abs=2)  # pixels of 0.04 mm


def added_text(x_mm: float, fill: str = "#17231C", y_mm: float = 17.0) -> str:
    return added(f'<ls:text x="{x_mm}" y="{y_mm}" width="2.6" height="3" size="6" fill="{fill}">Ể</ls:text>')


CARD, ROUND = (ls_source(name) for name in ("bien-ke-105x74", "tem-tron-32"))


def text_beside(x_mm: float) -> str:
    return f'<ls:text x="{x_mm}" y="30" width="3" height="3" size="6">Ể</ls:text>'


def codes_of(source: str) -> tuple[list[str], list[str]]:
    """Return what is refused of a design and what is warned of."""
    faults = check_design("thử", source.encode(), ROOM, HOST)
    return [one.code for one in faults], [one.code for one in design_warnings("thử", source.encode(), ROOM)]


@pytest.mark.parametrize(
    ("source", "faults", "warnings"),
    [
        (added_text(STAMP_SAFETY_MM - 0.1), ["design.too_near_trim"], []),
        (added_text(STAMP_SAFETY_MM), [], []),
        (added_text(0.3, "#FFFFFF", 0.6), ["design.too_near_trim"], []),
        (altered("ls:stars", y=0.2), ["design.too_near_trim"], []),
        (altered("ls:serial", y=33.1), ["design.too_near_trim"], []),
        (altered("ls:stars", ROUND, y=4.86), [], ["design.too_near"]),
        (altered("ls:text field=.Nhãn hiệu", y=10.85), [], ["design.too_near"]),
        (added(text_beside(LABEL_SAFETY_MM - 0.1), CARD), ["design.too_near_trim"], []),
        (added(text_beside(LABEL_SAFETY_MM), CARD), [], []),
    ],
)
def test_designs_are_held_to_the_safety_margin_and_to_clear_space(
    source: str, faults: list[str], warnings: list[str]
) -> None:
    assert design(source)

    assert codes_of(source) == (faults, warnings)


@pytest.mark.parametrize("name", ROOM.design_names)
def test_no_shipped_design_is_warned_of(name: str) -> None:
    assert design_warnings(name, None, ROOM) == []
