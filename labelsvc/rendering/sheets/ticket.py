"""The ticket (phiếu gửi nhà in): one A4 page that tells a print shop what it got and how it is to be printed.

The picture of the label is drawn from the design itself and bears MẪU and a code that no stamp has: nobody can cut a
true stamp out of a ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from labelsvc.domain.shape import Shape
from labelsvc.pdf.outlines import outline
from labelsvc.pdf.pdf_file import PageTree, PdfFile, XObjectWriter
from labelsvc.pdf.pdfx import (
    BLACK_OVERPRINTING,
    CMYK,
    GRAPHICS_STATES,
    Identity,
    close_press_file,
    colour_spaces,
)
from labelsvc.pdf.units import MM_PER_POINT, number, points
from labelsvc.rendering.typesetting.fitting import Align, FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.fonts import Face, FontBook, FontUse
from labelsvc.rendering.typesetting.subset import write_fonts

WIDTH_MM, HEIGHT_MM, EDGE_MM = 210.0, 297.0, 18.0
PICTURE_MM, PICTURE_TOP_MM = (62.0, 84.0), 46.0
FACTS_LEFT_MM, FACT_LABEL_MM = 92.0, 34.0
BODY_PT, SMALL_PT, HEADING_PT, TITLE_PT = 9.0, 6.6, 10.5, 22.0
ROW_MM, SMALL_ROW_MM, NOTES_BOTTOM_MM = 6.0, 3.7, 278.0
FILE_COLUMNS_MM = (0.0, 30.0, 44.0, 62.0, 80.0)
_GREEN, _QUIET, _LINE = b"0.9 0.32 0.84 0.4 k", b"0 0 0 0.68 k", b"0 0 0 0.25 K 0.4 w"


@dataclass(frozen=True, slots=True)
class LabelPicture:
    """A label as an operators' stream in points from the trim's lower left corner, and the spot inks that it uses.

    ``xobjects``: pictures and artworks that the operators name; ``artwork_spots``: inks that are defined in these.
    """

    shape: Shape
    operators: bytes
    spots: Mapping[str, CMYK]
    xobjects: Mapping[bytes, XObjectWriter] = field(default_factory=dict)
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
    stream: BinaryIO,
    ticket: Ticket,
    picture: LabelPicture,
    fonts: FontBook,
    use: FontUse,
    identity: Identity,
    profile: bytes,
) -> None:
    """Write a ticket as a press file of one page; ``use`` holds the letters of the picture.

    Raises PrintRefused text.letter_missing, press.profile.
    """
    page = _Page(fonts, use)
    page.heading(ticket)
    page.picture(picture)
    facts_end = page.facts(ticket.facts)
    notes_top = NOTES_BOTTOM_MM - page.notes_height_mm(ticket.notes)
    top = max(facts_end, PICTURE_TOP_MM + PICTURE_MM[1]) + 8
    page.files(ticket, top, notes_top - 6)
    page.notes(ticket, notes_top)
    pdf = PdfFile(stream)
    pages = PageTree(pdf)
    named = b"".join([b"/%b %d 0 R" % font for font in write_fonts(pdf, use).items()])
    shared = b"/Font<<%b>>/ExtGState%b/ColorSpace%b" % (named, GRAPHICS_STATES, colour_spaces(picture.spots))
    placed = b"".join([b"/%b %d 0 R" % (name, write(pdf)) for name, write in picture.xobjects.items()])
    entries = _form_entries(picture.shape, b"%b/XObject<<%b>>" % (shared, placed))
    label = pdf.add_stream(entries, BLACK_OVERPRINTING + picture.operators)
    size = b"[0 0 %b %b]" % (number(points(WIDTH_MM), 3).encode(), number(points(HEIGHT_MM), 3).encode())
    boxes = b"/MediaBox%b/TrimBox%b/BleedBox%b" % (size, size, size)
    resources = b"/Resources<<%b/XObject<</Label %d 0 R>>>>" % (shared, label)
    pages.add(b"%b%b/Contents %d 0 R" % (boxes, resources, pdf.add_stream(b"", b"".join(page.parts))))
    pages.close()
    close_press_file(pdf, identity, pages.root, profile)


def _form_entries(shape: Shape, shared: bytes) -> bytes:
    box = f"[0 0 {number(points(shape.width_mm), 3)} {number(points(shape.height_mm), 3)}]".encode()
    return b"/Type/XObject/Subtype/Form/BBox%b/Resources<<%b>>" % (box, shared)


class _Page:
    """A page that is written from the top: millimetres from its upper left corner."""

    def __init__(self, fonts: FontBook, use: FontUse) -> None:
        self._use = use
        self._regular, self._bold = fonts.face("BeVietnamPro-Regular"), fonts.face("BeVietnamPro-SemiBold")
        self._heavy = fonts.face("BeVietnamPro-ExtraBold")
        self.parts = [BLACK_OVERPRINTING]

    def heading(self, ticket: Ticket) -> None:
        """Write the title, the batch, the day, and what kind of stamps these are not."""
        wide = WIDTH_MM - 2 * EDGE_MM
        self._text(self._bold, HEADING_PT, EDGE_MM, EDGE_MM, wide / 2, ticket.title, _GREEN)
        self._text(self._regular, HEADING_PT, EDGE_MM + wide / 2, EDGE_MM, wide / 2, ticket.day, _QUIET, align="right")
        self._text(self._heavy, TITLE_PT, EDGE_MM, EDGE_MM + 7.5, wide - 40, ticket.heading)
        self._text(self._heavy, TITLE_PT, EDGE_MM + wide - 40, EDGE_MM + 7.5, 40, ticket.mark, align="right")
        self._rule(EDGE_MM + 21.5)

    def picture(self, picture: LabelPicture) -> None:
        """Draw the label as large as its frame holds, with its trim as a thin line.

        At most twice its size; a label with pictures, whose pixels are enough for its own size, no larger than that.
        """
        shape = picture.shape
        largest = 1.0 if picture.xobjects else 2.0
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
        for label, value in facts:
            self._text(self._regular, BODY_PT, FACTS_LEFT_MM, y, FACT_LABEL_MM, label, _QUIET)
            y += max(ROW_MM, self._text(self._bold, BODY_PT, FACTS_LEFT_MM + FACT_LABEL_MM, y, width, value, lines=3))
        return y

    def files(self, ticket: Ticket, top: float, bottom: float) -> None:
        """Write the table of files, as many rows as there is room for."""
        self._row(self._bold, top, ticket.file_headings, _QUIET)
        room = max(1, int((bottom - top - ROW_MM) / SMALL_ROW_MM))
        shown = ticket.files if len(ticket.files) <= room else ticket.files[: room - 1]
        y = top + ROW_MM - 0.6
        for row in shown:
            self._row(self._regular, y, row)
            y += SMALL_ROW_MM
        if len(shown) < len(ticket.files):
            more = ticket.more_files.replace("{count}", str(len(ticket.files) - len(shown)))
            self._text(self._regular, SMALL_PT, EDGE_MM, y, WIDTH_MM - 2 * EDGE_MM, more)

    def notes_height_mm(self, notes: Iterable[str]) -> float:
        """Return how high heading and notes are."""
        return ROW_MM + 2 + sum(self._note(note)[1] + 1.2 for note in notes)

    def notes(self, ticket: Ticket, top: float) -> None:
        """Write the notes from ``top`` down."""
        self._rule(top - 3)
        self._text(self._bold, BODY_PT, EDGE_MM, top, 80, ticket.notes_heading, _GREEN)
        y = top + ROW_MM
        for note in ticket.notes:
            fitted, height = self._note(note)
            self._text(self._regular, BODY_PT, EDGE_MM, y, 4, "–")
            self._place(fitted, EDGE_MM + 4, y)
            y += height + 1.2

    def _note(self, note: str) -> tuple[FittedText, float]:
        fitted = self._fitted(self._regular, BODY_PT, WIDTH_MM - 2 * EDGE_MM - 4, note, lines=6)
        return fitted, len(fitted.lines) * fitted.leading_pt * MM_PER_POINT

    def _row(self, face: Face, y: float, cells: Sequence[str], ink: bytes = b"") -> None:
        ends = [*FILE_COLUMNS_MM[1:], WIDTH_MM - 2 * EDGE_MM]
        for start, end, cell in zip(FILE_COLUMNS_MM, ends, cells, strict=True):
            self._text(face, SMALL_PT, EDGE_MM + start, y, end - start - 2, cell, ink)

    def _rule(self, y: float) -> None:
        line = f"{number(points(EDGE_MM))} {number(points(HEIGHT_MM - y))}".encode()
        end = f"{number(points(WIDTH_MM - EDGE_MM))} {number(points(HEIGHT_MM - y))}".encode()
        self.parts.append(b"/GSn gs %b %b m %b l S\n" % (_LINE, line, end))

    def _text(
        self,
        face: Face,
        size: float,
        x: float,
        y: float,
        width: float,
        text: str,
        ink: bytes = b"",
        lines: int = 1,
        align: Align = "left",
    ) -> float:
        """Write a text below y; return its height in mm."""
        fitted = self._fitted(face, size, width, text, lines)
        self._place(fitted, x, y, ink, align)
        return len(fitted.lines) * fitted.leading_pt * MM_PER_POINT + 1.2

    def _fitted(self, face: Face, size: float, width: float, text: str, lines: int) -> FittedText:
        """Fit a text; one that is too long even at half its size loses its end."""
        box = TextBox(width, lines * size, size, size / 2, max_lines=lines, leading=1.3)
        while True:
            fitted = fit_text(face, text, box, "ticket")
            if isinstance(fitted, FittedText):
                return fitted
            missing = face.missing(text)
            kept = "".join(c for c in text if c not in missing) if missing else text[: len(text) * 4 // 5].rstrip(" …")
            text = kept if missing else kept + " …"

    def _place(self, fitted: FittedText, x: float, y: float, ink: bytes = b"", align: Align = "left") -> None:
        self._use.add(fitted.face, " ".join(fitted.lines))
        baseline = points(HEIGHT_MM - y) - fitted.size_pt
        shown = operators(fitted, points(x), baseline, align)
        state = b"/GSn gs " + ink if ink else BLACK_OVERPRINTING
        self.parts.append(b"%b %b\n" % (state, shown))
