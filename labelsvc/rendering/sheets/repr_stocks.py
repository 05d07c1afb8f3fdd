"""A legacy form that stays readable for ever: until November 2026 batches kept their stock as Python's ``repr``.

``Stock(name='a4', …, margins=Margins(left_mm=9, …), cells=Cells(shape=Rectangle(…), columns=3, …), …)``. Nothing is
evaluated: the text is parsed, and only these calls with named literals are taken. This form is no longer written.
"""

from __future__ import annotations

import ast
from typing import Any

_MADE_BY_CALLS = frozenset({"Stock", "Margins", "Marks", "Cells", "Rectangle", "Circle"})


def is_repr(text: str) -> bool:
    """Return whether a kept stock has this form."""
    return text.startswith("Stock(")


def read_repr(text: str) -> dict[str, Any]:
    """Return the fields by name, recursively; ValueError or SyntaxError for anything else."""
    facts = _value(ast.parse(text, mode="eval").body)
    if not isinstance(facts, dict):
        raise ValueError(text[:40])
    return facts


def _value(node: ast.expr) -> Any:
    if not isinstance(node, ast.Call):
        return ast.literal_eval(node)
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _MADE_BY_CALLS or node.args:
        raise ValueError(name)
    return {_name(keyword): _value(keyword.value) for keyword in node.keywords}


def _name(keyword: ast.keyword) -> str:
    if keyword.arg is None:
        raise ValueError("**")
    return keyword.arg
