"""What an element of a design takes from those around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labelsvc.rendering.pen import Pen

INHERITED = (
    *("fill", "stroke", "stroke-width"),
    *("font-family", "font-size", "font-weight", "font-style", "text-anchor"),
)
"""Attributes that hold for all that an element holds, until one says otherwise (SVG 2, 4.2 and 11)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
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
        """How much lengths grow: a line's width, a size of type."""
        return 1.0 if self.matrix is None else float(abs(self.matrix.determinant)) ** 0.5

    def cut(self, operators: bytes, height_mm: float) -> bytes:
        """Return operators that paint inside of all clips alone."""
        if not self.clips:
            return operators
        pen = Pen(height_mm)
        for clip in self.clips:
            pen.clip(clip)
        return b"q\n" + pen.operators + b"\n" + operators + b"\nQ"


OUTERMOST = Surroundings()
