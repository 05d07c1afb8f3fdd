"""Positions of a layout as content stream text, made once per part: matrices of pieces and symbols, page boxes."""

from __future__ import annotations

from labelsvc.domain.layout import Layout
from labelsvc.domain.qr_version import QUIET_ZONE, QrVersion
from labelsvc.pdf.units import number, points
from labelsvc.rendering.sheets.crop_marks import label_matrix, label_origin


def piece_places(layout: Layout) -> list[bytes]:
    """Return what begins a piece at each position: ``q 1 0 0 1 X Y cm /`` with the label's lower left corner."""
    corners = [label_origin(layout, position) for position in layout.positions]
    return [f"q {label_matrix(layout, *corner)} /".encode() for corner in corners]


def symbol_places(layout: Layout, slot_mm: tuple[float, float, float], version: QrVersion) -> list[bytes]:
    """Return what begins a symbol at each position, as :func:`symbol_place` does in a label."""
    x, y, scale = _symbol_in_label(layout, slot_mm, version)
    corners = [label_origin(layout, position) for position in layout.positions]
    origins = [(left - y, low + x) if layout.turned else (left + x, low + y) for left, low in corners]
    return [f"q {label_matrix(layout, *origin, scale)}\n".encode() for origin in origins]


def symbol_place(layout: Layout, slot_mm: tuple[float, float, float], version: QrVersion) -> bytes:
    """Return what begins a symbol in an upright label: a module is one unit, the origin its lower left dark corner.

    ``slot_mm``: x, y, size of the slot with its quiet zone, from the trim's upper left corner, y down.
    """
    x, y, scale = _symbol_in_label(layout, slot_mm, version)
    return f"q {scale} 0 0 {scale} {number(x, 3)} {number(y, 3)} cm\n".encode()


def _symbol_in_label(
    layout: Layout, slot_mm: tuple[float, float, float], version: QrVersion
) -> tuple[float, float, str]:
    """Return a symbol's lower left dark corner from the label's, in points, and the size of a module."""
    x_mm, y_mm, size_mm = slot_mm
    module = points(size_mm) / version.modules_with_quiet_zone
    x = points(x_mm) + QUIET_ZONE * module
    y = points(layout.shape.height_mm - y_mm - size_mm) + QUIET_ZONE * module
    return x, y, number(module, 5)


def page_boxes(layout: Layout) -> bytes:
    """Return MediaBox, TrimBox and BleedBox of a page.

    TrimBox is the box around all trims, the trim itself where a page holds one label; BleedBox adds the bleed. What
    stands outside of it are marks.
    """
    left, top, right, bottom = layout.trim_box_mm
    bleed, height = layout.bleed_mm, layout.page_height_mm
    trim = left, height - bottom, right, height - top
    bled = trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed
    boxes = (("Media", (0.0, 0.0, layout.page_width_mm, height)), ("Trim", trim), ("Bleed", bled))
    return "".join(
        f"/{name}Box[{' '.join(number(points(side), 3) for side in sides)}]" for name, sides in boxes
    ).encode()
