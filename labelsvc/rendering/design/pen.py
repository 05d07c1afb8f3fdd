"""Draws the shapes of designs with ReportLab's canvas and keeps the operators.

A design's shapes are drawn once, for any number of products and pieces.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from labelsvc.pdf.inks import Ink
from labelsvc.pdf.pdfx import colour_space_name
from labelsvc.pdf.units import number, points


def ink_operators(ink: Ink) -> bytes:
    """Return the operators that set an ink for filling: 100 % K and coatings overprint, all else knocks out.

    GWG 4.8 to 4.12.
    """
    return _overprint(ink) + (b"%b cs 1 scn" % colour_space_name(ink.spot) if ink.spot else b"%b k" % _cmyk(ink))


def coating_layer(ink: Ink) -> bytes:
    """Return what begins a coating's own layer; empty for other inks."""
    return b"/OC/%b BDC " % ink.spot.encode() if ink.coating else b""


def outline_operators(ink: Ink) -> bytes:
    """Return the operators that set an ink for stroking."""
    return _overprint(ink) + (b"%b CS 1 SCN" % colour_space_name(ink.spot) if ink.spot else b"%b K" % _cmyk(ink))


def _overprint(ink: Ink) -> bytes:
    return b"/GSk gs " if ink.black or ink.coating else b"/GSn gs "


def _cmyk(ink: Ink) -> bytes:
    return " ".join(number(part / 100) for part in ink.cmyk).encode()


class Pen:
    """Draws SVG paths (mm, y down) in points, y up, on a label of a height."""

    def __init__(self, height_mm: float) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._height_mm = height_mm
        self._canvas: Any = Canvas(BytesIO(), pageCompression=0)
        self._parts: list[bytes] = []

    @property
    def operators(self) -> bytes:
        """Everything that was drawn."""
        return b"\n".join(self._parts)

    def take(self) -> bytes:
        """Return everything that was drawn since it was last taken."""
        drawn, self._parts = self.operators, []
        return drawn

    def fill(self, path: Any, ink: Ink, *, even_odd: bool = False) -> None:
        """Fill a path."""
        self._parts.append(coating_layer(ink) + ink_operators(ink))
        self._draw(path, fill=1, stroke=0, fillMode=0 if even_odd else 1)
        self._parts += [b"EMC"] if ink.coating else []

    def shade(self, path: Any, form: bytes, *, even_odd: bool = False) -> None:
        """Fill a path with a form that covers it, such as a gradient."""
        self._parts.append(b"q")
        self.clip(path, even_odd=even_odd)
        self._parts.append(b"/GSn gs /%b Do Q" % form)

    def stroke(self, path: Any, ink: Ink, width_mm: float, style: bytes = b"") -> None:
        """Draw a path's outline; ``style``: operators of its ends, corners and dashes."""
        if style:
            self._parts.append(b"q " + style)
        self._parts.append(b"%b %b w" % (outline_operators(ink), number(points(width_mm), 3).encode()))
        self._draw(path, fill=0, stroke=1, fillMode=1)
        if style:
            self._parts.append(b"Q")

    def stretch(self, matrix: Any) -> bytes:
        """Return the operators that draw what follows, in coordinates before a matrix of SVG, as that matrix has it."""
        a, b, c, d, e, f = (float(getattr(matrix, name)) for name in "abcdef")
        shift = points(c * self._height_mm + e), points(self._height_mm * (1 - d) - f)
        return b" ".join(number(part, 6).encode() for part in (a, -b, -c, d, *shift)) + b" cm"

    def clip(self, path: Any, *, even_odd: bool = False) -> None:
        """Clip everything drawn from now on to a path."""
        before = len(self._canvas._code)
        self._canvas.clipPath(self._drawn(path), stroke=0, fill=0, fillMode=0 if even_odd else 1)
        self._parts += [operators.encode("ascii") for operators in self._canvas._code[before:]]

    def _drawn(self, path: Any) -> Any:
        drawn = self._canvas.beginPath()
        for segment in path:
            self._segment(drawn, segment)
        return drawn

    def _draw(self, path: Any, **how: int) -> None:
        before = len(self._canvas._code)
        self._canvas.drawPath(self._drawn(path), **how)
        self._parts += [operators.encode("ascii") for operators in self._canvas._code[before:]]

    def _segment(self, drawn: Any, segment: Any) -> None:
        from svgelements import Arc, Close, CubicBezier, Move, QuadraticBezier

        if isinstance(segment, Move):
            drawn.moveTo(*self._point(segment.end))
        elif isinstance(segment, Close):
            drawn.close()
        elif isinstance(segment, Arc):
            for curve in segment.as_cubic_curves():
                self._segment(drawn, curve)
        elif isinstance(segment, QuadraticBezier):
            start, control, end = segment.start, segment.control, segment.end
            first, second = start + (control - start) * (2 / 3), end + (control - end) * (2 / 3)
            drawn.curveTo(*self._point(first), *self._point(second), *self._point(end))
        elif isinstance(segment, CubicBezier):
            controls = (segment.control1, segment.control2, segment.end)
            drawn.curveTo(*(part for point in controls for part in self._point(point)))
        else:
            drawn.lineTo(*self._point(segment.end))

    def _point(self, point: Any) -> tuple[float, float]:
        return points(point.x), points(self._height_mm - point.y)
