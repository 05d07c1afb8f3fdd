"""A ticket's page as it is written: texts that fit or lose their end, and rules, in mm from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.pdf.pdfx import BLACK_OVERPRINTING
from labelsvc.pdf.units import MM_PER_POINT, number, points
from labelsvc.rendering.typesetting.fitting import Align, FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.font_book import FontBook, FontUse
from labelsvc.rendering.typesetting.fonts import FontFace

WIDTH_MM, HEIGHT_MM, EDGE_MM = 210.0, 297.0, 18.0
GREEN, QUIET, LINE = b"0.9 0.32 0.84 0.4 k", b"0 0 0 0.68 k", b"0 0 0 0.25 K 0.4 w"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text is set: ``ink`` empty is black that overprints."""

    face: FontFace
    size_pt: float
    ink: bytes = b""
    lines: int = 1
    align: Align = "left"


class TicketPage:
    """A page that is written from the top; ``parts`` are its operators."""

    def __init__(self, fonts: FontBook, use: FontUse) -> None:
        self._use = use
        self.regular, self.bold = fonts.face("BeVietnamPro-Regular"), fonts.face("BeVietnamPro-SemiBold")
        self.heavy = fonts.face("BeVietnamPro-ExtraBold")
        self.parts = [BLACK_OVERPRINTING]

    def rule(self, y: float) -> None:
        """Draw a line across the page."""
        line = f"{number(points(EDGE_MM))} {number(points(HEIGHT_MM - y))}".encode()
        end = f"{number(points(WIDTH_MM - EDGE_MM))} {number(points(HEIGHT_MM - y))}".encode()
        self.parts.append(b"/GSn gs %b %b m %b l S\n" % (LINE, line, end))

    def text(self, style: TextStyle, x: float, y: float, width: float, text: str) -> float:
        """Write a text below y; return its height in mm."""
        fitted = self.fitted(style, width, text)
        self.place(fitted, x, y, style)
        return len(fitted.lines) * fitted.leading_pt * MM_PER_POINT + 1.2

    def fitted(self, style: TextStyle, width: float, text: str) -> FittedText:
        """Fit a text; one that is too long even at half its size loses its end."""
        face, size, lines = style.face, style.size_pt, style.lines
        box = TextBox(width, lines * size, size, size / 2, max_lines=lines, leading=1.3)
        while True:
            fitted = fit_text(face, text, box, "ticket")
            if isinstance(fitted, FittedText):
                return fitted
            missing = face.missing(text)
            kept = "".join(c for c in text if c not in missing) if missing else text[: len(text) * 4 // 5].rstrip(" …")
            text = kept if missing else kept + " …"

    def place(self, fitted: FittedText, x: float, y: float, style: TextStyle) -> None:
        """Write a fitted text below y."""
        self._use.add(fitted.face, " ".join(fitted.lines))
        baseline = points(HEIGHT_MM - y) - fitted.size_pt
        shown = operators(fitted, points(x), baseline, style.align)
        state = b"/GSn gs " + style.ink if style.ink else BLACK_OVERPRINTING
        self.parts.append(b"%b %b\n" % (state, shown))
