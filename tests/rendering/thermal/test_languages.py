"""ZPL, TSPL and PNG of dots that were thought out, read back by zebrafy, Pillow and a reader of TSPL."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from zebrafy.zebrafy_zpl import ZebrafyZPL

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.thermal.label_printer import LabelPrinter
from labelsvc.rendering.thermal.dots import Dots
from labelsvc.rendering.thermal.languages import png_label, tspl_begin, tspl_label, zpl_begin, zpl_label
from tests.samples.thermal_labels import tspl_labels

PRINTER = LabelPrinter(203, 2)
SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 900))
any_dots = SHAPES.flatmap(lambda shape: arrays.arrays(bool, shape, elements=st.booleans(), fill=st.booleans()))


def by_zebrafy(dots: Dots) -> Dots:
    (image,) = ZebrafyZPL(zpl_label(dots, PRINTER).decode()).to_images()
    return np.asarray(image.convert("L"))[:, : dots.shape[1]] < 128


def wide(row: str, times: int) -> Dots:
    return np.array([[bit == "1" for bit in row] * times])


@settings(max_examples=20, deadline=None)
@given(any_dots)
def test_any_dots_are_read_back_from_zpl(dots: Dots) -> None:
    assert np.array_equal(by_zebrafy(dots), dots)


@pytest.mark.parametrize(
    "dots",
    [
        wide("1", 4000),
        wide("0", 4000),
        wide("1000", 1000),
        np.vstack([wide("1", 3300), wide("1", 3300), wide("0", 3300), wide("10", 1650)]),
    ],
    ids=["black", "white", "runs over 400", "repeated rows"],
)
def test_long_runs_and_repeated_rows_are_read_back_from_zpl(dots: Dots) -> None:
    assert np.array_equal(by_zebrafy(dots), dots)
    assert len(zpl_label(dots, PRINTER)) < 120 or dots.shape[0] > 1


def test_tspl_cuts_the_white_off_and_puts_dots_where_they_were(tmp_path: Path) -> None:
    dots = np.zeros((320, 480), dtype=bool)
    dots[100:120, 51:77] = True
    empty = np.zeros_like(dots)

    data = tspl_begin(60, 40, PRINTER) + tspl_label(dots) + tspl_label(empty)

    (tmp_path / "labels.tspl").write_bytes(data)
    first, second = tspl_labels(tmp_path / "labels.tspl", 8.0)
    assert np.array_equal(first, dots)
    assert not second.any()
    assert len(data) < 300


def test_settings_of_the_printer_are_said_only_where_given() -> None:
    fast = LabelPrinter(300, 3, speed=4, darkness=12)

    assert zpl_begin(fast) == b"~SD12\n"
    assert b"^PR4" in zpl_label(wide("1", 8), fast)
    assert b"SPEED 4\r\nDENSITY 6\r\n" in tspl_begin(60, 40, fast)
    assert zpl_begin(PRINTER) == b""
    assert tspl_begin(60, 40, PRINTER) == (b"SIZE 60 mm,40 mm\r\nGAP 2 mm,0 mm\r\nDIRECTION 0\r\nREFERENCE 0,0\r\n")


@pytest.mark.parametrize(("dpi", "metre"), [(203, 8000), (300, 11811)])
def test_png_says_the_resolution_to_the_pixel_a_metre(dpi: int, metre: int) -> None:
    content = png_label(wide("10", 8), LabelPrinter(dpi, 2))

    at = content.index(b"pHYs") + 4
    assert content[at : at + 9] == metre.to_bytes(4, "big") * 2 + b"\x01"
    assert Image.open(io.BytesIO(content)).mode == "1"


@pytest.mark.parametrize("facts", [{"dpi": 200}, {"gap_mm": -1}, {"speed": 15}, {"darkness": 31}])
def test_settings_that_no_printer_has_are_refused(facts: dict[str, int]) -> None:
    with pytest.raises(InvalidValue):
        LabelPrinter(**({"dpi": 203, "gap_mm": 2} | facts))


@pytest.mark.parametrize(("dpi", "slot", "dots"), [(203, 20.0, 4), (203, 18.4, 3), (300, 15.7, 5), (300, 20.0, 6)])
def test_modules_are_as_many_whole_dots_as_the_slot_holds(dpi: int, slot: float, dots: int) -> None:
    printer = LabelPrinter(dpi, 2)

    x, y, side = printer.square_at_dots((3.3, 4.4, slot), 37)

    assert round(side / 37 / printer.dot_mm, 6) == dots
    assert all(abs(length / printer.dot_mm - round(length / printer.dot_mm)) < 1e-6 for length in (x, y, side))
    assert 3.3 - printer.dot_mm < x < 3.3 + slot - side + printer.dot_mm
