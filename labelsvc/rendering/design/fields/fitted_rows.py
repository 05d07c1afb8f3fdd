"""The legal fields of a goods label: rows of label and value that shrink together, until all stand in their box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from labelsvc.domain.errors import BlankField, PrintRefused, Problem
from labelsvc.pdf.inks import Ink
from labelsvc.pdf.units import MM_PER_POINT, points
from labelsvc.rendering.design.fields.cell_table import FittedTable, TableType, cell_sizes, fit_table
from labelsvc.rendering.design.figures import least_size_pt, size_of_height
from labelsvc.rendering.design.items import LegalField, LegalFields, RowType
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, normalised
from labelsvc.rendering.typesetting.fonts import FontFace

STAMPED = "stamped"
"""The ``blank`` value of a box that the producer stamps (NSX, HSD): the record lacks nothing."""
BASELINE = 0.78
"""The position of a row's first baseline from its top, as a share of its leading."""
BESIDE_LABEL_MM = 1.0
"""The blank between the labels' boxes and the values."""
_WRITTEN_G = 1000.0
"""A quantity that is written by hand has room for figures as high as this many g or ml ask."""


@dataclass(frozen=True, slots=True)
class FittedRow:
    """One row of the legal fields: its label, and its value or, where the record lacks it, room to write or to stamp.

    ``stamped``: the value is stamped later, in a box. ``above_pt`` is the blank that its ink needs above its height: Ẳ
    must not touch the dot of ợ in the row before. ``ink`` is that of a value with a type of its own, which begins at
    the left edge where it is ``wide``, ``drop_pt`` below the label's baseline.
    """

    name: str
    label: FittedText
    value: FittedText
    height_pt: float
    baseline_pt: float
    above_pt: float = 0.0
    stamped: bool = False
    ink: Ink | None = None
    wide: bool = False
    table: FittedTable | None = None
    drop_pt: float = 0.0

    @property
    def texts(self) -> list[FittedText]:
        """The texts that are printed."""
        cells = [text for cell in self.table.cells for text in (cell.name, cell.amount)] if self.table else []
        return [text for text in (self.label, self.value, *cells) if text.lines]


@dataclass(frozen=True, slots=True)
class FittedFields:
    """All rows; ``size_pt`` is the size of those without a type of their own."""

    rows: tuple[FittedRow, ...]
    size_pt: float
    label_width_mm: float


@dataclass(frozen=True, slots=True)
class _Columns:
    """The size of the rows, and the boxes of their labels and values."""

    size_pt: float
    share: float
    label_width_mm: float
    label: TextBox
    value: TextBox


def fit_fields(item: LegalFields, values: list[str], warnings: list[Problem]) -> FittedFields | Problem:
    """Return the rows in the largest size that fits the box, or their problems.

    Adds design.blank_box to ``warnings`` where the record lacks a field. Problems: design.fields_too_long, and those
    of :func:`labelsvc.rendering.typesetting.fitting.fit_text`.
    """
    height_pt, gap_pt = points(item.height_mm), points(item.gap_mm)
    shown = [row for row in item.rows if values[row.value].strip() or values[row.blank].strip() in ("yes", STAMPED)]
    lacking = [row.label for row in shown if not values[row.value].strip() and values[row.blank].strip() != STAMPED]
    if lacking:
        warnings.append(BlankField("design.blank_box", {"fields": lacking}))
    problem: Problem | None = None
    advances = _advances(item.face, [values[row.value] for row in shown if row.own is None])
    widest = _widest(item.label_face, [row.label for row in shown if row.own is None or not row.own.wide])
    for number in range(len(item.sizes_pt)):
        columns = _columns(item, number, widest)
        if _least_height_pt(advances, columns, len(shown), gap_pt) > height_pt + 0.01:
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
    longest = max(shown, key=lambda row: len(values[row.value]))
    facts = {"field": longest.label, "value": values[longest.value]}
    return Problem("design.fields_too_long", {**facts, "height_mm": item.height_mm, "size_pt": item.sizes_pt[-1]})


def _columns(item: LegalFields, number: int, widest: float) -> _Columns:
    """Return the columns at one of the sizes; ``widest`` is the widest label's reach in 1/1000 em."""
    size = item.sizes_pt[number]
    label_mm = item.label_width_mm or (widest * size / 1000 + 0.01) * MM_PER_POINT + BESIDE_LABEL_MM

    def box(width_mm: float) -> TextBox:
        return _box(width_mm, item.height_mm, size, item.leading, False, item.apart_mm)

    share = number / max(1, len(item.sizes_pt) - 1)
    return _Columns(round(size, 3), share, label_mm, box(label_mm - BESIDE_LABEL_MM), box(item.width_mm - label_mm))


def _advances(face: FontFace, texts: list[str]) -> list[float]:
    """Return the texts' widths in 1/1000 em; empty if a letter is missing, which is reported on setting."""
    try:
        return [face.measure(normalised(text)).advance for text in texts]
    except PrintRefused:
        return []


def _widest(face: FontFace, labels: Sequence[str]) -> float:
    """Return the reach of the widest label in 1/1000 em; one with a letter that the face lacks is reported later."""
    widths = [face.measure(normalised(label)) for label in labels if label and not face.missing(normalised(label))]
    return max((each.left_overhang + each.advance + each.right_overhang for each in widths), default=0.0)


def _least_height_pt(advances: list[float], columns: _Columns, rows: int, gap_pt: float) -> float:
    """Return a lower bound of the rows' height: most sizes that are too large fail it without line breaking."""
    lines_to_em = columns.size_pt / 1000 / columns.value.width_pt
    lines = sum([max(1, ceil(advance * lines_to_em - 1e-6)) for advance in advances])
    return lines * columns.value.leading * columns.size_pt + (rows - 1 if advances else -1) * gap_pt


def _fit_row(item: LegalFields, columns: _Columns, row: LegalField, values: Sequence[str]) -> FittedRow | Problem:
    if row.own is not None:
        fit = _fit_table if row.own.columns else _fit_own
        return fit(item, columns, row, row.own, values)
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


def _fit_table(
    item: LegalFields, columns: _Columns, row: LegalField, own: RowType, values: Sequence[str]
) -> FittedRow | Problem:
    """Fit a table over the whole width."""
    size = _size_at(own, own.min_size_pt, columns.share)
    look = TableType(item.label_face, own.face, size, item.width_mm, own.columns)
    boxes = [_box(width, item.height_mm, size, own.leading, False, item.apart_mm) for width in cell_sizes(look)]
    table = fit_table(values[row.value], look, boxes, row.label)
    if isinstance(table, Problem):
        return table
    nothing = FittedText(item.label_face, columns.label, (), size, 0.0, 0.0, 0.0, (), ())
    return FittedRow(row.label, nothing, nothing, table.height_pt, 0.0, ink=own.ink, wide=True, table=table)


def _fit_own(
    item: LegalFields, columns: _Columns, row: LegalField, own: RowType, values: Sequence[str]
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
    item: LegalFields, columns: _Columns, row: LegalField, own: RowType, sized: tuple[str, float]
) -> tuple[FittedText | Problem, bool]:
    """Fit a value of a size, and return whether it stands below its label, where that is less high."""
    value, size = sized

    def fit(width_mm: float) -> FittedText | Problem:
        box = _box(width_mm, item.height_mm, size, own.leading, own.balanced, item.apart_mm)
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


@lru_cache(4_096)
def _box(width_mm: float, height_mm: float, size_pt: float, leading: float, balanced: bool, apart_mm: float) -> TextBox:
    return TextBox(width_mm, height_mm, size_pt, size_pt, 12, leading, balanced, apart_mm=apart_mm)


def _spaced(rows: list[FittedRow], columns: _Columns, gap_pt: float) -> list[FittedRow]:
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
