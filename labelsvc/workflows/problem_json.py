"""Problems as JSON, so that what a child says of a stranger's file is read without running anything of it."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.errors import Problem


def problem_json(value: object) -> Any:
    """Return a problem or a fact in values that JSON has; what it does not know becomes text."""
    if isinstance(value, Problem):
        return {"code": value.code, "facts": {name: problem_json(fact) for name, fact in value.facts.items()}}
    if isinstance(value, list | tuple):
        return list(map(problem_json, value))
    return value if isinstance(value, int | float | str | None) else str(value)


def read_problem(value: Any) -> Any:
    """Return the problem or fact that was written."""
    if isinstance(value, dict) and set(value) == {"code", "facts"}:
        return Problem(str(value["code"]), {name: read_problem(fact) for name, fact in value["facts"].items()})
    return list(map(read_problem, value)) if isinstance(value, list) else value
