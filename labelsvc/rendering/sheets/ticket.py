"""The ticket (phiếu gửi nhà in): one A4 page that tells a print shop what it got and how it is to be printed.

The picture of the label is drawn from the design itself and bears MẪU and a code that no stamp has: nobody can cut a
true stamp out of a ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from labelsvc.pdf.outlines import outline
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, CMYK, PdfIdentity
from labelsvc.pdf.units import MM_PER_POINT, number, points
from labelsvc.rendering.sheets.press_page import LabelForm, PressPage, whole_page_boxes, write_press_file
from labelsvc.rendering.typesetting.fitting import Align, FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.fonts import FontBook, FontFace, FontUse

WIDTH_MM, HEIGHT_MM, EDGE_MM = 210.0, 297.0, 18.0
PICTURE_MM, PICTURE_TOP_MM = (62.0, 84.0), 46.0
FACTS_LEFT_MM, FACT_LABEL_MM = 92.0, 34.0
BODY_PT, SMALL_PT, HEADING_PT, TITLE_PT = 9.0, 6.6, 10.5, 22.0
ROW_MM, SMALL_ROW_MM, NOTES_BOTTOM_MM = 6.0, 3.7, 278.0
FILE_COLUMNS_MM = (0.0, 30.0, 44.0, 62.0, 80.0)
_GREEN, _QUIET, _LINE = b"0.9 0.32 0.84 0.4 k", b"0 0 0 0.68 k", b"0 0 0 0.25 K 0.4 w"


@dataclass(frozen=True, slots=True)
class LabelPicture:
    """A label that the ticket shows: its form, the letters and the spot inks that it uses.

    ``artwork_spots``: inks that are defined in its artworks.
    """

    form: LabelForm
    letters: FontUse
    spots: Mapping[str, CMYK]
    artwork_spots: tuple[str, ...] = ()

    @property
    def spot_names(self) -> list[str]:
        """All spot inks."""
        return [*self.spots, *self.artwork_spots]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a ticket says, in the reader's words.

    ``files`` rows go with ``file_headings``; ``more_files`` counts those that find no room, with {count} left open.
    """

    title: str
    heading: str
    day: str
    mark: str
    facts: Sequence[tuple[str, str]]
    file_headings: Sequence[str]
    files: Sequence[Sequence[str]]
    more_files: str
    notes_heading: str
    notes: Sequence[str]


def write_ticket(
    stream: BinaryIO, ticket: Ticket, picture: LabelPicture, fonts: FontBook, identity: PdfIdentity, profile: bytes
) -> None:
    """Write a ticket as a press file of one page. Raises PrintRefused text.letter_missing, press.profile."""
    page = _TicketPage(fonts, picture.letters)
    page.heading(ticket)
    page.picture(picture.form)
    facts_end = page.facts(ticket.facts)
    notes_top = NOTES_BOTTOM_MM - page.notes_height_mm(ticket.notes)
    top = max(facts_end, PICTURE_TOP_MM + PICTURE_MM[1]) + 8
    page.files(ticket, top, notes_top - 6)
    page.notes(ticket, notes_top)
    boxes = whole_page_boxes(WIDTH_MM, HEIGHT_MM)
    written = PressPage(boxes, b"".join(page.parts), picture.letters, picture.spots, picture.form)
    write_press_file(stream, [written], identity, profile)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is set: ``ink`` empty is black that overprints."""

    face: FontFace
    size_pt: float
    ink: bytes = b""
    lines: int = 1
    align: Align = "left"


class _TicketPage:
    """A page that is written from the top: millimetres from its upper left corner."""

    def __init__(self, fonts: FontBook, use: FontUse) -> None:
        self._use = use
        self._regular, self._bold = fonts.face("BeVietnamPro-Regular"), fonts.face("BeVietnamPro-SemiBold")
        self._heavy = fonts.face("BeVietnamPro-ExtraBold")
        self.parts = [BLACK_OVERPRINTING]

    def heading(self, ticket: Ticket) -> None:
        """Write the title, the batch, the day, and what kind of stamps these are not."""
        wide = WIDTH_MM - 2 * EDGE_MM
        self._text(_Style(self._bold, HEADING_PT, _GREEN), EDGE_MM, EDGE_MM, wide / 2, ticket.title)
        day = _Style(self._regular, HEADING_PT, _QUIET, align="right")
        self._text(day, EDGE_MM + wide / 2, EDGE_MM, wide / 2, ticket.day)
        self._text(_Style(self._heavy, TITLE_PT), EDGE_MM, EDGE_MM + 7.5, wide - 40, ticket.heading)
        mark = _Style(self._heavy, TITLE_PT, align="right")
        self._text(mark, EDGE_MM + wide - 40, EDGE_MM + 7.5, 40, ticket.mark)
        self._rule(EDGE_MM + 21.5)

    def picture(self, form: LabelForm) -> None:
        """Draw the label as large as its frame holds, with its trim as a thin line.

        At most twice its size; a label with pictures, whose pixels are enough for its own size, no larger than that.
        """
        shape = form.shape
        largest = 1.0 if form.xobjects else 2.0
        scale = min(PICTURE_MM[0] / shape.width_mm, PICTURE_MM[1] / shape.height_mm, largest)
        left, top = EDGE_MM + (PICTURE_MM[0] - shape.width_mm * scale) / 2, PICTURE_TOP_MM
        low = HEIGHT_MM - top - shape.height_mm * scale
        place = " ".join(number(value, 4) for value in (scale, 0, 0, scale, points(left), points(low)))
        trim = outline(shape, 0, 0)
        drawn = (place.encode(), trim, _LINE, trim)
        self.parts.append(b"q %b cm q %bW n /Label Do Q /GSn gs %b %bS Q\n" % drawn)

    def facts(self, facts: Sequence[tuple[str, str]]) -> float:
        """Write the facts beside the picture; return where they end."""
        y = PICTURE_TOP_MM
        width = WIDTH_MM - EDGE_MM - FACTS_LEFT_MM - FACT_LABEL_MM
        named, said = _Style(self._regular, BODY_PT, _QUIET), _Style(self._bold, BODY_PT, lines=3)
        for label, value in facts:
            self._text(named, FACTS_LEFT_MM, y, FACT_LABEL_MM, label)
            y += max(ROW_MM, self._text(said, FACTS_LEFT_MM + FACT_LABEL_MM, y, width, value))
        return y

    def files(self, ticket: Ticket, top: float, bottom: float) -> None:
        """Write the table of files, as many rows as there is room for."""
        self._row(_Style(self._bold, SMALL_PT, _QUIET), top, ticket.file_headings)
        room = max(1, int((bottom - top - ROW_MM) / SMALL_ROW_MM))
        shown = ticket.files if len(ticket.files) <= room else ticket.files[: room - 1]
        y = top + ROW_MM - 0.6
        for row in shown:
            self._row(_Style(self._regular, SMALL_PT), y, row)
            y += SMALL_ROW_MM
        if len(shown) < len(ticket.files):
            more = ticket.more_files.replace("{count}", str(len(ticket.files) - len(shown)))
            self._text(_Style(self._regular, SMALL_PT), EDGE_MM, y, WIDTH_MM - 2 * EDGE_MM, more)

    def notes_height_mm(self, notes: Iterable[str]) -> float:
        """Return how high heading and notes are."""
        return ROW_MM + 2 + sum(self._note(note)[1] + 1.2 for note in notes)

    def notes(self, ticket: Ticket, top: float) -> None:
        """Write the notes from ``top`` down."""
        self._rule(top - 3)
        self._text(_Style(self._bold, BODY_PT, _GREEN), EDGE_MM, top, 80, ticket.notes_heading)
        y = top + ROW_MM
        for note in ticket.notes:
            fitted, height = self._note(note)
            self._text(_Style(self._regular, BODY_PT), EDGE_MM, y, 4, "–")
            self._place(fitted, EDGE_MM + 4, y, _Style(self._regular, BODY_PT))
            y += height + 1.2

    def _note(self, note: str) -> tuple[FittedText, float]:
        fitted = self._fitted(_Style(self._regular, BODY_PT, lines=6), WIDTH_MM - 2 * EDGE_MM - 4, note)
        return fitted, len(fitted.lines) * fitted.leading_pt * MM_PER_POINT

    def _row(self, style: _Style, y: float, cells: Sequence[str]) -> None:
        ends = [*FILE_COLUMNS_MM[1:], WIDTH_MM - 2 * EDGE_MM]
        for start, end, cell in zip(FILE_COLUMNS_MM, ends, cells, strict=True):
            self._text(style, EDGE_MM + start, y, end - start - 2, cell)

    def _rule(self, y: float) -> None:
        line = f"{number(points(EDGE_MM))} {number(points(HEIGHT_MM - y))}".encode()
        end = f"{number(points(WIDTH_MM - EDGE_MM))} {number(points(HEIGHT_MM - y))}".encode()
        self.parts.append(b"/GSn gs %b %b m %b l S\n" % (_LINE, line, end))

    def _text(self, style: _Style, x: float, y: float, width: float, text: str) -> float:
        """Write a text below y; return its height in mm."""
        fitted = self._fitted(style, width, text)
        self._place(fitted, x, y, style)
        return len(fitted.lines) * fitted.leading_pt * MM_PER_POINT + 1.2

    def _fitted(self, style: _Style, width: float, text: str) -> FittedText:
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

    def _place(self, fitted: FittedText, x: float, y: float, style: _Style) -> None:
        self._use.add(fitted.face, " ".join(fitted.lines))
        baseline = points(HEIGHT_MM - y) - fitted.size_pt
        shown = operators(fitted, points(x), baseline, style.align)
        state = b"/GSn gs " + style.ink if style.ink else BLACK_OVERPRINTING
        self.parts.append(b"%b %b\n" % (state, shown))
