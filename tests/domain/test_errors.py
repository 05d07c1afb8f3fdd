"""The tree of errors is the tree that its module draws."""

from __future__ import annotations

import re

from labelsvc.domain import errors
from labelsvc.domain.errors import InvalidValue, LabelsvcError, Problem


def drawn(root: str) -> dict[str, str]:
    """Each name of the drawing under a root, with the name that it stands under."""
    lines = iter((errors.__doc__ or "").splitlines())
    assert root in next(line.strip() for line in lines if line.strip() == root)
    above, parents = [root], {}
    for line in lines:
        match = re.match(r" {4}([│ ]*)[├└]── (\w+)", line)
        if match is None:
            break
        depth = len(match[1]) // 4
        above[depth + 1 :] = [match[2]]
        parents[match[2]] = above[depth]
    return parents


def classes(root: type) -> dict[str, str]:
    return {each.__name__: root.__name__ for each in root.__subclasses__() if each.__module__ == errors.__name__} | {
        name: parent
        for each in root.__subclasses__()
        if each.__module__ == errors.__name__
        for name, parent in classes(each).items()
    }


def test_the_drawn_tree_is_the_tree() -> None:
    assert drawn("LabelsvcError") == classes(LabelsvcError)
    assert drawn("Problem") == classes(Problem)


def test_an_invalid_value_names_its_field() -> None:
    assert InvalidValue.from_code("product.gln", field="gln", value="1").field == "gln"
    assert InvalidValue.from_code("pieces.serials", value="1").field == ""
