"""Reads a design's SVG shapes into operators: fill, then stroke, unless ``paint-order`` turns them round."""

from __future__ import annotations

from labelsvc.pdf.inks import Ink
from labelsvc.rendering.design.builder import DesignBuilder
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.gradient_fills import gradient_of, shading
from labelsvc.rendering.design.items import PaintedShape
from labelsvc.rendering.design.pen import Pen
from labelsvc.rendering.design.shapes import FARTHEST_MM, FARTHEST_UNITS, check_near, placed, shape_path
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.design.strokes import draw_stroke, stroke_mm
from labelsvc.rendering.design.type_builder import TypeBuilder
from labelsvc.rendering.svg.colours import split_paint
from labelsvc.rendering.svg.gradients import Gradient

_FILL_RULES = {"nonzero": False, "evenodd": True}
_STROKE_FIRST = ("stroke", "markers stroke")


def read_shape(builder: TypeBuilder, element: DesignElement, at: ElementContext) -> None:
    """Read a shape into an item of the builder's; none where it is hidden or its path is refused."""
    farthest = FARTHEST_MM if at.matrix is None else FARTHEST_UNITS
    path = builder.made(element, lambda: shape_path(element, farthest))
    gradient = None if path is None else gradient_of(builder, element, at, path)
    fill = gradient if isinstance(gradient, Ink) else gradient.whole if gradient else _plain_fill(builder, element, at)
    stroke = builder.painted(element, "stroke", at)
    width = stroke_mm(builder, element, at) if stroke else 0.0
    even_odd = "fill-rule" in at.inherited and bool(builder.choice(at.said_of(element), "fill-rule", _FILL_RULES))
    if path is None or not at.shown:
        return
    path, stroke, pen = placed(path, at.matrix), stroke if width else None, Pen(builder.height_mm)
    if at.matrix is not None and not builder.made(element, lambda: check_near(path, element)):
        return
    if isinstance(gradient, Gradient):
        pen.shade(path, shading(builder, element, gradient, path.bbox()), even_odd=even_odd)
    elif fill:
        pen.fill(path, fill, even_odd=even_odd)
    parts = [pen.take()]
    if stroke:
        draw_stroke(builder, pen, element, (path, stroke, width), at)
    parts.append(pen.take())
    if at.inherited.get("paint-order", "").startswith(_STROKE_FIRST):
        parts.reverse()
    operators = at.cut(b"\n".join(filter(None, parts)), builder.height_mm)
    painted = (operators, path, fill, stroke, width * at.stretch, even_odd, at.clips)
    run = gradient if isinstance(gradient, Gradient) else None
    builder.items.append(PaintedShape(*painted, element.tag, element.line, builder.display(element, at), run))


def _plain_fill(builder: DesignBuilder, element: DesignElement, at: ElementContext) -> Ink | None:
    """Return the ink of a fill that is no gradient; what stands behind a reference paints where that is missing."""
    reference, plain = split_paint(at.inherited.get("fill", ""))
    if not reference:
        return builder.painted(element, "fill", at)
    return builder.paint(element, plain) if plain else None
