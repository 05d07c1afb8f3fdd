"""Writes a design of ``ls:`` elements in the open format: a sample label stands there as plain SVG."""

from __future__ import annotations

from typing import Any

from labelsvc.rendering.design.open_format.drawn_placeholders import DrawnPlaceholder, PlaceholderDrawing
from labelsvc.rendering.design.open_format.kinds import KIND, PREFIX
from labelsvc.rendering.design.open_format.names import ID, placeholder_id
from labelsvc.rendering.design.open_format.sample_label import SampleLabel
from labelsvc.rendering.design.open_format.svg_nodes import node
from labelsvc.rendering.design.source import OURS

_NAMESPACE = f"{{{OURS}}}"
_INITIAL = {
    "text-anchor": "start",
    "stroke": "none",
    "font-style": "normal",
    "font-weight": "400",
    "letter-spacing": "0",
}
"""What a sample must say itself where groups around it say something else."""


def write_open(source: bytes, sample: SampleLabel) -> bytes:
    """Return a design that reads as the same one; ``sample.design`` is this source's, read by nodes."""
    from lxml import etree

    root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    _OpenWriter(root, sample).write()
    etree.cleanup_namespaces(root)
    written: str = etree.tostring(root.getroottree(), encoding="unicode")
    return f"{written}\n".encode()


class _OpenWriter:
    """Replaces placeholders from the last to the first, so that those within others are replaced before them."""

    def __init__(self, root: Any, sample: SampleLabel) -> None:
        self._root, self._drawing = root, PlaceholderDrawing(sample)
        self._nodes = list(root.iter("*"))
        conditions = {i: each.get("display") for i, each in enumerate(self._nodes) if each.get("display")}
        hidden = sample.hidden(conditions.values()) if conditions else []
        self._hidden = {i for i, hides in zip(conditions, hidden, strict=True) if hides}
        self._ids = self._placeholder_ids()

    def write(self) -> None:
        """Change the tree."""
        for i in reversed(range(len(self._nodes))):
            kind = _kind_of(self._nodes[i])
            if kind == "label":
                self._label(self._nodes[i])
            elif kind and kind != "field":
                self._replace(i, kind)
            else:
                self._condition(i)
        if self._root.get(KIND) is None:
            self._root.set(KIND, "label")

    def _placeholder_ids(self) -> dict[int, str]:
        taken = {each.get("id") for each in self._nodes} - {None}
        found = {}
        for i, each in enumerate(self._nodes):
            if kind := _kind_of(each):
                said = each.get("label", "") if kind == "field" else "".join(each.itertext())
                own = each.get("id", "")
                found[i] = own if own.startswith(ID) else placeholder_id(kind, said, taken)
                taken.add(found[i])
        return found

    def _label(self, label: Any) -> None:
        self._root.set(KIND, "label")
        for name, value in label.attrib.items():
            self._root.set(PREFIX + name, value)
        before, parent = label.getprevious(), label.getparent()
        parent.remove(label)
        if before is None:
            parent.text = label.tail
        else:
            before.tail = label.tail

    def _condition(self, i: int) -> None:
        """Hide plain SVG from editors where it is hidden on the sample; what decides it is said beside."""
        each = self._nodes[i]
        if "{" in each.get("display", ""):
            each.set(PREFIX + "display", each.attrib.pop("display"))
            if i in self._hidden:
                each.set("display", "none")

    def _replace(self, i: int, kind: str) -> None:
        old = self._nodes[i]
        drawn = self._drawing.draw(kind, i, old)
        group = self._group(i, kind, drawn, old)
        for row in drawn.rows:
            number = self._nodes.index(row.node)
            group.append(self._group(number, "field", row, row.node))
        group.tail = old.tail
        depth = _indentation(old)
        old.getparent().replace(old, group)
        _indent(group, depth)

    def _group(self, i: int, kind: str, drawn: DrawnPlaceholder, old: Any) -> Any:
        said = {PREFIX + name: value for name, value in drawn.said.items()}
        group = node("g", {"id": self._ids[i], KIND: kind} | {name: said[name] for name in said if said[name]})
        if drawn.value is not None:
            group.set(PREFIX + "value", drawn.value)
        if i in self._hidden:
            group.set("display", "none")
        around = {name for each in old.iterancestors() for name in each.attrib}
        look = {name: value for name, value in _INITIAL.items() if name in around} | dict(drawn.look)
        for name, value in look.items():
            if value:
                group.set(name, value)
        group.extend(drawn.children)
        return group


def _kind_of(each: Any) -> str:
    return str(each.tag).removeprefix(_NAMESPACE) if str(each.tag).startswith(_NAMESPACE) else ""


def _indentation(each: Any) -> str:
    """Return the blanks before an element."""
    before = each.getprevious()
    text = (each.getparent().text if before is None else before.tail) or ""
    return "\n" + text.rpartition("\n")[2] if "\n" in text else "\n"


def _indent(group: Any, depth: str) -> None:
    """Put each part of a group into a line of its own; texts stay whole, blanks in them would be printed."""
    children = list(group)
    if not children:
        return
    group.text = depth + "  "
    for child in children:
        child.tail = depth + "  "
        if str(child.tag).endswith("}g"):
            _indent(child, depth + "  ")
    children[-1].tail = depth
