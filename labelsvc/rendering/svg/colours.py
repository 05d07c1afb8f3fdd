"""CSS colours (Color 3 and 4) as the #RRGGBB that palettes know."""

from __future__ import annotations

import re
from dataclasses import dataclass

_URL = re.compile(r"url\(\s*(['\"]?)#([^'\")]+)\1\s*\)\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CssColour:
    """A colour on the screen, and its opacity from 0 to 1."""

    screen: str
    opacity: float


def read_colour(text: str) -> CssColour | None:
    """Return a colour; None for what is no colour, and for ``currentColor``."""
    from tinycss2.color4 import Color, parse_color

    colour = parse_color(text)
    if not isinstance(colour, Color) or (colour.space == "hsl" and not 0 <= (colour.coordinates[1] or 0) <= 100):
        return None  # programs differ in what more than 100 % of saturation is
    try:
        red, green, blue, alpha = colour.to("srgb")
    except (NotImplementedError, ValueError, TypeError):  # a colour space that screens do not have
        return None
    parts = [round(min(max(part or 0.0, 0.0), 1.0) * 255) for part in (red, green, blue)]
    return CssColour("#{:02X}{:02X}{:02X}".format(*parts), min(max(float(alpha), 0.0), 1.0))


def split_paint(text: str) -> tuple[str, str]:
    """Return the id that a paint refers to, empty for a plain colour, and the colour that stands alone or behind it."""
    plain = text.strip()
    found = _URL.fullmatch(plain)
    return (found[2].strip(), found[3].strip()) if found else ("", plain)
