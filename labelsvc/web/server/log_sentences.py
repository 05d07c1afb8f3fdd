"""Errors in the log as English sentences: whoever reads it need not know what their codes stand for."""

from __future__ import annotations

import logging

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.services import shared_folder
from labelsvc.wording import Wording


class LogSentences(logging.Filter):
    """Lets errors and problems among a record's arguments be told; one without a sentence stays as it is."""

    def __init__(self) -> None:
        super().__init__()
        self._wording = Wording(shared_folder("templates") / "wording", "en")

    def filter(self, record: logging.LogRecord) -> bool:
        """Put sentences in the place of problems; every record is logged."""
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._told, record.args))
        return True

    def _told(self, argument: object) -> object:
        match argument:
            case LabelsvcError():
                problems = argument.problems
            case Problem():
                problems = (argument,)
            case _:
                return argument
        if not problems or not all(self._wording.has(problem.code) for problem in problems):
            return argument
        try:
            return " ".join(map(self._wording.explain, problems))
        except (KeyError, ValueError):  # a fact is lacking: better the code than no line
            return argument
