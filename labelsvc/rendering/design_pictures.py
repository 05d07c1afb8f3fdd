"""Pictures and PDF artwork in a design: where they are placed, and what the press would refuse of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from labelsvc.rendering.artwork import ARTWORK, Artwork, read_artwork
from labelsvc.rendering.design_items import Placed
from labelsvc.rendering.design_shapes import placed
from labelsvc.rendering.design_source import Element
from labelsvc.rendering.linked_files import content_of
from labelsvc.rendering.pictures import PICTURES, read_picture, size_of
from labelsvc.rendering.points import number, points
from labelsvc.rendering.press import ALL_INKS, BLEED, CUT
from labelsvc.rendering.surroundings import Surroundings

if TYPE_CHECKING:
    from labelsvc.rendering.design_reader import DesignReader

_FITS = {"xMidYMid meet": "meet", "xMidYMid": "meet", "xMidYMid slice": "slice", "none": "none"}
"""SVG 2, 8.6; the first is the default."""
_SAME_MM = 0.1
"""By how much the trim of PDF artwork may differ from its place: it is never scaled."""
_AS_NEW = b"/GSn gs 0 g 0 G 1 w 0 J 0 j 10 M[]0 d/RelativeColorimetric ri 0 i 0 Tc 0 Tw 100 Tz 0 TL 0 Tr 0 Ts "
"""The graphics state at the start of a page, which PDF artwork counts on (ISO 32000-1, 8.4.1)."""


def read_image(reader: DesignReader, element: Element, at: Surroundings) -> None:
    """Read an ``image``: in the proportions of its pixels, unless ``preserveAspectRatio`` says otherwise."""
    box = _box(reader, element)
    fit = reader.choice(element, "preserveAspectRatio", _FITS)
    content = reader.made(element, lambda: content_of(element.get("href"), PICTURES))
    pixels = reader.made(element, lambda: size_of(content)) if content is not None else None
    if box is None or content is None or pixels is None:
        return
    if fit == "slice":
        at = replace(at, clips=(*at.clips, placed(_path(box), at.matrix)))
    drawn = box if fit == "none" else _fitted(box, pixels, larger=fit == "slice")
    corners = _corners(drawn, at)
    sides_mm = [_distance(corners[0], corners[i]) for i in (1, 3)]
    picture = reader.made(element, lambda: read_picture(content, sides_mm[0], sides_mm[1], reader.profile))
    if picture is not None:
        key = sha256(content).digest(), *(round(side, 3) for side in sides_mm)
        name = reader.xobject(key, picture)
        matrix = _unit_square(corners, reader.height_mm)
        _add(reader, element, at, b"q /GSn gs %b cm /%b Do Q" % (matrix, name), corners)


def read_pdf_artwork(reader: DesignReader, element: Element, at: Surroundings) -> None:
    """Read an ``ls:artwork``: a page of a PDF at its own size, its trim in the box that is given."""
    box = _box(reader, element)
    page = reader.length(element, "page", 1.0)
    content = reader.made(element, lambda: content_of(element.get("href"), ARTWORK))
    artwork = (
        reader.made(element, lambda: read_artwork(content, int(page) if page.is_integer() else 0))
        if content is not None
        else None
    )
    if box is None or content is None or artwork is None:
        return
    width, height = artwork.size_mm
    if max(abs(width - box[2]), abs(height - box[3])) > _SAME_MM:
        sizes = {"width": round(width, 2), "height": round(height, 2)}
        reader.fault(element, "design.artwork_size", **sizes, box_width=box[2], box_height=box[3])
        return
    if taken := sorted(set(artwork.spots) & _other_inks(reader, artwork)):
        reader.fault(element, "design.artwork_ink", inks=taken)
    name = reader.xobject((sha256(content).digest(), page), artwork)
    left, bottom = points(box[0]), points(reader.height_mm - box[1] - box[3])
    moved = " ".join(number(part, 3) for part in (left - artwork.trim[0], bottom - artwork.trim[1])).encode()
    reader.artworks.append(artwork)
    _add(reader, element, at, b"q %b1 0 0 1 %b cm /%b Do Q" % (_AS_NEW, moved, name), _bled(artwork, box))


def _other_inks(reader: DesignReader, artwork: Artwork) -> set[str]:
    """Return the spot inks that are defined elsewhere in a file: an ink has one definition (GWG 2015)."""
    others = {spot for other in reader.artworks if other.content != artwork.content for spot in other.spots}
    return {CUT, BLEED, ALL_INKS, *reader.palette.spots, *others}


def _box(reader: DesignReader, element: Element) -> tuple[float, float, float, float] | None:
    x, y = (reader.length(element, key, 0.0) for key in ("x", "y"))
    width, height = (reader.length(element, key) for key in ("width", "height"))
    for key, value in (("width", width), ("height", height)):
        if value <= 0:
            reader.fault(element, "design.number", attribute=key, value=element.get(key))
    return (x, y, width, height) if min(width, height) > 0 else None


def _path(box: Sequence[float]) -> Any:
    from svgelements import Path, Rect

    return Path(Rect(*box))


def _fitted(
    box: tuple[float, float, float, float], pixels: tuple[int, int], *, larger: bool
) -> tuple[float, float, float, float]:
    """Return where pixels stand in the middle of a box: as large as they fit in, or as small as they cover it."""
    x, y, width, height = box
    scale = (max if larger else min)(width / pixels[0], height / pixels[1])
    wide, high = pixels[0] * scale, pixels[1] * scale
    return x + (width - wide) / 2, y + (height - high) / 2, wide, high


def _corners(box: Sequence[float], at: Surroundings) -> list[tuple[float, float]]:
    """Return a box's corners on the label in mm: lower left, lower right, upper right, upper left."""
    x, y, width, height = box
    found = [(x, y + height), (x + width, y + height), (x + width, y), (x, y)]
    if at.matrix is None:
        return found
    return [(float(point.x), float(point.y)) for point in map(at.matrix.point_in_matrix_space, found)]


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5), 1e-6)


def _unit_square(corners: Sequence[tuple[float, float]], height_mm: float) -> bytes:
    """Return the matrix that puts the unit square of an image on its corners, in points."""
    (x0, y0), (x1, y1), _, (x3, y3) = [(points(x), points(height_mm - y)) for x, y in corners]
    return " ".join(number(part, 4) for part in (x1 - x0, y1 - y0, x3 - x0, y3 - y0, x0, y0)).encode()


def _bled(artwork: Artwork, box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    """Return the corners of all that an artwork may paint, its bleed included."""
    left, top, right, bottom = artwork.bleeds_mm
    x, y, width, height = box
    sides = x - left, y - top, x + width + right, y + height + bottom
    return [(sides[0], sides[3]), (sides[2], sides[3]), (sides[2], sides[1]), (sides[0], sides[1])]


def _add(
    reader: DesignReader, element: Element, at: Surroundings, operators: bytes, corners: list[tuple[float, float]]
) -> None:
    cut, display = at.cut(operators, reader.height_mm), reader.display(element, at)
    reader.items.append(Placed(cut, tuple(corners), at.clips, element.tag, element.line, display))
