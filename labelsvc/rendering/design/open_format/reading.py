"""Reads a design's source: placeholders become elements ``ls:*``, then nothing may be left that is not known."""

from __future__ import annotations

from dataclasses import replace

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.rendering.design.open_format.kinds import KIND, KINDS, LONE_TEXT, PREFIX, kind_of, said_of
from labelsvc.rendering.design.open_format.legal_rows import legal_fields
from labelsvc.rendering.design.open_format.names import kind_by_id
from labelsvc.rendering.design.open_format.placeholders import box_element, placed_element
from labelsvc.rendering.design.open_format.surroundings import LOOK, NOTHING_AROUND, Surroundings
from labelsvc.rendering.design.open_format.unprinted_parts import unprinted_parts
from labelsvc.rendering.design.source import KNOWN, DesignElement, ReadSource, misfits, nearest, parse_elements

_MARKED = frozenset({"g", "rect", "circle", "ellipse", "text"})
"""The elements that may be placeholders."""
_KEPT = ("defs", "symbol", "clipPath")
_IN_OFFICIAL = ("text", "arc")
_SHOWN = ("", "inline", "block")
_OWN = frozenset({"id", "transform", "display", "style", "class", *LOOK})
"""What a placeholder's own element may say in plain SVG, besides what makes its shape."""


def read_elements(source: bytes, name: str, *, by_node: bool = False) -> ReadSource:
    """Return a design's root with the elements ``ls:*`` alone.

    All that would be lost in print is a problem; what is drawn in a placeholder beside its sample is a note.
    """
    read = parse_elements(source, name, by_node=by_node)
    reader = _PlaceholderReader()
    root = reader.root(read.root)
    problems = *read.problems, *reader.problems, *misfits(root)
    return replace(read, root=root, problems=problems, notes=(*read.notes, *reader.notes))


class _PlaceholderReader:
    """Walks a design whose ``data-ls`` groups become elements ``ls:*``, and notes faults with their lines."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def root(self, root: DesignElement) -> DesignElement:
        """Return the root, which says what ``ls:label`` says."""
        kind = kind_of(root)
        label = self._said(root, "label") if kind == "label" else {}
        if kind not in ("", "label"):
            self._fault(root, "design.element", element=f'{KIND}="{kind}"', nearest=f'{KIND}="label"')
        said = {name: value for name, value in root.attributes.items() if not name.startswith(KIND)}
        children = self._children(replace(root, attributes=said), NOTHING_AROUND)
        if kind:
            first = next((child for child in children if child.tag == "ls:label"), None)
            if first:
                self._fault(first, "design.twice", element="ls:label", first=root.line)
            children = (DesignElement("ls:label", root.line, label, "", ()), *children)
        return replace(root, attributes=said, children=children)

    def _children(self, element: DesignElement, around: Surroundings, parent: str = "") -> tuple[DesignElement, ...]:
        inside = self._within(element, around)
        if element.tag in ("text", "tspan"):
            for child in element.children:
                self._stray(child)
            return element.children
        return tuple(
            self._element(child, inside, element.tag if element.tag in _KEPT else parent) for child in element.children
        )

    def _element(self, element: DesignElement, around: Surroundings, parent: str) -> DesignElement:
        element = _by_id(element)
        kind = kind_of(element)
        if not kind:
            self._stray(element, shallow=True)
            children = self._children(element, around, parent)
            attributes = _with_display(element)
            return replace(element, attributes=attributes, children=children)
        return self._placeholder(element, kind, around, parent)

    def _placeholder(self, element: DesignElement, kind: str, around: Surroundings, parent: str) -> DesignElement:
        named = f'{KIND}="{kind}"'
        if kind not in KINDS or kind == "label":
            known = f'{KIND}="{nearest(kind, KINDS.keys() - {"label"})}"'
            self._fault(element, "design.element", element=named, nearest=known)
        elif element.tag not in _MARKED:
            self._fault(element, "design.placeholder_element", element=named, tag=element.tag)
        elif kind == "field" or parent in _KEPT or (parent == "official" and kind not in _IN_OFFICIAL):
            self._fault(element, "design.misplaced", element=named, parent=parent or "svg")
        else:
            try:
                return self._made(element, kind, around)
            except InvalidValue as error:
                facts = {"line": element.line, "name": element.get("id") or named}
                self.problems += [Problem("design.at_placeholder", {**facts, "why": why}) for why in error.problems]
        return DesignElement("g", element.line, {}, "", ())

    def _made(self, element: DesignElement, kind: str, around: Surroundings) -> DesignElement:
        self._check_own(element)
        said = self._said(element, kind)
        if kind == "fields":
            self._check_rows(element, box_element(element))
            return legal_fields(element, said, around, self._said)
        if kind == "official":
            return self._official(element, said, around)
        for child in element.children:
            self._stray(child)
        self._note_unprinted(element, kind)
        return placed_element(element, kind, said, around)

    def _official(self, element: DesignElement, said: dict[str, str], around: Surroundings) -> DesignElement:
        """Return the ``ls:official`` of a group: besides its box, it holds what is printed until there is artwork."""
        box = box_element(element)
        content = tuple(child for child in element.children if child is not box)
        made = placed_element(replace(element, children=tuple(filter(None, (box,)))), "official", said, around)
        children = self._children(replace(element, children=content), around, "official")
        drawn = {name: value for name, value in element.attributes.items() if name in KNOWN["g"] - {"id", "display"}}
        if drawn:
            children = (DesignElement("g", element.line, drawn, "", children),)
        return replace(made, children=children)

    def _said(self, element: DesignElement, kind: str) -> dict[str, str]:
        """Return what an element says as a kind; unknown attributes are faults."""
        shown = {} if kind == "label" or element.get("display") in _SHOWN else {"display": element.get("display")}
        said, known = shown | said_of(element), KINDS[kind] | (LONE_TEXT if element.tag == "text" else set())
        for name in sorted(said.keys() - known):
            facts = {"attribute": PREFIX + name, "nearest": PREFIX + nearest(name, known)}
            self._fault(element, "design.attribute", element=f'{KIND}="{kind}"', **facts)
        return {name: value for name, value in said.items() if name in known}

    def _check_own(self, element: DesignElement) -> None:
        """Note what a placeholder's own element says and the print would not show."""
        if element.get("clip-path", "none") != "none":
            self._fault(element, "design.group", element=f'{KIND}="{kind_of(element)}"', attribute="clip-path")
        known = KNOWN[element.tag] | _OWN
        for name in sorted(element.attributes.keys() - known):
            if not name.startswith("data-"):
                self._fault(
                    element, "design.attribute", element=element.tag, attribute=name, nearest=nearest(name, known)
                )

    def _check_rows(self, element: DesignElement, box: DesignElement | None) -> None:
        """Note what stands among the rows of legal fields and is none."""
        for child in element.children:
            if kind_of(child) == "field":
                self._check_own(child)
                for part in child.children:
                    self._stray(part)
                self._note_unprinted(child, "field")
            elif child.tag == "g" and not kind_of(child):
                self._check_rows(child, None)
            elif child is not box and child.tag not in ("title", "desc"):
                self._fault(child, "design.misplaced", element=child.tag, parent=f'{KIND}="fields"')

    def _note_unprinted(self, element: DesignElement, kind: str) -> None:
        """Note the first part of a placeholder that is drawn for nothing: once, however many there are."""
        for part in unprinted_parts(element, kind)[:1]:
            facts = {"line": part.line, "element": part.tag, "name": element.get("id") or f'{KIND}="{kind}"'}
            self.notes.append(Problem("design.placeholder_unprinted", facts))

    def _stray(self, element: DesignElement, *, shallow: bool = False) -> None:
        """Note ``data-ls`` attributes that mean nothing where they stand; all may say when they are hidden."""
        for name in element.attributes:
            if name == KIND:
                self._fault(element, "design.misplaced", element=f'{KIND}="{kind_of(element)}"', parent=KIND)
            elif name.startswith(KIND) and (name != PREFIX + "display" or not shallow):
                self._fault(element, "design.attribute", element=element.tag, attribute=name, nearest=KIND)
        for child in () if shallow else element.children:
            self._stray(child)

    def _within(self, element: DesignElement, around: Surroundings) -> Surroundings:
        try:
            return around.within(element)
        except InvalidValue:  # the reader of shapes says so
            return around

    def _fault(self, at: DesignElement, code: str, **facts: object) -> None:
        self.problems.append(Problem(code, {"line": at.line, **facts}))


def _by_id(element: DesignElement) -> DesignElement:
    """Return a placeholder that only its id tells with what that means."""
    kind, value = kind_by_id(element.get("id")) if element.tag in _MARKED and not kind_of(element) else ("", "")
    if not kind or said_of(element):
        return element
    meant = {KIND: kind} | ({PREFIX + "value": value} if value else {})
    return replace(element, attributes={**element.attributes, **meant})


def _with_display(element: DesignElement) -> dict[str, str]:
    """Return an element's attributes; what it says in ``data-ls-display`` stands for what editors are shown."""
    attributes = dict(element.attributes)
    if (condition := attributes.pop(PREFIX + "display", None)) is not None:
        attributes["display"] = condition
    return attributes
