"""What is wrong with a design, as the studio says it: elements by what its list calls them, without line numbers.

The place is shown on the canvas; name and line of the file are for those who read the source.
"""

from __future__ import annotations

from dataclasses import replace

from labelsvc.domain.errors import Problem
from labelsvc.web.desk import context as desk

_ELEMENTS = ("element", "other", "first")
"""Facts that name an element, like ``ls:fields``."""


def finding_sentence(problem: Problem) -> str:
    """Return what is wrong, beginning with a capital."""
    facts = dict(problem.facts)
    why = facts.get("why")
    if problem.code == "design.at" and isinstance(why, Problem):
        return finding_sentence(why)
    facts |= {name: _title(str(facts[name])) for name in _ELEMENTS if name in facts}
    said = desk.explain(replace(problem, facts=facts))
    place, _, rest = said.partition(": ")
    if "line" in facts and place.endswith(f" {facts['line']}"):
        said = rest
    return said[:1].upper() + said[1:]


def _title(element: str) -> str:
    """Return what the list of elements calls ``ls:fields``; anything else as it is."""
    area, _, kind = element.partition(":")
    return desk.wording().sentences("studio").get(f"kind_{kind}", element) if area == "ls" else element
