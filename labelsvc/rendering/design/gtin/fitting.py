"""Fits the barcode of a product's GTIN into its box: its modules as large as the box and GS1 let them be.

Lengths are millimetres from the trim's upper left corner, y down; sizes of type are points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.trace.lot import Lot
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.gtin.sizes import (
    BESIDE_BARS_MODULES,
    DIGIT_GAP_MODULES,
    DIGIT_MODULES,
    EDGE_MODULES,
    GUARD_MODULES,
    LEAST_BAR_MODULES,
    LEAST_EAN_MODULE_MM,
    LEAST_MATRIX_MODULE_MM,
    MATRIX_QUIET_ZONE,
    MOST_EAN_MODULE_MM,
    MOST_MATRIX_MODULE_MM,
    EanForm,
    ean_digits,
    ean_form,
    element_string,
)
from labelsvc.rendering.design.gtin.symbols import dark_runs, ean_modules, matrix_modules
from labelsvc.rendering.design.items import GtinSlot, ItemBox
from labelsvc.rendering.typesetting.fonts import FontFace

_ROUNDING_MM = 1e-6
_DIGIT_SLOT, _DIGIT_WIDEST = 7, 6.5
"""Modules that a digit stands over, and that the widest may take: digits stay apart."""
_BESIDE_MM, _LEAST_TEXT_PT, _MOST_TEXT_PT, _LEADING = 1.0, 4.0, 7.0, 1.3
"""What a DataMatrix says stands beside or below it in letters, where there is room for them."""


@dataclass(frozen=True, slots=True)
class BarcodeText:
    """A text of a barcode: its left end and its baseline."""

    text: str
    x_mm: float
    baseline_mm: float
    size_pt: float


@dataclass(frozen=True, slots=True)
class FittedBarcode:
    """A barcode as it is drawn: dark boxes and texts. ``module_mm`` 0: an empty box for a label that is stuck on."""

    bars: tuple[ItemBox, ...]
    texts: tuple[BarcodeText, ...]
    module_mm: float


def fit_barcode(
    slot: GtinSlot, gtin: str, lot: Lot | None, dot_mm: float, blank: bool
) -> FittedBarcode | Problem | None:
    """Return a product's barcode; None without a GTIN, unless a ``blank`` box is wanted.

    ``dot_mm``: the dots of a printer that modules are whole numbers of, 0 for any. Problems: design.gtin_small,
    gtin.of_case, gtin.lot.
    """
    if not gtin:
        return FittedBarcode((), (), 0.0) if blank else None
    try:
        if slot.kind == "ean":
            return _ean(slot, ean_digits(gtin), dot_mm)
        return _matrix(slot, element_string(gtin, _days(lot), lot.number if lot else ""), dot_mm)
    except InvalidValue as error:
        return error.problems[0]


def _days(lot: Lot | None) -> Mapping[str, date]:
    days = {"11": lot.made_on, "17": lot.use_by} if lot else {}
    return {identifier: day for identifier, day in days.items() if day}


def ean_size_mm(form: EanForm) -> tuple[float, float]:
    """Return the least box of an EAN symbol."""
    height = LEAST_BAR_MODULES + BESIDE_BARS_MODULES
    return form.all_modules * LEAST_EAN_MODULE_MM, height * LEAST_EAN_MODULE_MM


def _ean(slot: GtinSlot, digits: str, dot_mm: float) -> FittedBarcode:
    form = ean_form(digits)
    room = min(slot.width_mm / form.all_modules, slot.height_mm / (LEAST_BAR_MODULES + BESIDE_BARS_MODULES))
    module = _whole_dots(min(room, MOST_EAN_MODULE_MM), dot_mm)
    if module < LEAST_EAN_MODULE_MM - _ROUNDING_MM:
        _refuse(slot, module, ean_size_mm(form), dot_mm, LEAST_EAN_MODULE_MM)
    spare = slot.width_mm - form.all_modules * module
    left = _at_dot(slot.x_mm + spare / 2 + form.left_quiet * module, dot_mm)
    top = _at_dot(slot.y_mm + EDGE_MODULES * module, dot_mm)
    height = _at_dot(slot.height_mm - BESIDE_BARS_MODULES * module, dot_mm)
    guard = _at_dot(height + GUARD_MODULES * module, dot_mm)
    bars = [
        (left + at * module, top, count * module, guard if _is_guard(form, at) else height)
        for at, count in dark_runs(ean_modules(digits))
    ]
    baseline = top + height + (DIGIT_GAP_MODULES + DIGIT_MODULES) * module
    return FittedBarcode(tuple(bars), tuple(_digits(slot.face, digits, left, baseline, module)), module)


def _is_guard(form: EanForm, column: int) -> bool:
    return any(first <= column < end for first, end in form.guards)


def _digits(face: FontFace, digits: str, left: float, baseline: float, module: float) -> Iterator[BarcodeText]:
    """Yield the digits, each below its own modules, the first of thirteen in the quiet zone."""
    figures = "0123456789"
    widest = max(face.letter(figure).advance for figure in figures)
    highest = max(face.letter(figure).y_max for figure in figures)
    size = 1000 / MM_PER_POINT * min(DIGIT_MODULES / highest, _DIGIT_WIDEST / widest) * module
    half = 6 if len(digits) == 13 else 4
    starts = [3 + _DIGIT_SLOT * i + (5 if i >= half else 0) for i in range(2 * half)]
    starts = [-10, *starts] if len(digits) == 13 else starts
    for digit, start in zip(digits, starts, strict=True):
        width = face.letter(digit).advance / 1000 * size * MM_PER_POINT
        yield BarcodeText(digit, left + (start + _DIGIT_SLOT / 2) * module - width / 2, baseline, size)


def _matrix(slot: GtinSlot, elements: Sequence[str], dot_mm: float) -> FittedBarcode:
    rows = matrix_modules(tuple(elements))
    modules = len(rows) + 2 * MATRIX_QUIET_ZONE
    side = min(slot.width_mm, slot.height_mm)
    module = _whole_dots(min(side / modules, MOST_MATRIX_MODULE_MM), dot_mm)
    if module < LEAST_MATRIX_MODULE_MM - _ROUNDING_MM:
        least = modules * LEAST_MATRIX_MODULE_MM
        _refuse(slot, module, (least, least), dot_mm, LEAST_MATRIX_MODULE_MM)
    left, top = (_at_dot(start + MATRIX_QUIET_ZONE * module, dot_mm) for start in (slot.x_mm, slot.y_mm))
    bars = [
        (left + at * module, top + y * module, count * module, module)
        for y, row in enumerate(rows)
        for at, count in dark_runs(row)
    ]
    return FittedBarcode(tuple(bars), tuple(_elements(slot, elements, modules * module)), module)


def _elements(slot: GtinSlot, elements: Sequence[str], side: float) -> Iterator[BarcodeText]:
    """Yield what the symbol says, right of it or else below it; nothing where the letters would be too small."""
    widest = max(slot.face.advance(element) for element in elements) / 1000 * MM_PER_POINT
    lines = len(elements) * _LEADING * MM_PER_POINT
    beside = slot.x_mm + side + _BESIDE_MM, slot.y_mm, slot.width_mm - side - 2 * _BESIDE_MM, min(side, slot.height_mm)
    below = slot.x_mm, slot.y_mm + side, slot.width_mm, slot.height_mm - side
    for x, y, width, height in (beside, below):
        size = min(width / widest, height / lines, _MOST_TEXT_PT)
        if size >= _LEAST_TEXT_PT:
            for i, element in enumerate(elements, 1):
                yield BarcodeText(element, x, y + (i - 0.25) * _LEADING * size * MM_PER_POINT, size)
            return


def _whole_dots(module_mm: float, dot_mm: float) -> float:
    return int(module_mm / dot_mm + _ROUNDING_MM) * dot_mm if dot_mm else module_mm


def _at_dot(length_mm: float, dot_mm: float) -> float:
    return round(length_mm / dot_mm) * dot_mm if dot_mm else length_mm


def _refuse(slot: GtinSlot, module: float, size: tuple[float, float], dot_mm: float, least: float) -> None:
    """Refuse a box whose modules would be too small; of a printer's dots the next number is what is needed."""
    scale = ceil(least / dot_mm - _ROUNDING_MM) * dot_mm / least if dot_mm else 1.0
    raise InvalidValue.from_code(
        "design.gtin_small",
        line=slot.line,
        module=round(module, 3),
        least=least,
        width=round(size[0] * scale + 0.05, 1),
        height=round(size[1] * scale + 0.05, 1),
    )
