"""The source of labelsvc, parsed once in a process for all tests that look at it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests import CHECKOUT

PACKAGE = CHECKOUT / "labelsvc"
FILES = sorted(PACKAGE.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """Return the tree of a file, which nobody changes."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes_in(path: Path) -> tuple[ast.AST, ...]:
    """Return all of a file, piece by piece."""
    return tuple(ast.walk(parsed(path)))
