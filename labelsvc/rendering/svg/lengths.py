"""Lengths of SVG and CSS in user units: 96 pixels an inch (CSS Values 4, 6.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import hypot, sqrt

from labelsvc.pdf.units import number as pdf_number

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
"""A number as SVG writes it (SVG 2, 8.1)."""
_LENGTH = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*([a-zA-Z%]*)\s*", re.ASCII)
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "pt": 96 / 72,
    "pc": 16.0,
}


@dataclass(frozen=True, slots=True)
class Viewport:
    """The nearest view box in user units: what per cent are of."""

    width: float
    height: float

    @property
    def diagonal(self) -> float:
        """What per cent of a radius or a line width are of (SVG 2, 8.9)."""
        return hypot(self.width, self.height) / sqrt(2)


def read_length(text: str) -> tuple[float, str] | None:
    """Return a number and its unit in small letters; None for anything else."""
    found = _LENGTH.fullmatch(text)
    return (float(found[1]), found[2].lower()) if found else None


def in_pixels(number: float, unit: str) -> float | None:
    """Return a length of an absolute unit in pixels; None for a unit that depends on something else."""
    return number * _PIXELS[unit] if unit in _PIXELS else None


def user_units(text: str, whole: float, font_size: float = 16.0) -> float | None:
    """Return a length in user units; ``whole`` is 100 %. None for what is no length of a known unit."""
    said = read_length(text)
    if said is None:
        return None
    number, unit = said
    if unit == "%":
        return number * whole / 100
    if unit in ("em", "ex"):
        return number * font_size * (1.0 if unit == "em" else 0.5)
    return in_pixels(number, unit)


def written(number: float) -> str:
    """Return a number as attributes have it: short, and without an exponent."""
    return pdf_number(number, 6)
