"""Names of elements and attributes of a design's source, for an editor that completes them as one types."""

from __future__ import annotations

from functools import cache
from typing import Any

from labelsvc.rendering.design.open_format.kinds import KIND, KINDS, PREFIX
from labelsvc.rendering.design.source import HOLDS, KNOWN

_MARKED = ("g", "rect", "text")
"""What may be a placeholder of the open format."""


@cache
def source_schema() -> dict[str, Any]:
    """Return what CodeMirror's xml-hint takes: of each element its children and attributes, with values if few."""
    said = {f"{PREFIX}{name}": None for names in KINDS.values() for name in sorted(names)}
    marked = {KIND: sorted(KINDS), **said}
    schema: dict[str, Any] = {"!top": ["svg"]}
    for element, attributes in KNOWN.items():
        known: dict[str, list[str] | None] = dict.fromkeys(sorted(attributes))
        if element in _MARKED:
            known |= marked
        schema[element] = {"attrs": known, "children": sorted(HOLDS.get(element, ()))}
    return schema
