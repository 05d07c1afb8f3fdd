"""Elements that only arrange others become groups: links, choices by language, nested drawings, hidden layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.rendering.svg.canvas import fitted, placing, view_box
from labelsvc.rendering.svg.editors import DESIGN, XLINK, remove
from labelsvc.rendering.svg.lengths import Viewport
from labelsvc.rendering.svg.values import opacity_of
from labelsvc.rendering.svg.xml_source import SVG

_LANGUAGES = ("vi", "en")
"""Of what a ``switch`` offers: labels are Vietnamese, their makers may write English."""
_IDS = re.compile(r"#([^'\")\s]+)")
_DEFINED = frozenset(
    {
        *("filter", "mask", "pattern", "marker", "font", "font-face", "hatch"),
        *("meshgradient", "mesh", "solidcolor", "solidColor", "style"),
    }
)
"""Definitions that paint nothing themselves: what they are good for is judged where they are used."""
_ACTING = {
    "script": "svg.script",
    "animate": "svg.animation",
    "animateTransform": "svg.animation",
    "animateMotion": "svg.animation",
    "animateColor": "svg.animation",
    "set": "svg.animation",
    "foreignObject": "svg.foreign_object",
    "flowRoot": "svg.flowed_text",
    "tref": "svg.flowed_text",
    "altGlyph": "svg.flowed_text",
}


def local_name(node: Any) -> str:
    """Return an element's name if it is SVG's, or of no namespace; the empty string for another."""
    name = str(node.tag)
    if name.startswith(f"{{{SVG}}}"):
        return name[len(SVG) + 2 :]
    return "" if name.startswith("{") else name


def rename(node: Any, name: str) -> None:
    """Make an element one of another name, in its namespace."""
    node.tag = f"{{{SVG}}}{name}" if str(node.tag).startswith("{") else name


def line_of(node: Any) -> int:
    """Return the line of an element."""
    return int(node.sourceline or 0)


_SHOWN = frozenset(
    {
        *("g", "use", "text", "tspan", "a", "switch", "svg"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    }
)
_REFERRED_TO = _DEFINED - {"style"} | {"symbol", "clipPath", "linearGradient", "radialGradient"}
_LONGEST_CHAIN = 12


def drop_refused(root: Any) -> Iterator[Problem]:
    """Remove elements that cannot be printed, each with its reason."""
    for node in list(root.iter("*")):
        code = _ACTING.get(local_name(node))
        if code and node is not root:
            yield Problem(code, {"line": line_of(node), "value": local_name(node)})
            remove(node)


def choose(root: Any) -> Iterator[Problem]:
    """Keep of each ``switch`` the first child that suits, and drop elements that are for other readers.

    Yields a problem where the whole file is for others.
    """
    for node in list(root.iter("*")):
        if local_name(node) == "switch":
            suitable = next((child for child in node if isinstance(child.tag, str) and _suits(child)), None)
            for child in list(node):
                if child is not suitable and isinstance(child.tag, str):
                    remove(child)
            rename(node, "g")
    if not _suits(root):
        yield Problem(
            "svg.value", {"line": line_of(root), "element": "svg", "attribute": "systemLanguage", "value": ""}
        )
    for node in list(root.iter("*")):
        if node is not root and local_name(node) and not _suits(node):
            remove(node)
        for name in ("requiredExtensions", "requiredFeatures", "systemLanguage"):
            if name in node.attrib:
                del node.attrib[name]


def _suits(node: Any) -> bool:
    languages = node.get("systemLanguage")
    spoken = languages is None or any(part.strip().split("-")[0].lower() in _LANGUAGES for part in languages.split(","))
    return spoken and not node.get("requiredExtensions", "").strip()


def links_to_groups(root: Any) -> None:
    """Make each ``a`` a group, or a ``tspan`` in a text: where it leads to is not printed."""
    for node in root.iter("*"):
        if local_name(node) == "a":
            for name in ("href", f"{{{XLINK}}}href"):
                if name in node.attrib:
                    del node.attrib[name]
            rename(node, "tspan" if local_name(node.getparent()) in ("text", "tspan", "textPath") else "g")


def drop_definitions(root: Any) -> None:
    """Remove definitions that nothing else is printed by."""
    for node in list(root.iter("*")):
        if local_name(node) in _DEFINED and node is not root:
            remove(node)


def drop_hidden(root: Any) -> None:
    """Remove elements that are never shown; those that others refer to are kept as definitions.

    Pictures and our own elements stay: older designs keep them though they are hidden.
    """
    named = _named(root)
    for node in [node for node in root.iter("*") if node is not root and _hidden(node)]:
        if not any(each.get("id") in named for each in node.iter("*")):
            remove(node)
            continue
        around = node.makeelement(str(node.tag).removesuffix(local_name(node)) + "defs", {})
        around.sourceline = node.sourceline
        node.addprevious(around)
        node.set("display", "none")
        around.append(node)


def inherit_into_clips(root: Any) -> None:
    """Write on each ``clipPath`` what it inherits where it stands, as it is read where it is used."""
    for node in root.iter("*"):
        if local_name(node) == "clipPath":
            for name in ("clip-rule", "visibility"):
                said = (around.get(name) for around in node.iterancestors() if around.get(name))
                value = node.get(name) or next(said, None)
                if value:
                    node.set(name, value)


def _hidden(node: Any) -> bool:
    if local_name(node) not in _SHOWN or _holds_ours(node):
        return False
    return node.get("display", "").strip().lower() == "none" or opacity_of(node.get("opacity", "1").strip()) == 0


def drop_unused(root: Any) -> None:
    """Remove definitions that nothing refers to: what is never printed need not be printable."""
    for _ in range(_LONGEST_CHAIN):
        named = _named(root)
        unused = [
            node
            for node in root.iter("*")
            if _is_definition(node) and not any(each.get("id") in named or _is_ours(each) for each in node.iter("*"))
        ]
        for node in unused:
            if node.getparent() is not None:
                remove(node)
        if not unused:
            return


def _is_definition(node: Any) -> bool:
    parent, name = node.getparent(), local_name(node)
    in_defs = parent is not None and local_name(parent) == "defs" and name not in ("title", "desc", "defs", "style")
    return bool(name) and (in_defs or name in _REFERRED_TO)


def _named(root: Any) -> set[str]:
    """Return all ids that attributes of a file refer to."""
    return {
        name
        for node in root.iter("*")
        for value in node.attrib.values()
        if "#" in value
        for name in _IDS.findall(value)
    }


def _holds_ours(node: Any) -> bool:
    return any(_is_ours(each) or local_name(each) == "image" for each in node.iter("*"))


def _is_ours(node: Any) -> bool:
    return str(node.tag).startswith(f"{{{DESIGN}}}") or any(name.startswith("data-ls") for name in node.attrib)


def nested_to_groups(root: Any, viewport: Viewport) -> Iterator[Problem]:
    """Make each inner ``svg``, whose lengths are numbers already, a group that is placed, scaled and cut as it says."""
    inner = [each for each in root.iter("*") if local_name(each) == "svg" and each is not root]
    named = _named(root)
    for number, node in enumerate(inner):
        place, box = _box(node, viewport), view_box(node.get("viewBox", ""))
        if place is None or (node.get("viewBox") and box is None) or node.get("id") in named:
            yield Problem("svg.nested", {"line": line_of(node)})
            remove(node)
            continue
        x, y, width, height = place
        if width <= 0 or height <= 0:
            node.set("display", "none")
            width = height = 1.0
        box = box or (0.0, 0.0, width, height)
        scale, shift = fitted(box, (width, height), node.get("preserveAspectRatio", ""))
        _place(node, number, (x, y, width, height), placing(scale, (shift[0] + x, shift[1] + y)))


def _box(node: Any, viewport: Viewport) -> tuple[float, float, float, float] | None:
    try:
        x, y = float(node.get("x", 0)), float(node.get("y", 0))
        return x, y, float(node.get("width", viewport.width)), float(node.get("height", viewport.height))
    except ValueError:
        return None


def _place(node: Any, number: int, box: tuple[float, float, float, float], transform: str) -> None:
    cut = node.get("overflow", "hidden") not in ("visible", "auto")
    before = node.get("transform")
    for name in ("x", "y", "width", "height", "viewBox", "preserveAspectRatio", "overflow", "transform", "version"):
        if name in node.attrib:
            del node.attrib[name]
    rename(node, "g")
    inner = node.makeelement(node.tag, {"transform": transform})
    inner.extend(list(node))
    inner.text, node.text = node.text, None
    node.append(inner)
    if before:
        node.set("transform", before)
    if cut:
        clip = node.makeelement(str(node.tag)[:-1] + "clipPath", {"id": f"nested-svg-{number}"})
        sides = dict(zip(("x", "y", "width", "height"), map(str, box), strict=True))
        clip.append(node.makeelement(str(node.tag)[:-1] + "rect", sides))
        node.insert(0, clip)
        inner_cut = node.makeelement(node.tag, {"clip-path": f"url(#nested-svg-{number})"})
        inner_cut.append(inner)
        node.append(inner_cut)
