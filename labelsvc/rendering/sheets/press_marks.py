"""Marks for setting up a press: registration marks in every ink, and a colour bar, outside every bleed.

Both stand between the crop marks, within the width or height of a label: where the strip is too narrow, there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from labelsvc.domain.layout import Layout
from labelsvc.pdf.outlines import outline_circle
from labelsvc.pdf.pdfx import ALL_INKS, BLACK_OVERPRINTING, CMYK, colour_space_name
from labelsvc.pdf.units import number, points
from labelsvc.rendering.sheets.crop_marks import LINE_PT, MARK_AWAY_MM, FreeStrips, strips

REGISTRATION_MM = 4.0
SMALLEST_REGISTRATION_MM = 2.4
PATCH_MM, PATCH_GAP_MM, SMALLEST_PATCH_MM = 4.0, 0.6, 2.0
FROM_CROP_MARK_MM = 1.5
PATCHES: tuple[CMYK, ...] = (
    (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1),
    (0.5, 0, 0, 0), (0, 0.5, 0, 0), (0, 0, 0.5, 0), (0, 0, 0, 0.5),
    (1, 1, 0, 0), (1, 0, 1, 0), (0, 1, 1, 0), (0.4, 0.3, 0.3, 0),
)  # fmt: skip
"""Patches for the press operator: full inks, half tones, overprints of two, and a three-colour grey."""
SOLIDS = 4
"""So many patches come first; those of spot inks follow them, so that they stand where room is short, too."""


def registration_marks(layout: Layout) -> bytes:
    """Return the operators of the registration marks: circle and cross on every side that has room, in all inks."""
    if not layout.stock.marks.registration:
        return b""
    places = list(registration_places(layout))
    crosses = b"".join(_cross(points(x), points(layout.page_height_mm - y), points(size)) for x, y, size in places)
    head = b"/GSk gs %b CS 1 SCN %b w\n" % (colour_space_name(ALL_INKS), number(LINE_PT).encode())
    return head + crosses + b"S\n" if places else b""


def colour_bar(layout: Layout, spots: Iterable[str] = ()) -> bytes:
    """Return the operators of the colour bar along the upper edge; as many patches as there is room for.

    Every one of ``spots``, the spot inks that labels are printed in, has a full patch of its own.
    """
    boxes = patch_boxes(layout)
    if not boxes:
        return b""
    process = [f"{' '.join(number(ink, 2) for ink in inks)} k" for inks in PATCHES]
    full = [f"{colour_space_name(spot).decode()} cs 1 scn" for spot in spots]
    inks = [*process[:SOLIDS], *full, *process[SOLIDS:]]
    patches = [
        f"{ink} " + " ".join(number(points(v), 3) for v in (x, layout.page_height_mm - foot, side, side)) + " re f\n"
        for (x, foot, side), ink in zip(boxes, inks, strict=False)
    ]
    return b"/GSn gs\n" + "".join(patches).encode()


def patch_boxes(layout: Layout) -> list[tuple[float, float, float]]:
    """Return each place of the colour bar, as many as there is room for: left, lower edge (y down), side, in mm."""
    size = min(PATCH_MM, strips(layout).top_mm - MARK_AWAY_MM)
    if not layout.stock.marks.colour_bar or size < SMALLEST_PATCH_MM:
        return []
    foot = layout.trim_box_mm[1] - layout.bleed_mm - MARK_AWAY_MM
    return [(x, foot, size) for x in _patch_places(layout, size)]


def eye_marks(layout: Layout) -> bytes:
    """Return the operators of a roll's eye marks: one black bar beside every row of labels, in the web's margin."""
    bars = [
        " ".join(number(points(v), 3) for v in (x, layout.page_height_mm - y - high, wide, high)) + " re\n"
        for x, y, wide, high in eye_mark_boxes(layout)
    ]
    return BLACK_OVERPRINTING + "".join(bars).encode() + b"f\n" if bars else b""


def eye_mark_boxes(layout: Layout) -> list[tuple[float, float, float, float]]:
    """Return x, y, width and height of each eye mark of a page in mm, y down."""
    mark, stock = layout.stock.eye_mark, layout.stock
    if mark is None:
        return []
    edge = mark.from_edge_mm if mark.side == "left" else layout.page_width_mm - mark.from_edge_mm - mark.width_mm
    tops = sorted({position.y_mm + mark.from_top_mm for position in layout.positions})
    return [(edge + stock.offset_x_mm, top, mark.width_mm, mark.height_mm) for top in tops]


def _patch_places(layout: Layout, size: float) -> Iterator[float]:
    """Yield the left edge of each patch: beside one another over each column but the one of the registration mark."""
    columns = sorted({position.x_mm for position in layout.positions})
    free = [x for x in columns if x != _middle(columns)] or columns
    taken = _marked_mm(layout) if layout.stock.marks.apart else (0.0, 0.0)
    for x in free:
        at, end = x + FROM_CROP_MARK_MM, x + layout.trim_width_mm - FROM_CROP_MARK_MM
        while at + size <= end:
            if at + size > taken[0] and at < taken[1]:
                at = taken[1]
                continue
            yield at
            at += size + PATCH_GAP_MM


def _marked_mm(layout: Layout) -> tuple[float, float]:
    """Return from where to where the upper registration mark takes the strip, with its clear space, in mm."""
    middle = _middle(sorted({position.x_mm for position in layout.positions})) + layout.trim_width_mm / 2
    half = REGISTRATION_MM / 2 + PATCH_GAP_MM
    return (middle - half, middle + half) if layout.stock.marks.registration else (0.0, 0.0)


def registration_places(layout: Layout) -> Iterator[tuple[float, float, float]]:
    """Yield x, y of the middle, and the size, of each registration mark in mm, y down."""
    left, top, right, _ = layout.trim_box_mm
    free: FreeStrips = strips(layout)
    away = layout.bleed_mm + MARK_AWAY_MM
    x = _middle(sorted({position.x_mm for position in layout.positions})) + layout.trim_width_mm / 2
    y = _middle(sorted({position.y_mm for position in layout.positions})) + layout.trim_height_mm / 2
    for room, place in (
        (free.top_mm, lambda half: (x, top - away - half)),
        (free.left_mm, lambda half: (left - away - half, y)),
        (free.right_mm, lambda half: (right + away + half, y)),
    ):
        size = min(REGISTRATION_MM, room - MARK_AWAY_MM)
        if size >= SMALLEST_REGISTRATION_MM:
            yield *place(size / 2), size


def _middle(edges: list[float]) -> float:
    return edges[len(edges) // 2]


def _cross(x: float, y: float, size: float) -> bytes:
    half = size / 2
    lines = ((x - half, y, x + half, y), (x, y - half, x, y + half))
    strokes = "".join("{} {} m {} {} l\n".format(*(number(v, 3) for v in line)) for line in lines)
    return strokes.encode() + outline_circle(x, y, size * 0.3)
