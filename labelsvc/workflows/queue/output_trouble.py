"""Outputs that refuse files: their batches wait, and go on by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labelsvc.domain.errors import OutputRefused, Problem
from labelsvc.storage.batches.output_waits import OutputWaits
from labelsvc.storage.files.output_folder import OutputFolder

FULL = "output.full"
GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class OutputTrouble:
    """Notes what becomes of outputs; ``own`` is the one of this machine's settings."""

    waits: OutputWaits
    own: OutputFolder

    def refused(self, output: OutputFolder, error: OutputRefused, now: datetime) -> None:
        """Let the batches of an output wait."""
        self.waits.refused(self._place(output), _told(error.problems[0], output), now)

    def over(self, output: OutputFolder) -> None:
        """Let the batches of an output go on, which took files."""
        self.waits.works(self._place(output))

    def _place(self, output: OutputFolder) -> str:
        return "" if output.root.place == self.own.root.place else output.root.place


def _told(problem: Problem, output: OutputFolder) -> Problem:
    """Return a problem with the place of the output, and with what is free there where it is full."""
    facts = {**problem.facts, "path": output.root.place}
    if problem.code == FULL:
        facts["free"] = round(output.free_bytes() / GIGABYTE, 1)
    return Problem(problem.code, facts)
