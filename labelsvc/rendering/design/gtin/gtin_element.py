"""Reads ``ls:gtin``: the box of a product's barcode."""

from __future__ import annotations

from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.items import BarcodeKind, GtinSlot
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.design.type_builder import TypeBuilder

_KINDS: dict[str, BarcodeKind] = {"ean": "ean", "datamatrix": "datamatrix"}
_GTIN = "{{ product.gtin }}"


def read_gtin(builder: TypeBuilder, element: DesignElement, at: ElementContext) -> GtinSlot:
    """Return the slot of an ``ls:gtin``; faults are the builder's."""
    for key in ("width", "height"):
        if builder.length(element, key) <= 0:
            builder.fault(element, "design.number", attribute=key, value=element.get(key))
    return GtinSlot(
        builder.length(element, "x"),
        builder.length(element, "y"),
        builder.length(element, "width"),
        builder.length(element, "height"),
        builder.choice(element, "kind", _KINDS),
        builder.face(element),
        builder.values.add(_GTIN, element.line),
        builder.values.add(element.get("blank"), element.line),
        element.line,
        builder.display(element, at),
    )
