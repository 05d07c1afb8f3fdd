"""How lines end, meet and break: SVG's words as operators of PDF (ISO 32000-1, 8.4.3)."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.pdf.units import number, points

CAPS = {"butt": 0, "round": 1, "square": 2}
JOINS = {"miter": 0, "round": 1, "bevel": 2}
LINE_STYLES = frozenset(
    {"stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset"}
)
"""The properties that say it."""
MITRE = 4.0
"""SVG's least share of a mitre's length to the line's width; that of PDF is 10."""
MOST_DASHES = 100
_SHORTEST = 0.001
"""A dot with a round end has a length of 0, of which some programs make nothing."""


@dataclass(frozen=True, slots=True)
class LineStyle:
    """``dashes`` and ``offset`` are in mm on the label."""

    cap: int = 0
    join: int = 0
    mitre: float = MITRE
    dashes: tuple[float, ...] = ()
    offset: float = 0.0

    def scaled(self, scale: float) -> LineStyle:
        """Return the style of a line that is drawn larger or smaller."""
        return LineStyle(
            self.cap, self.join, self.mitre, tuple(dash * scale for dash in self.dashes), self.offset * scale
        )

    def operators(self, *, mitres: bool) -> bytes:
        """Return what sets this style; the empty string for the one that a page begins with.

        ``mitres``: whether the line has corners so sharp that SVG's limit and PDF's differ.
        """
        parts = [b"%d J" % self.cap] if self.cap else []
        parts += [b"%d j" % self.join] if self.join else []
        if not self.join and (mitres or self.mitre != MITRE):
            parts.append(b"%b M" % number(max(1.0, self.mitre), 3).encode())
        if self.dashes:
            lengths = b" ".join(number(points(dash), 3).encode() for dash in self.dashes)
            parts.append(b"[%b] %b d" % (lengths, number(points(self.offset), 3).encode()))
        return b" ".join(parts)


PLAIN_LINE = LineStyle()


def read_dashes(text: str) -> tuple[float, ...] | None:
    """Return the lengths of ``stroke-dasharray`` in an even number, none for a solid line; None if it is not valid."""
    if text in ("", "none"):
        return ()
    try:
        dashes = [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        return None
    if not dashes or len(dashes) > MOST_DASHES or not all(0 <= dash < 1e5 for dash in dashes):
        return None
    dashes = dashes * 2 if len(dashes) % 2 else dashes
    if not any(dashes):
        return ()
    if not any(dashes[1::2]):
        return None  # nothing between the dashes: programs differ in what their corners look like
    return tuple(max(dash, _SHORTEST) for dash in dashes)
