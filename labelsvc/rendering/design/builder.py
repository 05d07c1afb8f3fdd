"""What a design consists of while it is read: items, values, pictures and faults, and the attributes that they need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.pdf.inks import Ink, Palette
from labelsvc.pdf.pdf_file import XObjectWriter
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.expressions.values import TextTemplates
from labelsvc.rendering.design.items import DesignItem
from labelsvc.rendering.design.references import References
from labelsvc.rendering.design.shapes import FARTHEST_MM, NUMBER
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.typesetting.fonts import FontBook

BLACK = "#17231C"
T = TypeVar("T")


class DesignBuilder:
    """Collects items and problems; readers of elements ask it for attributes, whose faults it notes with their line."""

    def __init__(self, palette: Palette, fonts: FontBook, profile: bytes, root: DesignElement) -> None:
        self.palette, self.fonts, self.profile = palette, fonts, profile
        self.problems: list[Problem] = []
        self.references = References(root, self.problems)
        self.items: list[DesignItem] = []
        self.xobjects: dict[bytes, XObjectWriter] = {}
        self._xobject_names: dict[object, bytes] = {}
        self.values = TextTemplates()
        self.width_mm = self.height_mm = 0.0

    def fault(self, element: DesignElement, code: str, **facts: object) -> None:
        """Note a problem with its line and element."""
        self.problems.append(Problem(code, {"line": element.line, "element": element.tag, **facts}))

    def made(self, element: DesignElement, make: Callable[[], T]) -> T | None:
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

    def paint(self, element: DesignElement, value: str) -> Ink | None:
        """Return the ink of a colour; None for none, and for one that is not the palette's, which is a fault."""
        if value == "none":
            return None
        ink = self.palette.find(value)
        if ink is None:
            nearest = self.palette.nearest(value)
            self.fault(element, "design.colour", value=value, nearest=f"{nearest.screen} ({nearest.name})")
        return ink

    def ink(self, element: DesignElement, key: str) -> Ink:
        """Return the ink of an attribute; black where it is missing."""
        return self.paint(element, element.get(key, BLACK)) or next(iter(self.palette.inks.values()))

    def length(self, element: DesignElement, key: str, default: float | None = None) -> float:
        """Return a length in mm (a size of type in pt) as a number; a missing one without default is a fault."""
        text = element.get(key)
        if not text and default is not None:
            return default
        if not NUMBER.fullmatch(text) or abs(float(text)) > FARTHEST_MM:
            self.fault(element, "design.number", attribute=key, value=text)
            return 1.0
        return float(text)

    def choice(self, element: DesignElement, key: str, choices: dict[str, Any]) -> Any:
        """Return what the value of an attribute stands for; the first choice where it is missing or a fault."""
        value = element.get(key) or next(iter(choices))
        if value not in choices:
            self.fault(element, "design.choice", attribute=key, value=value, known=list(choices))
        return choices.get(value, next(iter(choices.values())))

    def display(self, element: DesignElement, at: ElementContext) -> int:
        """Return the place among the values of what may hide an element, −1 where it always shows."""
        return self.values.add(at.display, element.line) if at.display else -1
