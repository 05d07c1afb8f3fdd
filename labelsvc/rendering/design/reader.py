"""Walks a design in painting order, and reads its SVG shapes into operators. Faults are collected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.domain.shape import LARGEST_MM
from labelsvc.pdf.inks import SCREEN_BLACK, Ink
from labelsvc.rendering.design.element_context import INHERITED, ROOT_CONTEXT, ElementContext
from labelsvc.rendering.design.elements import SLOTS, LabelElements
from labelsvc.rendering.design.items import PaintedShape
from labelsvc.rendering.design.pen import Pen
from labelsvc.rendering.design.pictures import read_image, read_official, read_pdf_artwork
from labelsvc.rendering.design.references import moved, viewport
from labelsvc.rendering.design.shapes import (
    FARTHEST_MM,
    FARTHEST_UNITS,
    check_near,
    has_sharp_corners,
    is_finite,
    joined,
    numbers_of,
    placed,
    shape_path,
    transform_matrix,
)
from labelsvc.rendering.design.source import KNOWN, PAINTED, SHAPES, DesignElement
from labelsvc.rendering.design.text import read_text
from labelsvc.rendering.svg.colours import split_paint
from labelsvc.rendering.svg.gradient_reading import GRADIENTS, read_gradient
from labelsvc.rendering.svg.gradients import MOST_RUNS, Gradient, GradientForm, runs_needed
from labelsvc.rendering.svg.lengths import NUMBER
from labelsvc.rendering.svg.line_style import CAPS, JOINS, LINE_STYLES, MITRE, PLAIN_LINE, LineStyle, read_dashes

_THIN_LINE_PT = 0.25
_NOT_PAINTED = {"title", "desc", "ls:label", "defs", "symbol", "clipPath", "linearGradient", "radialGradient", "stop"}
_LONGEST_CHAIN = 8
_CLIP = re.compile(r"url\(\s*(['\"]?)#([^'\")\s]+)\1\s*\)")
MOST_ELEMENTS = 20_000
"""The most elements that a design may paint, counting every use."""
DEEPEST = 60
_FILL_RULES = {"nonzero": False, "evenodd": True}
_STROKE_FIRST = ("stroke", "markers stroke")


def without(element: DesignElement, *names: str) -> dict[str, str]:
    """Return an element's attributes without some of them."""
    return {name: value for name, value in element.attributes.items() if name not in names}


class DesignReader(LabelElements):
    """Reads a design's elements in order, each with its inherited context."""

    _painted = 0

    def canvas(self, root: DesignElement) -> tuple[float, float]:
        """Return the trim's width and height: the viewBox in mm, the same as width and height."""
        box = numbers_of(root.get("viewBox")) or []
        sizes = numbers_of(" ".join(root.get(key).removesuffix("mm") for key in ("width", "height")))
        in_mm = all(root.get(key).endswith("mm") for key in ("width", "height"))
        possible = len(box) == 4 and box[:2] == [0, 0] and 0 < min(box[2:]) <= max(box[2:]) <= LARGEST_MM
        if not possible or sizes != box[2:] or not in_mm:
            raise DesignRefused(*self.problems, Problem("design.canvas", {"line": root.line}))
        self.width_mm, self.height_mm = box[2:]
        return box[2], box[3]

    def read(self, elements: Iterable[DesignElement], around: ElementContext = ROOT_CONTEXT) -> None:
        """Read elements with what they take from those around them."""
        for element in elements:
            if element.tag in _NOT_PAINTED or element.tag not in KNOWN:
                continue
            self._count(element, around)
            if element.tag == "g":
                self.read(element.children, self.inside(element, around))
            elif element.tag == "use":
                self._use(element, around)
            elif element.tag == "text":
                self.items += read_text(self, element, self.inside(element, around))
            elif element.tag == "image":
                at = self.inside(element, around)
                if at.shown:
                    read_image(self, element, at)
            elif element.tag in SHAPES:
                self._shape(element, self.inside(element, around))
            else:
                self._label_element(element, around)

    def _label_element(self, element: DesignElement, around: ElementContext) -> None:
        """Read one of our own elements; required ones must be shown.

        They are not in transformed groups, unless their lengths are those on the label already.
        """
        refused = {
            "use": bool(around.used),
            "transform": around.matrix is not None and not around.used and not element.placed,
            "clip-path": bool(around.clips),
            "display": bool(around.display) and element.tag in (*SLOTS, "ls:mark"),
        }
        for attribute in (name for name, there in refused.items() if there):
            self.fault(element, "design.group", attribute=attribute)
        at = replace(self.inside(element, around), matrix=None)
        if element.tag == "ls:artwork":
            read_pdf_artwork(self, element, at)
        elif element.tag == "ls:official":
            read_official(self, element, at)
            if not element.get("href"):
                self.read(element.children, replace(at, matrix=around.matrix))
        else:
            self.read_label_element(element, at)

    def _count(self, element: DesignElement, around: ElementContext) -> None:
        self._painted += 1
        if self._painted > MOST_ELEMENTS or around.depth > DEEPEST:
            raise DesignRefused(*self.problems, Problem("design.too_many", {"line": element.line}))

    def inside(self, element: DesignElement, around: ElementContext) -> ElementContext:
        """Return what an element's children take, or what it is painted with itself."""
        matrix = around.matrix
        if element.get("transform"):
            own = self.made(element, lambda: transform_matrix(element.get("transform")))
            matrix = own if own is None or matrix is None else own * matrix
            if matrix is not None and not is_finite(matrix):
                self.fault(element, "design.number", attribute="transform", value=element.get("transform"))
                matrix = around.matrix
        at = replace(
            around,
            matrix=matrix,
            inherited=around.inherited | {key: element.get(key) for key in INHERITED if element.get(key)},
            display=around.display + element.get("display"),
            depth=around.depth + 1,
        )
        clip = self._clip(element, at) if element.get("clip-path", "none") != "none" else None
        return at if clip is None else replace(at, clips=(*at.clips, clip))

    def _use(self, element: DesignElement, around: ElementContext) -> None:
        target = self.references.find(element, element.get("href"), "href", PAINTED | {"symbol"})
        place = {key: self.length(element, key, 0.0) for key in ("x", "y")}
        size = self._size(element)
        if target is None:
            return
        if target.get("id") in around.used:
            self.fault(element, "design.reference", attribute="href", value=element.get("href"), nearest="")
            return
        at = self.inside(element, around)
        at = moved(replace(at, used=(*around.used, target.get("id"))), **place)
        if target.tag == "symbol":
            self.read(target.children, self._viewport(target, self.inside(target, at), *size))
        else:
            self.read([target], at)

    def _size(self, use: DesignElement) -> tuple[float, float]:
        """Return the viewport that a ``use`` gives a symbol: by default the whole label."""
        width, height = self.length(use, "width", self.width_mm), self.length(use, "height", self.height_mm)
        for key, value in (("width", width), ("height", height)):
            if value <= 0:
                self.fault(use, "design.number", attribute=key, value=use.get(key))
        return max(width, 1e-3), max(height, 1e-3)

    def _viewport(self, symbol: DesignElement, at: ElementContext, width: float, height: float) -> ElementContext:
        box = numbers_of(symbol.get("viewBox", f"0 0 {width} {height}")) or []
        if len(box) != 4 or min(box[2:]) <= 0:
            self.fault(symbol, "design.number", attribute="viewBox", value=symbol.get("viewBox"))
            return at
        fit, cut = symbol.get("preserveAspectRatio"), symbol.get("overflow", "hidden") not in ("visible", "auto")
        return viewport(at, (box[0], box[1], box[2], box[3]), (width, height), fit, cut=cut)

    def _clip(self, element: DesignElement, at: ElementContext) -> Any:
        said = element.get("clip-path")
        written = _CLIP.fullmatch(said.strip())
        clip = self.references.find(element, f"#{written[2]}" if written else said, "clip-path", {"clipPath"})
        if clip is None:
            return None
        inside = self.inside(replace(clip, attributes=without(clip, "clip-path")), replace(at, inherited={}))
        children = [child for child in clip.children if child.tag in SHAPES or child.tag == "use"]
        found = [cut for child in children if (cut := self._clipping(child, inside)) is not None]
        if not found:
            self.fault(clip, "design.empty_clip")
        for attribute in {"clip-path"} & clip.attributes.keys():
            self.fault(clip, "design.in_clip", attribute=attribute)
        if clip.get("clipPathUnits", "userSpaceOnUse") != "userSpaceOnUse":
            self.fault(clip, "design.in_clip", attribute="clipPathUnits")
        return joined(found) if found else None

    def _clipping(self, element: DesignElement, around: ElementContext) -> tuple[Any, bool] | None:
        """Return the outline of a clip path's child, and whether its inside is by the even-odd rule."""
        for attribute in sorted({"display", "clip-path"} & element.attributes.keys()):
            self.fault(element, "design.in_clip", attribute=attribute)
        at = self.inside(replace(element, attributes=without(element, "display", "clip-path")), around)
        if element.tag == "use":
            target = self.references.find(element, element.get("href"), "href", SHAPES)
            place = {key: self.length(element, key, 0.0) for key in ("x", "y")}
            return None if target is None else self._clipping(target, moved(at, **place))
        path = self.made(element, lambda: shape_path(element))
        if path is None or not at.shown:
            return None
        return placed(path, at.matrix), at.inherited.get("clip-rule") == "evenodd"

    def _shape(self, element: DesignElement, at: ElementContext) -> None:
        farthest = FARTHEST_MM if at.matrix is None else FARTHEST_UNITS
        path = self.made(element, lambda: shape_path(element, farthest))
        gradient = None if path is None else self._gradient(element, at, path)
        fill = gradient if isinstance(gradient, Ink) else gradient.whole if gradient else self._plain_fill(element, at)
        stroke = self.painted(element, "stroke", at)
        width = self._stroke_mm(element, at) if stroke else 0.0
        even_odd = "fill-rule" in at.inherited and bool(self.choice(at.said_of(element), "fill-rule", _FILL_RULES))
        if path is None or not at.shown:
            return
        path, stroke, pen = placed(path, at.matrix), stroke if width else None, Pen(self.height_mm)
        if at.matrix is not None and not self.made(element, lambda: check_near(path, element)):
            return
        if isinstance(gradient, Gradient):
            pen.shade(path, self._shading(element, gradient, path.bbox()), even_odd=even_odd)
        elif fill:
            pen.fill(path, fill, even_odd=even_odd)
        parts = [pen.take()]
        if stroke:
            self._stroke(pen, element, (path, stroke, width), at)
        parts.append(pen.take())
        if at.inherited.get("paint-order", "").startswith(_STROKE_FIRST):
            parts.reverse()
        operators = at.cut(b"\n".join(filter(None, parts)), self.height_mm)
        painted = (operators, path, fill, stroke, width * at.stretch, even_odd, at.clips)
        run = gradient if isinstance(gradient, Gradient) else None
        self.items.append(PaintedShape(*painted, element.tag, element.line, self.display(element, at), run))

    def _plain_fill(self, element: DesignElement, at: ElementContext) -> Ink | None:
        """Return the ink of a fill that is no gradient; what stands behind a reference paints where that is missing."""
        reference, plain = split_paint(at.inherited.get("fill", ""))
        if not reference:
            return self.painted(element, "fill", at)
        return self.paint(element, plain) if plain else None

    def _gradient(self, element: DesignElement, at: ElementContext, path: Any) -> Gradient | Ink | None:
        """Return the gradient that fills a shape, or the ink that is left of it; ``path`` is before the context."""
        reference, plain = split_paint(at.inherited.get("fill", ""))
        if not reference or at.inherited.get("fill-opacity") == "0":
            return None
        if plain and not self.references.has(reference):
            return None
        chain = self._chain(element, f"#{reference}")
        if not chain:
            return None
        matrices = transform_matrix, at.matrix
        found = self.made(chain[0], lambda: read_gradient(chain, path.bbox(), matrices, self._stop_ink))
        if isinstance(found, Gradient):
            self._judge_gradient(element, found)
        return found

    def _chain(self, element: DesignElement, said: str) -> list[DesignElement]:
        """Return a gradient and those that it refers to, one by one."""
        chain: list[DesignElement] = []
        while said and len(chain) <= _LONGEST_CHAIN:
            found = self.references.find(
                chain[-1] if chain else element, said, "fill" if not chain else "href", GRADIENTS
            )
            if found is None or found in chain:
                if found:
                    self.fault(found, "design.reference", attribute="href", value=said, nearest="")
                return []
            chain.append(found)
            said = found.get("href")
        return chain

    def _stop_ink(self, stop: DesignElement) -> Ink | None:
        if stop.get("stop-opacity", "1") != "1":
            self.fault(stop, "svg.opacity", attribute="stop-opacity", value=stop.get("stop-opacity"))
        said = stop.get("stop-color", SCREEN_BLACK)
        if said == "currentColor":  # whose colour it is, programs do not agree upon
            self.fault(stop, "svg.value", attribute="stop-color", value=said)
            return None
        return self.paint(stop, said, "stop-color")

    def _judge_gradient(self, element: DesignElement, gradient: Gradient) -> None:
        if gradient.has_spots:
            self.fault(element, "svg.gradient_spot", inks=[ink.spot for ink in gradient.inks if ink.spot])
        if found := gradient.too_much_ink():
            self.fault(element, "svg.gradient_ink", sum=found[0], most=found[1])

    def _shading(self, element: DesignElement, gradient: Gradient, box: tuple[float, float, float, float]) -> bytes:
        """Return the name of the form that paints a gradient over a box."""
        if runs_needed(gradient, box) > MOST_RUNS:
            self.fault(element, "svg.gradient_runs", most=MOST_RUNS)
            gradient = replace(gradient, spread="pad")
        form = GradientForm(gradient, box, self.height_mm)
        return self.xobject(form, form)

    def _stroke(self, pen: Pen, element: DesignElement, line: tuple[Any, Ink, float], at: ElementContext) -> None:
        """Draw an outline; in a stretched group it is stretched itself. ``line``: path, ink and width in mm."""
        path, ink, width = line
        style = self._line_style(element, at)
        if style.cap == CAPS["square"] and path.bbox()[:2] == path.bbox()[2:]:
            self.fault(
                element, "svg.value", attribute="stroke-linecap", value="square"
            )  # nobody knows which way it lies
        mitres = self.svg_lines and not style.join and has_sharp_corners(path, style.mitre)
        if not (self.svg_lines and at.stretched):
            pen.stroke(path, ink, width, style.scaled(at.scale).operators(mitres=mitres))
            return
        operators = pen.stretch(at.matrix) + b" " + style.operators(mitres=mitres)
        pen.stroke(shape_path(element), ink, width / at.scale, operators)

    def _line_style(self, element: DesignElement, at: ElementContext) -> LineStyle:
        """Return how an element's line ends, meets and breaks, in the units of the element."""
        if not LINE_STYLES & at.inherited.keys():
            return PLAIN_LINE
        said = at.said_of(element)
        dashes = read_dashes(said.get("stroke-dasharray"))
        if dashes is None:
            self.fault(element, "design.number", attribute="stroke-dasharray", value=said.get("stroke-dasharray"))
        mitre = self.length(said, "stroke-miterlimit", MITRE)
        if mitre < 1:
            self.fault(element, "design.number", attribute="stroke-miterlimit", value=said.get("stroke-miterlimit"))
        return LineStyle(
            self.choice(said, "stroke-linecap", CAPS),
            self.choice(said, "stroke-linejoin", JOINS),
            max(1.0, mitre),
            dashes or (),
            self.length(said, "stroke-dashoffset", 0.0),
        )

    def _stroke_mm(self, element: DesignElement, at: ElementContext) -> float:
        text = at.inherited.get("stroke-width", "1")
        if not NUMBER.fullmatch(text) or not 0 <= float(text) < FARTHEST_UNITS:
            self.fault(element, "design.number", attribute="stroke-width", value=text)
            return 0.0
        width = float(text) * at.scale
        ink = self.palette.find(at.inherited.get("stroke", ""))
        if width and ink and not ink.single and width / 25.4 * 72 < _THIN_LINE_PT:
            self.fault(element, "design.thin_line", value=width, width=text)
        return width
