"""No function takes more than six parameters: more of them ask for a value that has a name.

Fields of dataclasses and models are not parameters, and a click command takes what its command line has.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests import CHECKOUT

PACKAGE = CHECKOUT / "labelsvc"
MOST_PARAMETERS = 6


def is_command(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function is a click command: its parameters are the options that its decorators declare."""
    return any("click.option" in ast.unparse(decorator) for decorator in function.decorator_list)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the parameters of a function; ``self`` and ``cls`` are none."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + bool(given.vararg) + bool(given.kwarg)


def long_signatures(path: Path) -> list[str]:
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name} takes {parameters(node)}"
        for node in functions
        if parameters(node) > MOST_PARAMETERS and not is_command(node)
    ]


def test_no_function_takes_more_than_six_parameters() -> None:
    assert not [said for path in sorted(PACKAGE.rglob("*.py")) for said in long_signatures(path)]
