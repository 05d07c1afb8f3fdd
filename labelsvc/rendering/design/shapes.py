"""The geometry of a design's SVG shapes, in mm: every number is read strictly, then a library makes the path."""

from __future__ import annotations

import re
from itertools import pairwise
from math import hypot, sqrt
from typing import Any, Literal

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.shape import PathShape
from labelsvc.pdf.path_data import read_path
from labelsvc.rendering.design.painted_areas import contours_of, filled_area
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.svg.lengths import NUMBER

_SIZES = {"width", "height", "r", "rx", "ry"}
_NEEDED = {"rect": ("width", "height"), "circle": ("r",), "ellipse": ("rx", "ry")}
_LENGTHS = {"x", "y", "cx", "cy", "x1", "y1", "x2", "y2"} | _SIZES
_NUMBERS = {"matrix": (6,), "translate": (1, 2), "scale": (1, 2), "rotate": (1, 3), "skewX": (1,), "skewY": (1,)}
_TRANSFORM = re.compile(r"\s*([a-zA-Z]+)\s*\(([^()]*)\)[\s,]*")
_OUTLINE_MM = 0.05
"""Tolerance between an outline and the box that it fills."""
_PDF_MITRE = 10.0
FARTHEST_MM = 5_000.0
"""Larger than any label; greater numbers are typing errors, and near PDF's own limit."""
FARTHEST_UNITS = 1_000_000.0
"""The same before a group scales it: some editors count hundredths of a millimetre, or less."""


def _refuse(attribute: str, value: str) -> InvalidValue:
    return InvalidValue.from_code("design.geometry", attribute=attribute, value=value)


def numbers_of(text: str) -> list[float] | None:
    """Return numbers that are separated by spaces or commas; None for anything else."""
    parts = text.replace(",", " ").split()
    return [float(part) for part in parts] if all(map(NUMBER.fullmatch, parts)) else None


def shape_path(element: DesignElement, farthest: float = FARTHEST_UNITS) -> Any:
    """Return a shape's path; InvalidValue design.geometry names an attribute that is not valid or leads too far."""
    from svgelements import Circle, Ellipse, Path, Polygon, Polyline, Rect, SimpleLine

    kinds = {"rect": Rect, "circle": Circle, "ellipse": Ellipse, "line": SimpleLine}
    if element.tag == "path":
        path = _path(element.get("d"))
    elif element.tag in ("polyline", "polygon"):
        kind = Polyline if element.tag == "polyline" else Polygon
        path = Path(kind(_points(element.get("points"))))
    else:
        path = Path(kinds[element.tag](_lengths(element)))
    if not _stays_within(path, farthest):
        attribute = _NEEDED.get(element.tag, ("points" if element.tag.startswith("poly") else "d",))[0]
        raise _refuse(attribute, element.get(attribute))
    return path


def outline_shape(width_mm: float, height_mm: float, data: str) -> PathShape:
    """Return a trim of any outline, with holes in it if its path has more closed lines.

    Raises InvalidValue design.outline if it is not one closed line that fills its box, with holes within.
    """
    from shapely import Polygon
    from svgelements import Close, Path

    path = _path(data)
    lines = [Path(part) for part in path.as_subpaths()]
    closed = bool(lines) and all(isinstance(line[-1], Close) for line in lines)
    area = filled_area(path, even_odd=True) if closed else Polygon()
    whole = isinstance(area, Polygon) and not area.is_empty and len(area.interiors) == len(lines) - 1
    box = (0.0, 0.0, width_mm, height_mm)
    if not whole or max(abs(side - edge) for side, edge in zip(area.bounds, box, strict=True)) > _OUTLINE_MM:
        raise InvalidValue.from_code("design.outline", width=width_mm, height=height_mm)
    return PathShape(width_mm, height_mm, data)


def transform_matrix(text: str) -> Any:
    """Return a transform's matrix; InvalidValue design.geometry if it is not valid SVG."""
    from svgelements import Matrix

    at = 0
    while at < len(text):
        found = _TRANSFORM.match(text, at)
        numbers = numbers_of(found[2]) if found else None
        if found is None or numbers is None or len(numbers) not in _NUMBERS.get(found[1], ()):
            raise _refuse("transform", text)
        at = found.end()
    try:
        matrix = Matrix(text)
    except (ValueError, OverflowError):  # the tangent of an angle that has none
        raise _refuse("transform", text) from None
    if not is_finite(matrix):
        raise _refuse("transform", text)
    return matrix


def is_finite(matrix: Any) -> bool:
    """Return whether a matrix keeps numbers that a page can have."""
    return all(abs(getattr(matrix, part)) < FARTHEST_UNITS**2 for part in "abcdef")


def placed(path: Any, matrix: Any) -> Any:
    """Return a path transformed by a matrix."""
    if matrix is not None:
        path *= matrix
        path.reify()
    return path


def check_near(path: Any, element: DesignElement) -> Literal[True]:
    """Return True; InvalidValue design.geometry if a path, as it is placed, lies farther off than any label reaches."""
    if not _stays_within(path, FARTHEST_MM):
        attribute = _NEEDED.get(element.tag, ("points" if element.tag.startswith("poly") else "d",))[0]
        raise _refuse(attribute, element.get(attribute))
    return True


def _stays_within(path: Any, farthest: float) -> bool:
    """Return whether there is a path, and it leads no farther from the origin in x or y."""
    from svgelements import Close, CubicBezier, Line, Move

    # A curve lies among its control points. They are asked first: its own box takes many times as long.
    if len(path) > 1 and all(isinstance(segment, Move | Line | Close | CubicBezier) for segment in path):
        places = (place for segment in path for place in segment if place is not None)
        if all(abs(place.x) < farthest and abs(place.y) < farthest for place in places):
            return True
    sides = path.bbox()
    return sides is not None and all(abs(side) < farthest for side in sides)


def joined(paths: list[tuple[Any, bool]]) -> Any:
    """Return the union of some paths as one path, each with whether its inside is by the even-odd rule."""
    from shapely import unary_union
    from svgelements import Path

    if len(paths) == 1 and not paths[0][1]:
        return paths[0][0]
    area = unary_union([filled_area(path, even_odd) for path, even_odd in paths])
    polygons = getattr(area, "geoms", [area])
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return Path(" ".join("M" + "L".join(f"{x:.4f},{y:.4f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings))


def has_sharp_corners(path: Any, mitre: float) -> bool:
    """Return whether a path has a corner whose mitre SVG cuts off and PDF, by its own limit of ten widths, does not."""
    for ring in contours_of(path):
        closed = len(ring) > 2 and hypot(ring[0][0] - ring[-1][0], ring[0][1] - ring[-1][1]) < _OUTLINE_MM / 50
        points = [*ring, ring[1]] if closed else ring
        steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(points)]
        steps = [step for step in steps if hypot(*step) > _OUTLINE_MM / 50]
        for (u0, v0), (u1, v1) in pairwise(steps):
            cosine = (u0 * u1 + v0 * v1) / (hypot(u0, v0) * hypot(u1, v1))
            half = sqrt(max(0.0, (1 + cosine) / 2))
            if 1 / _PDF_MITRE <= half < 1 / mitre:
                return True
    return False


def _path(data: str) -> Any:
    try:
        return read_path(data)
    except ValueError:
        raise _refuse("d", data) from None


def _points(text: str) -> list[tuple[float, float]]:
    numbers = numbers_of(text)
    if not numbers or len(numbers) % 2:
        raise _refuse("points", text)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _lengths(element: DesignElement) -> dict[str, float]:
    lengths = {}
    for key in (*_NEEDED.get(element.tag, ()), *sorted(_LENGTHS & element.attributes.keys())):
        text = element.get(key)
        if not NUMBER.fullmatch(text) or not -FARTHEST_UNITS * (key not in _SIZES) <= float(text) < FARTHEST_UNITS:
            raise _refuse(key, text)
        lengths[key] = float(text)
    return lengths
