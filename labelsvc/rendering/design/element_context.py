"""The context that an element of a design inherits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import hypot
from typing import Any

from labelsvc.rendering.design.pen import Pen
from labelsvc.rendering.design.source import DesignElement

INHERITED = (
    *("fill", "fill-opacity", "fill-rule", "color", "visibility", "paint-order", "clip-rule"),
    *("stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"),
    *("stroke-dasharray", "stroke-dashoffset"),
    *("font-family", "font-size", "font-weight", "font-style", "text-anchor", "letter-spacing", "xml:space"),
)
"""Attributes inherited by an element's children unless overridden (SVG 2, 4.2 and 11)."""


_ROUND = 0.01
"""Share by which a line may be stretched one way and still be drawn in one width."""


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

    def said_of(self, element: DesignElement) -> DesignElement:
        """Return an element whose attributes are all that it inherits, its own among them."""
        return replace(element, attributes=self.inherited)

    @property
    def shown(self) -> bool:
        """Whether what is painted here is visible (SVG 2, 11.4)."""
        return self.inherited.get("visibility", "visible") == "visible"

    @property
    def stretched(self) -> bool:
        """Whether a circle becomes an ellipse here."""
        if self.matrix is None:
            return False
        a, b, c, d = (float(getattr(self.matrix, name)) for name in "abcd")
        least, most = sorted((hypot(a + d, b - c), hypot(a - d, b + c)))
        return least > _ROUND * most

    @property
    def stretch(self) -> float:
        """How much wider than the mean a line may become on the label."""
        if not self.stretched:
            return 1.0
        a, b, c, d = (float(getattr(self.matrix, name)) for name in "abcd")
        return (hypot(a + d, b - c) + hypot(a - d, b + c)) / 2 / self.scale if self.scale else 1.0

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
