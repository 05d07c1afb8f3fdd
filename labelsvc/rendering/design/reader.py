"""Walks a design in the order in which it is painted, and reads its SVG shapes into operators. Faults are collected."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.domain.shape import LARGEST_MM
from labelsvc.pdf.inks import Ink, Palette
from labelsvc.pdf.pdf_file import XObjectWriter
from labelsvc.rendering.design.expressions.values import Values
from labelsvc.rendering.design.items import Item, Shape
from labelsvc.rendering.design.pen import Pen
from labelsvc.rendering.design.pictures import read_image
from labelsvc.rendering.design.references import References, moved, viewport
from labelsvc.rendering.design.shapes import (
    FARTHEST_MM,
    NUMBER,
    joined,
    numbers_of,
    placed,
    shape_path,
    transform_matrix,
)
from labelsvc.rendering.design.source import PAINTED, SHAPES, Element
from labelsvc.rendering.design.surroundings import INHERITED, OUTERMOST, Surroundings
from labelsvc.rendering.design.text import read_text
from labelsvc.rendering.typesetting.fonts import FontBook

_BLACK = "#17231C"
_THIN_LINE_PT = 0.25
_NOT_PAINTED = {"title", "desc", "ls:label", "defs", "symbol", "clipPath"}
_CLIP = re.compile(r"url\(\s*(['\"]?)#([^'\")\s]+)\1\s*\)")
MOST_ELEMENTS = 20_000
"""Elements that a design may paint, those that are used again and again counted each time."""
DEEPEST = 60
_FILL_RULES = {"nonzero": False, "evenodd": True}
Made = TypeVar("Made")


class DesignReader:
    """Collects items and problems while it walks a design's elements."""

    def __init__(self, palette: Palette, fonts: FontBook, profile: bytes, root: Element) -> None:
        self.palette, self.fonts, self.profile = palette, fonts, profile
        self.problems: list[Problem] = []
        self.references = References(root, self.problems)
        self.items: list[Item] = []
        self.xobjects: dict[bytes, XObjectWriter] = {}
        self._xobject_names: dict[object, bytes] = {}
        self.values = Values()
        self.width_mm = self.height_mm = 0.0
        self._painted = 0

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
            self.problems += [Problem("design.at", {"line": element.line, "why": why}) for why in error.problems]
            return None

    def xobject(self, key: object, write: XObjectWriter) -> bytes:
        """Return the resource name of a picture or an artwork; what has the same key is written once."""
        name = self._xobject_names.setdefault(key, b"X%d" % len(self._xobject_names))
        self.xobjects.setdefault(name, write)
        return name

    def canvas(self, root: Element) -> tuple[float, float]:
        """Return the trim's width and height: the viewBox in mm, the same as width and height."""
        box = numbers_of(root.get("viewBox")) or []
        sizes = numbers_of(" ".join(root.get(key).removesuffix("mm") for key in ("width", "height")))
        in_mm = all(root.get(key).endswith("mm") for key in ("width", "height"))
        possible = len(box) == 4 and box[:2] == [0, 0] and 0 < min(box[2:]) <= max(box[2:]) <= LARGEST_MM
        if not possible or sizes != box[2:] or not in_mm:
            raise DesignRefused(*self.problems, Problem("design.canvas", {"line": root.line}))
        self.width_mm, self.height_mm = box[2:]
        return box[2], box[3]

    def read(self, elements: Iterable[Element], around: Surroundings = OUTERMOST) -> None:
        """Read elements with what they take from those around them."""
        for element in elements:
            if element.tag in _NOT_PAINTED:
                continue
            self._count(element, around)
            if element.tag == "g":
                self.read(element.children, self.inside(element, around))
            elif element.tag == "use":
                self._use(element, around)
            elif element.tag == "text":
                self.items += read_text(self, element, self.inside(element, around))
            elif element.tag == "image":
                read_image(self, element, self.inside(element, around))
            elif element.tag in SHAPES:
                self._shape(element, self.inside(element, around))
            else:
                self.own(element, around)

    def _count(self, element: Element, around: Surroundings) -> None:
        self._painted += 1
        if self._painted > MOST_ELEMENTS or around.depth > DEEPEST:
            raise DesignRefused(*self.problems, Problem("design.too_many", {"line": element.line}))

    def inside(self, element: Element, around: Surroundings) -> Surroundings:
        """Return what an element's children take, or what it is painted with itself."""
        matrix = around.matrix
        if element.get("transform"):
            own = self.made(element, lambda: transform_matrix(element.get("transform")))
            matrix = own if own is None or matrix is None else own * matrix
        at = replace(
            around,
            matrix=matrix,
            inherited=around.inherited | {key: element.get(key) for key in INHERITED if element.get(key)},
            display=around.display + element.get("display"),
            depth=around.depth + 1,
        )
        clip = self._clip(element, at) if element.get("clip-path", "none") != "none" else None
        return at if clip is None else replace(at, clips=(*at.clips, clip))

    def _use(self, element: Element, around: Surroundings) -> None:
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
            self.read(target.children, self._viewport(target, at, *size))
        else:
            self.read([target], at)

    def _size(self, use: Element) -> tuple[float, float]:
        """Return the size of the viewport that a ``use`` gives a symbol: the whole label where it says none."""
        width, height = self.length(use, "width", self.width_mm), self.length(use, "height", self.height_mm)
        for key, value in (("width", width), ("height", height)):
            if value <= 0:
                self.fault(use, "design.number", attribute=key, value=use.get(key))
        return max(width, 1e-3), max(height, 1e-3)

    def _viewport(self, symbol: Element, at: Surroundings, width: float, height: float) -> Surroundings:
        box = numbers_of(symbol.get("viewBox", f"0 0 {width} {height}")) or []
        if len(box) != 4 or min(box[2:]) <= 0:
            self.fault(symbol, "design.number", attribute="viewBox", value=symbol.get("viewBox"))
            return at
        return viewport(at, (box[0], box[1], box[2], box[3]), width, height)

    def _clip(self, element: Element, at: Surroundings) -> Any:
        said = element.get("clip-path")
        written = _CLIP.fullmatch(said.strip())
        clip = self.references.find(element, f"#{written[2]}" if written else said, "clip-path", {"clipPath"})
        paths = [self._clipping(child, at) for child in clip.children if child.tag in SHAPES] if clip else []
        found = [path for path in paths if path is not None]
        if clip and not paths:
            self.fault(clip, "design.empty_clip")
        return joined(found) if found else None

    def _clipping(self, element: Element, at: Surroundings) -> Any:
        for attribute in ("display", "clip-path", "fill-rule"):
            if attribute in element.attributes:
                self.fault(element, "design.in_clip", attribute=attribute)
        path = self.made(element, lambda: shape_path(element))
        matrix = self.inside(replace(element, attributes={"transform": element.get("transform")}), at).matrix
        return None if path is None else placed(path, matrix)

    def _shape(self, element: Element, at: Surroundings) -> None:
        path = self.made(element, lambda: shape_path(element))
        fill, stroke = (self.paint(element, at.inherited.get(key, other)) for key, other in _PAINTS)
        width = self._stroke_mm(element, at) if stroke else 0.0
        even_odd = bool(self.choice(element, "fill-rule", _FILL_RULES))
        if path is None:
            return
        path, stroke, pen = placed(path, at.matrix), stroke if width else None, Pen(self.height_mm)
        if fill:
            pen.fill(path, fill, even_odd=even_odd)
        if stroke:
            pen.stroke(path, stroke, width)
        operators, display = at.cut(pen.operators, self.height_mm), self.display(element, at)
        painted = (operators, path, fill, stroke, width, even_odd, at.clips)
        self.items.append(Shape(*painted, element.tag, element.line, display))

    def _stroke_mm(self, element: Element, at: Surroundings) -> float:
        text = at.inherited.get("stroke-width", "1")
        if not NUMBER.fullmatch(text) or not 0 <= float(text) < FARTHEST_MM:
            self.fault(element, "design.number", attribute="stroke-width", value=text)
            return 0.0
        width = float(text) * at.scale
        ink = self.palette.find(at.inherited.get("stroke", ""))
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
