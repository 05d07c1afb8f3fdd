"""Faults of a design file as people read them: what is wrong in many lines is said once, with its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from labelsvc.domain.errors import Problem

MOST_LINES = 8
_WHEREVER = frozenset({"design.colour", "design.no_colour", "design.family", "design.weight"})
"""Problems that are the same in whatever element they stand."""
_LACKS = "design.lacks"


def group_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with those that differ in their line alone as one, ``design.several``, where the first stood.

    All that a design lacks is one problem, too.
    """
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(_kind(problem), []).append(problem)
    return [_together(group) for group in groups.values()]


def _kind(problem: Problem) -> str:
    left_out = {"line", "element"} if problem.code in _WHEREVER | {_LACKS} else {"line"}
    facts = {name: str(fact) for name, fact in problem.facts.items() if name not in left_out}
    return repr((problem.code, sorted(facts.items())))


def _together(group: list[Problem]) -> Problem:
    first, lines = group[0], list(dict.fromkeys(problem.facts.get("line") for problem in group))
    if len(group) > 1 and first.code == _LACKS:
        return replace(first, facts={**first.facts, "element": [problem.facts["element"] for problem in group]})
    if len(group) == 1 or None in lines:
        return first
    shown = [*lines[:MOST_LINES], *("…" for _ in lines[MOST_LINES : MOST_LINES + 1])]
    why = replace(first, facts={**first.facts, "line": shown})
    return Problem("design.several", {"count": len(group), "why": why})
