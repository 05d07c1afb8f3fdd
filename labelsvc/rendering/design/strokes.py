"""Strokes of a design's shapes: how wide a line is on the label, how it ends, meets and breaks."""

from __future__ import annotations

from typing import Any

from labelsvc.pdf.inks import Ink
from labelsvc.rendering.design.builder import DesignBuilder
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.pen import Pen
from labelsvc.rendering.design.shapes import FARTHEST_UNITS, has_sharp_corners, shape_path
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.design.type_builder import TypeBuilder
from labelsvc.rendering.svg.lengths import NUMBER
from labelsvc.rendering.svg.line_style import CAPS, JOINS, LINE_STYLES, MITRE, PLAIN_LINE, LineStyle, read_dashes

_THIN_LINE_PT = 0.25
"""A thinner line of several inks does not keep register."""


def draw_stroke(
    builder: TypeBuilder, pen: Pen, element: DesignElement, line: tuple[Any, Ink, float], at: ElementContext
) -> None:
    """Draw an outline; in a stretched group it is stretched itself. ``line``: path, ink and width in mm."""
    path, ink, width = line
    style = _line_style(builder, element, at)
    if style.cap == CAPS["square"] and path.bbox()[:2] == path.bbox()[2:]:
        # nobody knows which way it lies
        builder.fault(element, "svg.value", attribute="stroke-linecap", value="square")
    mitres = builder.svg_lines and not style.join and has_sharp_corners(path, style.mitre)
    if not (builder.svg_lines and at.stretched):
        pen.stroke(path, ink, width, style.scaled(at.scale).operators(mitres=mitres))
        return
    operators = pen.stretch(at.matrix) + b" " + style.operators(mitres=mitres)
    pen.stroke(shape_path(element), ink, width / at.scale, operators)


def stroke_mm(builder: DesignBuilder, element: DesignElement, at: ElementContext) -> float:
    """Return how wide a shape's line is on the label; a fault where a thin one is of several inks."""
    text = at.inherited.get("stroke-width", "1")
    if not NUMBER.fullmatch(text) or not 0 <= float(text) < FARTHEST_UNITS:
        builder.fault(element, "design.number", attribute="stroke-width", value=text)
        return 0.0
    width = float(text) * at.scale
    ink = builder.palette.find(at.inherited.get("stroke", ""))
    if width and ink and not ink.single and width / 25.4 * 72 < _THIN_LINE_PT:
        builder.fault(element, "design.thin_line", value=width, width=text)
    return width


def _line_style(builder: DesignBuilder, element: DesignElement, at: ElementContext) -> LineStyle:
    """Return how an element's line ends, meets and breaks, in the units of the element."""
    if not LINE_STYLES & at.inherited.keys():
        return PLAIN_LINE
    said = at.said_of(element)
    dashes = read_dashes(said.get("stroke-dasharray"))
    if dashes is None:
        builder.fault(element, "design.number", attribute="stroke-dasharray", value=said.get("stroke-dasharray"))
    mitre = builder.length(said, "stroke-miterlimit", MITRE)
    if mitre < 1:
        builder.fault(element, "design.number", attribute="stroke-miterlimit", value=said.get("stroke-miterlimit"))
    return LineStyle(
        builder.choice(said, "stroke-linecap", CAPS),
        builder.choice(said, "stroke-linejoin", JOINS),
        max(1.0, mitre),
        dashes or (),
        builder.length(said, "stroke-dashoffset", 0.0),
    )
