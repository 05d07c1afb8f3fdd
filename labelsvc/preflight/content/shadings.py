"""Colours of shadings, by samples of their functions (ISO 32000-1, 7.10, 8.7.4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pikepdf

from labelsvc.preflight.content.colours import InkColour, colour_in, space_of
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, number_of

SAMPLES, MOST_STITCHED = 32, 200
MOST_FUNCTIONS = 32
"""One for each ink of a colour."""
_DEEPEST = 4


def shading_colours(shading: Any) -> list[InkColour]:
    """Return colours that an axial or radial shading passes through; none if its function is too complex."""
    given = dictionary_of(shading)
    if number_of(given.get("/ShadingType")) not in (2.0, 3.0):
        return []
    domain = _numbers(given.get("/Domain")) or [0.0, 1.0]
    functions = items_of(given.get("/Function")) or [given.get("/Function")]
    if len(functions) > MOST_FUNCTIONS:
        return []
    space, colours = space_of(given.get("/ColorSpace")), []
    for step in range(SAMPLES + 1):
        at = domain[0] + (domain[-1] - domain[0]) * step / SAMPLES
        values = [_value(function, at, 0) for function in functions]
        if None in values:
            return []
        colours.append(colour_in(space, [number for part in values if part for number in part]))
    return colours


def _value(function: Any, at: float, depth: int) -> list[float] | None:
    """Return what an exponential or a stitching function gives; None for any other."""
    given = dictionary_of(function)
    domain = _numbers(given.get("/Domain")) or [0.0, 1.0]
    at = min(max(at, domain[0]), domain[-1])
    kind = number_of(given.get("/FunctionType"))
    if kind == 2:
        first, last = (_numbers(given.get(key)) or [default] for key, default in (("/C0", 0.0), ("/C1", 1.0)))
        part = at ** (number_of(given.get("/N")) or 1.0)
        return [low + part * (high - low) for low, high in zip(first, last, strict=False)]
    if kind == 3 and depth < _DEEPEST:
        return _stitched(given, domain, at, depth)
    return None


def _stitched(given: Any, domain: Sequence[float], at: float, depth: int) -> list[float] | None:
    if len(items_of(given.get("/Functions"))) > MOST_STITCHED:
        return None
    functions, bounds = items_of(given.get("/Functions")), _numbers(given.get("/Bounds"))
    encode, number = _numbers(given.get("/Encode")), sum(at >= bound for bound in bounds)
    edges = [domain[0], *bounds, domain[-1]]
    if number >= len(functions) or len(encode) < 2 * len(functions):
        return None
    wide = edges[number + 1] - edges[number]
    part = (at - edges[number]) / wide if wide else 0.0
    low, high = encode[2 * number : 2 * number + 2]
    return _value(functions[number], low + part * (high - low), depth + 1)


def _numbers(value: Any) -> list[float]:
    found = [number_of(item) for item in items_of(value)] if isinstance(value, pikepdf.Array) else []
    return [number for number in found if number is not None]
