"""What stands around a placeholder: transformation and inherited look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labelsvc.rendering.design.shapes import transform_matrix
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.svg.lengths import NUMBER
from labelsvc.rendering.svg.resolve import UNIT

LOOK = ("fill", "stroke", "font-size", "font-weight", "font-style", "font-family", "text-anchor", "letter-spacing")
"""The presentation attributes that a sample is looked at for; all are inherited (SVG 2, 11 and 13)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The transformation to the label's millimetres (None: none), and the look that is inherited.

    ``unit``: the file's own unit in mm, which is part of the transformation.
    """

    matrix: Any = None
    look: Mapping[str, str] = field(default_factory=dict)
    unit: float = 1.0

    def within(self, element: DesignElement) -> Surroundings:
        """Return what an element's children take; InvalidValue design.geometry if its transform is not valid."""
        matrix = self.matrix
        if element.get("transform"):
            own = transform_matrix(element.get("transform"))
            matrix = own if matrix is None else own * matrix
        unit = element.get(UNIT)
        known = bool(NUMBER.fullmatch(unit)) and float(unit) > 0
        return Surroundings(matrix, {**self.look, **own_look(element)}, float(unit) if known else self.unit)


NOTHING_AROUND = Surroundings()


def own_look(element: DesignElement) -> dict[str, str]:
    """Return what an element says itself of its look: its attributes, then its ``style``."""
    said = {name: element.get(name) for name in LOOK if element.get(name)}
    for part in element.get("style").split(";"):
        name, _, value = part.partition(":")
        if name.strip() in LOOK and value.strip():
            said[name.strip()] = value.strip()
    return said
