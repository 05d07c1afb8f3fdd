"""Marks by which a press is set: none stands on another."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from labelsvc.domain.layout import Layout
from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import PrinterMarks
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock, stock_toml
from labelsvc.rendering.sheets.press_marks import colour_bar, registration_marks
from tests.samples.sheet_jobs import place


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
