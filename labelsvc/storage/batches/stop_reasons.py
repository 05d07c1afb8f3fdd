"""Why a batch or a part stopped: as it was said then, and what it takes to say it in the language of whoever reads it.

A row holds both as JSON. Rows of earlier versions, and what a person wrote, are the sentence alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from labelsvc.domain.batch import BatchState
from labelsvc.domain.errors import Problem, problem_json, read_problem

_BEGINNING = '{"said":'


@dataclass(frozen=True, slots=True)
class StopReason:
    """``said``: the sentences in the language of paper; ``problems``: what they say, where that is known."""

    said: str = ""
    problems: tuple[Problem, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the reason that a row holds which the program wrote."""
        if not text.startswith(_BEGINNING):
            return cls(text)
        facts = json.loads(text)
        return cls(facts["said"], tuple(read_problem(facts["problems"])))

    def __str__(self) -> str:
        """Return what a row holds."""
        if not self.problems:
            return self.said
        facts = {"said": self.said, "problems": problem_json(self.problems)}
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def batch_reason(state: BatchState, text: str) -> StopReason:
    """Return the reason that a batch's row holds; of a cancelled one somebody wrote it."""
    return StopReason(text) if state == "cancelled" else StopReason.parse(text)
