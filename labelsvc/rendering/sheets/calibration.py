"""A calibration sheet shows where a printer really prints on a stock, to be measured and held against the light.

It shows the outlines of a stock's labels, the middle of the page, rulers of up to 100 mm, and how to use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import Stock
from labelsvc.pdf.outlines import outline
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, PdfIdentity
from labelsvc.pdf.units import number, points
from labelsvc.rendering.sheets.crop_marks import lower_left
from labelsvc.rendering.sheets.positions import page_boxes
from labelsvc.rendering.sheets.press_page import PressPage, write_press_file
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.fonts import FontFace

STAMP = Rectangle(25, 35)
"""The label for stocks without cells."""
LONGEST_RULER_MM, EDGE_MM, PANEL_MM, CROSS_MM = 100, 12.0, 130.0, 6.0
TICKS_MM = {1: 2.0, 5: 3.0, 10: 4.5}
LINE_WIDTH = b"0.3"
"""In points: 0.106 mm, above the 0.1 mm under which a line may break up on the plate (PRESS-RULES.md, hairlines)."""
TEXT_PT, SMALLEST_TEXT_PT, FIGURE_PT = 9.0, 5.0, 6.0


def calibration_layout(stock: Stock) -> Layout:
    """Return the layout that a stock's calibration sheet shows: its cells, or stamps of 25 × 35 mm."""
    return layout(stock, stock.cells.shape if stock.cells else STAMP)


def write_calibration(
    stream: BinaryIO, layout: Layout, face: FontFace, lines: Sequence[str], identity: PdfIdentity, profile: bytes
) -> None:
    """Write the calibration sheet of a layout as a press file of one page.

    ``lines``: its heading and the instructions, in the reader's language; left out where the page is too small for
    them. Raises PrintRefused press.profile, text.letter_missing.
    """
    use = FontUse()
    drawn = [BLACK_OVERPRINTING, _outlines(layout), _panel(layout, face, lines, use), _rulers(layout, face, use)]
    write_press_file(stream, [PressPage(page_boxes(layout), b"".join(drawn), use)], identity, profile)


def _outlines(layout: Layout) -> bytes:
    paths = [outline(layout.shape, *lower_left(layout, position)) for position in layout.positions]
    return b"%b w\n%bS\n" % (LINE_WIDTH, b"".join(paths))


def _panel(layout: Layout, face: FontFace, lines: Sequence[str], use: FontUse) -> bytes:
    """Return the instructions on white, above the middle of the page."""
    width = min(PANEL_MM, layout.page_width_mm - 2 * EDGE_MM)
    height = layout.page_height_mm / 2 - 2 * EDGE_MM
    if min(width, height) <= 0:
        return b""
    left, y = points((layout.page_width_mm - width) / 2), points(layout.page_height_mm - 1.5 * EDGE_MM)
    box = TextBox(width, height, TEXT_PT, SMALLEST_TEXT_PT, max_lines=8, leading=1.35)
    fitted = [text for line in lines if isinstance(text := fit_text(face, line, box), FittedText)]
    high = sum(text.leading_pt * (len(text.lines) + 0.4) for text in fitted)
    if len(fitted) < len(lines) or high > points(box.height_mm):
        return b""
    drawn = [_white(left - 6, y - high - 6, points(width) + 12, high + 12)]
    for text in fitted:
        use.add(face, " ".join(text.lines))
        drawn.append(operators(text, left, y - text.size_pt) + b"\n")
        y -= text.leading_pt * (len(text.lines) + 0.4)
    return b"".join(drawn)


def _rulers(layout: Layout, face: FontFace, use: FontUse) -> bytes:
    """Return a cross in the middle of the page, and below it two rulers that begin in one corner."""
    use.add(face, "0123456789")
    middle_x, middle_y = points(layout.page_width_mm / 2), points(layout.page_height_mm / 2)
    across = _ruler_mm(layout.page_width_mm - 2 * EDGE_MM)
    down = _ruler_mm(layout.page_height_mm / 2 - CROSS_MM - 2 * EDGE_MM)
    x, y = middle_x - points(across / 2), middle_y - points(CROSS_MM + EDGE_MM)
    arm = points(CROSS_MM)
    strokes = [
        _line(middle_x - arm, middle_y, middle_x + arm, middle_y),
        _line(middle_x, middle_y - arm, middle_x, middle_y + arm),
        _line(x, y, x + points(across), y),
        _line(x, y, x, y - points(down)),
    ]
    strokes += [_line(x + points(at), y, x + points(at), y + points(_tick_mm(at))) for at in range(across + 1)]
    strokes += [_line(x, y - points(at), x + points(_tick_mm(at)), y - points(at)) for at in range(1, down + 1)]
    figures = [_figure(face, at, x + points(at) - 2, y + points(4.5) + 2) for at in range(0, across + 1, 10)]
    figures += [_figure(face, at, x + points(4.5) + 2, y - points(at) - 2) for at in range(10, down + 1, 10)]
    backgrounds = [
        _white(middle_x - arm - 3, middle_y - arm - 3, 2 * arm + 6, 2 * arm + 6),
        _white(x - 4, y - 3, points(across) + 16, 26),
        _white(x - 4, y - points(down) - 4, 32, points(down) + 4),
    ]
    return b"".join([*backgrounds, LINE_WIDTH + b" w\n", *strokes, b"S\n", *figures])


def _ruler_mm(free_mm: float) -> int:
    """Return the length of a ruler for the available room: whole centimetres, at most 100 mm."""
    return max(0, min(LONGEST_RULER_MM, int(free_mm / 10) * 10))


def _tick_mm(at: int) -> float:
    return TICKS_MM[10 if at % 10 == 0 else 5 if at % 5 == 0 else 1]


def _white(x: float, y: float, width: float, height: float) -> bytes:
    box = " ".join(number(value) for value in (x, y, width, height)).encode()
    return b"q /GSn gs 0 0 0 0 k %b re f Q\n" % box


def _line(x: float, y: float, to_x: float, to_y: float) -> bytes:
    return f"{number(x, 3)} {number(y, 3)} m {number(to_x, 3)} {number(to_y, 3)} l\n".encode()


def _figure(face: FontFace, value: int, x: float, y: float) -> bytes:
    place = f"{number(x)} {number(y)}".encode()
    return b"BT /%b %b Tf %b Td %b ET\n" % (face.resource, number(FIGURE_PT).encode(), place, face.show(str(value)))
