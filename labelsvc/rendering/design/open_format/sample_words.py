"""Sample words of placeholders, set as the print sets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import cos, radians, sin
from typing import Any

from labelsvc.pdf.units import points
from labelsvc.rendering.design.items import ArcTextItem, FittedTextItem, SpecimenMark
from labelsvc.rendering.design.open_format.svg_nodes import SampleLine, SampleType, anchored, letters_node, text_node
from labelsvc.rendering.typesetting.arc_text import FittedArc
from labelsvc.rendering.typesetting.fitting import FittedText
from labelsvc.rendering.typesetting.fonts import FontFace
from labelsvc.rendering.typesetting.piece_slots import CODE_LETTERS, FIVE, CodeArc, CodeLines, SerialLine

FIRST_SERIAL = "000 001"


def text_words(item: FittedTextItem, fitted: FittedText) -> Any:
    """Return the sample of a text in a box."""
    baseline = points(item.y_mm) + fitted.first_baseline_pt(item.valign)
    look = SampleType(fitted.size_pt, item.face.weight, item.ink.screen, item.align, item.box.tracking)
    return text_node(anchored(fitted, points(item.x_mm), baseline, item.align), look.attributes)


def mark_words(item: SpecimenMark, fitted: FittedText) -> Any:
    """Return the sample of a specimen mark, before it is turned."""
    baseline = points(item.y_mm) + fitted.first_baseline_pt("middle")
    look = SampleType(fitted.size_pt, item.face.weight, item.ink.screen, "center", item.box.tracking)
    return text_node(anchored(fitted, points(item.x_mm), baseline, "center"), look.attributes)


def arc_words(item: ArcTextItem, fitted: FittedArc) -> Any:
    """Return the sample of a text on a circle, letter by letter."""
    arc, size = fitted.arc, fitted.size_pt
    turned = [arc.middle_deg + (-angle if arc.upper else angle) for angle in fitted.angles_deg]
    look = SampleType(size, item.face.weight, item.ink.screen, tracking=arc.tracking)
    center = points(item.x_mm), points(item.y_mm)
    return letters_node(
        _on_circle(fitted.face, fitted.text, turned, size, (*center, points(arc.radius_mm), arc.upper)), look.attributes
    )


def code_words(slot: CodeLines | CodeArc, code: str, height_mm: float, fill: str) -> Any:
    """Return the sample of a code, in fives."""
    look = SampleType(slot.size_pt, slot.face.weight, fill)
    if isinstance(slot, CodeArc):
        import numpy as np

        middles = slot.middles(np.array([[CODE_LETTERS.index(letter) for letter in code]]))[0]
        turned = [slot.angle_deg(float(middle)) for middle in middles]
        x, y = slot.center_pt
        circle = x, points(height_mm) - y, slot.radius_pt, slot.upper
        return letters_node(_on_circle(slot.face, code, turned, slot.size_pt, circle), look.attributes)
    length = slot.letters_a_line
    fives = [code[at : at + FIVE] for at in range(0, len(code), FIVE)]
    rows = [" ".join(fives[at : at + length // FIVE]) for at in range(0, len(fives), length // FIVE)]
    lines = [
        SampleLine(words, slot.x_pt, points(height_mm) - baseline)
        for words, baseline in zip(rows, slot.baselines_pt, strict=True)
    ]
    return text_node(lines, replace(look, align=slot.align, tracking=slot.tracking).attributes)


def serial_words(slot: SerialLine, height_mm: float, fill: str) -> Any:
    """Return the sample of a serial."""
    line = SampleLine(f"{slot.before}{FIRST_SERIAL}", slot.x_pt, points(height_mm) - slot.baseline_pt)
    return text_node([line], SampleType(slot.size_pt, slot.face.weight, fill, slot.align).attributes)


def _on_circle(
    face: FontFace, text: str, turned: list[float], size_pt: float, circle: tuple[float, float, float, bool]
) -> Iterator[tuple[str, float, float, float]]:
    """Yield letters at their angles (counter-clockwise from three o'clock), set back by half their width."""
    x, y, radius, upper = circle
    for letter, angle in zip(text, turned, strict=True):
        turn = 90 - angle if upper else 270 - angle
        back = face.letter(letter).advance * size_pt / 2000
        across, down = cos(radians(turn)), sin(radians(turn))
        place = x + radius * cos(radians(angle)), y - radius * sin(radians(angle))
        yield letter, place[0] - across * back, place[1] - down * back, turn
