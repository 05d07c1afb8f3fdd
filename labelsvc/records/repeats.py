"""Rows about the same recognition: they may repeat or complete each other, never contradict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.records.columns import COLUMNS, PRODUCT_FIELDS, RECOGNITION_FIELDS
from labelsvc.records.rows import RecordRow, RefusedRow


def resolve_repeats(rows: Iterable[RecordRow]) -> tuple[list[RecordRow], list[RefusedRow], list[Problem]]:
    """Return one row per recognition, the contradicting rows, and a note for each repetition.

    Different decision days are a product's history, not repetitions.
    """
    groups: dict[tuple[tuple[str, str], date], list[RecordRow]] = {}
    for row in rows:
        groups.setdefault((row.product.key, row.recognition.decision_date), []).append(row)
    settled: list[RecordRow] = []
    refused: list[RefusedRow] = []
    notes: list[Problem] = []
    for group in groups.values():
        row = group[0]
        for other in group[1:]:
            if headings := _contradicted(row, other):
                refused += _refusals(group, other, headings)
                break
            notes.append(other.place.problem(Problem("records.repeated", {"other": row.place.named()})))
            row = _completed(row, other)
        else:
            settled.append(row)
    return settled, refused, notes


def _refusals(group: list[RecordRow], other: RecordRow, headings: list[str]) -> list[RefusedRow]:
    """Refuse all rows of the group: only the office knows which is right. Each row names another one."""
    listed = ", ".join(f"«{heading}»" for heading in headings)
    partners = [other, *[group[0]] * (len(group) - 1)]
    return [
        row.refused(Problem("records.contradicted", {"other": partner.place.named(), "headings": listed}))
        for row, partner in zip(group, partners, strict=True)
    ]


def _contradicted(first: RecordRow, other: RecordRow) -> list[str]:
    """Return the headings of fields in which the rows differ or contradict each other."""
    both = first.given & other.given
    names = [name for name in both if _value(first, name) != _value(other, name)]
    if first.quantity and other.quantity and first.quantity != other.quantity:
        names.append("quantity")
    if not names:
        try:
            _completed(first, other)
        except InvalidValue as error:
            names.append(str(error.problems[0].facts["field"]))
    return [column.heading for column in COLUMNS if column.field in names]


def _value(row: RecordRow, name: str) -> Any:
    return getattr(row.product if name in PRODUCT_FIELDS else row.recognition, name)


def _completed(first: RecordRow, other: RecordRow) -> RecordRow:
    """Return the first row completed with fields that only the other one has."""
    more = other.given - first.given
    of_product: dict[str, Any] = {name: _value(other, name) for name in more & PRODUCT_FIELDS}
    of_recognition: dict[str, Any] = {name: _value(other, name) for name in more & RECOGNITION_FIELDS}
    return replace(
        first,
        product=replace(first.product, **of_product),
        recognition=replace(first.recognition, **of_recognition),
        quantity=first.quantity or other.quantity,
        given=first.given | more,
        blank=first.blank - more,
    )
