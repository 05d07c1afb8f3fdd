"""Brings what CSS says of an element into its attributes, and judges each value: printed, no matter, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.rendering.svg import properties
from labelsvc.rendering.svg.colours import read_colour, split_paint
from labelsvc.rendering.svg.structure import line_of, local_name
from labelsvc.rendering.svg.values import opacity_of

_KEYWORDS = frozenset({"initial", "revert", "revert-layer"})
_NOT_INHERITED = frozenset(
    {"opacity", "clip-path", "display", "transform", "overflow", "stop-color", "stop-opacity"} | properties.GEOMETRY
)
_NAME, _CONTROL = re.compile("[a-z][a-z0-9-]*"), re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_UNITS = re.compile(r"(?<=[\d.])(?:px|deg)")
_FONT = re.compile(r"^(.*?)\s*(\d[\w.%]*)(?:\s*/\s*[\w.%]+)?\s+(\D.*)$", re.DOTALL)
_DEFAULTS = {
    "display": ("inline", "block", "inline-block", "flex", "grid", "contents"),
    "clip-path": ("none",),
    "transform": ("none",),
}
_FLOWS = frozenset({"shape-inside", "shape-subtract", "inline-size"})
_SPACES_KEPT = frozenset({"pre", "pre-wrap", "break-spaces"})
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def merge_styles(root: Any, styles: Mapping[Any, Mapping[str, str]]) -> Iterator[Problem]:
    """Write declarations into attributes, over the presentation attributes; ``style`` and ``class`` are gone then.

    Yields sizes and places that CSS says of shapes: older programs take them from attributes alone.
    """
    for node in root.iter("*"):
        if not local_name(node):
            continue
        for name, value in styles.get(node, {}).items():
            if properties.no_matter(name):
                continue
            if not _NAME.fullmatch(name) or _CONTROL.search(value):
                yield _refused(node, name, value)
            elif name == "font":
                _expand_font(node, value)
            elif name in properties.GEOMETRY:
                if node is not root:
                    yield _refused(node, name, value)
            elif name == "transform":
                node.set(name, _UNITS.sub("", value))
            else:
                node.set(name, value)
        for name in ("style", "class"):
            if name in node.attrib:
                del node.attrib[name]


def _refused(node: Any, name: str, value: str) -> Problem:
    facts = {"line": line_of(node), "element": local_name(node), "attribute": name, "value": value[:100]}
    return Problem("svg.value", facts)


def _expand_font(node: Any, value: str) -> None:
    """Write the shorthand ``font`` as what it says of style, weight, size and family."""
    found = _FONT.match(value)
    if found is None:
        node.set("font", value)
        return
    words = found[1].lower().split()
    node.set("font-style", next((word for word in words if word in ("italic", "oblique")), "normal"))
    weights = (word for word in words if word in ("bold", "bolder", "lighter") or word.isdecimal())
    node.set("font-weight", next(weights, "normal"))
    node.set("font-size", found[2])
    node.set("font-family", found[3])


def judge_styles(root: Any) -> Iterator[Problem]:
    """Yield what cannot be printed; what is left in the attributes is written as designs write it.

    Samples in placeholders are for editors alone: they may have anything.
    """
    samples = {node for holder in root.iter("*") if _holds_samples(holder) for node in holder.iterdescendants("*")}
    for node in root.iter("*"):
        if local_name(node):
            found = [problem for name in list(node.attrib) for problem in _judged(node, name)]
            yield from () if node in samples else found


def _holds_samples(node: Any) -> bool:
    return node.get("data-ls", "") not in ("", "label", "official")


def _judged(node: Any, name: str) -> Iterator[Problem]:
    if properties.known_property(name) and name not in properties.GEOMETRY:
        yield from _judge(node, name, str(node.get(name)).strip())


def _judge(node: Any, name: str, value: str) -> Iterator[Problem]:
    facts = {"line": line_of(node), "element": local_name(node), "attribute": name, "value": value[:100]}
    lowered = value.lower()
    if lowered in ("inherit", "unset") and name not in _NOT_INHERITED:
        del node.attrib[name]
    elif name in properties.NOTHING:
        del node.attrib[name]
        if name in _FLOWS and any(child.get("x") for child in node):
            return  # the lines of the frame are there as plain text, which is what other programs show
        if lowered not in properties.NOTHING[name] and lowered not in ("initial", "unset", "inherit"):
            yield Problem(properties.REMEDIES.get(name, "svg.value"), facts)
    elif properties.no_matter(name) or (name.startswith("stop-") and local_name(node) != "stop"):
        del node.attrib[name]
    elif "var(" in lowered or "calc(" in lowered or lowered in _KEYWORDS or lowered == "inherit" or name == "font":
        del node.attrib[name]
        yield Problem("svg.value", facts)
    elif name in properties.PAINTS or name in properties.COLOURS:
        yield from _colour(node, name, value, facts)
    elif name in properties.OPACITIES or name == "opacity":
        yield from _opacity(node, name, value, facts)
    elif name == "white-space":
        del node.attrib[name]
        if lowered in _SPACES_KEPT:
            node.set(_SPACE, "preserve")
    elif name == "overflow" and local_name(node) not in ("svg", "symbol"):
        del node.attrib[name]
    elif name in ("visibility", "display", "clip-path", "transform") or name in properties.AS_WRITTEN:
        yield from _keyword(node, name, value, facts)


def _keyword(node: Any, name: str, value: str, facts: Mapping[str, object]) -> Iterator[Problem]:
    """Write a keyword in small letters; families, transforms, templates and references are left as they are."""
    lowered = value.lower()
    if lowered in _DEFAULTS.get(name, ()):
        del node.attrib[name]
    elif name == "font-style":
        node.set(name, "italic" if lowered.startswith("oblique") else lowered)
    elif name == "clip-path" and not lowered.startswith("url("):
        del node.attrib[name]
        yield Problem("svg.value", facts)
    elif name not in ("font-family", "transform", "display", "clip-path"):
        node.set(name, lowered)


def _colour(node: Any, name: str, value: str, facts: Mapping[str, object]) -> Iterator[Problem]:
    reference, plain = split_paint(value)
    if reference:
        if plain and read_colour(plain) is None and plain.lower() not in ("none", "currentcolor"):
            yield Problem("svg.value", facts)
        node.set(name, f"url(#{reference})" + (f" {_plain_colour(plain)[0]}" if plain else ""))
        return
    shown, opacity = _plain_colour(plain)
    if shown != value and shown.lower() != value.lower():
        node.set(name, shown)
    if 0 < opacity < 1:
        yield Problem("svg.opacity", {**facts, "value": round(opacity, 3), "colour": shown})


def _plain_colour(text: str) -> tuple[str, float]:
    """Return a colour as designs write it, and its opacity; what is no colour is returned as it is."""
    if text.lower() in ("none", "transparent", "currentcolor"):
        return {"currentcolor": "currentColor"}.get(text.lower(), "none"), 1.0
    colour = read_colour(text)
    if colour is None:
        return text, 1.0
    return ("none", 1.0) if colour.opacity == 0 else (colour.screen, colour.opacity)


def _opacity(node: Any, name: str, value: str, facts: Mapping[str, object]) -> Iterator[Problem]:
    """Keep an opacity of 1 or 0; any other cannot be printed."""
    opacity = opacity_of(value)
    if opacity is None or 0 < opacity < 1:
        yield Problem("svg.opacity", facts)
    if name == "opacity":
        del node.attrib[name]
    else:
        node.set(name, "0" if opacity == 0 else "1")
