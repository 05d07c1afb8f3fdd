"""Outputs that refuse files: their batches wait, and go on by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from labelsvc.domain.errors import OutputRefused, Problem
from labelsvc.storage.batches.output_waits import OutputWaits
from labelsvc.storage.files.output_folder import OutputFolder

FULL = "output.full"
GIGABYTE = 1e9
_OF_FOLDERS = ("failed", "file_too_large", "gone", "not_a_folder", "read_only", "store_failed", "store_forbids")
"""Codes of ``output``: what may be wrong with one batch's folder alone, or with a file in it."""


@dataclass(frozen=True, slots=True)
class OutputTrouble:
    """Notes what becomes of outputs; ``own`` is the one of this machine's settings."""

    waits: OutputWaits
    own: OutputFolder

    def refused(self, output: OutputFolder, error: OutputRefused, now: datetime, batch: str = "") -> None:
        """Let the batches of an output wait, or one ``batch`` alone: its folder refuses what the output takes."""
        problem = error.problems[0]
        if batch and problem.code.removeprefix("output.") in _OF_FOLDERS and _takes_files(output):
            self.waits.works(self._place(output))  # else the next trial would be the same batch's, again and again
            self.waits.refused(batch, _told(problem, output, output.batch(batch).place), now)
        else:
            self.waits.refused(self._place(output), _told(problem, output, output.root.place), now)

    def over(self, output: OutputFolder, batch: str) -> None:
        """Let a batch, and all others of its output, go on: its folder took files."""
        self.waits.works(self._place(output), batch)

    def _place(self, output: OutputFolder) -> str:
        return "" if output.root.place == self.own.root.place else output.root.place


def _takes_files(output: OutputFolder) -> bool:
    try:
        output.make_ready()
    except OutputRefused:
        return False
    return True


def _told(problem: Problem, output: OutputFolder, place: str) -> Problem:
    """Return a problem with the place that refuses, and with what is free in its output where that is full."""
    facts = {**problem.facts, "path": place}
    if problem.code == FULL:
        facts["free"] = round(output.free_bytes() / GIGABYTE, 1)
    return Problem(problem.code, facts)
