"""Designs: an SVG file read once into items that are painted in order, slots, and the templates of its values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.domain.shape import Circle, Rectangle, Shape
from labelsvc.rendering.arc_text import TextArc
from labelsvc.rendering.design_items import (
    ArcTextItem,
    Field,
    Fields,
    FieldsStep,
    FittedTextItem,
    Item,
    Mark,
    QrSlot,
    Stars,
)
from labelsvc.rendering.design_reader import DesignReader
from labelsvc.rendering.design_source import Element, read_elements
from labelsvc.rendering.design_values import Values
from labelsvc.rendering.fonts import FontBook
from labelsvc.rendering.palette import Palette
from labelsvc.rendering.pen import ink_operators
from labelsvc.rendering.piece_text import CodeArc, CodeLines, PieceText, SerialLine
from labelsvc.rendering.points import points
from labelsvc.rendering.text import TextBox

LEAST_MODULE_MM = 0.40
"""A QR module below this is lost to dot gain (PRESS-RULES.md, QR on paper)."""


@dataclass(frozen=True, eq=False)
class Design:
    """A design, ready to be filled: made once, used for every product."""

    name: str
    title: str
    source: bytes
    shape: Shape
    items: tuple[Item, ...]
    qr: QrSlot
    code: CodeLines | CodeArc
    serial: SerialLine | None
    values: Values

    @cached_property
    def piece_text(self) -> PieceText:
        """What is written on each piece: its code and, where the design counts, its serial."""
        return PieceText([slot for slot in (self.code, self.serial) if slot is not None])

    def module_mm(self, modules_with_quiet_zone: int) -> float:
        """Return the size of a module of a symbol that fills the QR slot."""
        return self.qr.size_mm / modules_with_quiet_zone

    def check_module(self, modules_with_quiet_zone: int) -> None:
        """Raise DesignRefused where the modules of a symbol would be too small for paper."""
        module_mm = self.module_mm(modules_with_quiet_zone)
        if module_mm < LEAST_MODULE_MM - 1e-9:
            needed = LEAST_MODULE_MM * modules_with_quiet_zone
            raise DesignRefused.of(
                "design.module",
                name=self.name,
                module=round(module_mm, 3),
                least=LEAST_MODULE_MM,
                size=round(needed, 1),
            )


def read_design(source: bytes, name: str, palette: Palette, fonts: FontBook) -> Design:
    """Read a design; DesignRefused carries every fault with its line."""
    root = read_elements(source, name)
    reader = _Reader(palette, fonts)
    size = reader.canvas(root)
    title = next((child.text for child in root.children if child.tag == "title"), name)
    shape = reader.shape(root, size)
    reader.items_of(root.children)
    reader.finish(name)
    if reader.problems or reader.qr is None or reader.code is None:
        raise DesignRefused(*reader.problems)
    return Design(name, title, source, shape, tuple(reader.items), reader.qr, reader.code, reader.serial, reader.values)


class _Reader(DesignReader):
    """Reads our own elements; shapes are read by DesignReader."""

    qr: QrSlot | None = None
    code: CodeLines | CodeArc | None = None
    serial: SerialLine | None = None

    def shape(self, root: Element, size: tuple[float, float]) -> Shape:
        """Return the trim's shape from ``ls:label``; a rectangle with square corners where there is none."""
        label = next((child for child in root.children if child.tag == "ls:label"), None)
        if label is None or label.get("shape", "rectangle") == "rectangle":
            return Rectangle(*size, self.length(label, "corner", 0.0) if label else 0.0)
        if label.get("shape") != "circle" or size[0] != size[1]:
            self.fault(label, "design.shape", value=label.get("shape"))
        return Circle(size[0])

    def finish(self, name: str) -> None:
        """Note what every design must have and this one lacks."""
        used = {item.__class__ for item in self.items}
        lacking = [tag for tag, there in (("ls:qr", self.qr), ("ls:code", self.code)) if there is None]
        lacking += [tag for tag, kind in (("ls:stars", Stars), ("ls:mark", Mark)) if kind not in used]
        lacking += [word for word in ("product.name", "product.shown_brand") if word not in self.values.source]
        self.problems += [Problem("design.lacks", {"name": name, "element": element}) for element in lacking]

    def item(self, element: Element) -> None:
        """Read one of our own elements."""
        match element.tag:
            case "ls:text":
                self.items.append(self._text(element))
            case "ls:arc":
                self.items.append(self._arc(element))
            case "ls:stars":
                self.items.append(self._stars(element))
            case "ls:fields":
                self.items.append(self._fields(element))
            case "ls:mark":
                self.items.append(self._mark(element))
            case "ls:qr":
                self.qr = QrSlot(*(self.length(element, key) for key in ("x", "y", "size")))
            case "ls:code":
                self.code = self._code(element)
            case "ls:serial":
                self.serial = self._serial(element)

    def _box(self, element: Element, *, lines: int = 1, leading: float = 1.2, height: str = "height") -> TextBox:
        size = self.length(element, "size")
        try:
            return TextBox(
                self.length(element, "width"),
                self.length(element, height),
                size,
                self.length(element, "min-size", size),
                max_lines=int(self.length(element, "lines", lines)),
                leading=self.length(element, "leading", leading),
                balanced=element.get("balanced") == "yes",
                tracking=self.length(element, "tracking", 0.0),
            )
        except InvalidValue as error:
            self.problems.append(Problem("design.at", {"line": element.line, "why": error.problems[0]}))
            return TextBox(1, 1, 1, 1)

    def _text(self, element: Element) -> FittedTextItem:
        return FittedTextItem(
            self.length(element, "x"),
            self.length(element, "y"),
            self._box(element),
            self.face(element),
            self.type_ink(element),
            self.align(element),
            self.valign(element),
            self.values.add(element.text, element.line),
            element.get("field", element.text),
            element.line,
            self.display(element),
        )

    def _arc(self, element: Element) -> ArcTextItem:
        middle, size = self.length(element, "middle", 90.0), self.length(element, "size")
        arc = TextArc(
            self.length(element, "radius"),
            size,
            self.length(element, "min-size", size),
            upper=middle < 180,
            middle_deg=middle,
            span_deg=self.length(element, "span", 180.0),
            tracking=self.length(element, "tracking", 0.0),
        )
        x_mm, y_mm = self.length(element, "cx"), self.length(element, "cy")
        value = self.values.add(element.text, element.line)
        name = element.get("field", element.text)
        ink = self.type_ink(element)
        return ArcTextItem(x_mm, y_mm, arc, self.face(element), ink, value, name, element.line, self.display(element))

    def _stars(self, element: Element) -> Stars:
        x_mm, y_mm, size = (self.length(element, key) for key in ("x", "y", "size"))
        value = self.values.add(element.get("count", "{{ recognition.stars }}"), element.line)
        gap = self.length(element, "gap", size / 5)
        return Stars(x_mm, y_mm, size, gap, self.ink(element, "fill"), value, element.line, self.display(element))

    def _fields(self, element: Element) -> Fields:
        width, height = self.length(element, "width"), self.length(element, "height")
        label_width, gap = self.length(element, "label-width"), self.length(element, "gap", 0.6)
        leading = self.length(element, "leading", 1.2)
        size, least = self.length(element, "size"), self.length(element, "min-size", self.length(element, "size"))
        steps = []
        while size >= least - 1e-9:
            boxes = (TextBox(w, height, size, size, 12, leading) for w in (label_width - 1.0, width - label_width))
            steps.append(FieldsStep(round(size, 3), *boxes))
            size -= 0.25
        rows = tuple(
            Field(row.get("label"), self.values.add(row.text, row.line), self.values.add(row.get("blank"), row.line))
            for row in element.children
        )
        return Fields(
            self.length(element, "x"),
            self.length(element, "y"),
            width,
            height,
            label_width,
            tuple(steps),
            leading,
            gap,
            self.face(element),
            self.fonts.face("BeVietnamPro-Regular"),
            self.type_ink(element),
            self.ink(element, "label-fill"),
            rows,
            element.line,
            self.display(element),
        )

    def _mark(self, element: Element) -> Mark:
        x_mm, y_mm, turn = self.length(element, "x"), self.length(element, "y"), int(self.length(element, "rotate", 0))
        return Mark(x_mm, y_mm, self._box(element), self.face(element), self.type_ink(element), turn, element.line)

    def _code(self, element: Element) -> CodeLines | CodeArc:
        face, size, state = self.face(element), self.length(element, "size"), self.state(element)
        if "radius" in element.attributes:
            center = points(self.length(element, "cx")), points(self.height_mm - self.length(element, "cy"))
            return CodeArc(face, size, center, points(self.length(element, "radius")), state=state)
        first = points(self.height_mm - self.length(element, "y")) - face.cap_height * size / 1000
        leading = self.length(element, "leading", 1.25) * size
        baselines = (first,) if element.get("lines", "1") == "1" else (first, first - leading)
        tracking = self.length(element, "tracking", 0.0)
        return CodeLines(face, size, self._anchor(element), baselines, self.align(element), tracking, state)

    def _serial(self, element: Element) -> SerialLine:
        face, size = self.face(element), self.length(element, "size")
        baseline = points(self.height_mm - self.length(element, "y")) - face.cap_height * size / 1000
        align, state, before = self.align(element), ink_operators(self.type_ink(element)), element.get("prefix", "Số ")
        return SerialLine(face, size, self._anchor(element), baseline, align, before=before, state=state)

    def _anchor(self, element: Element) -> float:
        """Return the left edge, middle or right edge of an element's box, in points."""
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[self.align(element)]
        return points(self.length(element, "x") + share * self.length(element, "width"))
