"""Brings every length of a file to a plain number of user units: units, per cent of the view, sizes of type."""

from __future__ import annotations

import re
from typing import Any

from labelsvc.rendering.svg.canvas import view_box
from labelsvc.rendering.svg.lengths import NUMBER, Viewport, user_units, written
from labelsvc.rendering.svg.structure import local_name

_ACROSS = frozenset({"x", "cx", "x1", "x2", "width", "rx", "dx", "fx"})
_DOWN = frozenset({"y", "cy", "y1", "y2", "height", "ry", "dy", "fy"})
_ALL_WAYS = frozenset({"r", "fr", "stroke-width", "stroke-dashoffset", "stroke-dasharray"})
_OF_TYPE = frozenset({"letter-spacing"})
_LISTS = frozenset({"x", "y", "dx", "dy"})
_OTHER_UNITS = frozenset({"stop", "clipPath"})
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_WHOLE = {"linearGradient": {"x2": "width"}, "radialGradient": {"cx": "width", "cy": "height", "r": "diagonal"}}
"""What a gradient in the units of the view takes where it does not say it: all of the view, or half."""
_DEFAULT_SIZE = 16.0
_SIZES = {
    "xx-small": 9.6,
    "x-small": 12.0,
    "small": 14.4,
    "medium": 16.0,
    "large": 19.2,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_NORMAL = {"letter-spacing": "0"}


def resolve_lengths(root: Any, viewport: Viewport) -> None:
    """Write lengths as numbers of user units; those that cannot be read are left to the reader to refuse."""
    stack = [(root, viewport, _DEFAULT_SIZE)]
    while stack:
        node, view, size = stack.pop()
        name = local_name(node)
        in_box = name in _GRADIENTS and node.get("gradientUnits") != "userSpaceOnUse"
        if name and node is not root and name not in _OTHER_UNITS and not in_box:
            size = _resolve(node, name, view, size)
        inner = _view(node, name, view) if node is not root else view
        stack += [(child, inner, size) for child in node if isinstance(child.tag, str)]


def _resolve(node: Any, name: str, view: Viewport, size: float) -> float:
    size = _type_size(node, size)
    for attribute, value in list(node.attrib.items()):
        if NUMBER.fullmatch(value):
            continue
        if attribute in ("rx", "ry", "width", "height") and value.strip() == "auto":
            del node.attrib[attribute]
        elif attribute in _ACROSS or attribute in _DOWN or attribute in _ALL_WAYS or attribute in _OF_TYPE:
            whole = view.width if attribute in _ACROSS else view.height if attribute in _DOWN else view.diagonal
            found = _numbers(attribute, _NORMAL.get(attribute, "") if value == "normal" else value, whole, size)
            if found is not None:
                node.set(attribute, found)
    if name in ("use", "svg"):
        _whole_view(node, view)
    if name in _GRADIENTS and not any(key.endswith("href") for key in node.attrib):
        for key, side in _WHOLE[name].items():
            if key not in node.attrib:
                node.set(key, written(getattr(view, side) * (1.0 if key == "x2" else 0.5)))
    return size


def _numbers(attribute: str, value: str, whole: float, size: float) -> str | None:
    """Return one or more lengths as numbers; None where one of them cannot be read."""
    if attribute == "stroke-dasharray" and value.strip().lower() == "none":
        return "none"
    many = attribute in _LISTS or attribute == "stroke-dasharray"
    parts = re.split(r"[\s,]+", value.strip()) if many else [value]
    lengths = [user_units(part, whole, size) for part in parts]
    if None in lengths or not lengths:
        return None
    return " ".join(written(length) for length in lengths if length is not None)


def _type_size(node: Any, around: float) -> float:
    """Return an element's size of type in user units, and write it as a number where it is said."""
    said = node.get("font-size")
    if said is None:
        return around
    relative = {"smaller": around / 1.2, "larger": around * 1.2}
    size = {**_SIZES, **relative}.get(said.strip().lower()) or user_units(said, around, around)
    if size is None:
        return around
    if not NUMBER.fullmatch(said):
        node.set("font-size", written(size))
    return size


def _whole_view(use: Any, view: Viewport) -> None:
    """Say the size that a symbol or a nested drawing has by default: the whole view, which is not always the label."""
    for name, whole in (("width", view.width), ("height", view.height)):
        if name not in use.attrib:
            use.set(name, written(whole))


def _view(node: Any, name: str, view: Viewport) -> Viewport:
    if name not in ("svg", "symbol"):
        return view
    box = view_box(node.get("viewBox", ""))
    if box is not None:
        return Viewport(box[2], box[3])
    sides = [
        user_units(node.get(key, "100%"), whole) for key, whole in (("width", view.width), ("height", view.height))
    ]
    return Viewport(*(side if side else whole for side, whole in zip(sides, (view.width, view.height), strict=True)))
