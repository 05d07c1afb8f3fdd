"""The legal fields of a goods label: rows of label and value that shrink together, until all stand in their box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from labelsvc.domain.errors import BlankField, PrintRefused, Problem
from labelsvc.pdf.units import points
from labelsvc.rendering.design.items import LegalFields, LegalFieldsStep
from labelsvc.rendering.typesetting.fitting import FittedText, fit_text, normalised

STAMPED = "stamped"
"""The ``blank`` value of a box that the producer stamps (NSX, HSD): the record lacks nothing."""
BASELINE = 0.78
"""The position of a row's first baseline from its top, as a share of its leading."""


@dataclass(frozen=True, slots=True)
class FittedRow:
    """One row of the legal fields: its label, and its value or, where the record lacks it, room to write or to stamp.

    ``stamped``: the value is stamped later, in a box. ``above_pt`` is the blank that its ink needs above its height: Ẳ
    must not touch the dot of ợ in the row before.
    """

    label: FittedText
    value: FittedText
    height_pt: float
    above_pt: float = 0.0
    stamped: bool = False


@dataclass(frozen=True, slots=True)
class FittedFields:
    """All rows in one size."""

    rows: tuple[FittedRow, ...]
    size_pt: float


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
    advances = _advances(item, [values[row.value] for row in shown])
    for step in item.steps:
        if _least_height_pt(advances, step, gap_pt) > height_pt + 0.01:
            continue
        tried = [_fit_row(item, step, row.label, values[row.value]) for row in shown]
        problem = next((row for row in tried if isinstance(row, Problem)), None)
        fitted = [
            replace(row, stamped=True) if values[asked.blank].strip() == STAMPED else row
            for asked, row in zip(shown, tried, strict=True)
            if isinstance(row, FittedRow)
        ]
        rows = _spaced(fitted, item.leading, step, gap_pt) if problem is None else []
        if problem is None and sum(row.above_pt + row.height_pt + gap_pt for row in rows) - gap_pt <= height_pt + 0.01:
            return FittedFields(tuple(rows), step.size_pt)
    if problem is not None:
        return problem
    longest = max(shown, key=lambda row: len(values[row.value]))
    facts = {"field": longest.label, "value": values[longest.value]}
    return Problem("design.fields_too_long", {**facts, "height_mm": item.height_mm, "size_pt": item.steps[-1].size_pt})


def _advances(item: LegalFields, texts: list[str]) -> list[float]:
    """Return the texts' widths in 1/1000 em; empty if a letter is missing, which is reported on setting."""
    try:
        return [item.face.measure(normalised(text)).advance for text in texts]
    except PrintRefused:
        return []


def _least_height_pt(advances: list[float], step: LegalFieldsStep, gap_pt: float) -> float:
    """Return a lower bound of the rows' height: most sizes that are too large fail it without line breaking."""
    lines_to_em = step.size_pt / 1000 / step.value.width_pt
    lines = sum([max(1, ceil(advance * lines_to_em - 1e-6)) for advance in advances])
    return lines * step.value.leading * step.size_pt + (len(advances) - 1) * gap_pt


def _fit_row(item: LegalFields, step: LegalFieldsStep, label: str, value: str) -> FittedRow | Problem:
    fitted_label = fit_text(item.label_face, label, step.label, label)
    fitted_value = fit_text(item.face, value, step.value, label)
    if isinstance(fitted_label, Problem):
        return fitted_label
    if isinstance(fitted_value, Problem):
        return fitted_value
    lines = max(len(fitted_label.lines), len(fitted_value.lines), 1)
    leading = max(fitted_label.leading_pt, fitted_value.leading_pt)
    return FittedRow(fitted_label, fitted_value, lines * (leading or item.leading * step.size_pt))


def _spaced(rows: list[FittedRow], leading: float, step: LegalFieldsStep, gap_pt: float) -> list[FittedRow]:
    """Return rows with the space above that their ink needs; the first one has none."""
    spaced, rooms, leading_pt = [], (0.0, 0.0), leading * step.size_pt
    for row in rows:
        inks = [_ink(text, row.height_pt, leading_pt) for text in (row.label, row.value)]
        above = max(0.0, *(rise - room for (rise, _), room in zip(inks, rooms, strict=True)))
        spaced.append(replace(row, above_pt=above) if above else row)
        room = row.height_pt + gap_pt - step.value.clearance(step.size_pt) * step.size_pt / 1000
        rooms = room - inks[0][1], room - inks[1][1]
    return spaced


def _ink(text: FittedText, height_pt: float, leading_pt: float) -> tuple[float, float]:
    """Return how far ink rises above its row's upper edge, and how far below that edge it reaches."""
    if not text.lines:
        return 0.0, height_pt  # the room to write or to stamp
    return text.ink_top_pt - BASELINE * leading_pt, text.ink_height_pt - text.ink_top_pt + BASELINE * leading_pt
