"""Draws the legal fields: labels, values, rules of tables, and room to write or to stamp."""

from __future__ import annotations

from collections.abc import Iterator

from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.fields.cell_table import FittedTable
from labelsvc.rendering.design.fields.fitted_row import FittedRow
from labelsvc.rendering.design.fields.fitted_rows import FittedFields
from labelsvc.rendering.design.items import LegalFields
from labelsvc.rendering.design.pen import ink_operators
from labelsvc.rendering.typesetting.fitting import operators
from labelsvc.rendering.typesetting.font_book import FontUse

_LINE = b"/GSn gs 0 0 0 0.68 K 0.5 w"
BELOW_BASELINE_EM = 0.14
"""Distance of a writing line below the baseline of its label."""


def draw_fields(item: LegalFields, fitted: FittedFields, height_mm: float, use: FontUse) -> bytes:
    """Return the rows' operators: labels first, then values, those with an ink of their own, and lines."""
    left, top, gap = points(item.x_mm), points(height_mm - item.y_mm), points(item.gap_mm)
    value_left = left + points(fitted.label_width_mm)
    labels, values, lines = [ink_operators(item.label_ink)], [ink_operators(item.ink)], [_LINE]
    own: list[bytes] = []
    for row in fitted.rows:
        for text in row.texts:
            use.add(text.face, " ".join(text.lines))
        top -= row.above_pt
        baseline = top - row.baseline_pt
        labels.append(operators(row.label, left, baseline))
        if row.table is not None:
            labels += [operators(cell.name, left + cell.x_pt, top - cell.baseline_pt) for cell in row.table.cells]
            values += _amounts(row.table, left, top)
            lines += _rules(row.table, left, top, points(item.width_mm))
        elif row.ink is not None and row.value.lines:
            x = left if row.wide else value_left
            own.append(ink_operators(row.ink) + b" " + operators(row.value, x, baseline - row.drop_pt))
        elif row.value.lines:
            values.append(operators(row.value, value_left, baseline))
        else:
            lines.append(_room(item, fitted, row, (value_left, left + points(item.width_mm), top)))
        top -= row.height_pt + gap
    return b"\n".join([*labels, *values, *own, *(lines if len(lines) > 1 else ())])


def _amounts(table: FittedTable, left: float, top: float) -> Iterator[bytes]:
    """Yield the amounts, which end where their cells end."""
    for cell in table.cells:
        x = left + cell.x_pt + table.amount_left_pt
        yield operators(cell.amount, x, top - cell.baseline_pt, "right")


def _rules(table: FittedTable, left: float, top: float, width: float) -> Iterator[bytes]:
    for below in table.rules_pt:
        yield _line(left, left + width, top - below)


def _room(item: LegalFields, fitted: FittedFields, row: FittedRow, edges: tuple[float, float, float]) -> bytes:
    """Return room for a value that is written later: a line, or a box; ``edges`` are left, right and top."""
    left, right, top = edges
    if item.writing_lines and not row.stamped:
        return _line(left, right, top - row.baseline_pt - BELOW_BASELINE_EM * fitted.size_pt)
    width = points(item.width_mm - fitted.label_width_mm)
    box = (left + 0.25, top - row.height_pt + 0.75, width - 0.5, row.height_pt - 1.0)
    return " ".join(number(part) for part in box).encode() + b" re S"


def _line(left: float, right: float, y: float) -> bytes:
    return f"{number(left)} {number(y)} m {number(right)} {number(y)} l S".encode()
