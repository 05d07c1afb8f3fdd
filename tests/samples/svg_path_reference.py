"""A second reader of SVG path data, as literally as SVG 2 puts it: it shares nothing with the product's."""

from __future__ import annotations

import cmath
import re
from itertools import pairwise
from math import acos, copysign, cos, pi, radians, sin, sqrt

STEPS = 16
NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
TOKENS = re.compile(r"[MmLlHhVvCcSsQqTtAaZz]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def sampled(data: str) -> list[list[complex]]:
    """Return the points of each contour: the ends of lines, and STEPS points of each curve. Flags stand apart."""
    contours: list[list[complex]] = []
    here = first = 0j
    cubic = quadratic = None
    tokens = TOKENS.findall(data)
    letter = ""
    while tokens:
        if tokens[0].isalpha():
            letter = tokens.pop(0)
        kind = letter.upper()
        numbers = [float(tokens.pop(0)) for _ in range(NUMBERS[kind])]
        origin = here if letter.islower() else 0j
        points = [origin + complex(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)]
        if kind != "M" and not contours[-1]:
            contours[-1].append(first)
        if kind == "M":
            here = first = points[0]
            contours.append([here])
            letter = "l" if letter == "m" else "L"
        elif kind == "Z":
            contours[-1].append(first)
            contours.append([])
            here = first
        elif kind in "LHV":
            end = {"L": points and points[0], "H": complex(origin.real + numbers[0], here.imag)}.get(kind)
            here = complex(here.real, origin.imag + numbers[0]) if kind == "V" else end  # type: ignore[assignment]
            contours[-1].append(here)
        elif kind in "CS":
            mirrored = 2 * here - cubic if cubic is not None else here
            controls = points if kind == "C" else [mirrored, *points]
            contours[-1] += [bezier([here, *controls], i / STEPS) for i in range(1, STEPS + 1)]
            here, cubic = controls[-1], controls[-2]
        elif kind in "QT":
            mirrored = 2 * here - quadratic if quadratic is not None else here
            controls = points if kind == "Q" else [mirrored, *points]
            contours[-1] += [bezier([here, *controls], i / STEPS) for i in range(1, STEPS + 1)]
            here, quadratic = controls[-1], controls[-2]
        else:
            end = origin + complex(numbers[5], numbers[6])
            contours[-1] += arc(here, *numbers[:5], end)  # type: ignore[call-arg]
            here = end
        cubic = cubic if kind in "CS" else None
        quadratic = quadratic if kind in "QT" else None
    return [contour for contour in contours if contour]


def bezier(points: list[complex], t: float) -> complex:
    """Return a point of a Bézier curve (de Casteljau)."""
    while len(points) > 1:
        points = [a + (b - a) * t for a, b in pairwise(points)]
    return points[0]


def arc(start: complex, rx: float, ry: float, turn: float, large: float, sweep: float, end: complex) -> list[complex]:
    """Return points of an elliptical arc by SVG 2, appendix B.2.4 and B.2.5."""
    rx, ry = abs(rx), abs(ry)
    if start == end:
        return []
    if not rx or not ry:
        return [end]
    back = (start - end) / 2 * cmath.exp(-1j * radians(turn))
    x, y = back.real, back.imag
    grow = (x / rx) ** 2 + (y / ry) ** 2
    if grow > 1:
        rx, ry = rx * sqrt(grow), ry * sqrt(grow)
    share = max(0.0, (rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2) / ((rx * y) ** 2 + (ry * x) ** 2)
    sign = -1 if large == sweep else 1
    middle = sign * sqrt(share) * complex(rx * y / ry, -ry * x / rx)
    begin, finish = (complex((d.real) / rx, (d.imag) / ry) for d in (back - middle, -back - middle))
    first, span = angle(1 + 0j, begin), angle(begin, finish)
    if not sweep and span > 0:
        span -= 2 * pi
    if sweep and span < 0:
        span += 2 * pi
    centre = middle * cmath.exp(1j * radians(turn)) + (start + end) / 2
    angles = [first + span * i / STEPS for i in range(1, STEPS + 1)]
    return [centre + complex(rx * cos(a), ry * sin(a)) * cmath.exp(1j * radians(turn)) for a in angles]


def angle(one: complex, other: complex) -> float:
    cosine = (one.real * other.real + one.imag * other.imag) / (abs(one) * abs(other))
    return copysign(acos(max(-1.0, min(1.0, cosine))), one.real * other.imag - one.imag * other.real)
