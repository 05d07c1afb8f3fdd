"""The names that a design's Jinja may use, looked up in its templates before anything is filled.

A name that is mistyped in a branch that no product of today takes would else be found on the day of printing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.source import nearest

_PUBLIC: Mapping[str, frozenset[str]] = {
    name: frozenset(member for member in dir(of) if not member.startswith("_"))
    for name, of in (("product", Product), ("recognition", Recognition))
}
NAMES = frozenset(
    {"product", "recognition", "host", "eaten", *(f"{name}.{part}" for name in _PUBLIC for part in _PUBLIC[name])}
)
"""What stands in a design's texts: a product and its recognition with their facts, the host, whether it is eaten."""


def name_problems(tree: Any, line: int) -> Iterator[Problem]:
    """Yield the names of a parsed template that no design knows, each with the nearest that there is."""
    from jinja2 import meta, nodes

    free = meta.find_undeclared_variables(tree)
    used = {name for name in free if name not in NAMES}
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        part = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", "")
        if isinstance(node.node, nodes.Name) and node.node.name in _PUBLIC and node.node.name in free:
            used.add(f"{node.node.name}.{part}")
    for name in sorted(used - NAMES):
        yield Problem("design.name", {"line": line, "value": name, "nearest": nearest(name, NAMES)})
