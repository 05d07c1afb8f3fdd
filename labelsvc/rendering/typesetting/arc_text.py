"""Text on a circle: letters stand upright on the arc, one text matrix each.

Angles are degrees counterclockwise from three o'clock, as in mathematics: 90 is the top of the circle, 270 its bottom.
An upper text reads clockwise with its feet towards the centre; a lower one reads counterclockwise with its head
towards the centre, so that both read from left to right.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import cos, degrees, inf, radians, sin

from labelsvc.domain.errors import InvalidValue, PrintRefused, Problem
from labelsvc.pdf.units import number, points
from labelsvc.rendering.typesetting.fitting import normalised, shrinking_sizes
from labelsvc.rendering.typesetting.fonts import FontFace


@dataclass(frozen=True, slots=True)
class TextArc:
    """Where a text may stand on a circle and how far it may shrink.

    ``radius_mm`` is the baseline's. ``rise_mm`` and ``drop_mm`` are the room for ink on the head's and the foot's side
    of the baseline, ``span_deg`` the widest angle that the text may take.
    """

    radius_mm: float
    size_pt: float
    min_size_pt: float
    upper: bool = True
    middle_deg: float = 90.0
    span_deg: float = 180.0
    tracking: float = 0.0
    rise_mm: float = inf
    drop_mm: float = inf

    def __post_init__(self) -> None:
        """Refuse an arc that can hold nothing."""
        if not (self.radius_mm > 0 and 0 < self.span_deg <= 360 and self.rise_mm > 0 and self.drop_mm >= 0):
            raise InvalidValue.from_code("text.arc", radius_mm=self.radius_mm, span_deg=self.span_deg)
        shrinking_sizes(self.size_pt, self.min_size_pt)


@dataclass(frozen=True, slots=True)
class FittedArc:
    """A text that fits its arc: each letter's middle, in degrees from the arc's middle in reading direction."""

    face: FontFace
    arc: TextArc
    text: str
    size_pt: float
    angles_deg: tuple[float, ...]
    span_deg: float


def fit_arc(face: FontFace, text: str, arc: TextArc, name: str = "") -> FittedArc | Problem:
    """Return the text in the largest size that the arc holds, or text.letter_missing or text.arc_too_long."""
    text = normalised(text)
    try:
        steps = middles(face, text, arc.tracking * 1000)
        low, high = face.ink(text)
    except PrintRefused:
        return Problem(
            "text.letter_missing", {"field": name, "text": text, "letters": face.missing(text), "face": face.name}
        )
    for size in shrinking_sizes(arc.size_pt, arc.min_size_pt):
        em = size / 1000
        per_unit = degrees(em / spacing_radius(face, points(arc.radius_mm), size, arc.upper))
        width = steps[-1] * per_unit
        if width <= arc.span_deg and high * em <= points(arc.rise_mm) and -low * em <= points(arc.drop_mm):
            return FittedArc(face, arc, text, size, tuple(at * per_unit - width / 2 for at in steps[:-1]), width)
    facts = {"field": name, "text": text, "size_pt": arc.min_size_pt, "span_deg": arc.span_deg}
    return Problem("text.arc_too_long", {**facts, "radius_mm": arc.radius_mm})


def spacing_radius(face: FontFace, radius_pt: float, size_pt: float, upper: bool) -> float:
    """Return the radius at half the height of capitals: letters that are spaced there look evenly set."""
    half = face.cap_height * size_pt / 2000
    return radius_pt + half if upper else radius_pt - half


def middles(face: FontFace, text: str, tracking: float) -> list[float]:
    """Return where each letter's middle stands on a straight line, and last the line's whole length."""
    middles: list[float] = []
    at = 0.0
    for before, letter in pairwise("\0" + text):
        if before != "\0":
            at += tracking + face.kern(before, letter)
        advance = face.letter(letter).advance
        middles.append(at + advance / 2)
        at += advance
    return [*middles, at]


def matrix(angle_deg: float, radius_pt: float, center: tuple[float, float], upper: bool) -> tuple[float, ...]:
    """Return (a, b, c, d, e, f): the text matrix whose origin lies on the circle, baseline along it."""
    angle = radians(angle_deg)
    x, y = cos(angle), sin(angle)
    a, b = (y, -x) if upper else (-y, x)
    return a, b, -b, a, center[0] + radius_pt * x, center[1] + radius_pt * y


def matrix_operator(values: tuple[float, ...], digits: int = 4) -> bytes:
    """Return a text matrix as ``a b c d e f Tm``; three ``digits`` of the turn are enough for small type."""
    turn = " ".join(number(value, digits) for value in values[:4])
    return f"{turn} {number(values[4])} {number(values[5])} Tm".encode()


def arc_operators(fitted: FittedArc, center_x_pt: float, center_y_pt: float) -> bytes:
    """Return the text object of a text on a circle about this centre (content stream's coordinates, y upwards)."""
    if not fitted.text:
        return b""
    face, arc, radius = fitted.face, fitted.arc, points(fitted.arc.radius_mm)
    # Programs that look for lines find none on a circle: /ActualText tells them the text in reading order.
    said = fitted.text.encode("utf-16-be").hex().upper().encode()
    parts = [
        b"/Span<</ActualText<FEFF%b>>>BDC BT /%b %b Tf" % (said, face.resource, number(fitted.size_pt, 3).encode())
    ]
    for letter, angle in zip(fitted.text, fitted.angles_deg, strict=True):
        turned = arc.middle_deg - angle if arc.upper else arc.middle_deg + angle
        a, b, c, d, x, y = matrix(turned, radius, (center_x_pt, center_y_pt), arc.upper)
        back = face.letter(letter).advance * fitted.size_pt / 2000
        parts.append(matrix_operator((a, b, c, d, x - a * back, y - b * back)) + face.encode(letter) + b"Tj")
    return b" ".join([*parts, b"ET EMC"])
