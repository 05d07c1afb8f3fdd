"""Places pictures and PDF artwork in a design, and checks them for the press."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from labelsvc.pdf.pdfx import ALL_INKS, BLEED, CUT
from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.artwork import ARTWORK, Artwork, page_size, read_artwork
from labelsvc.rendering.design.builder import DesignBuilder
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.items import ItemBox, PaintedShape, PlacedGraphic
from labelsvc.rendering.design.linked_files import content_of
from labelsvc.rendering.design.pen import Pen
from labelsvc.rendering.design.picture_inks import PICTURES, read_picture, size_of
from labelsvc.rendering.design.shapes import placed
from labelsvc.rendering.design.source import DesignElement

_FITS = {"xMidYMid meet": "meet", "xMidYMid": "meet", "xMidYMid slice": "slice", "none": "none"}
"""SVG 2, 8.6; the first is the default."""
_ALIGNS = {"center": 0.5, "left": 0.0, "right": 1.0}
_GROUND_MM = 0.4
"""Margin of the white ground around official artwork."""
QuadCorners = list[tuple[float, float]]
"""In mm: lower left, lower right, upper right, upper left."""
_SAME_MM = 0.1
"""Tolerance between the trim of PDF artwork and its box: it is never scaled."""
_AS_NEW = b"/GSn gs 0 g 0 G 1 w 0 J 0 j 10 M[]0 d/RelativeColorimetric ri 0 i 0 Tc 0 Tw 100 Tz 0 TL 0 Tr 0 Ts "
"""The initial graphics state of a page, which PDF artwork relies on (ISO 32000-1, 8.4.1)."""


def read_image(builder: DesignBuilder, element: DesignElement, at: ElementContext) -> None:
    """Read an ``image``: in the proportions of its pixels, unless ``preserveAspectRatio`` says otherwise."""
    box = _box(builder, element)
    fit = builder.choice(element, "preserveAspectRatio", _FITS)
    content = builder.made(element, lambda: content_of(element.get("href"), PICTURES))
    if box is None or content is None:
        return
    if fit == "slice":
        at = replace(at, clips=(*at.clips, placed(_path(box), at.matrix)))
    pixels = (box[2], box[3]) if fit == "none" else builder.made(element, lambda: size_of(content))
    if pixels is not None:
        _add_picture(builder, element, at, content, _fitted(box, pixels, larger=fit == "slice"))


def read_pdf_artwork(builder: DesignBuilder, element: DesignElement, at: ElementContext) -> None:
    """Read an ``ls:artwork``: a page of a PDF at its own size, its trim in the box that is given."""
    box = _box(builder, element)
    page = builder.length(element, "page", 1.0)
    number_of_page = int(page) if page.is_integer() else 0
    content = builder.made(element, lambda: content_of(element.get("href"), ARTWORK))
    artwork = None if content is None else builder.made(element, lambda: read_artwork(content, number_of_page))
    if box is None or artwork is None:
        return
    width, height = artwork.size_mm
    if max(abs(width - box[2]), abs(height - box[3])) > _SAME_MM:
        sizes = {"width": round(width, 2), "height": round(height, 2)}
        builder.fault(element, "design.artwork_size", **sizes, box_width=box[2], box_height=box[3])
        return
    _add_artwork(builder, element, at, artwork, (box, _bled(artwork, box)))


def read_official(builder: DesignBuilder, element: DesignElement, at: ElementContext) -> None:
    """Read an ``ls:official``: the office's official artwork in its own proportions.

    A picture or PDF page scaled to its box, on a white ground if ``ground`` asks for it. Without official artwork, the
    element's content is painted.
    """
    box, href = _box(builder, element), element.get("href")
    share = builder.choice(element, "align", _ALIGNS)
    white = builder.choice(element, "ground", {"none": False, "white": True})
    if not href:
        return
    pdf = href.startswith("data:application/pdf")
    content = builder.made(element, lambda: content_of(href, ARTWORK if pdf else PICTURES))
    size = None if content is None else builder.made(element, lambda: (page_size if pdf else size_of)(content))
    if box is None or content is None or size is None:
        return
    drawn = _fitted(_inner(box) if white else box, size, larger=False, share=share)
    if white:
        pen, ground = Pen(builder.height_mm), _path(_outer(drawn))
        paper = next(ink for ink in builder.palette.inks.values() if ink.paper)
        builder.screens.add(paper.screen)
        pen.fill(ground, paper)
        shape = PaintedShape(pen.operators, ground, paper, None, 0.0, False, (), element.tag, element.line)
        builder.items.append(replace(shape, display=builder.display(element, at)))
    if not pdf:
        _add_picture(builder, element, at, content, drawn)
        return
    scale = drawn[2] / size[0]
    artwork = builder.made(element, lambda: read_artwork(content, 1, scale))
    if artwork is not None:
        cut = replace(at, clips=(*at.clips, _path(drawn)))
        _add_artwork(builder, element, cut, artwork, (drawn, _corners(drawn, at)), scale)


def _inner(box: ItemBox) -> ItemBox:
    x, y, width, height = box
    return x + _GROUND_MM, y + _GROUND_MM, width - 2 * _GROUND_MM, height - 2 * _GROUND_MM


def _outer(box: ItemBox) -> ItemBox:
    x, y, width, height = box
    return x - _GROUND_MM, y - _GROUND_MM, width + 2 * _GROUND_MM, height + 2 * _GROUND_MM


def _add_picture(
    builder: DesignBuilder, element: DesignElement, at: ElementContext, content: bytes, box: ItemBox
) -> None:
    corners = _corners(box, at)
    width_mm, height_mm = (_distance(corners[0], corners[i]) for i in (1, 3))
    picture = builder.made(element, lambda: read_picture(content, width_mm, height_mm, builder.profile))
    if picture is not None:
        name = builder.xobject((sha256(content).digest(), round(width_mm, 3), round(height_mm, 3)), picture)
        matrix = _unit_square(corners, builder.height_mm)
        _add(builder, element, at, b"q /GSn gs %b cm /%b Do Q" % (matrix, name), corners)


def _add_artwork(
    builder: DesignBuilder,
    element: DesignElement,
    at: ElementContext,
    artwork: Artwork,
    place: tuple[ItemBox, QuadCorners],
    scale: float = 1.0,
) -> None:
    """Add a page of a PDF: ``place`` is the box of its trim, and the corners of all that it paints."""
    box, corners = place
    if taken := sorted(set(artwork.spots) & _other_inks(builder, artwork)):
        builder.fault(element, "design.artwork_ink", inks=taken)
    name = builder.xobject((sha256(artwork.content).digest(), artwork.page), artwork)
    left = points(box[0]) - artwork.trim[0] * scale
    bottom = points(builder.height_mm - box[1] - box[3]) - artwork.trim[1] * scale
    matrix = b"%b 0 0 %b %b %b" % tuple(number(part, 5).encode() for part in (scale, scale, left, bottom))
    _add(builder, element, at, b"q %b%b cm /%b Do Q" % (_AS_NEW, matrix, name), corners, artwork)


def _other_inks(builder: DesignBuilder, artwork: Artwork) -> set[str]:
    """Return the spot inks that are defined elsewhere in a file: an ink has one definition (GWG 2015)."""
    placed = [item.artwork for item in builder.items if isinstance(item, PlacedGraphic) and item.artwork]
    others = {spot for other in placed if other.content != artwork.content for spot in other.spots}
    return {CUT, BLEED, ALL_INKS, *builder.palette.spots, *others}


def _box(builder: DesignBuilder, element: DesignElement) -> ItemBox | None:
    x, y = (builder.length(element, key, 0.0) for key in ("x", "y"))
    width, height = (builder.length(element, key) for key in ("width", "height"))
    for key, value in (("width", width), ("height", height)):
        if value <= 0:
            builder.fault(element, "design.number", attribute=key, value=element.get(key))
    return (x, y, width, height) if min(width, height) > 0 else None


def _path(box: ItemBox) -> Any:
    from svgelements import Path, Rect

    return Path(Rect(*box))


def _fitted(box: ItemBox, pixels: tuple[float, float], *, larger: bool, share: float = 0.5) -> ItemBox:
    """Return the box of something with these proportions in a box: the largest inside, or the smallest that covers it.

    It is centred vertically; ``share``: the part of the remaining width on its left.
    """
    x, y, width, height = box
    scale = (max if larger else min)(width / pixels[0], height / pixels[1])
    wide, high = pixels[0] * scale, pixels[1] * scale
    return x + (width - wide) * share, y + (height - high) / 2, wide, high


def _corners(box: ItemBox, at: ElementContext) -> QuadCorners:
    """Return a box's corners on the label in mm: lower left, lower right, upper right, upper left."""
    x, y, width, height = box
    found = [(x, y + height), (x + width, y + height), (x + width, y), (x, y)]
    if at.matrix is None:
        return found
    return [(float(point.x), float(point.y)) for point in map(at.matrix.point_in_matrix_space, found)]


def _distance(point: tuple[float, float], other: tuple[float, float]) -> float:
    return max(float(((point[0] - other[0]) ** 2 + (point[1] - other[1]) ** 2) ** 0.5), 1e-6)


def _unit_square(corners: QuadCorners, height_mm: float) -> bytes:
    """Return the matrix that puts the unit square of an image on its corners, in points."""
    (x0, y0), (x1, y1), _, (x3, y3) = [(points(x), points(height_mm - y)) for x, y in corners]
    return " ".join(number(part, 4) for part in (x1 - x0, y1 - y0, x3 - x0, y3 - y0, x0, y0)).encode()


def _bled(artwork: Artwork, box: ItemBox) -> QuadCorners:
    """Return the corners of all that an artwork may paint, its bleed included."""
    left, top, right, bottom = artwork.bleeds_mm
    x, y, width, height = box
    sides = x - left, y - top, x + width + right, y + height + bottom
    return [(sides[0], sides[3]), (sides[2], sides[3]), (sides[2], sides[1]), (sides[0], sides[1])]


def _add(
    builder: DesignBuilder,
    element: DesignElement,
    at: ElementContext,
    operators: bytes,
    corners: QuadCorners,
    artwork: Artwork | None = None,
) -> None:
    cut, display = at.cut(operators, builder.height_mm), builder.display(element, at)
    builder.items.append(PlacedGraphic(cut, tuple(corners), at.clips, artwork, element.tag, element.line, display))
