"""Gives placeholders back what an editor dropped: by their ids, from the former version of the design.

Illustrator, Figma and Affinity keep ids, escaped or in attributes of their own, and drop ``data-`` attributes.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from labelsvc.domain.errors import DesignRefused
from labelsvc.rendering.design.open_format.kinds import KIND, PREFIX
from labelsvc.rendering.design.open_format.names import same_id
from labelsvc.rendering.design.open_format.reading import read_elements
from labelsvc.rendering.svg.xml_source import read_xml

_NAMES = (
    "id",
    "data-name",
    "{http://www.serif.com/}id",
    "{http://www.inkscape.org/namespaces/inkscape}label",
)
"""Where editors keep the id that they were given."""
_TYPE = ("size", "weight", "fill", "align", "tracking")


def recalled(source: bytes, former: bytes) -> bytes:
    """Return a source whose placeholders say again what those of the former version with their ids say.

    What the source says itself stays; a source that is no SVG is returned as it is, and refused when it is read.
    """
    from lxml import etree

    if not source.lstrip().startswith(b"<"):
        return source
    try:
        root, known = read_xml(source, ""), read_xml(former, "")
    except DesignRefused:
        return source
    marked = [each for each in known.iter("*") if each.get(KIND)]
    if not marked or not _recall(root, marked, _looks(former)):
        return source
    written: bytes = etree.tostring(root.getroottree(), encoding="utf-8")
    return written


def _looks(former: bytes) -> dict[str, dict[str, str]]:
    """Return the type of each placeholder of the former version, by its id; nothing of one that cannot be read."""
    try:
        read = read_elements(former, "", by_node=True).root
    except DesignRefused:
        return {}
    ids = [each.get("id", "") for each in read_xml(former, "").iter("*")]
    found: dict[str, dict[str, str]] = {}
    waiting = [read]
    while waiting:
        each = waiting.pop()
        waiting += each.children
        if each.placed:
            found[ids[each.line]] = {name: each.get(name) for name in _TYPE if each.get(name)}
    return found


def _recall(root: Any, marked: list[Any], looks: dict[str, dict[str, str]]) -> bool:
    """Mark elements of a tree; return whether any was."""
    found: dict[str, Any] = {}
    changed = False
    unmarked = [each for each in root.iter("*") if isinstance(each.tag, str) and not each.get(KIND)]
    for former in marked:
        name = former.get("id", "")
        is_root = former.getparent() is None
        element = root if is_root else _named(unmarked, name)
        if element is None or element.get(KIND):
            continue
        if name and element.get("id") != name and not is_root:
            element.set("id", name)
        _copy(former, element)
        if not is_root and _outlined(former, element):
            _copy_look(element, looks.get(name, {}))
        found[name] = element
        changed = True
    for former in marked:
        if former.get(KIND) == "fields" and former.get("id") in found:
            _recall_rows(former, found[former.get("id")])
    return changed


def _named(elements: list[Any], name: str) -> Any:
    if not name:
        return None
    exact = (each for each in elements if any(each.get(key) == name for key in _NAMES))
    alike = (each for each in elements if any(same_id(each.get(key, ""), name) for key in _NAMES))
    return next(exact, None) if any(each.get("id") == name for each in elements) else next(alike, None)


def _copy(former: Any, element: Any) -> None:
    for name, value in former.attrib.items():
        if name.startswith(KIND) and name not in element.attrib:
            element.set(name, value)


def _outlined(former: Any, element: Any) -> bool:
    """Return whether an editor made shapes of a sample's letters: they say no size any more."""
    return any(_is_text(each) for each in former.iter("*")) and not any(_is_text(each) for each in element.iter("*"))


def _is_text(each: Any) -> bool:
    return str(each.tag).endswith("}text")


def _copy_look(element: Any, look: dict[str, str]) -> None:
    element.attrib.pop(f"{PREFIX}sample-size", None)
    for name, value in look.items():
        if PREFIX + name not in element.attrib:
            element.set(PREFIX + name, value)


def _recall_rows(former: Any, fields: Any) -> None:
    """Put rows back that showed nothing on the sample: editors drop empty groups."""
    before = None
    for row in former:
        if row.get(KIND) != "field":
            continue
        there = next((each for each in fields.iter("*") if each.get("id") == row.get("id")), None)
        if there is None and not len(row):
            there = deepcopy(row)
            if before is not None:
                before.addnext(there)
            else:
                fields.insert(1 if len(fields) else 0, there)
        before = there if there is not None and there.getparent() is fields else before
