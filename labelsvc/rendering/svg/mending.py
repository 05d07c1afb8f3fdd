"""Mends an SVG file where it stands: a property of an element is set over whatever says it, or an element is removed.

The file keeps all else: its editor's notes, ids, classes and order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labelsvc.rendering.svg.editors import remove
from labelsvc.rendering.svg.structure import local_name
from labelsvc.rendering.svg.xml_source import read_xml


@dataclass(frozen=True, slots=True)
class Mend:
    """What is done to an element, by its place in the file: ``name`` gets a value, or is removed where that is None.

    Without a name the element itself is removed.
    """

    node: int
    name: str = ""
    value: str | None = None


def mended(source: bytes, mends: Sequence[Mend]) -> bytes:
    """Return a file with its elements mended; DesignRefused for what is no XML."""
    from lxml import etree

    root = read_xml(source, "")
    nodes = list(root.iter("*"))
    for mend in sorted(mends, key=lambda each: not each.name):
        if 0 < mend.node < len(nodes) or (mend.name and mend.node < len(nodes)):
            _mend(nodes[mend.node], mend)
    content: bytes = etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _mend(node: Any, mend: Mend) -> None:
    if not mend.name:
        if node.getparent() is not None:
            remove(node)
    elif mend.value is None:
        for name in [name for name in node.attrib if name.rpartition("}")[2] == mend.name]:
            del node.attrib[name]
    elif "data-ls" in node.attrib:
        for sample in _samples(node):
            _set(sample, mend.name, mend.value)
    elif local_name(node):
        _set(node, mend.name, mend.value)
    else:
        node.set(mend.name, mend.value)  # an element of our own, which takes attributes alone


def _samples(placeholder: Any) -> list[Any]:
    """Return what says the look of a placeholder: its sample texts, else what is painted there besides its box."""
    texts = [node for node in placeholder.iter("*") if local_name(node) in ("text", "tspan")]
    painted = [node for node in placeholder.iterdescendants("*") if local_name(node) in ("path", "polygon", "use", "g")]
    return texts or painted or [placeholder]


def _set(node: Any, name: str, value: str) -> None:
    """Say a property in an element's style, over whatever else says it."""
    said = node.get("style", "").strip().rstrip(";")
    node.set("style", f"{said};{name}:{value}!important".lstrip(";"))
    if name in node.attrib:
        del node.attrib[name]
