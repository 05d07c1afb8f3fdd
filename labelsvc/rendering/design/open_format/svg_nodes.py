"""Makes the nodes of samples: plain SVG, lengths in mm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labelsvc.pdf.units import MM_PER_POINT, number
from labelsvc.rendering.design.open_format.samples import FAMILY
from labelsvc.rendering.typesetting.fitting import Align, FittedText

_SVG = "{http://www.w3.org/2000/svg}"
_FONTS = f"'{FAMILY}', sans-serif"
_ANCHORS: Mapping[Align, str] = {"left": "", "center": "middle", "right": "end"}


def node(tag: str, attributes: Mapping[str, str], *children: Any) -> Any:
    """Return an SVG element; attributes without a value are left out."""
    from lxml import etree

    made = etree.Element(_SVG + tag, {name: value for name, value in attributes.items() if value})
    made.extend(children)
    return made


def in_mm(points: float) -> str:
    """Return a length in points as millimetres."""
    return number(points * MM_PER_POINT, 3)


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A line of sample words: where it is anchored and its baseline, in points from the label's upper left corner."""

    words: str
    x_pt: float
    baseline_pt: float


@dataclass(frozen=True, slots=True)
class SampleType:
    """What sample words are set in; ``tracking`` in em."""

    size_pt: float
    weight: int
    fill: str
    align: Align = "left"
    tracking: float = 0.0

    @property
    def attributes(self) -> dict[str, str]:
        """The look as attributes of SVG."""
        spacing = self.tracking * self.size_pt
        return {
            "font-size": number(self.size_pt * MM_PER_POINT, 5),
            "font-weight": str(self.weight) if self.weight != 400 else "",
            "fill": self.fill,
            "text-anchor": _ANCHORS[self.align],
            "letter-spacing": number(spacing * MM_PER_POINT, 5) if spacing else "",
        }


def text_node(lines: Sequence[SampleLine], look: Mapping[str, str]) -> Any:
    """Return a text of some lines."""
    places = [{"x": in_mm(line.x_pt), "y": in_mm(line.baseline_pt)} for line in lines]
    made = node("text", {**places[0], "font-family": _FONTS, **look})
    if len(lines) == 1:
        made.text = lines[0].words
        return made
    for line, place in zip(lines, places, strict=True):
        made.append(node("tspan", place))
        made[-1].text = line.words
    return made


def letters_node(letters: Iterable[tuple[str, float, float, float]], look: Mapping[str, str]) -> Any:
    """Return a text whose letters stand each at a place of their own: letter, x, baseline, and clockwise turn."""
    words, xs, ys, turns = zip(*letters, strict=True)
    places = {"x": " ".join(map(in_mm, xs)), "y": " ".join(map(in_mm, ys))}
    made = node(
        "text", {**places, "rotate": " ".join(number(turn, 2) for turn in turns), "font-family": _FONTS, **look}
    )
    made.text = "".join(words)
    return made


def anchored(fitted: FittedText, left_pt: float, baseline_pt: float, align: Align) -> list[SampleLine]:
    """Return the lines of a fitted text as SVG anchors them, as :func:`fitting.operators` sets them.

    ``left_pt`` is the box's left edge, ``baseline_pt`` the first baseline, both from the label's upper left corner.
    """
    tracking, width = fitted.box.tracking * fitted.size_pt, fitted.box.width_pt
    found = []
    for i, (words, (left, right)) in enumerate(zip(fitted.lines, fitted.overhangs_pt, strict=True)):
        at = {"left": left, "center": (width + left - right + tracking) / 2, "right": width - right + tracking}[align]
        found.append(SampleLine(words, left_pt + at, baseline_pt + i * fitted.leading_pt))
    return found
