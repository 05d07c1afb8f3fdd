"""What editors write for themselves: their namespaces, metadata, aids for screen readers. Paper needs none of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.rendering.svg.xml_source import SVG

XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
DESIGN = "urn:labelsvc:design:1"
_XHTML = "http://www.w3.org/1999/xhtml"
_EDITORS = {
    "inkscape.org": "Inkscape",
    "sodipodi": "Inkscape",
    "openswatchbook": "Inkscape",
    "ns.adobe.com": "Adobe",
    "serif.com": "Affinity",
    "figma.com": "Figma",
    "bohemiancoding": "Sketch",
    "vectornator": "Vectornator",
    "corel": "CorelDRAW",
    "libreoffice": "LibreOffice",
    "openoffice": "LibreOffice",
    "boxy-svg": "Boxy SVG",
    "svgjs": "SVG.js",
    "purl.org/dc": "metadata",
    "creativecommons.org": "metadata",
    "web.resource.org/cc": "metadata",
    "rdf-syntax": "metadata",
}
_NAMES = (
    "{http://www.inkscape.org/namespaces/inkscape}label",
    "{http://www.serif.com/}id",
)
"""What people call an element in their editor: kept as ``data-name``, which Illustrator writes itself."""
_NO_MATTER = frozenset(
    {
        *("version", "baseProfile", "lang", "tabindex", "role", "focusable", "contentScriptType", "contentStyleType"),
        *("zoomAndPan", "externalResourcesRequired", "name", "slot", "part", "crossorigin", "nonce", "referrerpolicy"),
        *("type", "target", "rel", "download", "hreflang", "ping", "media", "title", "color-profile", "xmlns"),
    }
)
_KEPT_OF = {XML: "space", XLINK: "href"}
"""The one attribute of a namespace that is read."""
_READ = {("svg", "version"), ("style", "type"), ("style", "media")}
_SAID_ABOUT = frozenset({"metadata", "view", "cursor", "color-profile", "namedview"})


def drop_editors_notes(root: Any) -> tuple[str, ...]:
    """Remove what editors write for themselves; return whose it was, each named once."""
    found: dict[str, None] = {}
    for node in list(root.iter("*")):
        if node.getparent() is None and node is not root:
            continue
        space = _namespace(node.tag)
        if space not in (SVG, DESIGN, "", _XHTML) or _local(node.tag) in _SAID_ABOUT:
            found.setdefault(_editor(space) if space not in (SVG, "") else "metadata")
            if node is not root:
                remove(node)
                continue
        for name in _attributes(node, found):
            del node.attrib[name]
    return tuple(found)


def _attributes(node: Any, found: dict[str, None]) -> Iterator[str]:
    """Yield attributes of a node that say nothing to a printer; what an element is called stays, as ``data-name``."""
    ours = _namespace(node.tag) == DESIGN
    for name in list(node.attrib):
        space = _namespace(name)
        if name in _NAMES and "data-name" not in node.attrib:
            node.set("data-name", node.get(name))
        if space in _KEPT_OF:
            unread = _local(name) != _KEPT_OF[space] or (space == XLINK and "href" in node.attrib)
        elif space and space != DESIGN:
            found.setdefault(_editor(space))
            unread = True
        elif name.startswith(("aria-", "data-")):
            unread = not name.startswith("data-ls") and name != "data-name"
        else:
            unread = not ours and name in _NO_MATTER and (_local(node.tag), name) not in _READ
        if unread:
            yield name


def refuse_scripts(root: Any) -> Iterator[Problem]:
    """Yield what would act when a page is looked at: handlers such as ``onclick``. They are removed."""
    for node in root.iter("*"):
        for name in [name for name in node.attrib if name.lower().startswith("on") and _namespace(name) == ""]:
            yield Problem("svg.script", {"line": int(node.sourceline or 0), "value": name})
            del node.attrib[name]


def remove(node: Any) -> None:
    """Remove an element; the text behind it stays."""
    parent, before, tail = node.getparent(), node.getprevious(), node.tail
    if tail and tail.strip():
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    node.tail = None
    parent.remove(node)


def _namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _editor(namespace: str) -> str:
    return next((name for part, name in _EDITORS.items() if part in namespace.lower()), namespace[:80])
