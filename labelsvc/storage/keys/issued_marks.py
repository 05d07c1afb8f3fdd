"""The issued lines of each epoch, recorded beside the keys and in the output, not in the database.

A database that was set back to an older copy knows of fewer lines than were issued; the marks show it, and a new epoch
begins before a code could be issued twice. Where home and database were set back together, the output still knows.

Beside the keys stands ``{"home": NAME, "issued": {EPOCH: LINE}}``, in the output ``{"output": NAME, "homes": {NAME:
{EPOCH: LINE}}}``: a home has a random name, as several may print into one output, and an output has one, so that two
machines notice that theirs are not the same place (:mod:`labelsvc.storage.keys.output_identity`). Older homes kept
``{EPOCH: LINE}``.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelsvc.domain.errors import KeyRefused, LabelsvcError, OutputRefused
from labelsvc.storage.files.file_lock import file_lock
from labelsvc.storage.files.private_file import write_private
from labelsvc.storage.files.whole_file import output_refusals, whole_file

LOG = logging.getLogger("labelsvc.keys")
IN_OUTPUT = ".issued.json"
_BATCH = re.compile(r"[0-9]{4}-[0-9]{3,}")
"""What a batch's folder is called (:func:`labelsvc.storage.batches.batches.batch_name`)."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued as far as home and output know.

    ``next_lines`` of all epochs, whoever issued them; ``own``: the epochs of this home; ``shared``: the output is
    another home's too. ``folders``: batches that have one in the output.
    """

    next_lines: Mapping[str, int]
    own: frozenset[str] = frozenset()
    shared: bool = False
    folders: frozenset[str] = frozenset()


class IssuedMarks:
    """The next line of each epoch as this home and its output have seen it; a mark only rises.

    ``output`` is where batches' folders stand, or None if only the home keeps marks.
    """

    def __init__(self, path: Path, output: Path | None = None) -> None:
        self._path = path
        self._output = output

    def read_own(self) -> frozenset[str]:
        """Return the epochs that the home alone knows as its own; KeyRefused keys.marks_unreadable."""
        return frozenset(_home(self._path)[1])

    def read(self) -> Issued:
        """Return what home and output know; keys.marks_unreadable as KeyRefused (home) or OutputRefused (output)."""
        name, marks = _home(self._path)
        homes = _homes(self._output / IN_OUTPUT) if self._output else {}
        own = marks.keys() | homes.get(name, {}).keys()
        next_lines = dict(marks)
        for issued in homes.values():
            for epoch, next_line in issued.items():
                next_lines[epoch] = max(next_lines.get(epoch, 1), next_line)
        return Issued(next_lines, frozenset(own), bool(homes.keys() - {name}), self._batch_folders())

    def raise_to(self, epoch: str, next_line: int) -> None:
        """Remember that all lines before ``next_line`` may be on paper; does not return before it is on the disk.

        An output that does not take its mark is told in the log alone: the home has it.
        """
        name, marks = _home(self._path)
        if marks.get(epoch, 1) < next_line:
            name = self._raise_in_home(epoch, next_line)
        if self._output and name and _homes(self._output / IN_OUTPUT).get(name, {}).get(epoch, 1) < next_line:
            try:
                _raise_in_output(self._output / IN_OUTPUT, name, epoch, next_line)
            except (OSError, OutputRefused) as error:
                LOG.error("the output did not take the mark of the lines that were issued: %s", type(error).__name__)

    def _batch_folders(self) -> frozenset[str]:
        try:
            return frozenset(filter(_BATCH.fullmatch, os.listdir(self._output) if self._output else ()))
        except OSError:
            return frozenset()

    def _raise_in_home(self, epoch: str, next_line: int) -> str:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with file_lock(self._path.with_suffix(".lock")):
                name, marks = _home(self._path)
                name = name or secrets.token_hex(8)
                write_private(
                    self._path, _json({"home": name, "issued": _raised(marks, epoch, next_line)}), replace=True
                )
        except OSError as error:
            raise KeyRefused.from_code("keys.not_written", path=str(self._path), reason=error.strerror or "") from error
        return name


def _raise_in_output(path: Path, name: str, epoch: str, next_line: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with file_lock(path.with_suffix(".lock")):
        content, homes = _read(path), _homes(path)
        raised = homes | {name: _raised(homes.get(name, {}), epoch, next_line)}
        with whole_file(path) as file:
            file.write(_json(content | {"homes": raised}).encode())


def output_name(output: Path) -> str:
    """Return the random name in an output's mark file; empty if it has none. OutputRefused keys.marks_unreadable."""
    return str(_read(output / IN_OUTPUT).get("output", ""))


def name_output(output: Path) -> str:
    """Give an output a random name in its mark file, if it has none yet; return it. Raises OutputRefused."""
    path = output / IN_OUTPUT
    with output_refusals(output):
        output.mkdir(parents=True, exist_ok=True)
        with file_lock(path.with_suffix(".lock")):
            content = _read(path)
            name = str(content.get("output", "")) or secrets.token_hex(8)
            with whole_file(path) as file:
                file.write(_json({"output": name, "homes": {}} | content).encode())
    return name


def _home(path: Path) -> tuple[str, dict[str, int]]:
    """Return a home's name, empty if it has none yet, and its marks."""
    content = _read(path)
    marks = content.get("issued", content)
    return str(content.get("home", "")) if marks is not content else "", _lines(marks, path)


def _homes(path: Path) -> dict[str, dict[str, int]]:
    homes = _read(path).get("homes", {})
    if not isinstance(homes, dict):
        raise _unreadable(path)
    return {str(name): _lines(marks, path) for name, marks in homes.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path) from error
    if not isinstance(content, dict):
        raise _unreadable(path)
    return content


def _lines(marks: object, path: Path) -> dict[str, int]:
    if not isinstance(marks, dict) or not all(isinstance(line, int) for line in marks.values()):
        raise _unreadable(path)
    return {str(epoch): line for epoch, line in marks.items()}


def _unreadable(path: Path) -> LabelsvcError:
    """Return the refusal of a mark file: the home's stops everything, the output's only what is ordered or printed."""
    refusal = OutputRefused if path.name == IN_OUTPUT else KeyRefused
    return refusal.from_code("keys.marks_unreadable", path=str(path))


def _raised(marks: Mapping[str, int], epoch: str, next_line: int) -> dict[str, int]:
    return {**marks, epoch: max(marks.get(epoch, 1), next_line)}


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=1) + "\n"
