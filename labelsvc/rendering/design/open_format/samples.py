"""The sample in a placeholder: its words, and the look that the print takes from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.units import number, points
from labelsvc.rendering.design.open_format.surroundings import Surroundings, own_look
from labelsvc.rendering.design.source import DesignElement
from labelsvc.rendering.svg.lengths import NUMBER

FAMILY = "Be Vietnam Pro"
_ALIGNS = {"start": "left", "middle": "center", "end": "right"}
_WEIGHTS = {"normal": "400", "bold": "700"}
_NEW_LINE = ("x", "y", "dx", "dy")
_ONE_LOOK = ("fill", "font-size", "font-weight")
"""What is the same for all letters of a sample, as the print has one type for them."""


def texts_in(elements: tuple[DesignElement, ...], around: Surroundings) -> Iterator[tuple[DesignElement, Surroundings]]:
    """Yield the sample texts in groups, each with what stands around its letters."""
    for element in elements:
        if element.tag == "text":
            yield element, around.within(element)
        elif element.tag == "g":
            yield from texts_in(element.children, around.within(element))


def words_of(text: DesignElement) -> str:
    """Return a text's words in one line: parts with a place of their own are lines."""
    return " ".join("".join(_letters(text)).split())


def words_of_node(text: Any) -> str:
    """Return the words of a text that is not read yet (lxml's)."""
    lines = [text.text or "", *(tspan.text or "" for tspan in text)]
    return " ".join(" ".join(lines).split())


def _letters(element: DesignElement) -> Iterator[str]:
    for part in _parts(element):
        if isinstance(part, str):
            yield part
            continue
        if part.tag in ("title", "desc"):
            continue
        yield " " if any(name in part.attributes for name in _NEW_LINE) else ""
        yield from _letters(part)


def _parts(element: DesignElement) -> tuple[str | DesignElement, ...]:
    """Return the texts and elements in an element; those of a ``textPath`` are not kept in their order."""
    return element.parts or (element.text, *element.children)


def sample_style(text: DesignElement, around: Surroundings) -> dict[str, str]:
    """Return the look of a sample's letters: that of its first ones; InvalidValue if others differ."""
    looks = list(_runs(text, dict(around.look)))
    first = looks[0] if looks else dict(around.look)
    for look in looks[1:]:
        for name in _ONE_LOOK:
            if look.get(name) != first.get(name):
                raise InvalidValue.from_code("design.placeholder_mixed", attribute=name)
    return first


def _runs(element: DesignElement, look: dict[str, str]) -> Iterator[dict[str, str]]:
    for part in _parts(element):
        if isinstance(part, DesignElement):
            yield from _runs(part, {**look, **own_look(part)})
        elif part.strip():
            yield look


def type_of(style: Mapping[str, str], scale: float) -> dict[str, str]:
    """Return the type that a look says, as attributes of ``ls:text``; its sizes are ``scale`` times as high in print.

    InvalidValue for a look that is not printed.
    """
    _check_plain(style)
    family = style.get("font-family", FAMILY).split(",")[0].strip().strip("'\"")
    said = {"family": family} if family != FAMILY else {}
    if style.get("font-size"):
        size = user_length(style, "font-size") * scale
        said["size"] = number(points(size), 3)
        spacing = style.get("letter-spacing", "normal")
        ratio = _tracking(style, spacing)
        said |= {"tracking": number(ratio, 4)} if round(ratio, 4) else {}
    if style.get("font-weight"):
        said["weight"] = _WEIGHTS.get(style["font-weight"], style["font-weight"])
    if style.get("fill"):
        said["fill"] = style["fill"]
    anchor = style.get("text-anchor", "start")
    if anchor not in _ALIGNS:
        raise InvalidValue.from_code("design.placeholder_look", attribute="text-anchor", value=anchor)
    return said | ({"align": _ALIGNS[anchor]} if anchor != "start" else {})


def _tracking(style: Mapping[str, str], spacing: str) -> float:
    """Return what stands between letters, in em."""
    if spacing == "normal":
        return 0.0
    if NUMBER.fullmatch(spacing.removesuffix("em")) and spacing.endswith("em"):
        return float(spacing.removesuffix("em"))
    return user_length(style, "letter-spacing") / user_length(style, "font-size")


def user_length(style: Mapping[str, str], name: str) -> float:
    """Return a length of a look in the sample's own units; InvalidValue for what is no positive number."""
    said = style[name].removesuffix("px").strip()
    if not NUMBER.fullmatch(said) or (name == "font-size" and not float(said) > 0):
        raise InvalidValue.from_code("design.geometry", attribute=name, value=style[name])
    return float(said)


def _check_plain(style: Mapping[str, str]) -> None:
    plain = {name: (style.get(name, usual), usual) for name, usual in (("font-style", "normal"), ("stroke", "none"))}
    for name, (said, needed) in plain.items():
        if said != needed:
            raise InvalidValue.from_code("design.placeholder_look", attribute=name, value=style[name])
