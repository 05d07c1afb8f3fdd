"""Collects a design while it is read: items, values, pictures and faults; parses attributes."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, TypeVar

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.pdf.inks import SCREEN_BLACK, Ink, Palette
from labelsvc.pdf.pdf_file import XObjectWriter
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.expressions.values import TextTemplates
from labelsvc.rendering.design.items import DesignItem
from labelsvc.rendering.design.references import References
from labelsvc.rendering.design.shapes import FARTHEST_MM, FARTHEST_UNITS
from labelsvc.rendering.design.source import DesignElement, nearest
from labelsvc.rendering.svg.lengths import NUMBER
from labelsvc.rendering.typesetting.font_book import FontBook

T = TypeVar("T")


class DesignBuilder:
    """Collects items and problems; parses attributes for the element readers and notes faults with their line."""

    def __init__(self, palette: Palette, fonts: FontBook, profile: bytes, root: DesignElement) -> None:
        self.palette, self.fonts, self.profile = palette, fonts, profile
        self.problems: list[Problem] = []
        self.references = References(root, self.problems)
        self.items: list[DesignItem] = []
        self.xobjects: dict[bytes, XObjectWriter] = {}
        self._xobject_names: dict[object, bytes] = {}
        self.values = TextTemplates()
        self.screens = set[str]()
        self.width_mm = self.height_mm = 0.0

    def fault(self, element: DesignElement, code: str, **facts: object) -> None:
        """Note a problem with its line and element."""
        self.problems.append(Problem(code, {"line": element.line, "element": element.tag, **facts}))

    def made(self, element: DesignElement, make: Callable[[], T]) -> T | None:
        """Return the constructed value; None, with the element's line noted, if its values are refused."""
        try:
            return make()
        except InvalidValue as error:
            self.problems += [Problem("design.at", {"line": element.line, "why": why}) for why in error.problems]
            return None

    def xobject(self, key: object, write: XObjectWriter) -> bytes:
        """Return the resource name of a picture or artwork; equal keys are written once."""
        name = self._xobject_names.setdefault(key, b"X%d" % len(self._xobject_names))
        self.xobjects.setdefault(name, write)
        return name

    def paint(self, element: DesignElement, value: str, key: str = "fill") -> Ink | None:
        """Return the ink of a colour; None for ``none``, and for colours outside the palette, which are faults.

        ``key``: the attribute that says it.
        """
        if value == "none":
            return None
        self.screens.add(value.upper())
        ink = self.palette.find(value)
        if ink is None:
            nearest, difference = self.palette.nearest_with_difference(value)
            facts = {"attribute": key, "value": value, "nearest": f"{nearest.screen} ({nearest.name})"}
            if difference == inf:
                self.fault(element, "design.no_colour", **facts)
            else:
                self.fault(
                    element, "design.colour", **facts | {"value": value.upper()}, difference=round(difference, 1)
                )
        return ink

    def painted(self, element: DesignElement, key: str, at: ElementContext) -> Ink | None:
        """Return the ink that an element inherits for ``fill`` or ``stroke``; None where nothing is painted."""
        value = at.inherited.get(key, SCREEN_BLACK if key == "fill" else "none")
        if at.inherited.get(f"{key}-opacity") == "0":
            return None
        if value.startswith("url("):
            self.fault(element, "svg.gradient_here", attribute=key, value=value)
            return None
        return self.paint(element, at.inherited.get("color", SCREEN_BLACK) if value == "currentColor" else value, key)

    def ink(self, element: DesignElement, key: str) -> Ink:
        """Return the ink of an attribute; black if missing."""
        return self.paint(element, element.get(key, SCREEN_BLACK), key) or next(iter(self.palette.inks.values()))

    def face_fault(self, element: DesignElement, family: str, weight: str, *, italic: bool) -> None:
        """Note that there is no such family, or no such weight and slant of it."""
        of_family = self.fonts.family(family)
        if not of_family:
            families = {face.family for face in self.fonts.faces}
            self.fault(element, "design.family", value=family, nearest=nearest(family, families))
        else:
            known = sorted({face.weight for face in of_family if face.italic == italic})
            self.fault(element, "design.weight", value=weight, known=known)

    def length(self, element: DesignElement, key: str, default: float | None = None) -> float:
        """Return a length in mm (a size of type in pt) as a number; a missing one without default is a fault."""
        text = element.get(key)
        if not text and default is not None:
            return default
        farthest = FARTHEST_MM if element.tag.startswith("ls:") else FARTHEST_UNITS
        if not NUMBER.fullmatch(text) or abs(float(text)) > farthest:
            self.fault(element, "design.number", attribute=key, value=text)
            return 1.0
        return float(text)

    def choice(self, element: DesignElement, key: str, choices: dict[str, Any]) -> Any:
        """Return the meaning of an attribute's value; the first choice if it is missing or invalid."""
        value = element.get(key) or next(iter(choices))
        if value not in choices:
            self.fault(element, "design.choice", attribute=key, value=value, known=list(choices))
        return choices.get(value, next(iter(choices.values())))

    def display(self, element: DesignElement, at: ElementContext) -> int:
        """Return the index of the value that may hide an element, −1 if it is always shown."""
        return self.values.add(at.display, element.line) if at.display else -1
