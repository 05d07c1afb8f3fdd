"""Faults of a design file that differ in their line alone are said once."""

from __future__ import annotations

from labelsvc.domain.errors import Problem
from labelsvc.workflows.designs.grouped_problems import MOST_LINES, group_problems

GREY = {"value": "#123456", "nearest": "#17231C (ink)", "difference": 4.1}


def colour(line: int, element: str = "rect") -> Problem:
    return Problem("design.colour", {"line": line, "element": element, **GREY})


def test_a_colour_in_many_places_is_said_once_with_its_lines() -> None:
    found = group_problems(
        [colour(3), Problem("svg.script", {"line": 4, "value": "script"}), colour(5, "path"), colour(5)]
    )

    (several, script) = found
    assert (several.code, several.facts["count"]) == ("design.several", 3)
    assert several.facts["why"] == Problem("design.colour", {"line": [3, 5], "element": "rect", **GREY})
    assert script.code == "svg.script"


def test_long_lists_of_lines_are_cut() -> None:
    (several,) = group_problems([colour(line) for line in range(40)])

    why = several.facts["why"]
    assert isinstance(why, Problem)
    assert several.facts["count"] == 40
    assert why.facts["line"] == [*range(MOST_LINES), "…"]


def test_problems_with_other_facts_stay_as_they_are() -> None:
    problems = [Problem("design.number", {"line": 2, "element": "rect", "attribute": each}) for each in ("x", "y")]

    assert group_problems(problems) == problems


def test_all_that_a_design_lacks_is_said_once() -> None:
    (lacks,) = group_problems(Problem("design.lacks", {"name": "a", "element": each}) for each in ("ls:qr", "ls:code"))

    assert lacks == Problem("design.lacks", {"name": "a", "element": ["ls:qr", "ls:code"]})
