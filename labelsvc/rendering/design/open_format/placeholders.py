"""Placeholders as the elements ``ls:*`` that they stand for: box or circle, look of the sample, and what is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.units import number
from labelsvc.rendering.design.open_format.geometry import (
    box_of,
    circle_of,
    lengths,
    mm,
    parts_of,
    quarter_box_of,
    square_of,
    star_row_of,
    straight_scales,
)
from labelsvc.rendering.design.open_format.kinds import TYPE_OF
from labelsvc.rendering.design.open_format.samples import sample_style, texts_in, type_of, words_of
from labelsvc.rendering.design.open_format.surroundings import Surroundings
from labelsvc.rendering.design.shapes import numbers_of
from labelsvc.rendering.design.source import KNOWN, SHAPES, DesignElement
from labelsvc.rendering.svg.lengths import NUMBER

_SCALED_DOWN = ("size", "min-size", "gap", "rise", "drop")
"""What is said in pt or mm and grows with a placeholder's height; ``label-width`` grows with its width."""
_FOR_EDITORS = ("value", "box", "rotate", "sample-size", "cx", "cy", "radius")
_ROUND = ("circle", "ellipse")


def placed_element(
    element: DesignElement, kind: str, said: Mapping[str, str], around: Surroundings, value: str | None = None
) -> DesignElement:
    """Return the ``ls:`` element of a placeholder without children; ``said``: what it says in ``data-ls-``.

    InvalidValue for a placeholder that has no box, is turned, or whose sample is not what could be printed.
    """
    tag = f"ls:{kind}"
    inside = around.within(element)
    attributes = _place(element, kind, said, inside)
    matrix, style, words = sample_of(element, around)
    high = (_scales if kind == "mark" else straight_scales)(matrix)[1]
    attributes |= {key: given for key, given in type_of(style, high).items() if takes(kind, key)}
    attributes |= {key: given for key, given in said.items() if key not in _FOR_EDITORS}
    attributes |= scaled(said, inside)
    attributes |= sizes(attributes, type_of(style, high).get("size", ""), said)
    if element.get("id") and "id" in KNOWN[tag]:
        attributes["id"] = element.get("id")
    text = " ".join(said.get("value", words).split()) if kind in ("text", "arc") else ""
    return DesignElement(tag, element.line, attributes, text, (), placed=True)


def sample_of(element: DesignElement, around: Surroundings) -> tuple[Any, dict[str, str], str]:
    """Return the transformation, the look and the words of a placeholder's sample."""
    if element.tag in ("rect", *_ROUND):
        return around.within(element).matrix, {}, ""
    inside = around.within(element)
    texts = list(texts_in((element,), around))
    if texts:
        styles = [sample_style(text, at) for text, at in texts]
        return texts[0][1].matrix, one_look(styles), " ".join(filter(None, (words_of(text) for text, _ in texts)))
    shape = next((shape for shape in _shapes(element) if _fill(shape, inside) != "none"), None)
    filled = {"fill": _fill(shape, inside)} if shape and _fill(shape, inside) else {}
    return inside.matrix, {**inside.look, **filled}, ""


def one_look(styles: list[dict[str, str]]) -> dict[str, str]:
    """Return the look of several samples; InvalidValue if they differ in what the print has once."""
    for style in styles[1:]:
        for name in ("fill", "font-weight"):
            if style.get(name) != styles[0].get(name):
                raise InvalidValue.from_code("design.placeholder_mixed", attribute=name)
    return styles[0]


def scaled(attributes: Mapping[str, str], inside: Surroundings) -> dict[str, str]:
    """Return the lengths among attributes that grow with a placeholder; the file's own unit makes none grow."""
    wide, high = (scale / inside.unit for scale in _scales(inside.matrix))
    factors = {**dict.fromkeys(_SCALED_DOWN, high), "label-width": wide}
    return {
        name: number(float(attributes[name]) * factor, 4)
        for name, factor in factors.items()
        if abs(factor - 1) > 1e-6 and NUMBER.fullmatch(attributes.get(name, ""))
    }


def sizes(attributes: Mapping[str, str], sample: str, said: Mapping[str, str]) -> dict[str, str]:
    """Return size and least size of a text whose sample has a size.

    A sample that is set in ``sample-size`` for another ``size`` enlarges it when it is itself enlarged. A text that is
    made smaller than its least size is no longer set larger than it is drawn.
    """
    found = {}
    if sample and said.get("size"):
        asked, shown = (said.get(name, "") for name in ("size", "sample-size"))
        if all(NUMBER.fullmatch(each) and float(each) > 0 for each in (asked, shown)):
            found["size"] = number(float(asked) * float(sample) / float(shown), 3)
    size, least = found.get("size", attributes.get("size", "")), attributes.get("min-size", "")
    if sample and NUMBER.fullmatch(size) and NUMBER.fullmatch(least) and 0 < float(size) < float(least):
        found["min-size"] = size
    return found


def box_element(element: DesignElement) -> DesignElement | None:
    """Return what says a placeholder's box or circle: itself, or its first child that can."""
    if element.tag in ("rect", *_ROUND):
        return element
    return next((child for child in element.children if child.tag in ("rect", *_ROUND)), None)


def takes(kind: str, name: str) -> bool:
    """Return whether a kind takes a part of its type from its sample."""
    return name in KNOWN[f"ls:{kind}"] and name not in TYPE_OF.get(kind, ())


def _place(element: DesignElement, kind: str, said: Mapping[str, str], inside: Surroundings) -> dict[str, str]:
    known = KNOWN[f"ls:{kind}"]
    if element.tag == "text":
        return _lone_text_box(element, said, inside)
    if "radius" in said:
        circle = {"cx": said.get("cx", "0"), "cy": said.get("cy", "0"), "r": said["radius"]}
        return circle_of(DesignElement("circle", element.line, circle, "", ()), inside.matrix)
    shape = box_element(element)
    if shape is None or (shape.tag in _ROUND and "radius" not in known) or (shape.tag == "rect" and kind == "arc"):
        raise InvalidValue.from_code("design.placeholder_box", wanted="circle" if kind == "arc" else "rect")
    matrix = inside.matrix if shape is element else inside.within(shape).matrix
    if shape.tag in _ROUND:
        return circle_of(shape, matrix)
    if kind == "mark":
        box, turn = quarter_box_of(shape, matrix)
        return box | _rotation(said.get("rotate", ""), turn)
    if kind == "stars":
        return star_row_of(shape, matrix)
    return box_of(shape, matrix) if "width" in known else square_of(shape, matrix)


def _rotation(said: str, turn: int) -> dict[str, str]:
    """Return ``rotate`` as it is said, or with what the transformation turns besides; InvalidValue for upside down."""
    if not turn:
        return {"rotate": said} if said else {}
    whole = turn + (int(said) if said in ("90", "-90") else 0)
    if whole not in (0, 90, -90):
        raise InvalidValue.from_code("design.placeholder_turned")
    return {"rotate": str(whole)}


def _lone_text_box(element: DesignElement, said: Mapping[str, str], inside: Surroundings) -> dict[str, str]:
    box = numbers_of(said.get("box", "")) or []
    if len(box) != 4:
        raise InvalidValue.from_code("design.placeholder_box", wanted="data-ls-box")
    x, y = lengths(element, "x", "y") if element.get("x") or element.get("y") else _first_place(element)
    wide, high = straight_scales(inside.matrix)
    e, f = parts_of(inside.matrix)[4:]
    sides = (x + box[0]) * wide + e, (y + box[1]) * high + f, box[2] * wide, box[3] * high
    return dict(zip(("x", "y", "width", "height"), map(mm, sides), strict=True))


def _first_place(text: DesignElement) -> list[float]:
    """Return where a text's first line begins."""
    tspan = next((child for child in text.children if child.tag == "tspan"), text)
    return lengths(tspan, "x", "y")


def _scales(matrix: Any) -> tuple[float, float]:
    """Return scales of width and height; of a mark that is turned, those of its own sides."""
    a, b, c, d = parts_of(matrix)[:4]
    return (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5


def _shapes(element: DesignElement) -> Iterator[DesignElement]:
    box = box_element(element)
    for child in element.children:
        if child is not box and child.tag in SHAPES:
            yield child
        elif child.tag == "g":
            yield from _shapes(child)


def _fill(shape: DesignElement, inside: Surroundings) -> str:
    return inside.within(shape).look.get("fill", "")
