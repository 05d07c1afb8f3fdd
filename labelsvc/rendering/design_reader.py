"""Reads a design's SVG shapes into operators, and the attributes that all elements share. Faults are collected."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.design_items import Box, Item, Shape
from labelsvc.rendering.design_source import Element
from labelsvc.rendering.design_values import Values
from labelsvc.rendering.fonts import Face, FontBook
from labelsvc.rendering.palette import Ink, Palette
from labelsvc.rendering.pen import Pen, ink_operators
from labelsvc.rendering.text import Align, VerticalAlign

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)")
_ALIGNS: dict[str, Align] = {"left": "left", "center": "center", "right": "right"}
_VALIGNS: dict[str, VerticalAlign] = {"top": "top", "middle": "middle", "bottom": "bottom"}
_SMALL_TYPE_PT = 8.0
_THIN_LINE_PT = 0.25
_NOT_PAINTED = {"title", "desc", "ls:label", "defs"}
_SHAPES = {"rect", "circle", "ellipse", "line", "polyline", "polygon", "path"}
_INHERITED = ("fill", "stroke", "stroke-width")


class DesignReader:
    """Collects items and problems while it walks a design's elements in the order in which they are painted."""

    def __init__(self, palette: Palette, fonts: FontBook) -> None:
        self.palette, self.fonts = palette, fonts
        self.problems: list[Problem] = []
        self.items: list[Item] = []
        self.values = Values()
        self.height_mm = 0.0

    @abstractmethod
    def item(self, element: Element) -> None:
        """Read one of our own elements."""

    def fault(self, element: Element, code: str, **facts: object) -> None:
        """Note a problem with its line and element."""
        self.problems.append(Problem(code, {"line": element.line, "element": element.tag, **facts}))

    def canvas(self, root: Element) -> tuple[float, float]:
        """Return the trim's width and height: the viewBox in mm, the same as width and height."""
        numbers = [float(part) for part in root.get("viewBox").replace(",", " ").split() if _NUMBER.fullmatch(part)]
        sizes = [root.get(key).removesuffix("mm") for key in ("width", "height")]
        if len(numbers) != 4 or numbers[:2] != [0, 0] or not all(map(_NUMBER.fullmatch, sizes)):
            raise DesignRefused(*self.problems, Problem("design.canvas", {"line": root.line}))
        if [float(size) for size in sizes] != numbers[2:] or not all(root.get(k).endswith("mm") for k in ("width",)):
            raise DesignRefused(*self.problems, Problem("design.canvas", {"line": root.line}))
        self.height_mm = numbers[3]
        return numbers[2], numbers[3]

    def items_of(
        self, elements: Iterable[Element], matrix: Any = None, inherited: dict[str, str] | None = None
    ) -> None:
        """Read elements with the transformation and the paint that they inherit."""
        for element in elements:
            if element.tag in _NOT_PAINTED:
                continue
            if element.tag not in _SHAPES and element.tag != "g":
                self.item(element)
                continue
            paint = {**(inherited or {}), **{k: element.get(k) for k in _INHERITED if element.get(k)}}
            here = self._matrix(element, matrix)
            if element.tag == "g":
                self.items_of(element.children, here, paint)
            else:
                self._shape(element, here, paint)

    def _matrix(self, element: Element, outer: Any) -> Any:
        if not element.get("transform"):
            return outer
        from svgelements import Matrix

        own = Matrix(element.get("transform"))
        return own * outer if outer is not None else own

    def _shape(self, element: Element, matrix: Any, paint: dict[str, str]) -> None:
        path = self._path(element)
        if path is None:
            return
        if matrix is not None:
            path *= matrix
            path.reify()
        fill = self._paint(element, paint.get("fill", "#17231C"))
        stroke = self._paint(element, paint.get("stroke", "none"))
        width = float(paint.get("stroke-width", "0.3"))
        pen = Pen(self.height_mm)
        if stroke and not stroke.single and width / 25.4 * 72 < _THIN_LINE_PT:
            self.fault(element, "design.thin_line", value=width)
        if fill:
            pen.fill(path, fill, even_odd=element.get("fill-rule") == "evenodd")
        if stroke:
            pen.stroke(path, stroke, width)
        bounds = _bounds(path, width if stroke else 0.0)
        paper = (fill is None or fill.paper) and (stroke is None or stroke.paper) and (fill or stroke) is not None
        shape = Shape(pen.operators, bounds, paper, element.tag == "circle", element.line, self.display(element))
        self.items.append(shape)

    def _path(self, element: Element) -> Any:
        from svgelements import Circle, Ellipse, Path, Polygon, Polyline, Rect, SimpleLine

        kinds = {
            "rect": Rect,
            "circle": Circle,
            "ellipse": Ellipse,
            "line": SimpleLine,
            "polyline": Polyline,
            "polygon": Polygon,
        }
        geometry = {k: v for k, v in element.attributes.items() if k not in ("fill", "stroke", "transform", "id")}
        try:
            if element.tag == "path":
                return Path(element.get("d"))
            if element.tag in ("polyline", "polygon"):
                return Path(kinds[element.tag](element.get("points")))
            return Path(kinds[element.tag](geometry))
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            self.fault(element, "design.geometry", reason=str(error))
            return None

    def _paint(self, element: Element, value: str) -> Ink | None:
        if value == "none":
            return None
        ink = self.palette.find(value)
        if ink is None:
            nearest = self.palette.nearest(value)
            self.fault(element, "design.colour", value=value, nearest=f"{nearest.screen} ({nearest.name})")
        return ink

    def ink(self, element: Element, key: str) -> Ink:
        """Return the ink of an attribute; black where it is missing."""
        return self._paint(element, element.get(key, "#17231C")) or next(iter(self.palette.inks.values()))

    def type_ink(self, element: Element) -> Ink:
        """Return the ink of a text: under 8 pt it takes a single one (GWG 4.15, 4.16)."""
        ink = self.ink(element, "fill")
        least = self.length(element, "min-size", self.length(element, "size"))
        if least < _SMALL_TYPE_PT and not ink.single:
            self.fault(element, "design.small_type", value=least, colour=ink.name)
        return ink

    def state(self, element: Element) -> bytes:
        """Return the operators that set the ink of a text that differs by piece: pure black is what it inherits."""
        ink = self.type_ink(element)
        return b"" if ink.black else ink_operators(ink)

    def length(self, element: Element, key: str, default: float | None = None) -> float:
        """Return a length in mm (a size of type in pt) as a number; a missing one without default is a fault."""
        text = element.get(key)
        if not text and default is not None:
            return default
        if not _NUMBER.fullmatch(text):
            self.fault(element, "design.number", attribute=key, value=text)
            return 1.0
        return float(text)

    def face(self, element: Element) -> Face:
        """Return the face of an element's weight (400 to 800)."""
        weight = int(self.length(element, "weight", 400))
        found = self.fonts.find(weight=weight)
        if found is None:
            self.fault(element, "design.weight", value=weight, known=[face.weight for face in self.fonts.faces])
            return self.fonts.faces[0]
        return found

    def align(self, element: Element) -> Align:
        """Return where the lines of a text stand in their box."""
        chosen: Align = self._choice(element, "align", _ALIGNS)
        return chosen

    def valign(self, element: Element) -> VerticalAlign:
        """Return where a text stands in the height of its box."""
        chosen: VerticalAlign = self._choice(element, "valign", _VALIGNS)
        return chosen

    def _choice(self, element: Element, key: str, choices: dict[str, Any]) -> Any:
        value = element.get(key) or next(iter(choices))
        if value not in choices:
            self.fault(element, "design.choice", attribute=key, value=value, known=list(choices))
        return choices.get(value, next(iter(choices.values())))

    def display(self, element: Element) -> int:
        """Return the place of an element's ``display`` among the values, −1 where it always shows."""
        return self.values.add(element.get("display"), element.line) if element.get("display") else -1


def _bounds(path: Any, width: float) -> Box:
    left, top, right, bottom = path.bbox() or (0.0, 0.0, 0.0, 0.0)
    half = width / 2
    return left - half, top - half, right - left + width, bottom - top + width
