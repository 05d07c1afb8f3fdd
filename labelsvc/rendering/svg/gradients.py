"""Linear and radial gradients as shadings of a press file: SVG 2, 14.2, and ISO 32000-1, 8.7.4.5.

Colours run between the stops' inks in CMYK.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, hypot

from labelsvc.pdf.inks import Ink, ink_limit
from labelsvc.pdf.pdf_file import PdfFile
from labelsvc.pdf.units import number, points

MOST_RUNS = 150
"""Parts of a gradient that repeats: preflight samples no more."""
_STEPS = 20
_STEP_BACK, _BEYOND = 1e-6, 1e-3
Stop = tuple[float, Ink]
Matrix6 = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Gradient:
    """A run of inks along a line (x1, y1, x2, y2) or between two circles (fx, fy, fr, cx, cy, r).

    ``matrix`` brings its coordinates to the label's mm, y down. ``spread``: pad, reflect or repeat.
    """

    stops: tuple[Stop, ...]
    coordinates: tuple[float, ...]
    matrix: Matrix6
    spread: str = "pad"

    @property
    def inks(self) -> tuple[Ink, ...]:
        """The inks of its stops, each once."""
        return tuple(dict.fromkeys(ink for _, ink in self.stops))

    @property
    def has_spots(self) -> bool:
        """Return whether a spot ink is among its inks: it would have to run into another one."""
        return any(ink.spot for ink in self.inks)

    @property
    def whole(self) -> Ink:
        """All its inks at their most, as one ink: what shapes that it fills are judged by."""
        most = [max(ink.cmyk[at] for ink in self.inks) for at in range(4)]
        darkest = max(self.inks, key=lambda ink: ink.total)
        return Ink("gradient", darkest.screen, (most[0], most[1], most[2], most[3]))

    def too_much_ink(self) -> tuple[float, int] | None:
        """Return the sum of inks in per cent and its limit where a run exceeds it between two stops."""
        for (_, first), (_, last) in zip(self.stops, self.stops[1:], strict=False):
            for step in range(_STEPS + 1):
                share = step / _STEPS
                inks = [a + (b - a) * share for a, b in zip(first.cmyk, last.cmyk, strict=True)]
                limit = ink_limit([ceil(part) for part in inks])
                if sum(inks) > limit + 1e-9:
                    return round(sum(inks), 1), limit
        return None


@dataclass(frozen=True, slots=True)
class GradientForm:
    """A gradient as a form that fills a box of the label (x, y, right, bottom in mm); a shape cuts it."""

    gradient: Gradient
    box: tuple[float, float, float, float]
    height_mm: float

    def __call__(self, pdf: PdfFile) -> int:
        """Write the form, with its shading; return its number."""
        stops, start, end = spread_stops(self.gradient, self.box)
        kind = 2 if len(self.gradient.coordinates) == 4 else 3
        along, domain = _numbers(_run(self.gradient.coordinates, start, end)), _numbers((start, end))
        shading = b"<</ShadingType %d/ColorSpace/DeviceCMYK/Coords[%b]/Domain[%b]/Function%b/Extend[true true]>>"
        written = shading % (kind, along, domain, _function(stops, start, end))
        left, top, right, bottom = self.box
        corners = (points(left), points(self.height_mm - bottom), points(right), points(self.height_mm - top))
        entries = b"/Type/XObject/Subtype/Form/BBox[%b]/Resources<</Shading<</S %d 0 R>>>>"
        content = b"q %b cm /S sh Q" % _numbers(self._to_points())
        return pdf.add_stream(entries % (_numbers(corners), pdf.add(written)), content)

    def _to_points(self) -> tuple[float, ...]:
        """Return the matrix from the gradient's coordinates to points, y up."""
        a, b, c, d, e, f = self.gradient.matrix
        return (points(a), -points(b), points(c), -points(d), points(e), points(self.height_mm - f))


def spread_stops(
    gradient: Gradient, box: tuple[float, float, float, float]
) -> tuple[list[tuple[float, Ink]], float, float]:
    """Return the stops over all of a box with where they begin and end: once, or as often as they repeat there."""
    stops = list(gradient.stops)
    if gradient.spread == "pad":
        return _with_ends(stops)
    first, last = _reach(gradient, box)
    spread: list[tuple[float, Ink]] = []
    for turn in range(first, last):
        back = gradient.spread == "reflect" and turn % 2
        run = [(1 - at, ink) for at, ink in reversed(stops)] if back else stops
        run = [*([(0.0, run[0][1])] if run[0][0] > 0 else []), *run, *([(1.0, run[-1][1])] if run[-1][0] < 1 else [])]
        spread += [(turn + at, ink) for at, ink in run]
    return spread, float(first), float(last)


def _with_ends(stops: list[Stop]) -> tuple[list[Stop], float, float]:
    """Return stops with where they begin and end: what two stops in one place leave beyond it has its own colour."""
    start, end = 0.0, 1.0
    if stops[0][0] == stops[1][0] == 0:
        start = -_BEYOND
        stops = [(start, stops[0][1]), *stops]
    if stops[-1][0] == stops[-2][0] == 1:
        end = 1 + _BEYOND
        stops = [*stops, (end, stops[-1][1])]
    return stops, start, end


def runs_needed(gradient: Gradient, box: tuple[float, float, float, float]) -> int:
    """Return in how many parts a gradient is written; more than MOST_RUNS cannot be."""
    if gradient.spread == "pad":
        return len(gradient.stops)
    first, last = _reach(gradient, box)
    return (last - first) * (len(gradient.stops) + 2)


def _reach(gradient: Gradient, box: tuple[float, float, float, float]) -> tuple[int, int]:
    """Return the whole turns of a gradient that a box takes."""
    inverse = _inverse(gradient.matrix)
    corners = [_moved(inverse, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    if len(gradient.coordinates) == 4:
        x1, y1, x2, y2 = gradient.coordinates
        long = (x2 - x1) ** 2 + (y2 - y1) ** 2
        turns = [((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / long for x, y in corners]
        return floor(min(turns)), max(ceil(max(turns)), floor(min(turns)) + 1)
    fx, fy, fr, cx, cy, r = gradient.coordinates
    grows = r - fr - hypot(cx - fx, cy - fy)
    farthest = max(hypot(x - fx, y - fy) for x, y in corners)
    return 0, max(1, ceil((farthest - fr) / max(grows, 1e-9)))


def _run(coordinates: Sequence[float], start: float, end: float) -> tuple[float, ...]:
    """Return coordinates of a gradient that goes from one place on its axis to another."""
    half = len(coordinates) // 2
    first, last = coordinates[:half], coordinates[half:]
    at = [tuple(a + (b - a) * share for a, b in zip(first, last, strict=True)) for share in (start, end)]
    return (*at[0], *at[1])


def _function(stops: Sequence[Stop], start: float, end: float) -> bytes:
    """Return the function of a shading: one part between any two stops."""
    ends = [(start, stops[0][1])] if stops[0][0] > start else []
    ends += [*stops, *([(end, stops[-1][1])] if stops[-1][0] < end else [])]
    parts = [(low, high, first, last) for (low, first), (high, last) in pairwise(ends) if high - low > _STEP_BACK]
    if not parts:
        parts = [(start, end, ends[-1][1], ends[-1][1])]
    functions = b"".join(
        b"<</FunctionType 2/Domain[0 1]/C0[%b]/C1[%b]/N 1>>" % (_colour(first), _colour(last))
        for _, _, first, last in parts
    )
    bounds = _numbers([high for _, high, _, _ in parts[:-1]])
    encode = b" ".join([b"0 1"] * len(parts))
    return b"<</FunctionType 3/Domain[%b]/Functions[%b]/Bounds[%b]/Encode[%b]>>" % (
        _numbers((start, end)),
        functions,
        bounds,
        encode,
    )


def _colour(ink: Ink) -> bytes:
    return _numbers([part / 100 for part in ink.cmyk])


def _numbers(values: Sequence[float]) -> bytes:
    return " ".join(number(value, 6) for value in values).encode()


def _moved(matrix: Matrix6, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _inverse(matrix: Matrix6) -> Matrix6:
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    return d / size, -b / size, -c / size, a / size, (c * f - d * e) / size, (b * e - a * f) / size
