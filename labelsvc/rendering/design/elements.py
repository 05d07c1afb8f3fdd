"""Reads our own design elements: fitted texts, stars, fields, marks, and the slots of each piece."""

from __future__ import annotations

from math import inf

from labelsvc.domain.errors import Problem
from labelsvc.domain.print_options import TextSetting
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.shape import Circle, Rectangle, Shape
from labelsvc.pdf.inks import Ink, Palette
from labelsvc.pdf.units import points
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.fields.fields_element import read_fields
from labelsvc.rendering.design.gtin.gtin_element import read_gtin
from labelsvc.rendering.design.items import (
    ArcTextItem,
    FittedTextItem,
    QrSlot,
    SpecimenMark,
    StarRow,
)
from labelsvc.rendering.design.pen import ink_operators
from labelsvc.rendering.design.shapes import outline_shape
from labelsvc.rendering.design.source import DesignElement, nearest
from labelsvc.rendering.design.type_builder import YES, TypeBuilder
from labelsvc.rendering.typesetting.arc_text import TextArc
from labelsvc.rendering.typesetting.fitting import Align, VerticalAlign
from labelsvc.rendering.typesetting.font_book import FontBook
from labelsvc.rendering.typesetting.fonts import FontFace
from labelsvc.rendering.typesetting.piece_slots import CodeArc, CodeLines, SerialLine

_ALIGNS: dict[str, Align] = {"left": "left", "center": "center", "right": "right"}
_VALIGNS: dict[str, VerticalAlign] = {"top": "top", "middle": "middle", "bottom": "bottom"}
_TURNS = {"0": 0, "90": 90, "-90": -90}
_CODE_LINES = {"1": 1, "2": 2}
USES = ("goods", "stamp", "tag", "card", "certificate", "seal")
"""What a design is for, in the order in which galleries show them."""
_UNREAD = frozenset({"design.element", "design.misplaced", "design.at_placeholder", "design.placeholder_element"})
"""Problems of elements that were left out: what a design seems to lack may be one of them."""
SLOTS = ("ls:qr", "ls:code", "ls:serial")
"""What differs from piece to piece."""
_OFF_SHEET_MM = -5_000.0
"""Where stand-ins are: farther from a label than any sheet reaches."""
_STAND_IN_QR_MM = 20.0


class LabelElements(TypeBuilder):
    """Reads elements that SVG lacks: fitted texts, stars, legal fields, and the slots of each piece."""

    qr: QrSlot | None = None
    code: CodeLines | CodeArc | None = None
    serial: SerialLine | None = None

    def __init__(
        self, palette: Palette, fonts: FontBook, profile: bytes, root: DesignElement, setting: TextSetting
    ) -> None:
        super().__init__(palette, fonts, profile, root, setting)
        self.lines: dict[str, int] = {}
        self.slot_inks: dict[str, Ink] = {}

    def shape(self, root: DesignElement, size: tuple[float, float]) -> Shape:
        """Return the trim's shape from ``ls:label``; a rectangle with square corners where there is none."""
        label = next((child for child in root.children if child.tag == "ls:label"), None)
        if label is None or label.get("shape", "rectangle") == "rectangle":
            corner = self.length(label, "corner", 0.0) if label else 0.0
            return self.made(label or root, lambda: Rectangle(*size, corner)) or Rectangle(*size)
        if label.get("shape") == "path":
            return self.made(label, lambda: outline_shape(*size, label.get("d"))) or Rectangle(*size)
        if label.get("shape") != "circle" or size[0] != size[1]:
            self.fault(label, "design.shape", value=label.get("shape"))
        return Circle(size[0])

    def groups(self, label: DesignElement | None) -> frozenset[ProductGroup]:
        """Return the product groups that ``ls:label`` names; all where it names none."""
        known = {group.name.lower(): group for group in ProductGroup}
        names = label.get("groups").split() if label else []
        for name in names:
            if label and name not in known:
                facts = {"value": name, "nearest": nearest(name, known), "known": list(known)}
                self.fault(label, "design.product_group", **facts)
        return frozenset(known[name] for name in names or known if name in known)

    def use(self, label: DesignElement | None) -> str:
        """Return what ``ls:label`` says that the design is for; empty where it does not say."""
        said = label.get("use") if label else ""
        if label and said and said not in USES:
            self.fault(label, "design.choice", attribute="use", value=said, known=list(USES))
        return said

    def finish(self, name: str) -> None:
        """Note missing required elements, and faults of the templates."""
        used = {item.__class__ for item in self.items}
        lacking = [tag for tag, there in (("ls:qr", self.qr), ("ls:code", self.code)) if there is None]
        lacking += [tag for tag, kind in (("ls:stars", StarRow), ("ls:mark", SpecimenMark)) if kind not in used]
        lacking += [word for word in ("product.name", "product.shown_brand") if word not in self.values.source]
        if not any(problem.code in _UNREAD for problem in self.problems):
            self.problems += [Problem("design.lacks", {"name": name, "element": element}) for element in lacking]
        self.problems += self.values.parse_problems()

    def stand_in(self) -> tuple[Problem, ...]:
        """Let slots off the sheet stand for those that are lacking, and return what is lacking; it is no fault then."""
        lacking = tuple(problem for problem in self.problems if problem.code == "design.lacks")
        self.problems = [problem for problem in self.problems if problem.code != "design.lacks"]
        if "ls:qr" not in self.lines:
            self.qr = QrSlot(_OFF_SHEET_MM, _OFF_SHEET_MM, _STAND_IN_QR_MM)
        if "ls:code" not in self.lines:
            off = points(_OFF_SHEET_MM)
            self.code = CodeLines(self.fonts.faces[0], 1.0, off, (off,))
        return lacking

    def read_label_element(self, element: DesignElement, at: ElementContext) -> None:
        """Read one of our own elements, except those that place artwork."""
        match element.tag:
            case "ls:text":
                self.items.append(self._text(element, at))
            case "ls:arc":
                self._arc(element, at)
            case "ls:stars":
                self.items.append(self._stars(element, at))
            case "ls:fields":
                self.items.append(read_fields(self, element, at))
            case "ls:gtin":
                self.items.append(read_gtin(self, element, at))
            case "ls:mark":
                self.items.append(self._mark(element))
            case _:
                self._slot(element)

    def _slot(self, element: DesignElement) -> None:
        if element.tag in self.lines:
            self.fault(element, "design.twice", first=self.lines[element.tag])
        self.lines[element.tag] = element.line
        match element.tag:
            case "ls:qr":
                self.qr = self._qr(element)
            case "ls:code":
                self.code = self._code(element)
            case "ls:serial":
                self.serial = self._serial(element)

    def _state(self, element: DesignElement) -> bytes:
        """Return the operators that set the ink of a text that differs by piece: pure black is what it inherits."""
        ink = self.slot_inks[element.tag] = self.type_ink(element)
        return b"" if ink.black else ink_operators(ink)

    def _align(self, element: DesignElement) -> Align:
        chosen: Align = self.choice(element, "align", _ALIGNS)
        return chosen

    def _text(self, element: DesignElement, at: ElementContext) -> FittedTextItem:
        value = self.values.add(element.text, element.line)
        return FittedTextItem(
            self.length(element, "x"),
            self.length(element, "y"),
            self.box(element),
            self.face(element),
            self.type_ink(element),
            self._align(element),
            self.choice(element, "valign", _VALIGNS),
            value,
            element.get("field", element.text),
            element.line,
            self.display(element, at),
            *self.figures(element, value),
            self.choice(element, "optional", YES),
        )

    def _arc(self, element: DesignElement, at: ElementContext) -> None:
        middle, size = self.length(element, "middle", 90.0), self.length(element, "size")
        arc = self.made(
            element,
            lambda: TextArc(
                self.length(element, "radius"),
                size,
                self.length(element, "min-size", size),
                upper=middle < 180,
                middle_deg=middle,
                span_deg=self.length(element, "span", 180.0),
                tracking=self.length(element, "tracking", 0.0),
                rise_mm=self.length(element, "rise", inf),
                drop_mm=self.length(element, "drop", inf),
            ),
        )
        x_mm, y_mm = self.length(element, "cx"), self.length(element, "cy")
        value, name = self.values.add(element.text, element.line), element.get("field", element.text)
        face, ink, display = self.face(element), self.type_ink(element), self.display(element, at)
        if arc:
            self.items.append(ArcTextItem(x_mm, y_mm, arc, face, ink, value, name, element.line, display))

    def _stars(self, element: DesignElement, at: ElementContext) -> StarRow:
        x_mm, y_mm, size = (self.length(element, key) for key in ("x", "y", "size"))
        value = self.values.add(element.get("count", "{{ recognition.stars }}"), element.line)
        gap = self.length(element, "gap", size / 5)
        return StarRow(x_mm, y_mm, size, gap, self.ink(element, "fill"), value, element.line, self.display(element, at))

    def _mark(self, element: DesignElement) -> SpecimenMark:
        x_mm, y_mm, turn = self.length(element, "x"), self.length(element, "y"), self.choice(element, "rotate", _TURNS)
        return SpecimenMark(
            x_mm, y_mm, self.box(element), self.face(element), self.type_ink(element), turn, element.line
        )

    def _qr(self, element: DesignElement) -> QrSlot:
        x_mm, y_mm, size_mm = (self.length(element, key) for key in ("x", "y", "size"))
        if size_mm <= 0:
            self.fault(element, "design.number", attribute="size", value=element.get("size"))
        return QrSlot(x_mm, y_mm, size_mm)

    def _code(self, element: DesignElement) -> CodeLines | CodeArc:
        face, size, state = self.face(element), self.length(element, "size"), self._state(element)
        if "radius" in element.attributes:
            center = points(self.length(element, "cx")), points(self.height_mm - self.length(element, "cy"))
            return CodeArc(face, size, center, points(self.length(element, "radius")), state=state)
        first = points(self.height_mm - self.length(element, "y")) - face.cap_height * size / 1000
        leading = self.length(element, "leading", 1.25) * size
        baselines = (first, first - leading)[: self.choice(element, "lines", _CODE_LINES)]
        tracking = self.length(element, "tracking", 0.0)
        return CodeLines(face, size, self._anchor(element), baselines, self._align(element), tracking, state)

    def _serial(self, element: DesignElement) -> SerialLine:
        face, size = self.face(element), self.length(element, "size")
        baseline = points(self.height_mm - self.length(element, "y")) - face.cap_height * size / 1000
        ink = self.slot_inks[element.tag] = self.type_ink(element)
        align, state = self._align(element), ink_operators(ink)
        before = self._drawable(element, face, element.get("prefix", "Số "))
        return SerialLine(face, size, self._anchor(element), baseline, align, before=before, state=state)

    def _drawable(self, element: DesignElement, face: FontFace, text: str) -> str:
        """Return a text that is the same on all pieces; a fault if the face lacks one of its letters."""
        if missing := face.missing(text):
            facts = {"field": "prefix", "text": text, "letters": missing, "face": face.name}
            why = Problem("text.letter_missing", facts)
            self.problems.append(Problem("design.at", {"line": element.line, "why": why}))
            return ""
        return text

    def _anchor(self, element: DesignElement) -> float:
        """Return the left edge, middle or right edge of an element's box, in points."""
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[self._align(element)]
        return points(self.length(element, "x") + share * self.length(element, "width"))
