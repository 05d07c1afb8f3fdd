"""The kinds of placeholders, and the ``data-ls-`` attributes that each takes: those of ``ls:`` that SVG cannot say."""

from __future__ import annotations

from collections.abc import Mapping

from labelsvc.rendering.design.source import KNOWN, DesignElement

KIND, PREFIX = "data-ls", "data-ls-"
_OURS = "ls:"
_DRAWN = {"id", "x", "y", "width", "height"}
_DRAWN_BY = {"qr": {"size"}, "stars": {"size", "gap"}}
_WORDS = {
    "text": {"value", "sample-size"},
    "arc": {"value", "sample-size"},
    "fields": {"sample-size"},
    "field": {"value", "sample-size"},
    "mark": {"sample-size"},
}

KINDS: Mapping[str, frozenset[str]] = {
    tag.removeprefix(_OURS): attributes - _DRAWN - _DRAWN_BY.get(kind, set()) | _WORDS.get(kind, set())
    for tag, attributes in KNOWN.items()
    if (kind := tag.removeprefix(_OURS)) != tag
}
"""What may follow ``data-ls-``, by kind; ``label`` is the root's. A circle may be said instead of drawn."""
LONE_TEXT = frozenset({"box"})
"""What a ``text`` says besides that is a placeholder itself: its box, from its own x and y."""
TYPE_OF: Mapping[str, frozenset[str]] = {
    "arc": frozenset({"align"}),
    "mark": frozenset({"align"}),
    "serial": frozenset({"tracking"}),
    "fields": frozenset({"align", "tracking"}),
    "official": frozenset({"align"}),
}
"""What a kind does not take from its sample's look: it has no effect, or another meaning."""


def kind_of(element: DesignElement) -> str:
    """Return what an element is a placeholder of; empty for ordinary SVG."""
    return element.get(KIND)


def said_of(element: DesignElement) -> dict[str, str]:
    """Return what an element says in ``data-ls-`` attributes, without the prefix."""
    return {name.removeprefix(PREFIX): value for name, value in element.attributes.items() if name.startswith(PREFIX)}


def is_open(root: DesignElement) -> bool:
    """Return whether a design is in the open format."""
    return KIND in root.attributes
