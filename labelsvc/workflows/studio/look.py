"""Ask for a look at a design in the making: one at a time for each account, a newer one ends the older."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.workflows.designs.design_nursery import CPU_SECONDS, ask_apart
from labelsvc.workflows.designs.try_design import LARGEST_SOURCE
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.problem_json import read_problem
from labelsvc.workflows.studio.label_drawing import LookQuestion
from labelsvc.workflows.studio.look_findings import LookFinding, of_the_source
from labelsvc.workflows.studio.look_job import LookJob

_NEWEST: dict[int, int] = {}
"""The number of the newest look of each account, in this process."""
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class DesignLook:
    """What a look says: ``said`` as ``look_job`` answers, without ``findings``; pictures empty where there is none.

    ``over``: a newer look of the same account ended it.
    """

    said: dict[str, Any] = field(default_factory=dict)
    picture: bytes = b""
    sheet: bytes = b""
    findings: Sequence[LookFinding] = ()
    over: bool = False

    @property
    def drawn(self) -> bool:
        """Return whether the source could be read as a design."""
        return "items" in self.said

    @property
    def layout_problems(self) -> list[Problem]:
        """Why the stock does not hold the label."""
        return list(map(read_problem, self.said.get("layout", {}).get("problems", ())))


def look(question: LookQuestion, assets: PrintAssets, account: int) -> DesignLook:
    """Look at a design within the limits of ``design_nursery``."""
    if len(question.source) > LARGEST_SOURCE:
        return _refused(Problem("looks.too_large", {"most": LARGEST_SOURCE // 1000}))
    number = _NEWEST[account] = next(_NUMBERS)
    looks = assets.templates, assets.fonts_folder, question.host
    answer = ask_apart(LookJob(assets, question), looks, lambda: _NEWEST.get(account) != number)
    if _NEWEST.get(account) != number:
        return DesignLook(over=True)
    if not answer:
        return _refused(Problem("looks.too_costly", {"seconds": CPU_SECONDS}))
    head, _, pictures = answer.partition(b"\n")
    said = json.loads(head)
    first, second = said.pop("sizes")
    findings = [LookFinding.from_json(each) for each in said.pop("findings")]
    return DesignLook(said, pictures[:first], pictures[first : first + second], findings)


def _refused(problem: Problem) -> DesignLook:
    return DesignLook(findings=of_the_source([problem]))
