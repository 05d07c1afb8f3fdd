"""A test sheet that shows which phones open which QR codes: hosts, module sizes, ``https`` in both cases.

Each symbol has tick boxes for a few phones. The codes belong to no stamp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from labelsvc.domain.errors import PrintRefused
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, PdfIdentity
from labelsvc.pdf.units import number, points
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.qr.paths import finder_patterns, symbol_paths
from labelsvc.rendering.sheets.press_page import PressPage, whole_page_boxes, write_press_file
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.font_book import FontBook, FontUse
from labelsvc.rendering.typesetting.fonts import FontFace

WIDTH_MM, HEIGHT_MM, EDGE_MM = 210.0, 297.0, 12.0
COLUMNS, LABEL_MM, GAP_MM = 6, 20.0, 2.0
COLUMN_MM = (WIDTH_MM - 2 * EDGE_MM - LABEL_MM) / COLUMNS
MODULES_MM = (0.40, 0.45, 0.50, 0.60)
PHONES, BOX_MM, CLEAR_MM = 4, 3.2, 1.0
TITLE_PT, TEXT_PT, SMALL_PT, LEAST_PT = 16.0, 8.5, 6.5, 5.0
LONGEST_LINE, MOST_LINES = 18, 3
"""Letters of a host in a line, and lines of it."""
HEAD_MM, STEP_MM, ROW_MM, NOTE_MM = 13.0, 9.0, 16.0, 11.0
"""Heights of a column's heading, an instruction in two languages, a symbol's boxes, and a phone's line."""
_THIN, _QUIET = b"0 0 0 1 K 0.5 w\n", b"0 0 0 0.7 k\n"
Bilingual = tuple[str, str]
"""A sentence in Vietnamese, and the same in English."""


@dataclass(frozen=True, slots=True)
class PhoneTestWords:
    """What the sheet says. ``sizes`` stand beside the rows, one for each of MODULES_MM; ``phone`` leaves a line."""

    title: Bilingual
    steps: Sequence[Bilingual]
    sizes: Sequence[Bilingual]
    phone: Bilingual


def write_phone_test(
    stream: BinaryIO,
    encoders: Sequence[QrEncoder],
    words: PhoneTestWords,
    fonts: FontBook,
    identity: PdfIdentity,
    profile: bytes,
) -> None:
    """Write the sheet as a press file, six columns a page. Raises PrintRefused press.profile, text.letter_missing."""
    boxes, pages = whole_page_boxes(WIDTH_MM, HEIGHT_MM), []
    for start in range(0, len(encoders), COLUMNS):
        use = FontUse()
        content = _Page(fonts, use, words).content(encoders[start : start + COLUMNS], start)
        pages.append(PressPage(boxes, content, use))
    write_press_file(stream, pages, identity, profile)


class _Page:
    """A page while it is drawn; lengths in millimetres from its upper left corner."""

    def __init__(self, fonts: FontBook, use: FontUse, words: PhoneTestWords) -> None:
        self._use, self._words, self._parts = use, words, [BLACK_OVERPRINTING]
        self._bold, self._plain = fonts.face("BeVietnamPro-ExtraBold"), fonts.face("BeVietnamPro-Regular")

    def content(self, encoders: Sequence[QrEncoder], first: int) -> bytes:
        """Return the page's operators; ``first`` tells its codes apart from other pages'."""
        y = self._head(EDGE_MM)
        for column, encoder in enumerate(encoders):
            self._column_head(encoder, EDGE_MM + LABEL_MM + column * COLUMN_MM, y)
        y += HEAD_MM
        widest = max(encoder.version.modules_with_quiet_zone for encoder in encoders)
        for row, module_mm in enumerate(MODULES_MM):
            self._size(row, y)
            for column, encoder in enumerate(encoders):
                code = f"{(first + column) * len(MODULES_MM) + row:020}"
                self._symbol(encoder, code, module_mm, EDGE_MM + LABEL_MM + column * COLUMN_MM, y)
            y += widest * module_mm + ROW_MM
        self._phones(y + 2)
        return b"".join(self._parts)

    def _head(self, y: float) -> float:
        vietnamese, english = self._words.title
        whole = WIDTH_MM - 2 * EDGE_MM
        self._text(self._bold, TITLE_PT, (EDGE_MM, y), whole, vietnamese)
        self._text(self._plain, TEXT_PT, (EDGE_MM, y + 7), whole, english, _QUIET)
        y += 13
        for vietnamese, english in self._words.steps:
            self._text(self._plain, TEXT_PT, (EDGE_MM, y), whole, vietnamese)
            self._text(self._plain, SMALL_PT, (EDGE_MM, y + 3.9), whole, english, _QUIET)
            y += STEP_MM
        return y + 1

    def _column_head(self, encoder: QrEncoder, x: float, y: float) -> None:
        scheme, _, rest = str(encoder.prefix).partition("://")
        self._text(self._bold, TEXT_PT, (x, y), COLUMN_MM - GAP_MM, f"{scheme}://")
        self._text(
            self._plain, SMALL_PT, (x + 17.5, y + 0.5), COLUMN_MM - GAP_MM - 17.5, f"QR {encoder.version}", _QUIET
        )
        for line, part in enumerate(_in_lines(rest.rstrip("/"))):
            self._text(self._plain, SMALL_PT, (x, y + 4 + 3 * line), COLUMN_MM - GAP_MM, part)

    def _size(self, row: int, y: float) -> None:
        vietnamese, english = self._words.sizes[row]
        self._text(self._bold, TEXT_PT, (EDGE_MM, y + 3), LABEL_MM - GAP_MM, vietnamese)
        self._text(self._plain, SMALL_PT, (EDGE_MM, y + 7), LABEL_MM - GAP_MM, english, _QUIET)

    def _symbol(self, encoder: QrEncoder, code: str, module_mm: float, x: float, y: float) -> None:
        """Draw a symbol whose quiet zone begins at (x, y), and its boxes below it."""
        symbols, modules = encoder.symbols([code]), encoder.version.modules
        around = (encoder.version.modules_with_quiet_zone - modules) / 2 * module_mm
        left, low = points(x + around), points(HEIGHT_MM - y - around - modules * module_mm)
        scale = number(points(module_mm), 5)
        path = finder_patterns(modules) + symbol_paths(encoder, symbols)[0]
        self._parts.append(f"q {scale} 0 0 {scale} {number(left, 3)} {number(low, 3)} cm\n".encode() + path + b"f Q\n")
        below = y + encoder.version.modules_with_quiet_zone * module_mm + CLEAR_MM
        for phone in range(PHONES):
            at = x + phone * (BOX_MM + 2.6)
            self._text(self._plain, SMALL_PT, (at, below + 0.3), 2, str(phone + 1))
            self._rectangle(at + 1.7, below, BOX_MM - 0.4)

    def _phones(self, y: float) -> None:
        vietnamese, english = self._words.phone
        half = (WIDTH_MM - 2 * EDGE_MM) / 2
        for phone in range(PHONES):
            x, line_y = EDGE_MM + phone % 2 * half, y + phone // 2 * NOTE_MM
            self._text(self._bold, TEXT_PT, (x, line_y), 5, str(phone + 1))
            self._text(self._plain, SMALL_PT, (x + 4, line_y + 0.4), 32, vietnamese)
            self._text(self._plain, SMALL_PT, (x + 4, line_y + 3.2), 32, english, _QUIET)
            self._line(x + 37, line_y + 4.2, half - 42)

    def _text(
        self, face: FontFace, size: float, place: tuple[float, float], width: float, text: str, ink: bytes = b""
    ) -> None:
        """Write one line below ``place`` (x, y in mm), smaller where it is too long."""
        fitted = fit_text(face, text, TextBox(width, size, size, min(LEAST_PT, size)))
        if not isinstance(fitted, FittedText):
            raise PrintRefused(fitted)
        self._use.add(face, text)
        x, y = place
        shown = operators(fitted, points(x), points(HEIGHT_MM - y) - fitted.size_pt)
        self._parts.append(b"%b%b\n%b" % (ink, shown, BLACK_OVERPRINTING if ink else b""))

    def _rectangle(self, x: float, y: float, side: float) -> None:
        sides = " ".join(number(points(v), 3) for v in (x, HEIGHT_MM - y - side, side, side))
        self._parts.append(b"%b%b re S\n" % (_THIN, sides.encode()))

    def _line(self, x: float, y: float, length: float) -> None:
        ends = [number(points(v), 3) for v in (x, HEIGHT_MM - y, x + length, HEIGHT_MM - y)]
        self._parts.append(b"%b%b %b m %b %b l S\n" % (_THIN, *(end.encode() for end in ends)))


def _in_lines(host: str) -> list[str]:
    """Break a long host after its dots, or wherever a line is full."""
    lines = []
    while len(host) > LONGEST_LINE:
        cut = host.rfind(".", 0, LONGEST_LINE) + 1 or LONGEST_LINE
        lines.append(host[:cut])
        host = host[cut:]
    return [*lines, host][:MOST_LINES]
