"""What a ticket shows of its job: a sheet with its positions and marks, the job's QR code, a line for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from labelsvc.domain.layout import Layout
from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.pdf.outlines import outline, outline_circle
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING
from labelsvc.pdf.units import number, points
from labelsvc.rendering.qr.plain_symbol import symbol_rows
from labelsvc.rendering.sheets.crop_marks import corner_tick_lines, crop_mark_lines, label_matrix, label_origin
from labelsvc.rendering.sheets.press_marks import PATCHES, eye_mark_boxes, patch_boxes, registration_places
from labelsvc.rendering.sheets.ticket.ticket_page import (
    EDGE_MM,
    GREEN,
    HEIGHT_MM,
    QUIET,
    WIDTH_MM,
    TextStyle,
    TicketPage,
)

SHEET_MM = (62.0, 46.0)
QR_MM, QR_TOP_MM = 22.0, 13.5
SIGNATURES_MM, SIGNATURE_GAP_MM = 279.0, 8.0
CAPTION_PT, CAPTION_MM, SWATCH_MM = 6.6, 3.5, 2.2
LINE_PT = 0.3
_FIRST, _LAST, _TAKEN, _PAPER = GREEN, b"0 0.35 1 0 k", b"0 0 0 0.1 k", b"0 0 0 0.45 K"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketJob:
    """A job in the reader's words.

    ``taken``: the positions of its first sheet that hold a label. ``captions``: of the sheet, of its first and of its
    last label. ``link``: what the QR code says; ``signatures``: what is written below each line.
    """

    layout: Layout
    taken: Sequence[int]
    captions: tuple[str, str, str]
    link: str
    signatures: Sequence[str]


def sheet_end_mm(top_mm: float) -> float:
    """Return where the picture of a sheet ends that begins at ``top_mm``, with its captions."""
    return top_mm + SHEET_MM[1] + 2 + 3 * CAPTION_MM


def draw_job(page: TicketPage, job: TicketJob, sheet_at_mm: tuple[float, float]) -> None:
    """Draw all three; the sheet's frame has its upper left corner at ``sheet_at_mm``."""
    page.parts += [_sheet(job, *sheet_at_mm), _symbol(job.link)]
    _captions(page, job, *sheet_at_mm)
    _signatures(page, job.signatures)


def _sheet(job: TicketJob, x_mm: float, y_mm: float) -> bytes:
    """Return the operators of a sheet, as large as its frame holds: paper, marks, labels, both ends in colour."""
    layout, height = job.layout, job.layout.page_height_mm
    scale = min(SHEET_MM[0] / layout.page_width_mm, SHEET_MM[1] / height)
    left, low = x_mm + (SHEET_MM[0] - layout.page_width_mm * scale) / 2, HEIGHT_MM - y_mm - height * scale
    place = " ".join(number(value, 5) for value in (scale, 0, 0, scale, points(left), points(low)))
    thin = number(LINE_PT / scale, 3)
    paper = f"{_PAPER.decode()} {thin} w {_rectangle(layout, 0, 0, layout.page_width_mm, height)} S"
    labels = [_labels(layout, some, ink) for ink, some in _inked(job)]
    marks = _marks(layout, job.taken)
    return b"/GSn gs q %b cm %b\n%b%b Q\n" % (place.encode(), paper.encode(), marks, b"".join(labels))


def _inked(job: TicketJob) -> list[tuple[bytes, Sequence[int]]]:
    """Return the positions that are filled in each ink; none in the others, which are used up or stay empty."""
    taken = job.taken
    empty = [at for at in range(job.layout.per_sheet) if at not in set(taken)]
    return [(b"", empty), (_TAKEN, taken[1:-1]), (_LAST, taken[1:][-1:]), (_FIRST, taken[:1])]


def _labels(layout: Layout, positions: Sequence[int], ink: bytes) -> bytes:
    """Return the trims at some positions, filled in an ink where one is given, and outlined."""
    path = outline(layout.shape, 0, 0)
    origins = [label_origin(layout, layout.positions[at]) for at in positions]
    placed = [b"q %b\n%b%b Q\n" % (label_matrix(layout, *at).encode(), path, b"B" if ink else b"S") for at in origins]
    return b"%b " % ink + b"".join(placed) if placed else b""


def _marks(layout: Layout, taken: Sequence[int]) -> bytes:
    """Return crop and registration marks, ticks at corners, the colour bar and eye marks, where the stock has them."""
    height = layout.page_height_mm
    lines = [
        "{} {} m {} {} l".format(*(number(points(side)) for side in (x, height - y, u, height - v)))
        for x, y, u, v in (*crop_mark_lines(layout), *corner_tick_lines(layout, taken))
    ]
    crosses = registration_places(layout) if layout.stock.marks.registration else ()
    circles = [outline_circle(points(x), points(height - y), points(size / 2)) for x, y, size in crosses]
    patches = [
        f"{' '.join(number(part) for part in inks)} k {_rectangle(layout, x, foot - side, side, side)} f"
        for (x, foot, side), inks in zip(patch_boxes(layout), PATCHES, strict=False)
    ]
    bars = [f"0 0 0 1 k {_rectangle(layout, *box)} f" for box in eye_mark_boxes(layout)]
    strokes = [line.encode() + b"\n" for line in lines] + circles
    filled = [f"{box}\n".encode() for box in (*patches, *bars)]
    return b"".join([*strokes, b"S\n" if strokes else b"", *filled])


def _rectangle(layout: Layout, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> str:
    low = layout.page_height_mm - y_mm - height_mm
    return " ".join(number(points(side)) for side in (x_mm, low, width_mm, height_mm)) + " re"


def _symbol(text: str) -> bytes:
    """Return a QR code in the page's upper right corner, its quiet zone within the edge."""
    rows = symbol_rows(text)
    module = QR_MM / (len(rows) + 2 * QUIET_ZONE)
    left = WIDTH_MM - EDGE_MM - QR_MM + QUIET_ZONE * module
    top = HEIGHT_MM - QR_TOP_MM - QUIET_ZONE * module
    size = number(points(module), 5)
    place = f"q {size} 0 0 -{size} {number(points(left))} {number(points(top))} cm\n"
    runs = [run for y, row in enumerate(rows) for run in _dark_runs(row, y)]
    return BLACK_OVERPRINTING + place.encode() + "\n".join(runs).encode() + b"\nf Q\n"


def _dark_runs(row: Sequence[bool], y: int) -> list[str]:
    found, x = [], 0
    for dark, some in groupby(row):
        length = len(list(some))
        if dark:
            found.append(f"{x} {y} {length} 1 re")
        x += length
    return found


def _captions(page: TicketPage, job: TicketJob, x_mm: float, y_mm: float) -> None:
    """Write what the sheet is, and which labels stand first and last on it, each behind its colour."""
    style, y = TextStyle(page.regular, CAPTION_PT), y_mm + SHEET_MM[1] + 1.5
    for ink, caption in zip((b"", _FIRST, _LAST), job.captions, strict=True):
        if ink:
            side, low = points(SWATCH_MM), points(HEIGHT_MM - y - 0.4 - SWATCH_MM)
            swatch = " ".join(map(number, (points(x_mm), low, side, side))).encode()
            page.parts.append(b"/GSn gs %b %b re f\n" % (ink, swatch))
        shift = SWATCH_MM + 1 if ink else 0.0
        page.text(style, x_mm + shift, y, SHEET_MM[0] - shift, caption)
        y += CAPTION_MM


def _signatures(page: TicketPage, names: Sequence[str]) -> None:
    """Draw a line for each signature, with what it is for below it."""
    wide = (WIDTH_MM - 2 * EDGE_MM - (len(names) - 1) * SIGNATURE_GAP_MM) / len(names)
    for at, name in enumerate(names):
        x, y = EDGE_MM + at * (wide + SIGNATURE_GAP_MM), points(HEIGHT_MM - SIGNATURES_MM)
        ends = number(points(x)), number(points(x + wide))
        page.parts.append(f"/GSn gs 0 0 0 0.68 K 0.5 w {ends[0]} {number(y)} m {ends[1]} {number(y)} l S\n".encode())
        page.text(TextStyle(page.regular, CAPTION_PT, QUIET), x, SIGNATURES_MM + 1, wide, name)
