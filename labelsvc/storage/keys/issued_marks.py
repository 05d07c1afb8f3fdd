"""The issued lines of each epoch, recorded beside the keys and in the output, not in the database.

A database that was set back to an older copy knows of fewer lines than were issued; the marks show it, and a new epoch
begins before a code could be issued twice. Where home and database were set back together, the output still knows.

Beside the keys stands ``{"home": NAME, "issued": {EPOCH: LINE}}``: a home has a random name, as several may print into
one output. What stands in the output says :mod:`labelsvc.storage.keys.output_marks`. Older homes kept
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

from labelsvc.domain.errors import KeyRefused, OutputRefused
from labelsvc.storage.files.file_lock import file_lock
from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.private_file import make_private_folder, write_private
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.keys.output_marks import marks_in, marks_json, raised_marks

LOG = logging.getLogger("labelsvc.keys")
_BATCH = re.compile(r"[0-9]{4}-[0-9]{3,}")
"""What a batch's folder is called (:func:`labelsvc.storage.batches.batches.batch_name`)."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued as far as home and output know.

    ``next_lines`` of all epochs, whoever issued them; ``own``: the epochs of this home; ``shared``: the output is
    another home's too. ``folders``: batches that have one in the output. In an object store, whose listing takes long,
    the marks alone tell. ``marked``: the next lines of this home that both the home and the output know.
    """

    next_lines: Mapping[str, int]
    marked: Mapping[str, int]
    own: frozenset[str] = frozenset()
    shared: bool = False
    folders: frozenset[str] = frozenset()


class IssuedMarks:
    """The next line of each epoch as this home and its output have seen it; a mark only rises.

    ``output`` is where batches' folders stand, or None if only the home keeps marks.
    """

    def __init__(self, path: Path, output: StoredFolder | None = None) -> None:
        self._path = path
        self._output = output
        self._in_output = marks_in(output) if output else None

    def read_own(self) -> frozenset[str]:
        """Return the epochs that the home alone knows as its own; KeyRefused keys.marks_unreadable."""
        return frozenset(_home(self._path)[1])

    def read(self) -> Issued:
        """Return what home and output know; keys.marks_unreadable as KeyRefused (home) or OutputRefused (output)."""
        name, marks = _home(self._path)
        homes = self._in_output.homes() if self._in_output else {}
        own = marks.keys() | homes.get(name, {}).keys()
        next_lines = dict(marks)
        for issued in homes.values():
            for epoch, next_line in issued.items():
                next_lines[epoch] = max(next_lines.get(epoch, 1), next_line)
        beside = homes.get(name, {}) if self._in_output else marks
        marked = {epoch: min(line, beside.get(epoch, 1)) for epoch, line in marks.items()}
        return Issued(next_lines, marked, frozenset(own), bool(homes.keys() - {name}), self._batch_folders())

    def check_written(self) -> None:
        """Write the home's marks as they are, before lines are issued; KeyRefused keys.not_written."""
        self._raise_in_home({})

    def remember(self, issued: Issued) -> None:
        """Keep in the home, too, which of its epochs only the output knows: a home that was restored has not seen them.

        Their keys may be missing, and no scan looks into the output.
        """
        if unknown := sorted(issued.own - issued.marked.keys()):
            self._raise_in_home({epoch: issued.next_lines[epoch] for epoch in unknown})

    def raise_to(self, epoch: str, next_line: int) -> None:
        """Remember that all lines before ``next_line`` may be on paper; does not return before it is on the disk.

        An output that does not take its mark is told in the log alone: the home has it.
        """
        name, marks = _home(self._path)
        if marks.get(epoch, 1) < next_line:
            name = self._raise_in_home({epoch: next_line})
        try:
            if self._in_output and name and self._in_output.homes().get(name, {}).get(epoch, 1) < next_line:
                self._in_output.raise_to(name, epoch, next_line)
        except OutputRefused as error:
            LOG.error("the output did not take the mark of the lines that were issued: %s", error)

    def _batch_folders(self) -> frozenset[str]:
        if not isinstance(self._output, LocalFolder):
            return frozenset()
        try:
            return frozenset(filter(_BATCH.fullmatch, os.listdir(self._output.path)))
        except OSError:
            return frozenset()

    def _raise_in_home(self, seen: Mapping[str, int]) -> str:
        """Write the home's marks, raised to what was seen; return the home's name."""
        try:
            make_private_folder(self._path.parent)
            with file_lock(self._path.with_suffix(".lock")):
                name, marks = _home(self._path)
                name = name or secrets.token_hex(8)
                for epoch, next_line in seen.items():
                    marks = raised_marks(marks, epoch, next_line)
                content = {"home": name, "issued": marks}
                write_private(self._path, marks_json(content), replace=True)
        except OSError as error:
            raise KeyRefused.from_code("keys.not_written", path=str(self._path), reason=error.strerror or "") from error
        return name


def _home(path: Path) -> tuple[str, dict[str, int]]:
    """Return a home's name, empty if it has none yet, and its marks."""
    content = _read(path)
    marks = content.get("issued", content)
    return str(content.get("home", "")) if marks is not content else "", _lines(marks, path)


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


def _unreadable(path: Path) -> KeyRefused:
    return KeyRefused.from_code("keys.marks_unreadable", path=str(path))
