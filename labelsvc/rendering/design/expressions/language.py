"""The Jinja subset allowed in designs: texts, conditions, loops and listed filters; unbounded constructs are barred.

A template is a program. A published one runs for every product, even in the web process, so it must be as fast as a
label. Its parts are checked before it is compiled (here), and its work is counted while it runs (``sandbox``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

FILTERS = frozenset(
    {
        "abs",
        "capitalize",
        "count",
        "d",
        "date",
        "default",
        "first",
        "float",
        "int",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "replace",
        "reverse",
        "round",
        "sort",
        "string",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
        "wordcount",
    }
)
TESTS = frozenset(
    {
        "!=",
        "<",
        "<=",
        "==",
        ">",
        ">=",
        "boolean",
        "defined",
        "eq",
        "equalto",
        "even",
        "false",
        "float",
        "ge",
        "greaterthan",
        "gt",
        "in",
        "integer",
        "le",
        "lessthan",
        "lower",
        "lt",
        "ne",
        "none",
        "number",
        "odd",
        "sameas",
        "string",
        "true",
        "undefined",
        "upper",
    }
)
METHODS = frozenset(
    {
        "capitalize",
        "casefold",
        "count",
        "endswith",
        "find",
        "holds_on",
        "isalpha",
        "isdigit",
        "isoformat",
        "lower",
        "lstrip",
        "removeprefix",
        "removesuffix",
        "rstrip",
        "split",
        "startswith",
        "status_on",
        "strftime",
        "strip",
        "title",
        "upper",
    }
)
"""Of texts, days and recognitions."""
MOST_PARTS, DEEPEST, DEEPEST_LOOP = 3_000, 40, 5
LARGEST_NUMBER = 10**12
_LETTERS_A_PART = 20

_KNOWN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Name, nodes.Const,
    nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod,
    nodes.Neg, nodes.Pos, nodes.CondExpr, nodes.Call, nodes.Keyword, nodes.Tuple, nodes.List,
)  # fmt: skip


class ForbiddenExpression(TemplateSyntaxError):
    """A forbidden part of a template; ``part`` names it."""

    def __init__(self, part: str, line: int) -> None:
        super().__init__(part, line)
        self.part = part


def check_language(tree: nodes.Template) -> None:
    """Raise ForbiddenExpression if a parsed template has a forbidden part, or too many parts."""
    for count, (node, depth, loops) in enumerate(_parts(tree)):
        if count > MOST_PARTS or depth > DEEPEST or loops > DEEPEST_LOOP:
            raise ForbiddenExpression("…", node.lineno or 1)
        part = _barred(node)
        if part:
            raise ForbiddenExpression(part, node.lineno or 1)  # some Jinja nodes have no line


def _parts(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int, int]]:
    """Yield every node with its depth and the loops around it, without recursion."""
    waiting = [(tree, 0, 0)]
    while waiting:
        node, depth, loops = waiting.pop()
        yield node, depth, loops
        inside = loops + isinstance(node, nodes.For)
        waiting += [(child, depth + 1, inside) for child in node.iter_child_nodes()]


def _barred(node: nodes.Node) -> str:
    """Return the name of a node's barred part, or an empty string."""
    kind = type(node).__name__.lower()
    match node:
        case nodes.Filter(name=name):
            return "" if name in FILTERS and _plain(node) else name
        case nodes.Test(name=name):
            return "" if name in TESTS and _plain(node) else name
        case nodes.Call(node=nodes.Getattr(attr=name)):
            return "" if name in METHODS and _plain(node) else f"{name}()"
        case nodes.Const(value=int() | float() as value):
            return "" if abs(value) <= LARGEST_NUMBER else "…"
        case nodes.For(recursive=True):
            return "recursive"
        case nodes.Name(name="self" | "caller" | "varargs" | "kwargs"):
            return node.name
        case nodes.List(items=items) | nodes.Tuple(items=items, ctx="load"):
            return "" if all(isinstance(item, nodes.Const) for item in items) else kind
        case nodes.Call():
            return "()"
    return "" if isinstance(node, _KNOWN) else kind


def _plain(node: Any) -> bool:
    return node.dyn_args is None and node.dyn_kwargs is None


def count_work(tree: nodes.Template) -> nodes.Template:
    """Return a template whose work is counted: loops, concatenations and searches go through the sandbox."""
    for loop in tree.find_all(nodes.For):
        parts = list(_parts(loop))
        letters = sum(len(node.data) for node, _, _ in parts if isinstance(node, nodes.TemplateData))
        cost = len(parts) + letters // _LETTERS_A_PART
        loop.iter = nodes.Filter(loop.iter, "counted", [nodes.Const(cost)], [], None, None, lineno=loop.lineno)
    for operand in tree.find_all(nodes.Operand):
        if operand.op in ("in", "notin"):
            operand.expr = nodes.Filter(operand.expr, "searched", [], [], None, None, lineno=operand.lineno)
    return _ConcatToFilter().visit(tree)  # type: ignore[no-any-return]


class _ConcatToFilter(NodeTransformer):
    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802  the name that Jinja calls
        parts = nodes.List([self.visit(part) for part in node.nodes], lineno=node.lineno)
        return nodes.Filter(parts, "joined", [], [], None, None, lineno=node.lineno)
