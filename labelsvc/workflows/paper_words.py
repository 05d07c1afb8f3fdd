"""What is needed to speak on paper: sentences in its language, and the words of labels that must not pass for real."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.storage.batches.stop_reasons import StopReason

Say = Callable[..., str]
"""Returns the sentence of a code with its facts filled in."""


@dataclass(frozen=True, slots=True)
class SpecimenWords:
    """The words that a label bears which must not pass for a real one."""

    specimen: str
    trial: str
    both: str

    def for_label(self, *, specimen: bool, trial: bool) -> str:
        """Return the word for a label, empty for a real one."""
        return self.both if specimen and trial else self.specimen if specimen else self.trial if trial else ""


@dataclass(frozen=True, slots=True)
class PaperWords:
    """Sentences and specimen words in the language of the paper, which is Vietnamese whoever prints."""

    say: Say
    explain_problem: Callable[[Problem], str]
    marks: SpecimenWords

    @classmethod
    def from_sentences(cls, say: Say, explain_problem: Callable[[Problem], str]) -> Self:
        """Return the words of a language by its sentences."""
        marks = SpecimenWords(*(say(f"mark.{kind}") for kind in ("specimen", "trial", "both")))
        return cls(say, explain_problem, marks)

    def explain(self, error: LabelsvcError) -> str:
        """Return an error's problems as sentences."""
        return " ".join(map(self.explain_problem, error.problems))

    def stop_reason(self, error: LabelsvcError) -> StopReason:
        """Return an error as the reason that a batch or a part keeps: a problem a line."""
        return StopReason("\n".join(map(self.explain_problem, error.problems)), error.problems)
