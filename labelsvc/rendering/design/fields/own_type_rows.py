"""Rows of the legal fields whose value has a type of its own: a name, a net content, a table."""

from __future__ import annotations

from collections.abc import Sequence

from labelsvc.domain.errors import Problem
from labelsvc.rendering.design.fields.cell_table import TableType, fit_table
from labelsvc.rendering.design.fields.fitted_row import BASELINE, FittedRow, RowColumns, row_box
from labelsvc.rendering.design.figures import least_size_pt, size_of_height
from labelsvc.rendering.design.items import LegalField, LegalFields, RowType
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text

_WRITTEN_G = 1000.0
"""A quantity that is written by hand has room for figures as high as this many g or ml ask."""


def fit_own_type(
    item: LegalFields, columns: RowColumns, row: LegalField, own: RowType, values: Sequence[str]
) -> FittedRow | Problem:
    """Return a row whose value has a type of its own, or what does not fit."""
    fit = _fit_table if own.columns else _fit_own
    return fit(item, columns, row, own, values)


def _fit_table(
    item: LegalFields, columns: RowColumns, row: LegalField, own: RowType, values: Sequence[str]
) -> FittedRow | Problem:
    """Fit a table over the whole width."""
    size = _size_at(own, own.min_size_pt, columns.share)
    look = TableType(item.label_face, own.face, size, item.width_mm, own.columns)

    def box(width_mm: float) -> TextBox:
        return row_box(width_mm, item.height_mm, size, own.leading, False, item.apart_mm)

    table = fit_table(values[row.value], look, box, row.label)
    if isinstance(table, Problem):
        return table
    nothing = FittedText(item.label_face, columns.label, (), size, 0.0, 0.0, 0.0, (), ())
    return FittedRow(row.label, nothing, nothing, table.height_pt, 0.0, ink=own.ink, wide=True, table=table)


def _fit_own(
    item: LegalFields, columns: RowColumns, row: LegalField, own: RowType, values: Sequence[str]
) -> FittedRow | Problem:
    """Fit a row whose value has a type of its own: on its label's baseline, or below the label."""
    value = values[row.value]
    size = _size_at(own, _least_of(own, value, values), columns.share)
    fitted_label = fit_text(item.label_face, "" if own.wide else row.label, columns.label, row.label)
    fitted_value, stacked = _fit_value(item, columns, row, own, (value, size))
    if isinstance(fitted_label, Problem):
        return fitted_label
    if isinstance(fitted_value, Problem):
        return fitted_value
    leadings = (0.0 if own.wide else item.leading * columns.size_pt), own.leading * size
    baseline = (leadings[0] if stacked else max(leadings)) * BASELINE
    drop = leadings[0] * (1 - BASELINE) + leadings[1] * BASELINE if stacked else 0.0
    heights = [
        at + max(1, len(text.lines)) * max(text.leading_pt, leading) - leading * BASELINE
        for text, leading, at in zip((fitted_label, fitted_value), leadings, (baseline, baseline + drop), strict=True)
    ]
    wide = own.wide or stacked
    return FittedRow(
        row.label, fitted_label, fitted_value, max(heights), baseline, ink=own.ink, wide=wide, drop_pt=drop
    )


def _fit_value(
    item: LegalFields, columns: RowColumns, row: LegalField, own: RowType, sized: tuple[str, float]
) -> tuple[FittedText | Problem, bool]:
    """Fit a value of a size, and return whether it stands below its label, where that is less high."""
    value, size = sized

    def fit(width_mm: float) -> FittedText | Problem:
        box = row_box(width_mm, item.height_mm, size, own.leading, own.balanced, item.apart_mm)
        return fit_text(own.face, value, box, row.label)

    if own.wide:
        return fit(item.width_mm), False
    beside = fit(columns.value.width_mm)
    if isinstance(beside, FittedText) and len(beside.lines) < 2:
        return beside, False
    below, label_pt = fit(item.width_mm), item.leading * columns.size_pt
    if isinstance(beside, FittedText) and isinstance(below, FittedText):
        saved = (len(beside.lines) - len(below.lines)) * own.leading * size
        return (below, True) if saved > label_pt else (beside, False)
    return (below, True) if isinstance(below, FittedText) else (beside, False)


def _least_of(own: RowType, value: str, values: Sequence[str]) -> float:
    """Return the least size of a row: its own, or that of its figures."""
    if own.figures is None:
        return own.min_size_pt
    if not value.strip():
        return max(own.min_size_pt, size_of_height(own.face, own.figures.least_mm(_WRITTEN_G)))
    return max(own.min_size_pt, least_size_pt(own.figures, own.face, values[own.quantity]))


def _size_at(own: RowType, least_pt: float, share: float) -> float:
    """Return the size of a row when the others have shrunk by a share: at half of it, it has shrunk all that it may."""
    size = max(own.size_pt, least_pt)
    return round(size - (size - least_pt) * min(1.0, 2 * share), 3)
