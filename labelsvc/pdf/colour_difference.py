"""How different two screen colours look: sRGB to CIE L*a*b*, and CIEDE2000.

L*a*b* is relative to D65, the white of sRGB itself (IEC 61966-2-1): no adaptation is needed between screen colours.
Values of D50, as ICC profiles give them, are compared with one another alone; the formula takes either.
"""

from __future__ import annotations

import re
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Lab = tuple[float, float, float]
"""L*, a*, b*."""

SCREEN = re.compile(r"#[0-9A-Fa-f]{6}")
"""How a screen colour is written."""
_TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
"""Linear sRGB to XYZ (IEC 61966-2-1), Y of white 1."""
_WHITE = tuple(sum(row) for row in _TO_XYZ)
_FAR = 25.0**7


def screen_difference(colour: str, other: str) -> float:
    """Return ΔE2000 of two screen colours (#0B5A3A); ValueError for anything else."""
    return delta_e_2000(screen_lab(colour), screen_lab(other))


def screen_rgb(colour: str) -> tuple[int, int, int]:
    """Return a screen colour's red, green and blue, 0 to 255; ValueError if it is not written #0B5A3A."""
    if not SCREEN.fullmatch(colour):
        raise ValueError(colour)
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def screen_lab(colour: str) -> Lab:
    """Return a screen colour in L*a*b* (D65); ValueError if it is not written #0B5A3A."""
    linear = [_linear(part / 255) for part in screen_rgb(colour)]
    x, y, z = (
        _cube_root(sum(share * part for share, part in zip(row, linear, strict=True)) / white)
        for row, white in zip(_TO_XYZ, _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def delta_e_2000(colour: Lab, other: Lab) -> float:
    """Return the colour difference CIEDE2000 (ISO/CIE 11664-6; Sharma, Wu and Dalal 2005, equations 2 to 22)."""
    mean_chroma = (hypot(*colour[1:]) + hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * sqrt(mean_chroma**7 / (mean_chroma**7 + _FAR))
    (light, chroma, hue), (light_2, chroma_2, hue_2) = (_polar(each, stretch) for each in (colour, other))
    grey = not chroma * chroma_2
    turn = 0.0 if grey else _turn(hue, hue_2)
    hue_step = 2 * sqrt(chroma * chroma_2) * sin(radians(turn) / 2)
    mean_light, mean_chroma = (light + light_2) / 2, (chroma + chroma_2) / 2
    mean_hue = hue + hue_2 if grey else hue + turn / 2
    of_light = 1 + 0.015 * (mean_light - 50) ** 2 / sqrt(20 + (mean_light - 50) ** 2)
    of_chroma, of_hue = 1 + 0.045 * mean_chroma, 1 + 0.015 * mean_chroma * _hue_weight(mean_hue)
    spread = 2 * sqrt(mean_chroma**7 / (mean_chroma**7 + _FAR))
    blue = exp(-((((mean_hue - 95) % 360 - 180) / 25) ** 2))  # near 275 degrees
    rotation = -spread * sin(radians(60 * blue))
    lightness, saturation, tone = (light_2 - light) / of_light, (chroma_2 - chroma) / of_chroma, hue_step / of_hue
    return sqrt(lightness**2 + saturation**2 + tone**2 + rotation * saturation * tone)


def _polar(colour: Lab, stretch: float) -> Lab:
    """Return lightness, chroma and hue in degrees, with a* stretched."""
    light, a, b = colour
    return light, hypot(a * stretch, b), degrees(atan2(b, a * stretch)) % 360 if a or b else 0.0


def _turn(hue: float, other: float) -> float:
    """Return the shorter way from one hue to another; opposite ones are not taken over 0 degrees."""
    step = other - hue
    return step if abs(step) <= 180 + 1e-9 else step - 360 if step > 0 else step + 360


def _hue_weight(hue: float) -> float:
    return float(
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _cube_root(share: float) -> float:
    return float(share ** (1 / 3)) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116
