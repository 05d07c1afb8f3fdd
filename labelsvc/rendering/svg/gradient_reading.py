"""Reads gradients: units, references to other gradients, stops (SVG 2, 14.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import hypot
from typing import Any

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.inks import Ink
from labelsvc.rendering.svg.gradients import Gradient, Stop

GRADIENTS = frozenset({"linearGradient", "radialGradient"})
SPREADS = ("pad", "reflect", "repeat")
_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "linearGradient": {"x1": "0%", "y1": "0%", "x2": "100%", "y2": "0%"},
    "radialGradient": {"cx": "50%", "cy": "50%", "r": "50%", "fr": "0%"},
}
_ON_RIM = 0.999
"""How near to the rim a focus may be: on it, programs differ."""


def read_gradient(
    chain: Sequence[Any],
    bounds: tuple[float, float, float, float] | None,
    matrices: tuple[Callable[[str], Any], Any],
    ink_of: Callable[[Any], Ink | None],
) -> Gradient | Ink | None:
    """Return what a gradient paints: itself, one ink, or nothing.

    ``chain``: the element and those that it refers to; ``bounds`` of the shape in its own units; ``matrices``: how a
    transform is read, and the one to the label. InvalidValue names what cannot be.
    """
    stops = _stops(chain, ink_of)
    if len(stops) < 2:
        return stops[0][1] if stops else None
    in_box = _said(chain, "gradientUnits", "objectBoundingBox") == "objectBoundingBox"
    if in_box and (bounds is None or bounds[0] == bounds[2] or bounds[1] == bounds[3]):
        raise _refused("gradientUnits", "objectBoundingBox")
    coordinates = _coordinates(chain, in_box)
    if _is_point(coordinates):
        return stops[-1][1]
    matrix = _matrix(chain, bounds if in_box else None, *matrices)
    spread = _said(chain, "spreadMethod", "pad")
    if spread not in SPREADS:
        raise _refused("spreadMethod", spread)
    return Gradient(tuple(stops), coordinates, matrix, spread)


def _said(chain: Sequence[Any], name: str, default: str) -> str:
    return str(next((each.get(name) for each in chain if each.get(name)), default))


def _coordinates(chain: Sequence[Any], in_box: bool) -> tuple[float, ...]:
    said = {
        name: _number(name, _said(chain, name, default), in_box) for name, default in _DEFAULTS[chain[0].tag].items()
    }
    if chain[0].tag == "linearGradient":
        return said["x1"], said["y1"], said["x2"], said["y2"]
    cx, cy, r, fr = said["cx"], said["cy"], said["r"], said["fr"]
    fx, fy = (_number(name, _said(chain, name, str(other)), in_box) for name, other in (("fx", cx), ("fy", cy)))
    if r > 0 and (hypot(fx - cx, fy - cy) + fr > r * _ON_RIM or fr < 0):
        raise _refused("fx", _said(chain, "fx", str(cx)))
    return fx, fy, fr, cx, cy, r


def _number(name: str, text: str, in_box: bool) -> float:
    """Return a coordinate; per cent are shares of the box, those of the view were made numbers before."""
    try:
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise _refused(name, text) from None
    if not abs(number) < 1e6 or (text.endswith("%") and not in_box and number):
        raise _refused(name, text)
    return number


def _is_point(coordinates: Sequence[float]) -> bool:
    """Return whether a gradient has no length: the last colour paints all."""
    if len(coordinates) == 4:
        return coordinates[0] == coordinates[2] and coordinates[1] == coordinates[3]
    return coordinates[5] <= 0


def _matrix(
    chain: Sequence[Any], bounds: tuple[float, float, float, float] | None, read: Callable[[str], Any], around: Any
) -> tuple[float, float, float, float, float, float]:
    from svgelements import Matrix

    matrix = Matrix()
    if transform := _said(chain, "gradientTransform", ""):
        matrix = read(transform)
    if bounds is not None:
        left, top, right, bottom = bounds
        matrix = matrix * Matrix(right - left, 0, 0, bottom - top, left, top)
    if around is not None:
        matrix = matrix * around
    if not abs(matrix.determinant) > 1e-12:
        raise _refused("gradientTransform", transform)
    a, b, c, d, e, f = (float(getattr(matrix, name)) for name in "abcdef")
    return a, b, c, d, e, f


def _stops(chain: Sequence[Any], ink_of: Callable[[Any], Ink | None]) -> list[Stop]:
    """Return the stops of the first gradient that has some; none goes behind the one before."""
    stops: list[Stop] = []
    for each in next((list(_stop_elements(gradient)) for gradient in chain if list(_stop_elements(gradient))), []):
        ink = ink_of(each)
        offset = min(max(_number("offset", each.get("offset", "0"), True), 0.0), 1.0)
        if ink is not None:
            stops.append((max(offset, stops[-1][0] if stops else 0.0), ink))
    return stops


def _stop_elements(gradient: Any) -> Sequence[Any]:
    return [child for child in gradient.children if child.tag == "stop"]


def _refused(attribute: str, value: str) -> InvalidValue:
    return InvalidValue.from_code("design.geometry", attribute=attribute, value=value)
