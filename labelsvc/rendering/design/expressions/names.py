"""Checks the names that a design's Jinja uses, before anything is filled.

Otherwise a mistyped name in a branch that no current product takes would surface on the day of printing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.source import nearest

_PUBLIC: Mapping[str, frozenset[str]] = {
    name: frozenset(member for member in dir(of) if not member.startswith("_"))
    for name, of in (("product", Product), ("recognition", Recognition))
} | {"lot": frozenset({"number", "made_on", "use_by"})}
RECORDS = frozenset(_PUBLIC)
"""Names whose attributes are what a design may name."""
FACTS = frozenset({"host", "eaten", "goods_class", "nutrition", "quantity_kind"})
NAMES = FACTS | RECORDS | {f"{name}.{part}" for name in _PUBLIC for part in _PUBLIC[name]}
"""The names available in designs: product, recognition, their facts, the host, whether it is food, its goods class
(``domain.law.goods_class``), the lot that was named with the order, its nutrition table (``domain.law.nutrition``; None
if the record has none), and whether its net content is a weight, a volume or another quantity
(``domain.law.net_quantity``)."""


def unknown_names(tree: Any) -> tuple[str, ...]:
    """Return the unknown names of a parsed template, sorted."""
    from jinja2 import meta, nodes

    free = meta.find_undeclared_variables(tree)
    used = {name for name in free if name not in NAMES}
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        part = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", "")
        if isinstance(node.node, nodes.Name) and node.node.name in _PUBLIC and node.node.name in free:
            used.add(f"{node.node.name}.{part}")
    return tuple(sorted(used - NAMES))


def name_problem(name: str, line: int) -> Problem:
    """Return what is said of an unknown name, with the nearest known one."""
    return Problem("design.name", {"line": line, "value": name, "nearest": nearest(name, NAMES)})
