"""The label content sheet as it is written: a table of texts with how each is set, and notes, on one A4 page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.sheets.press_page import PressPage, whole_page_boxes, write_press_file
from labelsvc.rendering.sheets.ticket.ticket_page import (
    EDGE_MM,
    GREEN,
    HEIGHT_MM,
    QUIET,
    WIDTH_MM,
    TextStyle,
    TicketPage,
)
from labelsvc.rendering.typesetting.font_book import FontBook, FontUse

COLUMNS_MM, GAP_MM = (34.0, 82.0, 58.0), 3.0
"""Of what, text, and how."""
SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
"""Sizes of the texts: the first in which all stands on the page."""
FOOT_MM, ROW_MM, MOST_LINES = 281.0, 1.1, 14
_WRITING_LINE = "………………………………………………"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A mandatory text: what it is, its words (empty: a line to write on), how it is set, and where that stands."""

    what: str
    text: str
    how: str
    source: str


@dataclass(frozen=True, slots=True)
class ContentSheet:
    """What stands on the sheet; ``notes`` are lists below their headings."""

    title: str
    product: str
    subtitle: str
    headings: tuple[str, str, str]
    rows: tuple[SheetRow, ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]
    foot: str


def write_content_sheet(
    stream: BinaryIO, sheet: ContentSheet, fonts: FontBook, identity: PdfIdentity, profile: bytes
) -> None:
    """Write the sheet as a press file of one page, in the largest size in which all of it stands there."""
    for size_pt in SIZES_PT:
        use = FontUse()
        page = _SheetPage(TicketPage(fonts, use), size_pt)
        if page.write(sheet) <= FOOT_MM - 5 or size_pt == SIZES_PT[-1]:
            break
    content = b"".join(page.page.parts)
    boxes = whole_page_boxes(WIDTH_MM, HEIGHT_MM)
    write_press_file(stream, [PressPage(boxes, content, use)], identity, profile)


@dataclass(frozen=True, slots=True)
class _SheetPage:
    page: TicketPage
    size_pt: float

    def write(self, sheet: ContentSheet) -> float:
        """Write all, from the top; return where the last text ends, in mm."""
        page, small = self.page, self.size_pt * 0.82
        width = WIDTH_MM - 2 * EDGE_MM
        y = EDGE_MM - 3.0
        y += page.text(TextStyle(page.bold, 10.0, GREEN), EDGE_MM, y, width, sheet.title) + 0.5
        y += page.text(TextStyle(page.heavy, 17.0, lines=2), EDGE_MM, y, width, sheet.product)
        y += page.text(TextStyle(page.regular, 9.0, QUIET, lines=2), EDGE_MM, y, width, sheet.subtitle) + 2.0
        heads = [TextStyle(page.bold, small, QUIET)] * 3
        y = self._line(y, heads, sheet.headings) + 0.6
        page.rule(y)
        y += 1.2
        for row in sheet.rows:
            y = self._row(y, row, small)
        for heading, notes in sheet.notes:
            y += 1.6
            y += page.text(TextStyle(page.bold, self.size_pt, GREEN), EDGE_MM, y, width, heading)
            for note in notes:
                y += (
                    page.text(TextStyle(page.regular, self.size_pt, lines=3), EDGE_MM + 3, y, width - 3, f"– {note}")
                    - 0.6
                )
        page.text(TextStyle(page.regular, 7.0, QUIET, lines=2), EDGE_MM, FOOT_MM, width, sheet.foot)
        return y

    def _row(self, y: float, row: SheetRow, small: float) -> float:
        page = self.page
        what = TextStyle(page.regular, self.size_pt, QUIET, lines=3)
        text = TextStyle(page.bold, self.size_pt, lines=MOST_LINES)
        how = TextStyle(page.regular, small, lines=MOST_LINES)
        note = f"{row.how}. {row.source}" if row.how else row.source
        y = self._line(y, (what, text, how), (row.what, row.text or _WRITING_LINE, note)) + ROW_MM
        page.rule(y)
        return y + ROW_MM

    def _line(self, y: float, styles: Sequence[TextStyle], texts: Sequence[str]) -> float:
        """Write one row of cells; return where the highest one ends."""
        x, ends = EDGE_MM, [y]
        for width, style, text in zip(COLUMNS_MM, styles, texts, strict=True):
            if text:
                ends.append(y + self.page.text(style, x, y, width - GAP_MM, text))
            x += width
        return max(ends) - 0.6
