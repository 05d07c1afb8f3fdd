"""The legal fields of a goods label: rows of label and value that shrink together, until all stand in their box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from labelsvc.domain.errors import BlankField, PrintRefused, Problem
from labelsvc.pdf.units import MM_PER_POINT, points
from labelsvc.rendering.design.fields.fitted_row import BASELINE, FittedRow, RowColumns, row_box
from labelsvc.rendering.design.fields.own_type_rows import fit_own_type
from labelsvc.rendering.design.items import LegalField, LegalFields
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, normalised
from labelsvc.rendering.typesetting.fonts import FontFace

STAMPED = "stamped"
"""The ``blank`` value of a box that the producer stamps (NSX, HSD): the record lacks nothing."""
LINED = "lined"
"""The same as a line: it is written or stamped on."""
BESIDE_LABEL_MM = 1.0
"""The blank between the labels' boxes and the values."""


@dataclass(frozen=True, slots=True)
class FittedFields:
    """All rows; ``size_pt`` is the size of those without a type of their own."""

    rows: tuple[FittedRow, ...]
    size_pt: float
    label_width_mm: float


def fit_fields(item: LegalFields, values: list[str], warnings: list[Problem]) -> FittedFields | Problem:
    """Return the rows in the largest size that fits the box, or their problems.

    Adds design.blank_box to ``warnings`` where the record lacks a field. Problems: design.fields_too_long,
    design.labels_too_wide, and those of :func:`labelsvc.rendering.typesetting.fitting.fit_text`.
    """
    height_pt, gap_pt = points(item.height_mm), points(item.gap_mm)
    shown = shown_rows(item, values)
    blank = [row for row in shown if not values[row.value].strip()]
    lacking = [row.label for row in blank if values[row.blank].strip() not in (STAMPED, LINED)]
    if lacking:
        warnings.append(BlankField("design.blank_box", {"fields": lacking}))
    problem: Problem | None = None
    advances = _advances(item.face, [values[row.value] for row in shown if row.own is None])
    widest = _widest(item.label_face, [row.label for row in shown if row.own is None or not row.own.wide])
    for number in range(len(item.sizes_pt)):
        columns = _columns(item, number, widest)
        if columns is None or _least_height_pt(advances, columns, len(shown), gap_pt) > height_pt + 0.01:
            continue
        tried = [_fit_row(item, columns, row, values) for row in shown]
        problem = next((row for row in tried if isinstance(row, Problem)), None)
        fitted = [
            replace(row, stamped=True) if values[asked.blank].strip() == STAMPED else row
            for asked, row in zip(shown, tried, strict=True)
            if isinstance(row, FittedRow)
        ]
        rows = _spaced(fitted, columns, gap_pt) if problem is None else []
        if problem is None and sum(row.above_pt + row.height_pt + gap_pt for row in rows) - gap_pt <= height_pt + 0.01:
            return FittedFields(tuple(rows), columns.size_pt, columns.label_width_mm)
    if problem is not None:
        return problem
    if _columns(item, len(item.sizes_pt) - 1, widest) is None:
        return _labels_too_wide(item, shown)
    longest = max(shown, key=lambda row: len(values[row.value]))
    facts = {"field": longest.label, "value": values[longest.value]}
    return Problem("design.fields_too_long", {**facts, "height_mm": item.height_mm, "size_pt": item.sizes_pt[-1]})


def shown_rows(item: LegalFields, values: list[str]) -> list[LegalField]:
    """Return the rows that have a value, or room for one that is written or stamped later."""
    blank = ("yes", STAMPED, LINED)
    return [row for row in item.rows if values[row.value].strip() or values[row.blank].strip() in blank]


def _columns(item: LegalFields, number: int, widest: float) -> RowColumns | None:
    """Return the columns at one of the sizes, None where labels leave no width for values.

    ``widest`` is the widest label's reach in 1/1000 em.
    """
    size = item.sizes_pt[number]
    label_mm = item.label_width_mm or (widest * size / 1000 + 0.01) * MM_PER_POINT + BESIDE_LABEL_MM
    if label_mm >= item.width_mm:
        return None

    def box(width_mm: float) -> TextBox:
        return row_box(width_mm, item.height_mm, size, item.leading, False, item.apart_mm)

    share = number / max(1, len(item.sizes_pt) - 1)
    return RowColumns(round(size, 3), share, label_mm, box(label_mm - BESIDE_LABEL_MM), box(item.width_mm - label_mm))


def _labels_too_wide(item: LegalFields, shown: Sequence[LegalField]) -> Problem:
    """Return what names the widest label, beside which no value can stand."""
    beside = [row for row in shown if row.own is None or not row.own.wide]
    widest = max(beside, key=lambda row: _widest(item.label_face, [row.label]))
    facts = {"line": item.line, "field": widest.label, "width_mm": item.width_mm, "size_pt": item.sizes_pt[-1]}
    return Problem("design.labels_too_wide", facts)


def _advances(face: FontFace, texts: list[str]) -> list[float]:
    """Return the texts' widths in 1/1000 em; empty if a letter is missing, which is reported on setting."""
    try:
        return [_advance(face, text) for text in texts]
    except PrintRefused:
        return []


@lru_cache(4_000)  # labels repeat their firms, places and advice
def _advance(face: FontFace, text: str) -> float:
    return face.measure(normalised(text)).advance


def _widest(face: FontFace, labels: Sequence[str]) -> float:
    """Return the reach of the widest label in 1/1000 em."""
    return max((_reach(face, label) for label in labels), default=0.0)


@lru_cache(4_000)
def _reach(face: FontFace, label: str) -> float:
    """Return the reach of a label in 1/1000 em, 0 for one with a letter that the face lacks: that is reported later."""
    label = normalised(label)
    if not label or face.missing(label):
        return 0.0
    measured = face.measure(label)
    return measured.left_overhang + measured.advance + measured.right_overhang


def _least_height_pt(advances: list[float], columns: RowColumns, rows: int, gap_pt: float) -> float:
    """Return a lower bound of the rows' height: most sizes that are too large fail it without line breaking."""
    lines_to_em = columns.size_pt / 1000 / columns.value.width_pt
    lines = sum([max(1, ceil(advance * lines_to_em - 1e-6)) for advance in advances])
    return lines * columns.value.leading * columns.size_pt + (rows - 1 if advances else -1) * gap_pt


def _fit_row(item: LegalFields, columns: RowColumns, row: LegalField, values: Sequence[str]) -> FittedRow | Problem:
    if row.own is not None:
        return fit_own_type(item, columns, row, row.own, values)
    fitted_label = fit_text(item.label_face, row.label, columns.label, row.label)
    fitted_value = fit_text(item.face, values[row.value], columns.value, row.label)
    if isinstance(fitted_label, Problem):
        return fitted_label
    if isinstance(fitted_value, Problem):
        return fitted_value
    lines = max(len(fitted_label.lines), len(fitted_value.lines), 1)
    leading = item.leading * columns.size_pt
    height = lines * (max(fitted_label.leading_pt, fitted_value.leading_pt) or leading)
    return FittedRow(row.label, fitted_label, fitted_value, height, leading * BASELINE)


def _spaced(rows: list[FittedRow], columns: RowColumns, gap_pt: float) -> list[FittedRow]:
    """Return rows with the space above that their ink needs."""
    spaced, rooms = [], (0.0, 0.0)
    for row in rows:
        inks = [_ink(row.label, row), _ink(row.value, row, row.drop_pt)]
        if row.wide:  # it stands below and above both columns
            inks = [(max(inks[0][0], inks[1][0]) if row.label.lines else inks[1][0], inks[1][1])] * 2
        above = max(0.0, *(rise - room for (rise, _), room in zip(inks, rooms, strict=True)))
        spaced.append(replace(row, above_pt=above) if above else row)
        room = row.height_pt + gap_pt - columns.value.clearance(columns.size_pt) * columns.size_pt / 1000
        rooms = room - inks[0][1], room - inks[1][1]
    return spaced


def _ink(text: FittedText, row: FittedRow, drop_pt: float = 0.0) -> tuple[float, float]:
    """Return how far ink rises above its row's upper edge, and how far below that edge it reaches."""
    if not text.lines:
        return 0.0, row.height_pt  # the room to write or to stamp, or a table
    return text.ink_top_pt - row.baseline_pt - drop_pt, text.ink_height_pt - text.ink_top_pt + row.baseline_pt + drop_pt
