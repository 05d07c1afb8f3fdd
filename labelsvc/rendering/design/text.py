"""SVG's own text in a design: runs of one style, set in sequence from their given position.

It is the same on every label. Text that varies by product uses ``ls:text``, which fits its box or is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from labelsvc.domain.errors import Problem
from labelsvc.pdf.inks import Ink
from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.builder import DesignBuilder
from labelsvc.rendering.design.element_context import INHERITED, ElementContext
from labelsvc.rendering.design.items import PlainText
from labelsvc.rendering.design.pen import ink_operators
from labelsvc.rendering.design.shapes import FARTHEST_UNITS, numbers_of
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.design.text_path import read_text_path
from labelsvc.rendering.svg.lengths import NUMBER
from labelsvc.rendering.svg.letter_places import SHIFTS, is_list, placed_letters
from labelsvc.rendering.typesetting.arc_text import matrix_operator
from labelsvc.rendering.typesetting.font_book import FAMILY
from labelsvc.rendering.typesetting.fonts import FontFace

_WEIGHTS = {"normal": "400", "bold": "700"}
_WEIGHT = re.compile("[0-9]{1,4}")
_STYLES = {"normal": False, "italic": True}
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_SPACES = re.compile("[ \\t\\r\\n]+")
_LINE_ENDS = re.compile("[\\t\\r\\n]")
_SMALL_TYPE_PT = 8.0
_JINJA = ("{{", "{%", "{#")


@dataclass(frozen=True, slots=True)
class _LetterPosition:
    """The position of the next letter: x and y if given, and its shift."""

    x: float | None = None
    y: float | None = None
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True, slots=True)
class _StyledRun:
    """Letters of one style; ``style`` is the element with all that it inherits."""

    text: str
    style: DesignElement
    place: _LetterPosition

    @property
    def keeps_spaces(self) -> bool:
        """Whether spaces stand as written (``xml:space``)."""
        return self.style.get("xml:space") == "preserve"

    @property
    def spacing_mm(self) -> float:
        """The blank after each letter."""
        said = self.style.get("letter-spacing", "0")
        return float(said) if NUMBER.fullmatch(said) else 0.0


def read_text(builder: DesignBuilder, element: DesignElement, at: ElementContext) -> Iterator[PlainText]:
    """Yield the runs of a ``text``; faults are the builder's."""
    if any(mark in text for text in _texts(element) for mark in _JINJA):
        builder.fault(element, "design.fixed_text")
        return
    styled = replace(element, attributes={**at.inherited, **element.attributes})
    if any(child.tag == "textPath" for child in element.children):
        yield from _on_paths(builder, styled, at)
        return
    runs, _ = _runs(builder, styled, _LetterPosition())
    display = builder.display(element, at)
    x = y = 0.0
    for chunk in _chunks(runs):
        first = chunk[0].place
        x, y = x if first.x is None else first.x, y if first.y is None else first.y
        faces = [(run, *_face(builder, run.style)) for run in chunk]
        widths = [_width(run, face, size) for run, face, size in faces]
        wide = sum(widths) + sum(run.place.dx for run in chunk[1:])
        x -= wide * float(builder.choice(chunk[0].style, "text-anchor", _ANCHORS))
        for (run, face, size), width in zip(faces, widths, strict=True):
            x, y = x + run.place.dx, y + run.place.dy
            painted = _painted(builder, run, face, size, (x, y), at)
            x += width
            if painted:
                yield replace(painted, display=display)


def _width(run: _StyledRun, face: FontFace, size: float) -> float:
    """Return the width of a run in mm, the blanks between its letters included."""
    advance = 0.0 if face.missing(run.text) else face.advance(run.text) * size / 1000
    return advance + len(run.text) * run.spacing_mm


def _on_paths(builder: DesignBuilder, styled: DesignElement, at: ElementContext) -> Iterator[PlainText]:
    """Yield the texts on paths of a ``text``, which holds nothing else."""
    display = builder.display(styled, at)
    anchor = float(builder.choice(styled, "text-anchor", _ANCHORS))
    for part in styled.parts:
        if isinstance(part, str):
            if part.strip():
                builder.fault(styled, "design.beside_path", text=part.strip())
        elif part.tag == "textPath":
            if styled.get("letter-spacing", "0") != "0":
                builder.fault(part, "svg.text_style", attribute="letter-spacing", value=styled.get("letter-spacing"))
            face, size = _face(builder, styled)
            text = " ".join(unicodedata.normalize("NFC", part.text).split())
            ink = _ink(builder, replace(styled, line=part.line), face, text, points(size) * at.height_scale())
            on_path = replace(part, text=text)
            painted = ink and read_text_path(builder, on_path, (face, size), ink, anchor, at)
            if painted:
                yield replace(painted, display=display)
        elif part.tag == "tspan":
            builder.fault(part, "design.beside_path", text=part.text)


def _texts(element: DesignElement) -> Iterator[str]:
    for part in element.parts:
        if isinstance(part, DesignElement):
            yield from _texts(part)
        else:
            yield part


def _runs(
    builder: DesignBuilder, element: DesignElement, around: _LetterPosition
) -> tuple[list[_StyledRun], _LetterPosition]:
    """Return the runs of an element, and the position not yet used by a letter."""
    if all(isinstance(part, str) for part in element.parts) and any(is_list(element.get(key)) for key in SHIFTS):
        return list(_placed_runs(builder, element)), _LetterPosition()
    place = _LetterPosition(
        builder.length(element, "x") if element.get("x") else around.x,
        builder.length(element, "y") if element.get("y") else around.y,
        builder.length(element, "dx", around.dx),
        builder.length(element, "dy", around.dy),
    )
    runs: list[_StyledRun] = []
    for part in element.parts:
        if isinstance(part, DesignElement):
            if part.tag == "tspan":
                style = {key: element.get(key) for key in INHERITED if element.get(key)}
                more, place = _runs(builder, replace(part, attributes={**style, **part.attributes}), place)
                runs += more
            continue
        kept = element.get("xml:space") == "preserve"
        text = (_LINE_ENDS if kept else _SPACES).sub(" ", unicodedata.normalize("NFC", part))
        if text and (text != " " or place == _LetterPosition()):
            runs.append(_StyledRun(text, element, place))
            place = _LetterPosition()
    return runs, place


def _placed_runs(builder: DesignBuilder, element: DesignElement) -> Iterator[_StyledRun]:
    """Yield the letters of an element that places them one by one."""
    lists: dict[str, list[float]] = {}
    for key in SHIFTS:
        numbers = numbers_of(element.get(key))
        if numbers is None:
            builder.fault(element, "design.number", attribute=key, value=element.get(key))
        lists[key] = numbers or []
    text = " ".join(unicodedata.normalize("NFC", "".join(map(str, element.parts))).split())
    for letters, place in placed_letters(text, lists):
        yield _StyledRun(letters, element, _LetterPosition(*place))


def _chunks(runs: list[_StyledRun]) -> list[list[_StyledRun]]:
    """Return runs that are anchored together; leading, trailing and double spaces are removed.

    A space before the next chunk counts in the width of its own chunk, as in browsers.
    """
    chunks: list[list[_StyledRun]] = []
    after_space = True
    last = "".join(run.text for run in runs)
    left = len(last if runs and runs[-1].keeps_spaces else last.rstrip(" "))
    for run in runs:
        kept = run.text[:left]
        left -= len(kept)
        text = kept.removeprefix(" ") if after_space and not run.keeps_spaces else kept
        if not chunks or run.place.x is not None or run.place.y is not None:
            chunks.append([])
        if text:
            chunks[-1].append(replace(run, text=text))
            after_space = text.endswith(" ")
    return [chunk for chunk in chunks if chunk]


def _face(builder: DesignBuilder, style: DesignElement) -> tuple[FontFace, float]:
    """Return a run's face and size in mm."""
    families = [part.strip().strip("'\"") for part in style.get("font-family", FAMILY).split(",")]
    weight = _WEIGHTS.get(style.get("font-weight", "normal"), style.get("font-weight"))
    italic = bool(builder.choice(style, "font-style", _STYLES))
    named = (builder.fonts.find_named(family) for family in families)
    sized = (builder.fonts.find(family, int(weight), italic) for family in families if _WEIGHT.fullmatch(weight))
    found = next((face for face in (*named, *sized) if face), None)
    size = style.get("font-size")
    if not NUMBER.fullmatch(size) or not 0 < float(size) < FARTHEST_UNITS:
        builder.fault(style, "design.number", attribute="font-size", value=size)
        size = "1"
    if found is None:
        family = next(filter(builder.fonts.family, families), families[0])
        builder.face_fault(style, family, style.get("font-weight", "normal"), italic=italic)
    return found or builder.fonts.faces[0], float(size)


def _painted(
    builder: DesignBuilder,
    run: _StyledRun,
    face: FontFace,
    size_mm: float,
    at_mm: tuple[float, float],
    at: ElementContext,
) -> PlainText | None:
    size_pt = points(size_mm) * at.height_scale()
    ink = _ink(builder, run.style, face, run.text, size_pt)
    if ink is None or run.style.get("visibility", "visible") != "visible":
        return None
    x, y = at_mm
    a, b, c, d, e, f = (getattr(at.matrix, key) for key in "abcdef") if at.matrix is not None else (1, 0, 0, 1, 0, 0)
    turned = (a, -b, -c, d, points(a * x + c * y + e), points(builder.height_mm - (b * x + d * y + f)))
    shown = b"%b BT /%b %b Tf " % (ink_operators(ink), face.resource, number(points(size_mm), 3).encode())
    shown += matrix_operator(turned) + b" " + face.show(run.text) + b" ET"
    if run.spacing_mm:
        shown = b"q %b Tc %b Q" % (number(points(run.spacing_mm), 4).encode(), shown)
    box = _ink_box(face, run, size_mm, x, y)
    corners = tuple((float(a * u + c * v + e), float(b * u + d * v + f)) for u, v in box)
    straight = b == c == 0 and a > 0 and d > 0 and not at.clips
    operators = at.cut(shown, builder.height_mm)
    return PlainText(operators, face, run.text, size_pt, ink, corners, straight, at.clips, run.style.line)


def _ink(builder: DesignBuilder, style: DesignElement, face: FontFace, text: str, size_pt: float) -> Ink | None:
    """Return the ink of a text; None if it paints nothing, or if its face cannot draw it, which is a fault."""
    ink = builder.painted(style, "fill", ElementContext(inherited=dict(style.attributes)))
    if style.get("stroke", "none") != "none" and style.get("stroke-width") != "0" != style.get("stroke-opacity"):
        builder.fault(style, "svg.text_style", attribute="stroke", value=style.get("stroke"))
    if missing := face.missing(text):
        why = Problem("text.letter_missing", {"field": "text", "text": text, "letters": missing, "face": face.name})
        builder.problems.append(Problem("design.at", {"line": style.line, "why": why}))
    if missing or ink is None or not text.strip(" "):
        return None
    if size_pt < _SMALL_TYPE_PT and not ink.single:
        builder.fault(style, "design.small_type", value=round(size_pt, 2), colour=ink.name)
    return ink


def _ink_box(face: FontFace, run: _StyledRun, size_mm: float, x: float, y: float) -> list[tuple[float, float]]:
    measure, em = face.measure(run.text), size_mm / 1000
    left, right = x - measure.left_overhang * em, x + (measure.advance + measure.right_overhang) * em
    right += (len(run.text) - 1) * run.spacing_mm
    top, bottom = y - measure.y_max * em, y - measure.y_min * em
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
