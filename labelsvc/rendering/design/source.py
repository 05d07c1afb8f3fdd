"""A design's file: valid SVG with a few elements of our own, read without entities, DTD or network.

Unknown elements and attributes are refused with line and nearest known name, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.svg.resolve import resolve
from labelsvc.rendering.svg.xml_source import read_xml

OURS = "urn:labelsvc:design:1"
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
MOST_BYTES = 24_000_000
"""Pictures and PDF artwork included, which are in the source."""

_ANY = {"id", "display"}
_FONT = {"font-family", "font-size", "font-weight", "font-style", "text-anchor", "letter-spacing", "xml:space"}
_COLOURED = {"fill", "fill-opacity", "color", "visibility"}
_LINES = {"stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"}
_DASHES = {"stroke-dasharray", "stroke-dashoffset"}
_LOOK = _ANY | _COLOURED | _LINES | _DASHES | {"paint-order", "fill-rule", "clip-rule", "transform", "clip-path"}
_SHAPE = _LOOK | _FONT
"""Editors say of shapes too how text in them would be set."""
_GRADIENT = {"gradientUnits", "gradientTransform", "spreadMethod", "href"}
_SHIFTED = {"x", "y", "dx", "dy"}
_PLACE = {"x", "y", "width", "height"}
_BOX = _ANY | _PLACE
_FIGURES = {"figures", "quantity"}
_TYPE = {"size", "min-size", "family", "weight", "fill", "align", "tracking"}
KNOWN: Mapping[str, frozenset[str]] = {
    name: frozenset(attributes)
    for name, attributes in {
        "svg": {"id", "width", "height", "viewBox", "version"},
        "title": {"id"},
        "desc": {"id"},
        "defs": _LOOK | _FONT,
        "g": _LOOK | _FONT,
        "symbol": (_LOOK | _FONT) - {"transform"} | {"viewBox", "preserveAspectRatio", "overflow"},
        "use": _LOOK | _FONT | _PLACE | {"href"},
        "clipPath": _LOOK | _FONT | {"clipPathUnits"},
        "text": _LOOK | _SHIFTED | _FONT,
        "tspan": _LOOK | _SHIFTED | _FONT,
        "textPath": _LOOK | _FONT | {"href", "startOffset"},
        "rect": _SHAPE | {"x", "y", "width", "height", "rx", "ry"},
        "circle": _SHAPE | {"cx", "cy", "r"},
        "ellipse": _SHAPE | {"cx", "cy", "rx", "ry"},
        "line": _SHAPE | {"x1", "y1", "x2", "y2"},
        "polyline": _SHAPE | {"points"},
        "polygon": _SHAPE | {"points"},
        "path": _SHAPE | {"d"},
        "image": _SHAPE | _PLACE | {"href", "preserveAspectRatio"},
        "linearGradient": _SHAPE | _GRADIENT | {"x1", "y1", "x2", "y2"},
        "radialGradient": _SHAPE | _GRADIENT | {"cx", "cy", "r", "fx", "fy", "fr"},
        "stop": _SHAPE | {"offset", "stop-color", "stop-opacity"},
        "ls:artwork": _BOX | {"href", "page"},
        "ls:official": _BOX | {"href", "align", "ground"},
        "ls:label": {"shape", "corner", "d", "title-en", "groups", "use"},
        "ls:text": _BOX | _TYPE | {"lines", "leading", "valign", "balanced", "field"} | _FIGURES | {"optional"},
        "ls:arc": _ANY | _TYPE | {"cx", "cy", "radius", "middle", "span", "rise", "drop", "field"},
        "ls:stars": _ANY | {"x", "y", "size", "gap", "count", "fill"},
        "ls:fields": _BOX | _TYPE | {"label-width", "label-fill", "leading", "gap"},
        "ls:field": {
            "label",
            "blank",
            "size",
            "min-size",
            "family",
            "weight",
            "fill",
            "leading",
            "balanced",
            "wide",
            "table",
        }
        | _FIGURES,
        "ls:qr": {"x", "y", "size"},
        "ls:gtin": _BOX | {"kind", "weight", "blank"},
        "ls:code": {"id"} | _PLACE | _TYPE | {"lines", "leading", "cx", "cy", "radius"},
        "ls:serial": {"id"} | _PLACE | _TYPE | {"prefix"},
        "ls:mark": {"id"} | _PLACE | _TYPE | {"rotate"},
    }.items()
}
"""Every element with its attributes; ``ls:`` stands for our namespace."""

SHAPES = frozenset({"rect", "circle", "ellipse", "line", "polyline", "polygon", "path"})
_SAID = frozenset({"title", "desc"})
_SLOTS = {"ls:qr", "ls:code", "ls:serial", "ls:mark"}
_OURS = frozenset({"ls:artwork", "ls:text", "ls:arc", "ls:stars", "ls:fields", "ls:official", "ls:gtin"} | _SLOTS)
PAINTED = SHAPES | {"g", "use", "text", "image"}
_KEPT = {"defs", "symbol", "clipPath", "linearGradient", "radialGradient"}
HOLDS: Mapping[str, frozenset[str]] = {
    "svg": _SAID | PAINTED | _OURS | _KEPT | {"ls:label"},
    "g": _SAID | PAINTED | _OURS | _KEPT,
    "defs": _SAID | PAINTED | _KEPT,
    "symbol": _SAID | PAINTED | _KEPT,
    "clipPath": _SAID | SHAPES | {"use"},
    "linearGradient": _SAID | {"stop"},
    "radialGradient": _SAID | {"stop"},
    "text": _SAID | {"tspan", "textPath"},
    "tspan": _SAID | {"tspan"},
    "ls:fields": frozenset({"ls:field"}),
    "ls:official": _SAID | PAINTED | {"ls:text", "ls:arc"},
    "title": frozenset(),
    "desc": frozenset(),
}
"""The children allowed in an element; others allow only a title and a description."""
_UNPRINTED = frozenset({"data-ls-locked"})
"""What the studio notes for those who edit a design: ``yes`` on any element that is not to be moved by accident."""
_MIXED = frozenset({"text", "tspan"})
_HOLD_TEXT = frozenset({"title", "desc", "textPath", "ls:text", "ls:arc", "ls:field"}) | _MIXED


@dataclass(frozen=True, slots=True)
class DesignElement:
    """An element of a design: lengths in mm, sizes of type in pt, as the file says them.

    ``parts`` are the texts and the elements in a ``text`` or ``tspan``, in their order. ``line`` may be the element's
    node number instead (:func:`parse_elements`). The lengths of a ``placed`` element are the label's, whatever groups
    around it say of transformation.
    """

    tag: str
    line: int
    attributes: Mapping[str, str]
    text: str
    children: tuple[DesignElement, ...]
    parts: tuple[str | DesignElement, ...] = ()
    placed: bool = False

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute as written."""
        return self.attributes.get(name, default)


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A design's root element, what of its file cannot be printed, and what is good to know of it."""

    root: DesignElement
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def parse_elements(source: bytes, name: str, *, by_node: bool = False) -> ReadSource:
    """Return a design's root element, plain SVG whatever editor wrote it (``svg.resolve``).

    ``by_node``: an element's ``line`` is its place among all elements in document order, the root's 0, as
    ``getElementsByTagName("*")`` counts them. DesignRefused if the file is too large, no SVG, or has a DTD.
    """
    if len(source) > MOST_BYTES:
        raise DesignRefused.from_code("design.too_large", name=name, size=len(source), most=MOST_BYTES)
    root = read_xml(source, name)
    if _short(str(root.tag)) != "svg":
        raise DesignRefused.from_code("design.not_svg", name=name, tag=_short(str(root.tag)))
    resolved = resolve(root, by_node=by_node)
    return ReadSource(_element(root), resolved.problems, resolved.notes)


def _element(node: Any) -> DesignElement:
    said = {_short(str(key)): str(value) for key, value in node.attrib.items()}
    tag, attributes = _short(str(node.tag)), {name: value for name, value in said.items() if name not in _UNPRINTED}
    children = tuple(_element(child) for child in node if isinstance(child.tag, str))
    text = " ".join(_own_text(node).split())
    parts = tuple(_mixed(node, children)) if tag in _MIXED else ()
    return DesignElement(tag, int(node.sourceline or 0), attributes, text, children, parts)


def element_lines(source: bytes) -> list[int]:
    """Return the line of every element in document order; nothing of a source that is no XML."""
    try:
        return [int(node.sourceline or 0) for node in read_xml(source, "").iter("*")]
    except DesignRefused:
        return []


def misfits(element: DesignElement) -> Iterator[Problem]:
    """Yield every unknown element and attribute of a design, and all that readers of the file would lose."""
    if element.tag in KNOWN:
        yield from _unknown_attributes(element.tag, element.line, element.attributes)
    else:
        facts = {"line": element.line, "element": element.tag, "nearest": nearest(element.tag, KNOWN)}
        yield Problem("design.element", facts)
    for child in element.children:
        yield from misfits(child)
    if element.tag in KNOWN:
        yield from _misplaced(element.tag, element.line, element.text, element.children)


def _mixed(node: Any, children: tuple[DesignElement, ...]) -> Iterator[str | DesignElement]:
    following = iter(children)
    yield node.text or ""
    for child in node:
        if isinstance(child.tag, str):
            yield next(following)
        yield child.tail or ""


def _own_text(node: Any) -> str:
    """Return an element's text, with what stands behind comments and children."""
    return (node.text or "") + "".join(child.tail or "" for child in node)


def _unknown_attributes(tag: str, line: int, attributes: Mapping[str, str]) -> Iterator[Problem]:
    unknown = (name for name in attributes.keys() - KNOWN[tag] if not name.startswith("data-"))
    for attribute in sorted(unknown):
        facts = {"line": line, "element": tag, "attribute": attribute, "nearest": nearest(attribute, KNOWN[tag])}
        yield Problem("design.attribute", facts)


def _misplaced(tag: str, line: int, text: str, children: tuple[DesignElement, ...]) -> Iterator[Problem]:
    """Yield content that readers of the file would see but that is not printed."""
    if text and tag not in _HOLD_TEXT:
        yield Problem("design.stray_text", {"line": line, "element": tag, "text": text})
    for child in children:
        if child.tag in KNOWN and child.tag not in HOLDS.get(tag, _SAID):
            yield Problem("design.misplaced", {"line": child.line, "element": child.tag, "parent": tag})


def _short(name: str) -> str:
    for namespace, prefix in ((_SVG, ""), (OURS, "ls:"), (_XLINK, ""), (_XML, "xml:")):
        if name.startswith(f"{{{namespace}}}"):
            return prefix + name[len(namespace) + 2 :]
    return name


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most similar to another one."""
    return "".join(get_close_matches(name, sorted(known), n=1, cutoff=0.0))
