"""Sample rows of the legal fields, as ``fields.row_drawing`` draws them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.pdf.units import MM_PER_POINT, number, points
from labelsvc.rendering.design.fields.cell_table import FittedTable
from labelsvc.rendering.design.fields.fitted_row import FittedRow
from labelsvc.rendering.design.fields.fitted_rows import FittedFields, fit_fields, shown_rows
from labelsvc.rendering.design.fields.row_drawing import BELOW_BASELINE_EM
from labelsvc.rendering.design.items import LegalFields
from labelsvc.rendering.design.open_format.svg_nodes import SampleType, anchored, in_mm, node, text_node
from labelsvc.rendering.typesetting.fitting import FittedText

_LINE = {"fill": "none", "stroke": "#5A6A60", "stroke-width": number(0.5 * MM_PER_POINT, 4)}


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row's sample: its nodes, and the size that its value is shown in; 0 where no words show it.

    ``value``: the node of its value's words; ``labelled``: its label is shown.
    """

    nodes: tuple[Any, ...]
    size_pt: float = 0.0
    value: Any = None
    labelled: bool = False


NO_SAMPLE = SampleRow(())


def sample_rows(item: LegalFields, values: list[str]) -> tuple[dict[int, SampleRow], float]:
    """Return the samples of rows by their places, and the size of those without a type of their own."""
    try:
        fitted = fit_fields(item, values, [])
    except InvalidValue:  # nothing stands beside labels as wide as the rows
        return {}, item.sizes_pt[0]
    if isinstance(fitted, Problem):
        return {}, item.sizes_pt[0]
    found, top = {}, points(item.y_mm)
    for asked, row in zip(shown_rows(item, values), fitted.rows, strict=True):
        top += row.above_pt
        found[item.rows.index(asked)] = _sample(item, fitted, row, top)
        top += row.height_pt + points(item.gap_mm)
    return found, fitted.size_pt


def _sample(item: LegalFields, fitted: FittedFields, row: FittedRow, top: float) -> SampleRow:
    nodes = tuple(_nodes(item, fitted, row, top))
    if row.table:
        cells = row.table.cells
        return SampleRow(nodes, cells[0].amount.size_pt if cells else 0.0)
    value = nodes[-1] if row.value.lines else None
    return SampleRow(nodes, row.value.size_pt if row.value.lines else 0.0, value, bool(row.label.lines))


def _nodes(item: LegalFields, fitted: FittedFields, row: FittedRow, top: float) -> Iterator[Any]:
    """Yield a row's label and its value, or the room for it; ``top`` in points from the label's upper edge."""
    left, baseline = points(item.x_mm), top + row.baseline_pt
    value_left = left + points(fitted.label_width_mm)
    if row.label.lines:
        yield _text(row.label, left, baseline, item.label_ink.screen)
    if row.table is not None:
        yield from _table(item, row.table, left, top)
    elif row.value.lines:
        fill = (row.ink or item.ink).screen
        yield _text(row.value, left if row.wide else value_left, baseline + row.drop_pt, fill)
    else:
        yield node("path", {"d": _room(item, fitted, row, (value_left, top)), **_LINE})


def _text(text: FittedText, left: float, baseline: float, fill: str) -> Any:
    look = SampleType(text.size_pt, text.face.weight, fill)
    return text_node(anchored(text, left, baseline, "left"), {**look.attributes, "font-weight": str(text.face.weight)})


def _table(item: LegalFields, table: FittedTable, left: float, top: float) -> Iterator[Any]:
    for below in table.rules_pt:
        across = f"M{in_mm(left)} {in_mm(top + below)}h{number(item.width_mm, 3)}"
        yield node("path", {"d": across, **_LINE})
    for cell in table.cells:
        x, baseline = left + cell.x_pt, top + cell.baseline_pt
        yield _text(cell.name, x, baseline, item.label_ink.screen)
        look = SampleType(cell.amount.size_pt, cell.amount.face.weight, item.ink.screen, "right")
        lines = anchored(cell.amount, x + table.amount_left_pt, baseline, "right")
        yield text_node(lines, {**look.attributes, "font-weight": str(cell.amount.face.weight)})


def _room(item: LegalFields, fitted: FittedFields, row: FittedRow, corner: tuple[float, float]) -> str:
    """Return the path of a line to write on, or of a box to stamp."""
    left, top = corner
    right = points(item.x_mm + item.width_mm)
    if not row.stamped:
        below = top + row.baseline_pt + BELOW_BASELINE_EM * fitted.size_pt
        return f"M{in_mm(left)} {in_mm(below)}H{in_mm(right)}"
    lower = top + row.height_pt - 0.75
    return f"M{in_mm(left + 0.25)} {in_mm(top + 0.25)}H{in_mm(right - 0.25)}V{in_mm(lower)}H{in_mm(left + 0.25)}z"
