"""Painted areas of a design in mm: what shapes cover, and what texts may cover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, radians, sin, sqrt
from operator import mul
from statistics import fmean, pstdev
from typing import Any

from labelsvc.domain.shape import Circle, PathShape, Rectangle
from labelsvc.domain.shape import Shape as Trim
from labelsvc.pdf.path_data import read_path
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.items import (
    ArcTextItem,
    DesignItem,
    FittedTextItem,
    GtinSlot,
    LegalFields,
    PaintedShape,
    PlacedGraphic,
    PlainText,
    SpecimenMark,
    StarRow,
)
from labelsvc.rendering.typesetting.piece_slots import CODE_LETTERS, CodeArc, CodeLines, SerialLine

CURVE_STEPS = 32
"""Chords per curve: 0.01 mm off at a radius of 10 mm."""
SURELY, HARDLY_EVER = 6.0, 4.5
"""Standard deviations: not one code in a thousand million is wider, and three in a million are."""
_ALONG = [i / CURVE_STEPS for i in range(1, CURVE_STEPS)]
"""Where a curve is divided, but for its ends."""
_CURVE_WEIGHTS = [((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3) for t in _ALONG]
"""The share of a curve's four points in each point on it, but for its ends."""
Point = tuple[float, float]


def box_area(x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> Any:
    """Return a box as an area."""
    from shapely import box

    return box(x_mm, y_mm, x_mm + width_mm, y_mm + height_mm)


def item_area(item: DesignItem) -> Any:
    """Return the area that an item may paint with ink, excluding paper white."""
    from shapely import Polygon

    match item:
        case PaintedShape():
            return inked_area(item)
        case PlainText():
            return Polygon() if item.ink.paper else lettered_area(item)
        case PlacedGraphic():
            return _clipped(Polygon(item.corners), item.clips)
        case StarRow():
            return box_area(*item.bounds)
        case ArcTextItem(face=face, arc=arc):
            size = arc.size_pt * MM_PER_POINT / 1000
            sides = (min(face.highest * size, arc.rise_mm), max(face.lowest * size, -arc.drop_mm))
            return _sector((item.x_mm, item.y_mm), arc.radius_mm, sides, arc.upper, arc.middle_deg, arc.span_deg)
        case SpecimenMark(rotate=turned, box=box) if turned:
            middle_x, middle_y = item.x_mm + box.width_mm / 2, item.y_mm + box.height_mm / 2
            return box_area(middle_x - box.height_mm / 2, middle_y - box.width_mm / 2, box.height_mm, box.width_mm)
        case FittedTextItem(box=box) | SpecimenMark(box=box):
            return box_area(item.x_mm, item.y_mm, box.width_mm, box.height_mm)
        case LegalFields() | GtinSlot():
            return box_area(item.x_mm, item.y_mm, item.width_mm, item.height_mm)


def element_of(item: DesignItem) -> str:
    """Return an item's element name in the file."""
    match item:
        case PaintedShape() | PlacedGraphic():
            return item.tag
        case PlainText():
            return "text"
        case StarRow():
            return "ls:stars"
        case ArcTextItem():
            return "ls:arc"
        case SpecimenMark():
            return "ls:mark"
        case FittedTextItem():
            return "ls:text"
        case LegalFields():
            return "ls:fields"
        case GtinSlot():
            return "ls:gtin"


def lettered_area(text: PlainText) -> Any:
    """Return the area of a text, whatever its ink."""
    from shapely import Polygon

    return _clipped(Polygon(text.corners).buffer(0), text.clips)


def slot_area(slot: CodeLines | CodeArc | SerialLine, height_mm: float, deviations: float = SURELY) -> Any:
    """Return the area of the code or serial of any piece on a label of a height.

    ``deviations`` says how wide a code may be, in standard deviations above the mean of all codes.
    """
    size = slot.size_pt * MM_PER_POINT / 1000
    if isinstance(slot, CodeArc):
        low, high = slot.face.ink(CODE_LETTERS)
        x, y = slot.center_pt[0] * MM_PER_POINT, height_mm - slot.center_pt[1] * MM_PER_POINT
        radius = slot.radius_pt * MM_PER_POINT
        return _sector((x, y), radius, (high * size, low * size), slot.upper, slot.middle_deg, slot.span_deg)
    baselines = (slot.baseline_pt,) if isinstance(slot, SerialLine) else slot.baselines_pt
    low, high = slot.face.ink(f"{slot.before}0123456789" if isinstance(slot, SerialLine) else CODE_LETTERS)
    width = _code_width_pt(slot, deviations) if isinstance(slot, CodeLines) else slot.width_pt
    left = (slot.x_pt - {"left": 0.0, "center": 0.5, "right": 1.0}[slot.align] * width) * MM_PER_POINT
    top = height_mm - max(baselines) * MM_PER_POINT - high * size
    bottom = height_mm - min(baselines) * MM_PER_POINT - low * size
    return box_area(left, top, width * MM_PER_POINT, bottom - top)


def _code_width_pt(slot: CodeLines, deviations: float) -> float:
    """Return the greatest width of a line of a code."""
    advances: list[float] = [slot.face.letter(letter).advance for letter in CODE_LETTERS]
    usual, widest = slot.letters_a_line * fmean(advances), slot.letters_a_line * max(advances)
    likely = usual + deviations * pstdev(advances) * sqrt(slot.letters_a_line)
    return slot.width_pt - (widest - min(likely, widest)) * slot.size_pt / 1000


def trim_area(shape: Trim) -> Any:
    """Return the area of the trim."""
    from shapely import Point

    if isinstance(shape, Circle):
        return Point(shape.width_mm / 2, shape.height_mm / 2).buffer(shape.width_mm / 2, quad_segs=90)
    if isinstance(shape, PathShape):
        return filled_area(read_path(shape.d), even_odd=True)
    box = box_area(0.0, 0.0, shape.width_mm, shape.height_mm)
    corner = shape.corner_mm if isinstance(shape, Rectangle) else 0.0
    return box.buffer(-corner).buffer(corner, quad_segs=32) if corner else box


def inked_area(shape: PaintedShape) -> Any:
    """Return the area that a shape paints with ink; a coating is on top of whatever is read."""
    from shapely import unary_union

    parts = [filled_shape_area(shape)] if shape.fill and not (shape.fill.paper or shape.fill.coating) else []
    if shape.stroke and not shape.stroke.paper:
        parts.append(outline_area(shape))
    return unary_union(parts)


def may_reach(item: DesignItem, area: Any) -> bool:
    """Return False for a shape that surely stands apart from an area: told from its points, which is fast."""
    if not isinstance(item, PaintedShape) or area.is_empty:
        return True
    points = [(float(place.x), float(place.y)) for segment in item.path for place in segment if place is not None]
    if not points or any(segment.__class__.__name__ == "Arc" for segment in item.path):
        return True
    (xs, ys), grown = zip(*points, strict=True), 2 * item.stroke_mm
    left, top, right, bottom = area.bounds
    across = min(xs) - grown < right and max(xs) + grown > left
    return bool(across and min(ys) - grown < bottom and max(ys) + grown > top)


def filled_shape_area(shape: PaintedShape) -> Any:
    """Return the filled area of a shape."""
    return _clipped(filled_area(shape.path, shape.even_odd), shape.clips)


def outline_area(shape: PaintedShape) -> Any:
    """Return the area of a shape's stroke."""
    from shapely import unary_union

    lines = [line.buffer(shape.stroke_mm / 2, join_style="mitre") for line in _lines(shape.path)]
    return _clipped(unary_union(lines), shape.clips)


def paper_area(shape: PaintedShape) -> Any:
    """Return the area that a shape whites out: its paper-white fill, less its own painted outline."""
    from shapely import Polygon

    if not shape.fill or not shape.fill.paper:
        return Polygon()
    return filled_shape_area(shape) - inked_area(shape)


def _clipped(area: Any, clips: Iterable[Any]) -> Any:
    for clip in clips:
        area = area.intersection(filled_area(clip))
    return area


def filled_area(path: Any, even_odd: bool = False) -> Any:
    """Return the inside of a path by its rule: non-zero winding, or even-odd."""
    from shapely import unary_union
    from shapely.ops import polygonize

    rings = [ring for ring in contours_of(path) if len(ring) > 2]
    faces = list(polygonize(unary_union([line for ring in rings if (line := _closed(ring)) is not None])))
    inside = _insides([face.representative_point().coords[0] for face in faces], rings, even_odd)
    return unary_union([face for face, within in zip(faces, inside, strict=True) if within])


def _insides(points: Sequence[Point], rings: Iterable[list[Point]], even_odd: bool) -> list[bool]:
    """Return whether each point is inside of the rings by the rule: how often a ray to its right is crossed."""
    import numpy as np

    starts = np.array([point for ring in rings for point in ring]).reshape(-1, 2)
    ends = np.array([point for ring in rings for point in [*ring[1:], ring[0]]]).reshape(-1, 2)
    (x0, y0), (x1, y1) = starts.T, ends.T
    upwards = np.where(y1 > y0, 1, -1)
    slopes = np.divide(x1 - x0, y1 - y0, out=np.zeros_like(x0), where=y1 != y0)
    found = []
    for x, y in points:
        crossed = ((y0 <= y) != (y1 <= y)) & (x0 + (y - y0) * slopes > x)
        winding = int(upwards[crossed].sum())
        found.append(bool(winding % 2) if even_odd else winding != 0)
    return found


def _closed(ring: list[Point]) -> Any:
    from shapely import LineString

    return LineString([*ring, ring[0]])


def _lines(path: Any) -> list[Any]:
    from shapely import LineString

    return [LineString(ring) for ring in contours_of(path) if len(ring) > 1]


def contours_of(path: Any) -> list[list[Point]]:
    """Return the points of each contour; curves become straight pieces."""
    from svgelements import Close, CubicBezier, Line, Move

    rings: list[list[Point]] = []
    for segment in path:
        if isinstance(segment, Move):
            rings.append([])
        if isinstance(segment, CubicBezier):
            rings[-1] += _on_curve(*[(float(place.x), float(place.y)) for place in segment])
            continue
        if not isinstance(segment, Move | Line | Close):
            rings[-1] += [(float(x), float(y)) for x, y in segment.npoint(_ALONG)]  # all at once: of an arc, numpy's
        if segment.end is not None:
            rings[-1].append((float(segment.end.x), float(segment.end.y)))
    return rings


def _on_curve(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    """Return points of a cubic curve behind its start, its end the last one."""
    weights = _CURVE_WEIGHTS
    xs, ys = zip(start, first, second, end, strict=True)
    inner = [(sum(map(mul, w, xs)), sum(map(mul, w, ys))) for w in weights]
    return [*inner, end]


def _sector(
    middle: Point, radius: float, sides: tuple[float, float], upper: bool, middle_deg: float, span_deg: float
) -> Any:
    """Return the part of a ring that a text on an arc takes: ``sides`` are its ink above and below the baseline."""
    from shapely import Polygon

    x, y = middle
    edges = [max(0.0, radius + side if upper else radius - side) for side in sides]
    angles = [radians(middle_deg + span_deg * (i / 64 - 0.5)) for i in range(65)]
    there = [(x + edges[0] * cos(angle), y - edges[0] * sin(angle)) for angle in angles]
    back = [(x + edges[1] * cos(angle), y - edges[1] * sin(angle)) for angle in reversed(angles)]
    return Polygon([*there, *back]).buffer(0)
