"""What an element of a design takes from those around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import Any

from labelsvc.rendering.design.pen import Pen

INHERITED = (
    *("fill", "stroke", "stroke-width"),
    *("font-family", "font-size", "font-weight", "font-style", "text-anchor"),
)
"""Attributes that hold for all that an element holds, until one says otherwise (SVG 2, 4.2 and 11)."""


@dataclass(frozen=True, slots=True)
class ElementContext:
    """Transformation, inherited attributes, the templates that may hide, paths that cut, and the ids that are used.

    ``depth`` counts the elements around.
    """

    matrix: Any = None
    inherited: dict[str, str] = field(default_factory=dict)
    display: str = ""
    clips: tuple[Any, ...] = ()
    used: tuple[str, ...] = ()
    depth: int = 0

    @property
    def scale(self) -> float:
        """How much lengths grow, the mean of all directions: a line's width."""
        return 1.0 if self.matrix is None else float(abs(self.matrix.determinant)) ** 0.5

    def height_scale(self, u: float = 1.0, v: float = 0.0) -> float:
        """How much higher letters become whose baseline runs along (u, v): measured square to it, as they are drawn."""
        if self.matrix is None:
            return 1.0
        m = self.matrix
        along = hypot(m.a * u + m.c * v, m.b * u + m.d * v)
        return float(abs(m.determinant) * hypot(u, v) / along) if along else 0.0

    def cut(self, operators: bytes, height_mm: float) -> bytes:
        """Return operators that paint inside of all clips alone."""
        if not self.clips:
            return operators
        pen = Pen(height_mm)
        for clip in self.clips:
            pen.clip(clip)
        return b"q\n" + pen.operators + b"\n" + operators + b"\nQ"


ROOT_CONTEXT = ElementContext()
