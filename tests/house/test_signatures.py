"""How long things may be: parameters, functions and modules.

No function takes more than six parameters: more of them ask for a value that has a name. Fields of dataclasses and
models are not parameters, and a click command takes what its command line has; its body is one straight line.
"""

from __future__ import annotations

import ast
from functools import cache

from tests.house.source_files import FILES, PACKAGE, nodes_in

MOST_PARAMETERS = 6
LONGEST_FUNCTION, LONGEST_MODULE = 40, 300


def is_command(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function is a click command: its parameters are the options that its decorators declare."""
    return any("click.option" in ast.unparse(decorator) for decorator in function.decorator_list)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the parameters of a function; ``self`` and ``cls`` are none."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + bool(given.vararg) + bool(given.kwarg)


@cache
def functions() -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions but click commands, by where they stand; migrations are as they were when they landed."""
    paths = [path for path in FILES if path.parent.name != "versions"]
    return {
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}": node
        for path in paths
        for node in nodes_in(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_command(node)
    }


def test_no_function_takes_more_than_six_parameters() -> None:
    assert not [where for where, function in functions().items() if parameters(function) > MOST_PARAMETERS]


def test_no_function_is_longer_than_forty_lines() -> None:
    lengths = {where: (node.end_lineno or 0) - node.lineno + 1 for where, node in functions().items()}

    assert not {where: length for where, length in lengths.items() if length > LONGEST_FUNCTION}


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}

    assert not {path.name: length for path, length in lengths.items() if length > LONGEST_MODULE}
