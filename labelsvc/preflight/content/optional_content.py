"""Layers that content stands in: optional content groups and memberships (ISO 32000-1, 8.11)."""

from __future__ import annotations

from typing import Any

import pikepdf

from labelsvc.preflight.content.pdf_values import items_of, object_number


def layer_numbers(layer: Any) -> tuple[int, ...]:
    """Return the object numbers of an optional content group, or of all of a membership dictionary."""
    if not isinstance(layer, pikepdf.Dictionary):
        return ()
    members = layer.get("/OCGs")
    if members is None:
        return (object_number(layer),)
    return tuple(object_number(member) for member in items_of(members) or [members])
