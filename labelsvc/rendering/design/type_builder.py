"""Collects a design while it is read: what its texts are set in, from the attributes of our own elements."""

from __future__ import annotations

from labelsvc.domain.law.net_quantity import FigureHeights
from labelsvc.domain.print_options import TextSetting
from labelsvc.pdf.inks import Ink, Palette
from labelsvc.rendering.design.builder import DesignBuilder
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.typesetting.fitting import TextBox
from labelsvc.rendering.typesetting.font_book import FAMILY, FontBook
from labelsvc.rendering.typesetting.fonts import FontFace

YES = {"no": False, "yes": True}
_SMALL_TYPE_PT = 8.0


class TypeBuilder(DesignBuilder):
    """Parses sizes, faces and inks of texts."""

    def __init__(
        self, palette: Palette, fonts: FontBook, profile: bytes, root: DesignElement, setting: TextSetting
    ) -> None:
        super().__init__(palette, fonts, profile, root)
        self.apart_mm, self.writing_lines = setting.apart_mm, setting.writing_lines
        self.svg_lines = setting.svg_lines

    def box(self, element: DesignElement) -> TextBox:
        """Return the box of an element's text."""
        size = self.length(element, "size")
        box = self.made(
            element,
            lambda: TextBox(
                self.length(element, "width"),
                self.length(element, "height"),
                size,
                self.length(element, "min-size", size),
                max_lines=int(self.length(element, "lines", 1)),
                leading=self.length(element, "leading", 1.2),
                balanced=self.choice(element, "balanced", YES),
                tracking=self.length(element, "tracking", 0.0),
                apart_mm=self.apart_mm,
            ),
        )
        return box or TextBox(1, 1, 1, 1)

    def face(self, element: DesignElement) -> FontFace:
        """Return the face of an element's family (Be Vietnam Pro) and weight (400)."""
        family, weight = element.get("family", FAMILY), self.length(element, "weight", 400.0)
        found = self.fonts.find(family, int(weight)) if weight.is_integer() else None
        if found is None:
            self.face_fault(element, family, element.get("weight", "400"), italic=False)
        return found or self.fonts.faces[0]

    def type_ink(self, element: DesignElement, key: str = "fill") -> Ink:
        """Return the ink of a text: under 8 pt it takes a single one (GWG 4.15, 4.16)."""
        ink = self.ink(element, key)
        least = self.length(element, "min-size", self.length(element, "size"))
        if least < _SMALL_TYPE_PT and not ink.single:
            self.fault(element, "design.small_type", value=least, colour=ink.name)
        return ink

    def figures(self, element: DesignElement, value: int) -> tuple[FigureHeights | None, int]:
        """Return the heights that figures need, and where the quantity's text is: the element's own text by default."""
        if "quantity" in element.attributes and not element.get("figures"):
            self.fault(element, "design.no_figures")
        if not element.get("figures"):
            return None, -1
        heights = self.made(element, lambda: FigureHeights.parse(element.get("figures")))
        quantity = element.get("quantity")
        return heights, self.values.add(quantity, element.line) if quantity else value
