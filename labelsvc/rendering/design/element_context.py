"""The context that an element of a design inherits."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import Any

from labelsvc.rendering.design.pen import Pen

INHERITED = (
    *("fill", "stroke", "stroke-width"),
    *("font-family", "font-size", "font-weight", "font-style", "text-anchor"),
)
"""Attributes inherited by an element's children unless overridden (SVG 2, 4.2 and 11)."""


@dataclass(frozen=True, slots=True)
class ElementContext:
    """Transformation, inherited attributes, hiding conditions, clip paths, and the ids in use.

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
        """The mean scale over all directions, for line widths."""
        return 1.0 if self.matrix is None else float(abs(self.matrix.determinant)) ** 0.5

    def height_scale(self, u: float = 1.0, v: float = 0.0) -> float:
        """The scale of letter heights on a baseline along (u, v), measured perpendicular to it."""
        if self.matrix is None:
            return 1.0
        m = self.matrix
        along = hypot(m.a * u + m.c * v, m.b * u + m.d * v)
        return float(abs(m.determinant) * hypot(u, v) / along) if along else 0.0

    def cut(self, operators: bytes, height_mm: float) -> bytes:
        """Return operators clipped to all clip paths."""
        if not self.clips:
            return operators
        pen = Pen(height_mm)
        for clip in self.clips:
            pen.clip(clip)
        return b"q\n" + pen.operators + b"\n" + operators + b"\nQ"


ROOT_CONTEXT = ElementContext()
