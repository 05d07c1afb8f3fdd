"""SVG of any editor → the plain SVG that designs are read from: millimetres, attributes, palette notation.

What stands in the file keeps its ``id``, its ``data-ls*`` attributes and its line; what is refused is collected.
Files that are plain already come through as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.svg.canvas import LabelCanvas, read_canvas
from labelsvc.rendering.svg.editors import DESIGN, drop_editors_notes, refuse_scripts
from labelsvc.rendering.svg.lengths import written
from labelsvc.rendering.svg.numbers import resolve_lengths
from labelsvc.rendering.svg.structure import (
    choose,
    drop_definitions,
    drop_hidden,
    drop_refused,
    drop_unused,
    inherit_into_clips,
    line_of,
    links_to_groups,
    local_name,
    nested_to_groups,
)
from labelsvc.rendering.svg.style_sheets import StyleSheet, cascade
from labelsvc.rendering.svg.styles import judge_styles, merge_styles

MOST_ELEMENTS, DEEPEST, MOST_ATTRIBUTES = 60_000, 100, 300
"""Of a file, with all that is not painted (what is painted has closer bounds, ``reader``), and of an element: lxml
looks for an attribute through all those before it."""
_UNWRAPPED = frozenset({"title", "desc"})
_OF_ROOT = frozenset({"id", "version"})


UNIT = "data-unit"
"""Of a group that brings a file's units to millimetres: how many they are; what stands in it has not been scaled."""


@dataclass(frozen=True, slots=True)
class ResolvedSvg:
    """The resolved root (lxml), what cannot be printed, and what is good to know: notes left out, the size."""

    root: Any
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def resolve(root: Any, *, by_node: bool = False) -> ResolvedSvg:
    """Resolve a file's root in place. DesignRefused where it says no size, or says too much to be read.

    ``by_node``: from now on an element's line is its place among all elements, 0 for the root.
    """
    nodes = list(root.iter("*"))
    for number, node in enumerate(nodes[:MOST_ELEMENTS] if by_node else ()):
        node.sourceline = number
    if len(nodes) > MOST_ELEMENTS or _depth(root) > DEEPEST:
        raise DesignRefused(Problem("design.too_many", {"line": line_of(root)}))
    for node in nodes:
        if len(node.attrib) > MOST_ATTRIBUTES:
            raise DesignRefused(Problem("design.too_many_attributes", {"line": line_of(node), "most": MOST_ATTRIBUTES}))
    problems = [*_outside(root), *refuse_scripts(root)]
    canvas = read_canvas(root)
    editors = drop_editors_notes(root)
    problems += choose(root)
    links_to_groups(root)
    _resolve_styles(root, problems)
    drop_hidden(root)
    drop_unused(root)
    problems += drop_refused(root)
    problems += judge_styles(root)
    inherit_into_clips(root)
    drop_definitions(root)
    resolve_lengths(root, canvas.viewport)
    problems += nested_to_groups(root, canvas.viewport)
    problems += _place(root, canvas)
    return ResolvedSvg(root, tuple(problems), tuple(_notes(editors, canvas)))


def _resolve_styles(root: Any, problems: list[Problem]) -> None:
    """Bring what CSS says into attributes; DesignRefused where its blocks or brackets are nested too deeply."""
    sheet = StyleSheet(problems)
    try:
        for node in root.iter("*"):
            if local_name(node) == "style":
                sheet.read_element(node)
        problems += merge_styles(root, dict(cascade(root, sheet)))
    except RecursionError:  # its parser and writer call themselves for each
        raise DesignRefused(*problems, Problem("svg.css_depth")) from None


def _depth(root: Any) -> int:
    """Return how deep elements stand in one another at most."""
    depth, level = 0, [root]
    while level and depth <= DEEPEST:
        depth, level = depth + 1, [child for node in level for child in node if isinstance(child.tag, str)]
    return depth


def _outside(root: Any) -> Iterator[Problem]:
    """Yield style sheets that are beside the file: nothing is fetched."""
    for node in root.itersiblings(preceding=True):
        if getattr(node, "target", "") == "xml-stylesheet":
            yield Problem("svg.css_rule", {"line": line_of(node), "value": "xml-stylesheet"})


def _place(root: Any, canvas: LabelCanvas) -> Iterator[Problem]:
    """Say the label's size in millimetres, and put what is drawn in other units into groups that scale it."""
    size = {"width": f"{written(canvas.width_mm)}mm", "height": f"{written(canvas.height_mm)}mm"}
    box = f"0 0 {written(canvas.width_mm)} {written(canvas.height_mm)}"
    inherited = {
        name: root.attrib.pop(name)
        for name in list(root.attrib)
        if name not in _OF_ROOT | {*size, "viewBox"} and not name.startswith("data-")
    }
    for name in ("x", "y", "preserveAspectRatio", "overflow"):
        inherited.pop(name, None)
    if not canvas.plain or not _says_size(root, canvas):
        root.attrib.update({**size, "viewBox": box})
    if canvas.plain and not inherited:
        return
    if not canvas.plain:
        yield from _ours_in_other_units(root)
    around: Any = None
    for child in list(root):
        if not isinstance(child.tag, str) or child.tag.startswith(f"{{{DESIGN}}}") or local_name(child) in _UNWRAPPED:
            around = None if isinstance(child.tag, str) and local_name(child) not in _UNWRAPPED else around
            continue
        if around is None:
            around = _group(root, child, inherited, canvas)
        around.append(child)


def _group(root: Any, child: Any, inherited: Mapping[str, str], canvas: LabelCanvas) -> Any:
    own = dict(inherited)
    if not canvas.plain:
        own["transform"] = " ".join(filter(None, (canvas.transform, inherited.get("transform", ""))))
        own[UNIT] = f"{canvas.scale[1]:.9f}"
    group = root.makeelement(str(root.tag)[:-3] + "g", own)
    group.sourceline = child.sourceline
    child.addprevious(group)
    return group


def _says_size(root: Any, canvas: LabelCanvas) -> bool:
    """Return whether the file says its size as designs do: in mm, the same in the viewBox."""
    sides = [root.get(key, "") for key in ("width", "height")]
    return all(side.endswith("mm") for side in sides) and bool(root.get("viewBox"))


def _ours_in_other_units(root: Any) -> Iterator[Problem]:
    for node in root.iter(f"{{{DESIGN}}}*"):
        if node.tag != f"{{{DESIGN}}}label":
            yield Problem("design.canvas", {"line": line_of(node)})
            return


def _notes(editors: tuple[str, ...], canvas: LabelCanvas) -> Iterator[Problem]:
    if editors:
        yield Problem("svg.editors_notes", {"editors": list(editors)})
    if canvas.per_inch:
        size = {"width": canvas.width_mm, "height": canvas.height_mm, "per_inch": canvas.per_inch}
        yield Problem("svg.size_understood", size)
