"""The size of a label in an SVG file: width, height and viewBox in any unit, as millimetres.

Pixels are 96 an inch (CSS). Illustrator's documents count points, 72 an inch, and call them pixels; those of Inkscape
before 0.92 count 90 an inch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.svg.lengths import Viewport, in_pixels, read_length, written

_NUMBERS = re.compile(r"[\s,]+")
_ILLUSTRATOR = re.compile(r"Generator:\s*Adobe Illustrator", re.IGNORECASE)
_OLD_INKSCAPE = re.compile(r"0\.(?:[1-8]\d?|9|90|91)(?:\D|$)")
_INKSCAPE_VERSION = "{http://www.inkscape.org/namespaces/inkscape}version"
_SNAP_MM = 0.02
"""A size this close to a tenth of a millimetre is meant to be that: 170.08 pt are 60 mm."""
LARGEST_MM = 10_000.0
_ALIGNS = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
_FIT = re.compile(r"(?:defer\s+)?(none|x(Min|Mid|Max)Y(Min|Mid|Max))(?:\s+(meet|slice))?")


@dataclass(frozen=True, slots=True)
class LabelCanvas:
    """A label's size in mm, and what brings user units to it: scales and a shift in x and y.

    ``per_inch``: what pixels were understood as; 0 if the file says its size itself in real units.
    """

    width_mm: float
    height_mm: float
    scale: tuple[float, float]
    shift: tuple[float, float]
    viewport: Viewport
    per_inch: int

    @property
    def plain(self) -> bool:
        """Return whether user units are millimetres from the label's corner."""
        return max(abs(self.scale[0] - 1), abs(self.scale[1] - 1), abs(self.shift[0]), abs(self.shift[1])) < 1e-9

    @property
    def transform(self) -> str:
        """The transform that a group of everything needs."""
        return placing(self.scale, self.shift)


def placing(scale: tuple[float, float], shift: tuple[float, float]) -> str:
    """Return scales and a shift as a transform."""
    return f"matrix({scale[0]:.9f} 0 0 {scale[1]:.9f} {written(shift[0])} {written(shift[1])})"


def read_canvas(root: Any) -> LabelCanvas:
    """Return the canvas of an ``svg`` (lxml); DesignRefused svg.size if nothing says how large it is."""
    box = view_box(root.get("viewBox", ""))
    per_inch = _pixels_per_inch(root)
    sides = [_side(root.get(key), box and box[2 + at], per_inch) for at, key in enumerate(("width", "height"))]
    if None in sides or (root.get("viewBox") and box is None):
        raise DesignRefused(Problem("svg.size", {"line": int(root.sourceline or 0)}))
    (width, width_said), (height, height_said) = (side for side in sides if side is not None)
    if not 0 < width <= LARGEST_MM or not 0 < height <= LARGEST_MM:
        raise DesignRefused(Problem("svg.size", {"line": int(root.sourceline or 0)}))
    known = width_said and height_said
    left, top, wide, high = box or (0.0, 0.0, width / 25.4 * per_inch, height / 25.4 * per_inch)
    scale, shift = fitted((left, top, wide, high), (width, height), root.get("preserveAspectRatio", ""))
    width, height = _snapped(width), _snapped(height)
    return LabelCanvas(width, height, scale, shift, Viewport(wide, high), 0 if known else per_inch)


def view_box(text: str) -> tuple[float, float, float, float] | None:
    """Return the four numbers of a viewBox; None for anything else, and where a side is not positive."""
    try:
        numbers = [float(part) for part in _NUMBERS.split(text.strip())]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(abs(part) < 1e7 for part in numbers) or min(numbers[2:]) <= 0:
        return None
    return numbers[0], numbers[1], numbers[2], numbers[3]


def fitted(
    box: tuple[float, float, float, float], size: tuple[float, float], said: str
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the scales and shift that fit a view box into a viewport, as preserveAspectRatio says (SVG 2, 8.6)."""
    left, top, wide, high = box
    fit = _FIT.fullmatch(said.strip() or "xMidYMid meet")
    ratios = size[0] / wide, size[1] / high
    if fit is not None and fit[1] == "none":
        scales = ratios
        aligns = (0.0, 0.0)
    else:
        one = (max if fit and fit[4] == "slice" else min)(ratios)
        scales = (one, one)
        aligns = (_ALIGNS[fit[2]], _ALIGNS[fit[3]]) if fit else (0.5, 0.5)
    if abs(ratios[0] - ratios[1]) < 1e-4 * max(ratios):
        scales = ratios if abs(ratios[0] - ratios[1]) > 1e-12 else (ratios[0], ratios[0])
    shift = (
        (size[0] - wide * scales[0]) * aligns[0] - left * scales[0],
        (size[1] - high * scales[1]) * aligns[1] - top * scales[1],
    )
    return scales, shift


def _side(text: str | None, of_box: float | None, per_inch: int) -> tuple[float, bool] | None:
    """Return a side in mm, and whether the file says it in a real unit; None if nothing says it."""
    said = read_length(text) if text else None
    if said is None or said[1] == "%":
        return (
            None if of_box is None or (text and said is None and text != "auto") else (of_box * 25.4 / per_inch, False)
        )
    number, unit = said
    if unit in ("", "px"):
        return number * 25.4 / per_inch, False
    pixels = in_pixels(number, unit)
    return None if pixels is None else (number if unit == "mm" else pixels * 25.4 / 96, True)


def _pixels_per_inch(root: Any) -> int:
    if _of_illustrator(root):
        return 72
    return 90 if _OLD_INKSCAPE.match(root.get(_INKSCAPE_VERSION, "")) else 96


def _of_illustrator(root: Any) -> bool:
    """Return whether Illustrator wrote a file: it says so before or in it, or calls elements by ``data-name``."""
    notes = [*root.itersiblings(preceding=True), *(child for child in root if not isinstance(child.tag, str))]
    if any(_ILLUSTRATOR.search(str(node.text or "")) for node in notes):
        return True
    if root.get("{http://ns.adobe.com/AdobeIllustrator/10.0/}viewOrigin"):
        return True
    return _INKSCAPE_VERSION not in root.attrib and any("data-name" in node.attrib for node in root.iter("*"))


def _snapped(side: float) -> float:
    tenth = round(side, 1)
    return tenth if abs(side - tenth) <= _SNAP_MM else round(side, 3)
