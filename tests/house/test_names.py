"""One name, one thing: no class or type alias is called as another one is, wherever it stands.

Lengths are held too: a test is named in under twelve words, and a line of a page's template has at most 160 characters.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests import CHECKOUT
from tests.house.source_files import FILES, PACKAGE, nodes_in, parsed

SAME_NAMES: dict[str, str] = {}
"""Names that occur twice, each with the reason."""
MOST_WORDS = 11
MOST_COLUMNS = 160


def names_in(path: Path) -> Iterator[str]:
    """Yield the classes and the type aliases of a module; constants are written in capitals and are no types."""
    for node in parsed(path).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            makes_a_variable = re.match(r"(TypeVar|ParamSpec)\(", ast.unparse(node.value))
            if re.match(r"_?[A-Z]\w*[a-z]", name) and not makes_a_variable:
                yield name


def test_no_two_classes_or_aliases_share_a_name() -> None:
    modules = defaultdict[str, list[str]](list)
    for path in FILES:
        for name in names_in(path):
            modules[name].append(path.relative_to(PACKAGE).as_posix())

    assert not {name: found for name, found in modules.items() if len(found) > 1 and name not in SAME_NAMES}


def test_every_exception_is_still_needed() -> None:
    names = [name for path in FILES for name in names_in(path)]

    assert all(names.count(name) > 1 for name in SAME_NAMES)


def test_no_constructor_is_called_of() -> None:
    named_of = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        for node in nodes_in(path)
        if isinstance(node, ast.FunctionDef) and node.name == "of"
    ]

    assert not named_of


def test_tests_are_named_in_under_twelve_words() -> None:
    long = [
        name
        for path in sorted((CHECKOUT / "tests").rglob("test_*.py"))
        for name in re.findall(r"^def test_(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        if len(name.split("_")) > MOST_WORDS
    ]

    assert not long


def test_template_lines_have_at_most_160_characters() -> None:
    long = [
        f"{path.relative_to(CHECKOUT)}:{number} has {len(line)}"
        for path in sorted((CHECKOUT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MOST_COLUMNS
    ]

    assert not long
