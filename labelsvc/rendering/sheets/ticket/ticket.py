"""The ticket (phiếu gửi nhà in): one A4 page that tells a print shop what it got and how it is to be printed.

The picture of the label is drawn from the design itself and bears MẪU and a code that no stamp has: nobody can cut a
true stamp out of a ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from labelsvc.pdf.outlines import outline
from labelsvc.pdf.pdfx import CMYK, PdfIdentity
from labelsvc.pdf.units import MM_PER_POINT, number, points
from labelsvc.rendering.sheets.press_page import LabelForm, PressPage, whole_page_boxes, write_press_file
from labelsvc.rendering.sheets.ticket.ticket_job import QR_MM, TicketJob, draw_job
from labelsvc.rendering.sheets.ticket.ticket_page import (
    EDGE_MM,
    GREEN,
    HEIGHT_MM,
    LINE,
    QUIET,
    WIDTH_MM,
    TextStyle,
    TicketPage,
)
from labelsvc.rendering.sheets.ticket.ticket_places import PICTURE_TOP_MM, ticket_places
from labelsvc.rendering.typesetting.fitting import FittedText
from labelsvc.rendering.typesetting.font_book import FontBook, FontUse

FACT_LABEL_MM = 34.0
BODY_PT, SMALL_PT, HEADING_PT, TITLE_PT = 9.0, 6.6, 10.5, 22.0
ROW_MM, SMALL_ROW_MM, NOTES_BOTTOM_MM = 6.0, 3.7, 278.0
NOTES_OVER_SIGNATURES_MM = 266.0
NOTE_SIZES = ((BODY_PT, 6), (7.5, 3), (SMALL_PT, 2))
"""Sizes of the notes, in points, and the lines that each may take: the first that leaves room for the files."""
FILE_COLUMNS_MM = (0.0, 30.0, 44.0, 62.0, 80.0)


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
    ``job``: a picture of a sheet, the job's QR code, the line for signatures; the tickets of older batches have none.
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
    job: TicketJob | None = None


def write_ticket(
    stream: BinaryIO, ticket: Ticket, picture: LabelPicture, fonts: FontBook, identity: PdfIdentity, profile: bytes
) -> None:
    """Write a ticket as a press file of one page. Raises PrintRefused text.letter_missing, press.profile."""
    page, job = _TicketPage(fonts, picture.letters), ticket.job
    page.heading(ticket)
    places = ticket_places(picture.form.shape, has_job=job is not None)
    page.picture(picture.form, places.frame_mm)
    facts_end = page.facts(ticket.facts, *places.facts_at_mm)
    top = max(facts_end + (0 if job else 3), places.pictures_end_mm) + 5
    bottom = NOTES_OVER_SIGNATURES_MM if job else NOTES_BOTTOM_MM
    if job:
        draw_job(page, job, places.sheet_at_mm)
        page.shrink_notes(ticket.notes, bottom - top - 6 - ROW_MM - SMALL_ROW_MM)
    notes_top = bottom - page.notes_height_mm(ticket.notes)
    page.files(ticket, top, notes_top - 6)
    page.notes(ticket, notes_top)
    boxes = whole_page_boxes(WIDTH_MM, HEIGHT_MM)
    written = PressPage(boxes, b"".join(page.parts), picture.letters, picture.spots, picture.form)
    write_press_file(stream, [written], identity, profile)


class _TicketPage(TicketPage):
    """The parts that every ticket has; ``note_size``: size of the notes in points, and lines that each may take."""

    note_size = NOTE_SIZES[0]

    def heading(self, ticket: Ticket) -> None:
        """Write the title, the batch, the day, and what kind of stamps these are not."""
        wide = WIDTH_MM - 2 * EDGE_MM - (QR_MM if ticket.job else 0)
        self.text(TextStyle(self.bold, HEADING_PT, GREEN), EDGE_MM, EDGE_MM, wide / 2, ticket.title)
        day = TextStyle(self.regular, HEADING_PT, QUIET, align="right")
        self.text(day, EDGE_MM + wide / 2, EDGE_MM, wide / 2, ticket.day)
        self.text(TextStyle(self.heavy, TITLE_PT), EDGE_MM, EDGE_MM + 7.5, wide - 40, ticket.heading)
        mark = TextStyle(self.heavy, TITLE_PT, align="right")
        self.text(mark, EDGE_MM + wide - 40, EDGE_MM + 7.5, 40, ticket.mark)
        self.rule(EDGE_MM + 21.5)

    def picture(self, form: LabelForm, frame_mm: tuple[float, float]) -> None:
        """Draw the label as large as its frame holds, with its trim as a thin line.

        At most twice its size; a label with pictures, whose pixels are enough for its own size, no larger than that.
        """
        shape = form.shape
        largest = 1.0 if form.xobjects else 2.0
        scale = min(frame_mm[0] / shape.width_mm, frame_mm[1] / shape.height_mm, largest)
        left, top = EDGE_MM + (frame_mm[0] - shape.width_mm * scale) / 2, PICTURE_TOP_MM
        low = HEIGHT_MM - top - shape.height_mm * scale
        place = " ".join(number(value, 4) for value in (scale, 0, 0, scale, points(left), points(low)))
        trim = outline(shape, 0, 0)
        drawn = (place.encode(), trim, LINE, trim)
        self.parts.append(b"q %b cm q %bW n /Label Do Q /GSn gs %b %bS Q\n" % drawn)

    def facts(self, facts: Sequence[tuple[str, str]], left: float, y: float) -> float:
        """Write the facts from their upper left corner; return where they end."""
        width = WIDTH_MM - EDGE_MM - left - FACT_LABEL_MM
        named, said = TextStyle(self.regular, BODY_PT, QUIET), TextStyle(self.bold, BODY_PT, lines=3)
        for label, value in facts:
            self.text(named, left, y, FACT_LABEL_MM, label)
            y += max(ROW_MM, self.text(said, left + FACT_LABEL_MM, y, width, value))
        return y

    def files(self, ticket: Ticket, top: float, bottom: float) -> None:
        """Write the table of files, as many rows as there is room for."""
        self._row(TextStyle(self.bold, SMALL_PT, QUIET), top, ticket.file_headings)
        room = max(1, int((bottom - top - ROW_MM) / SMALL_ROW_MM))
        shown = ticket.files if len(ticket.files) <= room else ticket.files[: room - 1]
        y = top + ROW_MM - 0.6
        for row in shown:
            self._row(TextStyle(self.regular, SMALL_PT), y, row)
            y += SMALL_ROW_MM
        if len(shown) < len(ticket.files):
            more = ticket.more_files.replace("{count}", str(len(ticket.files) - len(shown)))
            self.text(TextStyle(self.regular, SMALL_PT), EDGE_MM, y, WIDTH_MM - 2 * EDGE_MM, more)

    def shrink_notes(self, notes: Sequence[str], room_mm: float) -> None:
        """Set notes that are too high for their room smaller, and those that are long lose their ends."""
        for size in NOTE_SIZES:
            self.note_size = size
            if self.notes_height_mm(notes) <= room_mm:
                break

    def notes_height_mm(self, notes: Iterable[str]) -> float:
        """Return how high heading and notes are."""
        return ROW_MM + 2 + sum(self._note(note)[1] + 1.2 for note in notes)

    def notes(self, ticket: Ticket, top: float) -> None:
        """Write the notes from ``top`` down."""
        self.rule(top - 3)
        self.text(TextStyle(self.bold, BODY_PT, GREEN), EDGE_MM, top, 80, ticket.notes_heading)
        y = top + ROW_MM
        for note in ticket.notes:
            fitted, height = self._note(note)
            self.text(TextStyle(self.regular, self.note_size[0]), EDGE_MM, y, 4, "–")
            self.place(fitted, EDGE_MM + 4, y, TextStyle(self.regular, self.note_size[0]))
            y += height + 1.2

    def _note(self, note: str) -> tuple[FittedText, float]:
        size_pt, lines = self.note_size
        fitted = self.fitted(TextStyle(self.regular, size_pt, lines=lines), WIDTH_MM - 2 * EDGE_MM - 4, note)
        return fitted, len(fitted.lines) * fitted.leading_pt * MM_PER_POINT

    def _row(self, style: TextStyle, y: float, cells: Sequence[str]) -> None:
        ends = [*FILE_COLUMNS_MM[1:], WIDTH_MM - 2 * EDGE_MM]
        for start, end, cell in zip(FILE_COLUMNS_MM, ends, cells, strict=True):
            self.text(style, EDGE_MM + start, y, end - start - 2, cell)
