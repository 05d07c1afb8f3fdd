"""A design's file: valid SVG with a few elements of our own, read without entities, DTD or network.

Whatever is not known is refused with its line and the nearest known name, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from labelsvc.domain.errors import DesignRefused, Problem

OURS = "urn:labelsvc:design:1"
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
MOST_BYTES = 2_000_000

_ANY = {"id", "display"}
_PAINT = _ANY | {"fill", "stroke", "stroke-width", "transform", "fill-rule"}
_BOX = _ANY | {"x", "y", "width", "height"}
_TYPE = {"size", "min-size", "weight", "fill", "align", "tracking"}
KNOWN: Mapping[str, frozenset[str]] = {
    name: frozenset(attributes)
    for name, attributes in {
        "svg": {"width", "height", "viewBox", "version"},
        "title": set[str](),
        "desc": set[str](),
        "defs": _ANY,
        "g": _ANY | {"transform", "fill", "stroke", "stroke-width"},
        "rect": _PAINT | {"x", "y", "width", "height", "rx", "ry"},
        "circle": _PAINT | {"cx", "cy", "r"},
        "ellipse": _PAINT | {"cx", "cy", "rx", "ry"},
        "line": _PAINT | {"x1", "y1", "x2", "y2"},
        "polyline": _PAINT | {"points"},
        "polygon": _PAINT | {"points"},
        "path": _PAINT | {"d"},
        "ls:label": {"shape", "corner"},
        "ls:text": _BOX | _TYPE | {"lines", "leading", "valign", "balanced", "field"},
        "ls:arc": _ANY | _TYPE | {"cx", "cy", "radius", "middle", "span", "field"},
        "ls:stars": _ANY | {"x", "y", "size", "gap", "count", "fill"},
        "ls:fields": _BOX | _TYPE | {"label-width", "label-fill", "leading", "gap"},
        "ls:field": {"label", "blank"},
        "ls:qr": {"x", "y", "size"},
        "ls:code": _BOX | _TYPE | {"lines", "leading", "cx", "cy", "radius"},
        "ls:serial": _BOX | _TYPE | {"prefix"},
        "ls:mark": _BOX | _TYPE | {"rotate"},
    }.items()
}
"""Every element with its attributes; ``ls:`` stands for our namespace."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a design: lengths in mm, sizes of type in pt, as the file says them."""

    tag: str
    line: int
    attributes: Mapping[str, str]
    text: str
    children: tuple[Element, ...]

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute as written."""
        return self.attributes.get(name, default)


def read_elements(source: bytes, name: str) -> Element:
    """Return a design's root element; DesignRefused with every unknown element and attribute."""
    from lxml import etree

    if len(source) > MOST_BYTES:
        raise DesignRefused.of("design.too_large", name=name, size=len(source), most=MOST_BYTES)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise DesignRefused.of("design.not_xml", name=name, line=error.lineno or 0, reason=str(error.msg)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DesignRefused.of("design.dtd", name=name)
    problems: list[Problem] = []
    element = _read(root, problems)
    if element.tag != "svg":
        problems.insert(0, Problem("design.not_svg", {"name": name, "tag": element.tag}))
    if problems:
        raise DesignRefused(*problems)
    return element


def _read(node: object, problems: list[Problem]) -> Element:
    from lxml import etree

    assert isinstance(node, etree._Element)  # noqa: S101  comments are left out by the caller
    tag, line = _short(str(node.tag)), int(node.sourceline or 0)
    known = KNOWN.get(tag)
    if known is None:
        problems.append(Problem("design.element", {"line": line, "element": tag, "nearest": _nearest(tag, KNOWN)}))
        known = frozenset(_short(str(key)) for key in node.attrib)
    attributes = {_short(str(key)): str(value) for key, value in node.attrib.items()}
    for attribute in attributes.keys() - known:
        facts = {"line": line, "element": tag, "attribute": attribute, "nearest": _nearest(attribute, known)}
        problems.append(Problem("design.attribute", facts))
    children = tuple(_read(child, problems) for child in node if isinstance(child.tag, str))
    return Element(tag, line, attributes, " ".join((node.text or "").split()), children)


def _short(name: str) -> str:
    for namespace, prefix in ((_SVG, ""), (OURS, "ls:"), (_XLINK, "")):
        if name.startswith(f"{{{namespace}}}"):
            return prefix + name[len(namespace) + 2 :]
    return name


def _nearest(name: str, known: object) -> str:
    names = sorted(known) if isinstance(known, Mapping | frozenset) else []
    return "".join(get_close_matches(name, names, n=1, cutoff=0.0))
