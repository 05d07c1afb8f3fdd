"""Barcodes of GTINs: what they say when they are read from paper, their sizes, and what stays out of their boxes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from labelsvc.domain.errors import DesignRefused, PrintRefused, Problem
from labelsvc.domain.trace.lot import Lot
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.design.gtin.fitting import FittedBarcode
from labelsvc.rendering.design.gtin.sizes import ean_digits
from labelsvc.rendering.design.items import GtinSlot
from labelsvc.workflows.designs.check_design import check_design, design_warnings
from labelsvc.workflows.preflight_file import preflight_file
from tests.samples.labels_on_paper import HOST, ROOM, Pixels, added, design, facts, label_pdf, part_of, trim_pixels

EAN13, EAN8 = "8936012345674", "96385074"
LOT = Lot("L01", date(2026, 11, 2), date(2027, 5, 2))
WIDE = 38.0, 27.0


def with_box(attributes: str, size: tuple[float, float] = WIDE, place: tuple[float, float] = (60, 40)) -> str:
    """Return the source of a design with a barcode on its green ground."""
    x, y = place
    box = f'x="{x}" y="{y}" width="{size[0]}" height="{size[1]}"'
    return added(f"<ls:gtin {box} {attributes}/>", plain())


def plain() -> str:
    """Return a design of 105 × 74 mm whose right half is free."""
    return """<svg xmlns="http://www.w3.org/2000/svg" xmlns:ls="urn:labelsvc:design:1"
     width="105mm" height="74mm" viewBox="0 0 105 74">
  <title>Thử</title>
  <rect x="-3" y="-3" width="111" height="80" fill="#0B5A3A"/>
  <rect x="2" y="2" width="50" height="70" fill="#FFFFFF"/>
  <ls:text x="4" y="4" width="44" height="8" size="12" min-size="6" fill="#17231C">{{ product.name }}</ls:text>
  <ls:text x="4" y="13" width="44" height="6" size="8" min-size="6" fill="#17231C">{{ product.shown_brand }}</ls:text>
  <ls:stars x="4" y="21" size="4" fill="#E0A100"/>
  <ls:qr x="4" y="27" size="21"/>
  <ls:code x="4" y="50" width="44" height="5" size="6.6" weight="600" lines="2" leading="1.3"/>
  <ls:mark x="4" y="60" width="30" height="6" size="12" min-size="6" weight="800"/>
</svg>"""


def slot_of(what: Design) -> GtinSlot:
    return next(item for item in what.items if isinstance(item, GtinSlot))


def barcode(what: Design, label: LabelFacts) -> object:
    return fill(what, label).fitted[what.items.index(slot_of(what))]


def box_pixels(what: Design, label: LabelFacts, dpi: int = 300) -> Pixels:
    """Return the barcode's box as it is printed, with a little of the ground around it."""
    slot = slot_of(what)
    pixels = trim_pixels(label_pdf(what, label), dpi)
    return np.ascontiguousarray(
        part_of(pixels, slot.x_mm - 1, slot.y_mm - 1, slot.width_mm + 2, slot.height_mm + 2, dpi)
    )


def read_by_zxing(pixels: Pixels) -> list[tuple[str, str]]:
    return [(found.format.name, found.text) for found in zxingcpp.read_barcodes(pixels)]


def read_by_zbar(pixels: Pixels) -> list[tuple[str, str]]:
    return [(found.type, found.data.decode()) for found in pyzbar.decode(Image.fromarray(pixels))]


def problems_of(source: str) -> list[Problem]:
    return check_design("thử", source.encode(), ROOM, HOST)


@pytest.mark.parametrize(
    ("gtin", "zxing", "zbar", "said"),
    [
        (EAN13, "EAN13", "EAN13", EAN13),
        ("0" + EAN13, "EAN13", "EAN13", EAN13),
        ("036000291452", "EAN13", "EAN13", "0036000291452"),
        (EAN8, "EAN8", "EAN8", EAN8),
        ("000000" + EAN8, "EAN8", "EAN8", EAN8),
    ],
)
def test_eans_of_every_length_are_read_from_paper(gtin: str, zxing: str, zbar: str, said: str) -> None:
    pixels = box_pixels(design(with_box("")), facts(gtin=gtin))

    assert [text for _, text in read_by_zxing(pixels)] == [said]
    assert read_by_zbar(pixels) == [(zbar, said)]


@pytest.mark.parametrize("size", [(29.9, 9.7), (37.3, 26.0), (42.0, 30.0)], ids=["least", "nominal", "large"])
def test_eans_from_least_to_large_are_read_at_300_dpi(size: tuple[float, float]) -> None:
    what = design(with_box("", size))

    pixels = box_pixels(what, facts(gtin=EAN13))

    assert read_by_zbar(pixels) == [("EAN13", EAN13)]
    found = barcode(what, facts(gtin=EAN13))
    assert isinstance(found, FittedBarcode)
    assert 0.264 <= found.module_mm <= 0.660


def test_datamatrix_says_gtin_days_and_lot_as_gs1() -> None:
    what = design(with_box('kind="datamatrix"', (30, 12)))
    label = replace(facts(gtin=EAN13), lot=LOT)

    found = zxingcpp.read_barcode(box_pixels(what, label))

    assert found.format == zxingcpp.BarcodeFormat.DataMatrix
    assert found.content_type == zxingcpp.ContentType.GS1
    assert found.text == f"(01)0{EAN13}(11)261102(17)270502(10)L01"


def test_datamatrix_without_a_lot_says_the_gtin_alone() -> None:
    found = zxingcpp.read_barcode(box_pixels(design(with_box('kind="datamatrix"', (8, 8))), facts(gtin=EAN13)))

    assert found.text == f"(01)0{EAN13}"


def test_digits_stand_below_the_bars_as_text() -> None:
    import pypdfium2

    page = pypdfium2.PdfDocument(label_pdf(design(with_box("")), facts(gtin=EAN13)))[0]

    assert EAN13 in page.get_textpage().get_text_range().replace("\r\n", "").replace(" ", "")


def test_no_gtin_leaves_the_ground_as_it_is() -> None:
    pixels = box_pixels(design(with_box("")), facts())

    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) == 1
    assert pixels[0, 0].tolist() != [255, 255, 255]


def test_blank_draws_an_empty_box_without_a_gtin() -> None:
    pixels = box_pixels(design(with_box('blank="yes"')), facts())

    assert (pixels[20:-20, 20:-20] == 255).all()
    assert (pixels.max(axis=2) < 90).any()


def test_gtin_of_a_case_takes_a_datamatrix() -> None:
    case = "18936012345671"
    with pytest.raises(PrintRefused) as refused:
        fill(design(with_box("")), facts(gtin=case))
    pixels = box_pixels(design(with_box('kind="datamatrix"', (12, 12))), facts(gtin=case))

    assert [problem.code for problem in refused.value.problems] == ["gtin.of_case"]
    assert zxingcpp.read_barcode(pixels).text == f"(01){case}"


@pytest.mark.parametrize("lot", ["Lô 1", "L(1)", "L" * 21])
def test_lots_that_gs1_cannot_say_are_refused_by_name(lot: str) -> None:
    with pytest.raises(PrintRefused) as refused:
        fill(design(with_box('kind="datamatrix"', (20, 20))), replace(facts(gtin=EAN13), lot=Lot(lot)))

    assert [problem.code for problem in refused.value.problems] == ["gtin.lot"]


@pytest.mark.parametrize(
    ("attributes", "size"), [("", (21.0, 20.0)), ("", (38.0, 8.0)), ('kind="datamatrix"', (7.0, 7.0))]
)
def test_boxes_too_small_for_a_barcode_are_refused(attributes: str, size: tuple[float, float]) -> None:
    problems = problems_of(with_box(attributes, size))

    assert {problem.code for problem in problems} == {"design.gtin_small"}


def test_box_of_eight_digits_refuses_thirteen_by_product() -> None:
    source = with_box("", (22, 20))
    with pytest.raises(PrintRefused) as refused:
        fill(design(source), facts(gtin=EAN13))

    assert problems_of(source) == []
    assert [problem.code for problem in design_warnings("thử", source.encode(), ROOM)] == ["design.gtin_eight"]
    assert [problem.code for problem in refused.value.problems] == ["design.gtin_small"]
    assert read_by_zbar(box_pixels(design(source), facts(gtin=EAN8))) == [("EAN8", EAN8)]


def test_low_bars_are_warned_of_with_the_height_that_is_enough() -> None:
    (warning,) = design_warnings("thử", with_box("", (38, 15)).encode(), ROOM)

    assert warning.code == "design.gtin_low"
    needed = float(str(warning.facts["height"]))
    assert design_warnings("thử", with_box("", (38, needed)).encode(), ROOM) == []


@pytest.mark.parametrize(
    "beside",
    [
        '<rect x="61" y="41" width="1" height="1" fill="#17231C"/>',
        '<ls:text x="58" y="41" width="6" height="4" size="6">x</ls:text>',
        '<circle cx="97" cy="60" r="2" fill="#FFFFFF" stroke="#17231C" stroke-width="0.2"/>',
    ],
)
def test_what_is_painted_over_the_box_is_refused(beside: str) -> None:
    problems = problems_of(added(beside, with_box("")))

    assert [problem.code for problem in problems] == ["design.gtin_zone"]


def test_text_below_the_box_is_refused_and_grounds_not() -> None:
    text = '<ls:text x="58" y="41" width="6" height="4" size="6">x</ls:text>'
    source = with_box("").replace("<ls:gtin", f"{text}<ls:gtin")

    assert [problem.code for problem in problems_of(source)] == ["design.gtin_zone"]
    assert problems_of(with_box("")) == []


def test_barcode_over_the_qr_or_beyond_the_trim_is_refused() -> None:
    over_qr, beyond = problems_of(with_box("", place=(10, 30))), problems_of(with_box("", place=(70, 40)))

    assert "design.quiet_zone" in {problem.code for problem in over_qr}
    assert "design.gtin_zone" in {problem.code for problem in beyond}


def test_unknown_kinds_and_empty_boxes_are_faults_with_their_line() -> None:
    with pytest.raises(DesignRefused) as refused:
        design(with_box('kind="qr"', (0, 0)))

    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["design.number", "design.number", "design.choice"]


@pytest.mark.parametrize("dpi", [203.2, 300])
@pytest.mark.parametrize("attributes", ["", 'kind="datamatrix"'])
def test_modules_on_a_printer_are_whole_dots_at_whole_places(attributes: str, dpi: float) -> None:
    dot = 25.4 / dpi
    what = design(with_box(attributes, (44, 27)))

    found = barcode(what, replace(facts(gtin=EAN13), dot_mm=dot))

    assert isinstance(found, FittedBarcode)
    dots = np.array(found.bars) / dot
    assert np.abs(dots - dots.round()).max() < 1e-6


def test_press_file_with_barcodes_passes_preflight(tmp_path: Path) -> None:
    source = added('<ls:gtin x="60" y="10" width="30" height="12" kind="datamatrix"/>', with_box(""))
    path = tmp_path / "nhãn.pdf"
    path.write_bytes(label_pdf(design(source), replace(facts(gtin=EAN13), lot=LOT)))

    assert [result.rule.name for result in preflight_file(path, 1).results if result.faults] == []


def test_gtins_of_all_lengths_become_the_digits_of_an_ean() -> None:
    assert [ean_digits(each) for each in (EAN8, "036000291452", EAN13, "0" + EAN13)] == [
        EAN8,
        "0036000291452",
        EAN13,
        EAN13,
    ]
