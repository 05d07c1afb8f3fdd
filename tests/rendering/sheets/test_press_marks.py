"""Marks by which a press is set: none stands on another."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from pypdfium2 import PdfDocument

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import EyeMark, PrinterMarks, Side
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock, stock_toml
from labelsvc.rendering.sheets.press_marks import colour_bar, registration_marks
from tests.samples.sheet_jobs import STAMP, job, place, printed


def patches(placed: Layout) -> list[tuple[float, float]]:
    """From where to where each patch of the colour bar stands, in mm."""
    found = re.findall(rb" ([\d.]+) [\d.]+ ([\d.]+) [\d.]+ re f", colour_bar(placed))
    return [(float(x) * MM_PER_POINT, (float(x) + float(side)) * MM_PER_POINT) for x, side in found]


def upper_mark(placed: Layout) -> tuple[float, float]:
    """From where to where the arms of the first registration mark reach, in mm."""
    found = re.search(rb"([\d.]+) [\d.]+ m ([\d.]+) [\d.]+ l", registration_marks(placed))
    return float(found[1]) * MM_PER_POINT, float(found[2]) * MM_PER_POINT


@pytest.mark.parametrize("stock", ["a4", "a3", "sra3", "325x430", "330x480", "330x480-dense"])
@pytest.mark.parametrize("size", [(25, 35), (60, 90), (100, 70), (105, 74), (180, 60)])
def test_colour_bar_and_registration_mark_never_overlap(stock: str, size: tuple[float, float]) -> None:
    placed = place(stock, Rectangle(*size))

    left, right = upper_mark(placed)

    assert len(patches(placed)) >= 4
    assert [edge for edge in patches(placed) if edge[0] < right and edge[1] > left] == []


def test_stocks_kept_before_print_their_marks_as_they_did() -> None:
    new = place("a4", Rectangle(105, 74)).stock
    older = replace(new, marks=replace(new.marks, apart=False))

    assert b"apart" not in stock_toml(older)
    assert read_kept_stock(stock_toml(new)).marks.apart
    assert read_kept_stock(stock_toml(older)).marks == PrinterMarks(True, True, True, True, 4.2)


@pytest.mark.parametrize(("side", "from_mm"), [("right", 117.0), ("left", 1.0)])
def test_eye_marks_stand_beside_every_row_in_the_webs_margin(side: Side, from_mm: float) -> None:
    roll = place("roll-25x35x4").stock
    mark = EyeMark(side, width_mm=3, height_mm=5, from_edge_mm=1, from_top_mm=2)
    placed = layout(replace(roll, eye_mark=mark, marks=PrinterMarks(unprintable_mm=1)), STAMP)

    pdf, _ = printed(job(placed, (40,)))

    black = PdfDocument(pdf)[0].render(scale=10 * 25.4 / 72, grayscale=True).to_numpy().squeeze() < 60
    down = edges_mm(black[:, round(from_mm * 10) + 15])
    across = [edge for edge in edges_mm(black[round(down[0] * 10) + 25]) if edge < 4.5 or edge > 116.5]
    tops = sorted({position.y_mm for position in placed.positions})
    assert placed.page_width_mm == 121
    assert down == pytest.approx([edge for top in tops for edge in (top + 2, top + 7)], abs=0.1)
    assert across == pytest.approx([from_mm, from_mm + 3], abs=0.1)


def edges_mm(black: NDArray[np.bool_]) -> list[float]:
    """Where a line of pixels, 0.1 mm each, changes from white to black or back."""
    return [float(edge) / 10 for edge in np.flatnonzero(np.diff(black.astype(int))) + 1]


def test_office_sheets_have_ticks_only_at_printed_labels() -> None:
    placed = place("a4-office")
    pdf, _ = printed(job(placed, (2,), slug=""))

    black = PdfDocument(pdf)[0].render(scale=20 * 25.4 / 72, grayscale=True).to_numpy().squeeze() < 128
    first, second = placed.positions[:2]
    bleed, gutter = placed.bleed_mm, second.x_mm - first.x_mm - 25
    above = black[round((first.y_mm - bleed - 2) * 20)]
    between = black[:, round((first.x_mm + 25 + gutter / 2) * 20)]
    below = black[round((first.y_mm + 35 + bleed + 1) * 20)]
    trims = [edge for label in (first, second) for edge in (label.x_mm, label.x_mm + 25)]
    assert gutter == 6
    assert middles_mm(above) == pytest.approx(trims, abs=0.1)
    assert middles_mm(below) == pytest.approx(trims, abs=0.1)
    assert middles_mm(between) == pytest.approx([first.y_mm, first.y_mm + 35], abs=0.1)
    assert not black[round((first.y_mm + 45) * 20) :].any()


def middles_mm(black: NDArray[np.bool_]) -> list[float]:
    """Where black runs of a line of pixels, 0.05 mm each, have their middles."""
    edges = np.flatnonzero(np.diff(black.astype(int))) + 1
    return [float(edge) / 20 for edge in edges.reshape(-1, 2).mean(axis=1)]


@pytest.mark.parametrize("gutter", [0, 4, 4.9])
def test_ticks_that_would_stand_on_the_bleed_are_refused(gutter: float) -> None:
    stock = place("a4-office").stock

    with pytest.raises(InvalidValue, match=r"stock\.corner_ticks"):
        replace(stock, gutter_y_mm=gutter)


def test_office_sheets_kept_before_keep_their_crop_marks() -> None:
    new = place("a4-office").stock
    older = replace(new, marks=replace(new.marks, crop=True, corners=False), gutter_x_mm=0, gutter_y_mm=0)

    assert b"corners" not in stock_toml(older)
    assert read_kept_stock(stock_toml(new)).marks.corners
    assert read_kept_stock(stock_toml(older)).marks == older.marks
