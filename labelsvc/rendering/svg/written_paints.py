"""Lines and shadings of our own press files as attributes and gradients of SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labelsvc.pdf.units import number

_CAPS, _JOINS = ("butt", "round", "square"), ("miter", "round", "bevel")
DrawnLine = Mapping[str, Sequence[float]]
"""Operands of J, j, M and d, the dash's offset last, by operator."""


def line_look(line: DrawnLine, scale: float) -> str:
    """Return how a line ends, meets and breaks, as attributes; ``scale`` brings its lengths to the page."""
    look = ""
    if "J" in line:
        look += f' stroke-linecap="{_CAPS[int(line["J"][0])]}"'
    if "j" in line:
        look += f' stroke-linejoin="{_JOINS[int(line["j"][0])]}"'
    if "M" in line:
        look += f' stroke-miterlimit="{number(line["M"][0], 3)}"'
    if "d" in line:
        *dashes, offset = (number(part * scale, 4) for part in line["d"])
        look += f' stroke-dasharray="{" ".join(dashes)}" stroke-dashoffset="{offset}"' if dashes else ""
    return look


def gradient_element(
    name: str, shading: Any, matrix: Sequence[float], colour: Callable[[tuple[float, ...]], str]
) -> str:
    """Return the gradient that a shading is, in the coordinates of a matrix."""
    places = [float(part) for part in shading.Coords]
    keys = ("x1", "y1", "x2", "y2") if len(places) == 4 else ("fx", "fy", "fr", "cx", "cy", "r")
    tag = "linearGradient" if len(places) == 4 else "radialGradient"
    said = " ".join(f'{key}="{number(place, 4)}"' for key, place in zip(keys, places, strict=True))
    turned = " ".join(number(part, 6) for part in matrix)
    start, end = (float(part) for part in shading.Domain)
    edges = [start, *(float(part) for part in shading.Function.Bounds), end]
    stops = []
    for at, function in enumerate(shading.Function.Functions):
        for edge, key in ((edges[at], "/C0"), (edges[at + 1], "/C1")):
            shown = colour(tuple(float(part) for part in function[key]))
            stops.append(f'<stop offset="{number((edge - start) / (end - start), 5)}" stop-color="{shown}"/>')
    head = f'<{tag} id="{name}" gradientUnits="userSpaceOnUse" gradientTransform="matrix({turned})" {said}>'
    return f"{head}{''.join(stops)}</{tag}>"
