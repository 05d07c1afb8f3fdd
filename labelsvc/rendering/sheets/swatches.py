"""A page of swatches: every colour of a design as printed, with its inks and their sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from labelsvc.pdf.inks import Ink, ink_limit
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, CMYK, PdfIdentity, colour_space_name
from labelsvc.pdf.units import number, points
from labelsvc.rendering.sheets.press_page import PressPage, whole_page_boxes, write_press_file
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.font_book import FontBook, FontUse
from labelsvc.rendering.typesetting.fonts import FontFace

WIDTH_MM, HEIGHT_MM, EDGE_MM = 210.0, 297.0, 18.0
TOP_MM, BOTTOM_MM, MOST_ROW_MM, GAP_MM = 44.0, 279.0, 21.0, 3.0
PROCESS_MM, SPOT_LEFT_MM, SPOT_MM, TEXT_LEFT_MM = 44.0, 46.0, 20.0, 72.0
TITLE_PT, NAME_PT, TEXT_PT = 18.0, 11.0, 9.0
_LINE = b"0 0 0 0.25 K 0.4 w"
Translate = Callable[..., str]


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes on the page, in millimetres from its upper left corner."""

    use: FontUse
    parts: list[bytes]

    def text(self, face: FontFace, size: float, x: float, y: float, text: str) -> None:
        """Write one line below y, smaller where it is too long; PrintRefused if a letter is missing."""
        box = TextBox(WIDTH_MM - EDGE_MM - x, 2 * size, size, size / 3)
        fitted = fit_text(face, text, box)
        if isinstance(fitted, FittedText):
            self.use.add(face, text)
            shown = operators(fitted, points(x), points(HEIGHT_MM - y) - size)
            self.parts.append(BLACK_OVERPRINTING + shown + b"\n")

    def swatch(self, ink: bytes, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle, and draw its edge so that paper white is visible."""
        sides = " ".join(number(points(v), 3) for v in (x, HEIGHT_MM - y - height, width, height)).encode()
        self.parts.append(b"/GSn gs %b %b re f %b %b re S\n" % (ink, sides, _LINE, sides))


def write_swatches(
    stream: BinaryIO, inks: Sequence[Ink], fonts: FontBook, say: Translate, identity: PdfIdentity, profile: bytes
) -> None:
    """Write the swatches of some inks as a press file of one A4 page; ``say`` gives the words of the paper.

    The file's title is its heading.

    Raises PrintRefused press.profile.
    """
    pen = _Pen(FontUse(), [])
    pen.text(fonts.face("BeVietnamPro-ExtraBold"), TITLE_PT, EDGE_MM, EDGE_MM, identity.title)
    pen.text(fonts.face("BeVietnamPro-Regular"), TEXT_PT, EDGE_MM, EDGE_MM + 11, say("press.swatches_note"))
    row_mm = min(MOST_ROW_MM, (BOTTOM_MM - TOP_MM) / max(len(inks), 1))
    for at, ink in enumerate(inks):
        _row(pen, fonts, ink, say, TOP_MM + at * row_mm, row_mm - GAP_MM)
    spots = {ink.spot: _share(ink) for ink in inks if ink.spot}
    boxes = whole_page_boxes(WIDTH_MM, HEIGHT_MM)
    write_press_file(stream, [PressPage(boxes, b"".join(pen.parts), pen.use, spots)], identity, profile)


def _row(pen: _Pen, fonts: FontBook, ink: Ink, say: Translate, y: float, height: float) -> None:
    process = " ".join(number(part, 2) for part in _share(ink)).encode() + b" k"
    pen.swatch(process, EDGE_MM, y, PROCESS_MM if ink.spot else SPOT_LEFT_MM + SPOT_MM, height)
    if ink.spot:
        pen.swatch(colour_space_name(ink.spot) + b" cs 1 scn", EDGE_MM + SPOT_LEFT_MM, y, SPOT_MM, height)
    cyan, magenta, yellow, black = ink.cmyk
    inks = f"C {cyan}, M {magenta}, Y {yellow}, K {black}"
    total = say("press.swatches_sum", sum=ink.total, most=ink_limit(ink.cmyk))
    spot = say("press.swatches_spot", ink=ink.spot) if ink.spot else ""
    left, step = EDGE_MM + TEXT_LEFT_MM, min(5.2, height / 3)
    pen.text(fonts.face("BeVietnamPro-SemiBold"), min(NAME_PT, points(step)), left, y, f"{ink.name} – {ink.screen}")
    size, face = min(TEXT_PT, points(step) * 0.8), fonts.face("BeVietnamPro-Regular")
    pen.text(face, size, left, y + 1.1 * step, inks)
    pen.text(face, size, left, y + 2.1 * step, total + spot)


def _share(ink: Ink) -> CMYK:
    cyan, magenta, yellow, black = (part / 100 for part in ink.cmyk)
    return cyan, magenta, yellow, black
