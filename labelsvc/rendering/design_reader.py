"""Walks a design in the order in which it is painted, and reads its SVG shapes into operators. Faults are collected."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.domain.shape import LARGEST_MM
from labelsvc.rendering.design_items import Item, Shape
from labelsvc.rendering.design_shapes import FARTHEST_MM, NUMBER, numbers_of, shape_path, transform_matrix
from labelsvc.rendering.design_source import SHAPES, Element
from labelsvc.rendering.design_values import Values
from labelsvc.rendering.fonts import FontBook
from labelsvc.rendering.palette import Ink, Palette
from labelsvc.rendering.pen import Pen

_BLACK = "#17231C"
_THIN_LINE_PT = 0.25
_NOT_PAINTED = {"title", "desc", "ls:label", "defs"}
_INHERITED = ("fill", "stroke", "stroke-width")
_FILL_RULES = {"nonzero": False, "evenodd": True}
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an element takes from those around it: transformation, paint, and the templates that may hide it."""

    matrix: Any = None
    paint: dict[str, str] = field(default_factory=dict)
    display: str = ""

    @property
    def scale(self) -> float:
        """How much lengths grow: a line's width, a size of type."""
        return 1.0 if self.matrix is None else float(abs(self.matrix.determinant)) ** 0.5


class DesignReader:
    """Collects items and problems while it walks a design's elements."""

    def __init__(self, palette: Palette, fonts: FontBook) -> None:
        self.palette, self.fonts = palette, fonts
        self.problems: list[Problem] = []
        self.items: list[Item] = []
        self.values = Values()
        self.height_mm = 0.0

    @abstractmethod
    def own(self, element: Element, around: Surroundings) -> None:
        """Read one of our own elements."""

    def fault(self, element: Element, code: str, **facts: object) -> None:
        """Note a problem with its line and element."""
        self.problems.append(Problem(code, {"line": element.line, "element": element.tag, **facts}))

    def made(self, element: Element, make: Callable[[], Made]) -> Made | None:
        """Return what is made; None, with the element's line noted, where the values that it is made of are refused."""
        try:
            return make()
        except InvalidValue as error:
            self.problems.append(Problem("design.at", {"line": element.line, "why": error.problems[0]}))
            return None

    def canvas(self, root: Element) -> tuple[float, float]:
        """Return the trim's width and height: the viewBox in mm, the same as width and height."""
        box = numbers_of(root.get("viewBox")) or []
        sizes = numbers_of(" ".join(root.get(key).removesuffix("mm") for key in ("width", "height")))
        in_mm = all(root.get(key).endswith("mm") for key in ("width", "height"))
        possible = len(box) == 4 and box[:2] == [0, 0] and 0 < min(box[2:]) <= max(box[2:]) <= LARGEST_MM
        if not possible or sizes != box[2:] or not in_mm:
            raise DesignRefused(*self.problems, Problem("design.canvas", {"line": root.line}))
        self.height_mm = box[3]
        return box[2], box[3]

    def read(self, elements: Iterable[Element], around: Surroundings = Surroundings()) -> None:
        """Read elements with what they take from those around them."""
        for element in elements:
            if element.tag in _NOT_PAINTED:
                continue
            if element.tag == "g":
                self.read(element.children, self.inside(element, around))
            elif element.tag in SHAPES:
                self._shape(element, self.inside(element, around))
            else:
                self.own(element, around)

    def inside(self, element: Element, around: Surroundings) -> Surroundings:
        """Return what an element's children take, or what it is painted with itself."""
        matrix = around.matrix
        if element.get("transform"):
            own = self.made(element, lambda: transform_matrix(element.get("transform")))
            matrix = own if own is None or matrix is None else own * matrix
        paint = around.paint | {key: element.get(key) for key in _INHERITED if element.get(key)}
        return replace(around, matrix=matrix, paint=paint, display=around.display + element.get("display"))

    def _shape(self, element: Element, at: Surroundings) -> None:
        path = self.made(element, lambda: shape_path(element))
        fill, stroke = (self.paint(element, at.paint.get(key, other)) for key, other in _PAINTS)
        width = self._stroke_mm(element, at) if stroke else 0.0
        even_odd = bool(self.choice(element, "fill-rule", _FILL_RULES))
        if path is None:
            return
        if at.matrix is not None:
            path *= at.matrix
            path.reify()
        pen = Pen(self.height_mm)
        if fill:
            pen.fill(path, fill, even_odd=even_odd)
        if stroke and width:
            pen.stroke(path, stroke, width)
        display = self.display(element, at)
        stroke = stroke if width else None
        self.items.append(Shape(pen.operators, path, fill, stroke, width, even_odd, element.tag, element.line, display))

    def _stroke_mm(self, element: Element, at: Surroundings) -> float:
        text = at.paint.get("stroke-width", "0.3")
        if not NUMBER.fullmatch(text) or not 0 <= float(text) < FARTHEST_MM:
            self.fault(element, "design.number", attribute="stroke-width", value=text)
            return 0.0
        width = float(text) * at.scale
        ink = self.palette.find(at.paint.get("stroke", ""))
        if width and ink and not ink.single and width / 25.4 * 72 < _THIN_LINE_PT:
            self.fault(element, "design.thin_line", value=width)
        return width

    def paint(self, element: Element, value: str) -> Ink | None:
        """Return the ink of a colour; None for none, and for one that is not the palette's, which is a fault."""
        if value == "none":
            return None
        ink = self.palette.find(value)
        if ink is None:
            nearest = self.palette.nearest(value)
            self.fault(element, "design.colour", value=value, nearest=f"{nearest.screen} ({nearest.name})")
        return ink

    def ink(self, element: Element, key: str) -> Ink:
        """Return the ink of an attribute; black where it is missing."""
        return self.paint(element, element.get(key, _BLACK)) or next(iter(self.palette.inks.values()))

    def length(self, element: Element, key: str, default: float | None = None) -> float:
        """Return a length in mm (a size of type in pt) as a number; a missing one without default is a fault."""
        text = element.get(key)
        if not text and default is not None:
            return default
        if not NUMBER.fullmatch(text) or abs(float(text)) > FARTHEST_MM:
            self.fault(element, "design.number", attribute=key, value=text)
            return 1.0
        return float(text)

    def choice(self, element: Element, key: str, choices: dict[str, Any]) -> Any:
        """Return what the value of an attribute stands for; the first choice where it is missing or a fault."""
        value = element.get(key) or next(iter(choices))
        if value not in choices:
            self.fault(element, "design.choice", attribute=key, value=value, known=list(choices))
        return choices.get(value, next(iter(choices.values())))

    def display(self, element: Element, at: Surroundings) -> int:
        """Return the place among the values of what may hide an element, −1 where it always shows."""
        return self.values.add(at.display, element.line) if at.display else -1


_PAINTS = (("fill", _BLACK), ("stroke", "none"))
