"""Reads ``ls:fields``: rows of label and value, some with a type of their own."""

from __future__ import annotations

from dataclasses import replace

from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.fields.fitted_rows import BESIDE_LABEL_MM
from labelsvc.rendering.design.items import LegalField, LegalFields, RowType
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.design.type_builder import YES, TypeBuilder
from labelsvc.rendering.typesetting.fitting import TextBox, shrinking_sizes

_FIELDS_STEP_PT = 0.25
_LABEL_FACE = "BeVietnamPro-Regular"
_TABLES = {"no": 0, "1": 1, "2": 2, "3": 3}
_OWN = ("size", "min-size", "weight", "fill", "leading", "balanced", "wide", "figures", "table")
"""The attributes of a row that give it a type of its own."""
_INHERITED = ("size", "min-size", "weight", "fill", "leading")


def read_fields(builder: TypeBuilder, element: DesignElement, at: ElementContext) -> LegalFields:
    """Return the rows of an ``ls:fields``; faults are the builder's."""
    rows = tuple(_row(builder, element, row) for row in element.children if row.tag == "ls:field")
    size = builder.length(element, "size")
    least = builder.length(element, "min-size", size)
    return LegalFields(
        builder.length(element, "x"),
        builder.length(element, "y"),
        builder.length(element, "width"),
        builder.length(element, "height"),
        _label_width(builder, element),
        builder.made(element, lambda: _sizes(size, least)) or (),
        builder.length(element, "leading", 1.2),
        builder.length(element, "gap", 0.6),
        builder.face(element),
        builder.fonts.face(_LABEL_FACE),
        builder.type_ink(element),
        builder.type_ink(element, "label-fill"),
        rows,
        element.line,
        builder.display(element, at),
        builder.writing_lines,
        builder.apart_mm,
    )


def _label_width(builder: TypeBuilder, element: DesignElement) -> float:
    """Return the width of the labels, 0 where it is that of the widest one; labels and values must have boxes."""
    label, width = builder.length(element, "label-width", 0.0), builder.length(element, "width")
    height, size = builder.length(element, "height"), builder.length(element, "size")
    leading = builder.length(element, "leading", 1.2)
    for box_mm in (label - BESIDE_LABEL_MM, width - label) if element.get("label-width") else (width,):
        builder.made(element, lambda box_mm=box_mm: TextBox(box_mm, height, size, size, leading=leading))  # type: ignore[misc]
    return label


def _row(builder: TypeBuilder, fields: DesignElement, row: DesignElement) -> LegalField:
    value, blank = builder.values.add(row.text, row.line), builder.values.add(row.get("blank"), row.line)
    own = _row_type(builder, fields, row, value) if any(row.get(name) for name in _OWN) else None
    return LegalField(row.get("label"), value, blank, own)


def _row_type(builder: TypeBuilder, fields: DesignElement, row: DesignElement, value: int) -> RowType | None:
    """Return the type of a row; what it does not say is that of all rows."""
    around = {name: fields.get(name) for name in _INHERITED if fields.get(name)}
    if row.get("size"):
        around.pop("min-size", None)
    styled = replace(row, attributes={**around, **row.attributes})
    size = builder.length(styled, "size")
    least = builder.length(styled, "min-size", size)
    leading, width = builder.length(styled, "leading", 1.2), builder.length(fields, "width")
    builder.made(styled, lambda: TextBox(width, builder.length(fields, "height"), size, least, leading=leading))
    return RowType(
        size,
        least,
        leading,
        builder.face(styled),
        builder.type_ink(styled),
        builder.choice(styled, "wide", YES),
        builder.choice(styled, "balanced", YES),
        builder.choice(styled, "table", _TABLES),
        *builder.figures(styled, value),
    )


def _sizes(size: float, least: float) -> tuple[float, ...]:
    """Return the sizes allowed for the rows, including the least one; InvalidValue if that is above the first."""
    shrinking_sizes(size, least)
    sizes = [size - i * _FIELDS_STEP_PT for i in range(int((size - least) / _FIELDS_STEP_PT) + 1)]
    return tuple(dict.fromkeys([*sizes, least]))
