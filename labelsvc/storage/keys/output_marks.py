"""The marks in an output: its own random name, and the lines that each home issued.

A folder has them in one file, ``.issued.json``, under a lock. An object store has no locks, and two machines may write
at once: there a mark is an empty object whose *name* says it, ``.issued/HOME.EPOCH.LINE`` and ``.output/NAME``. Each is
put as a whole, the highest line counts, and lower ones are removed only once a higher one is there: whatever comes
between, no mark falls. What was copied there from a folder, ``.issued.json`` with it, is read as well.
"""

from __future__ import annotations

import json
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files.file_lock import file_lock
from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.object_folder import ObjectFolder
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.files.whole_file import output_refusals, whole_file

IN_OUTPUT = ".issued.json"
ISSUED, OUTPUT = ".issued", ".output"
Lines = dict[str, int]
"""The next line of each epoch."""


class OutputMarks(ABC):
    """The marks of an output. All raise OutputRefused; keys.marks_unreadable where they can't be understood."""

    @abstractmethod
    def names(self) -> frozenset[str]:
        """Return the output's names: one, or several where machines gave it some at once."""

    def is_named(self, name: str) -> bool:
        """Return whether a name is one of the output's; each part that is printed asks."""
        return name in self.names()

    @abstractmethod
    def give_name(self) -> str:
        """Give the output a random name if it has none yet; return it."""

    @abstractmethod
    def homes(self) -> dict[str, Lines]:
        """Return what each home issued."""

    @abstractmethod
    def raise_to(self, home: str, epoch: str, next_line: int) -> None:
        """Raise the mark of a home's epoch; it never falls."""


def marks_in(folder: StoredFolder) -> OutputMarks:
    """Return the marks of an output."""
    if isinstance(folder, LocalFolder):
        return _FileMarks(folder)
    if isinstance(folder, ObjectFolder):
        return _NamedMarks(folder)
    raise TypeError(folder)


@dataclass(frozen=True, slots=True)
class _FileMarks(OutputMarks):
    """``{"output": NAME, "homes": {NAME: {EPOCH: LINE}}}`` in a file."""

    folder: LocalFolder

    def names(self) -> frozenset[str]:
        name = str(self._content().get("output", ""))
        return frozenset((name,)) if name else frozenset()

    def give_name(self) -> str:
        path = self.folder.path / IN_OUTPUT
        with output_refusals(self.folder.path):
            self.folder.path.mkdir(parents=True, exist_ok=True)
            with file_lock(path.with_suffix(".lock")):
                content = self._content()
                name = str(content.get("output", "")) or secrets.token_hex(8)
                with whole_file(path) as file:
                    file.write(marks_json({"output": name, "homes": {}} | content).encode())
        return name

    def homes(self) -> dict[str, Lines]:
        return homes_of(self._content(), f"{self.folder.place}/{IN_OUTPUT}")

    def raise_to(self, home: str, epoch: str, next_line: int) -> None:
        path = self.folder.path / IN_OUTPUT
        with output_refusals(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with file_lock(path.with_suffix(".lock")):
                content, homes = self._content(), self.homes()
                homes[home] = raised_marks(homes.get(home, {}), epoch, next_line)
                with whole_file(path) as file:
                    file.write(marks_json(content | {"homes": homes}).encode())

    def _content(self) -> dict[str, Any]:
        return _read(self.folder)


@dataclass(frozen=True, slots=True)
class _NamedMarks(OutputMarks):
    """Marks as names of empty objects."""

    folder: ObjectFolder

    def names(self) -> frozenset[str]:
        copied = str(_read(self.folder).get("output", ""))
        return frozenset(self.folder.within(OUTPUT).files()) | ({copied} if copied else set())

    def is_named(self, name: str) -> bool:
        """Ask for the one object; where it is missing the name may have been copied."""
        return self.folder.within(OUTPUT).find(name) is not None or name in self.names()

    def give_name(self) -> str:
        if names := self.names():
            return min(names)
        name = secrets.token_hex(8)
        self._put(OUTPUT, name)
        return min(self.names() | {name})

    def homes(self) -> dict[str, Lines]:
        homes = homes_of(_read(self.folder), f"{self.folder.place}/{IN_OUTPUT}")
        for mark in self.folder.within(ISSUED).files():
            home, epoch, line = self._parsed(mark)
            homes[home] = raised_marks(homes.get(home, {}), epoch, line)
        return homes

    def raise_to(self, home: str, epoch: str, next_line: int) -> None:
        self._put(ISSUED, f"{home}.{epoch}.{next_line}")
        folder = self.folder.within(ISSUED)
        for mark in folder.files():
            if self._parsed(mark)[:2] == (home, epoch) and self._parsed(mark)[2] < next_line:
                folder.discard(mark)

    def _put(self, folder: str, name: str) -> None:
        with self.folder.within(folder).write(name):
            pass

    def _parsed(self, mark: str) -> tuple[str, str, int]:
        home, _, issued = mark.partition(".")
        epoch, _, line = issued.partition(".")
        if not line.isascii() or not line.isdigit():
            raise _unreadable(f"{self.folder.place}/{ISSUED}/{mark}")
        return home, epoch, int(line)


def raised_marks(marks: Mapping[str, int], epoch: str, next_line: int) -> Lines:
    """Return marks of which one is at least so high."""
    return {**marks, epoch: max(marks.get(epoch, 1), next_line)}


def marks_json(content: Mapping[str, object]) -> str:
    """Return the text of a file of marks."""
    return json.dumps(content, indent=1) + "\n"


def homes_of(content: Mapping[str, Any], path: str) -> dict[str, Lines]:
    """Return what each home issued, as a file of marks says it."""
    homes = content.get("homes", {})
    if not isinstance(homes, dict) or not all(_are_lines(marks) for marks in homes.values()):
        raise _unreadable(path)
    return {str(name): dict(marks) for name, marks in homes.items()}


def _are_lines(marks: object) -> bool:
    return isinstance(marks, dict) and all(isinstance(line, int) for line in marks.values())


def _read(folder: StoredFolder) -> dict[str, Any]:
    try:
        content = json.loads(folder.read(IN_OUTPUT))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(f"{folder.place}/{IN_OUTPUT}") from error
    if not isinstance(content, dict):
        raise _unreadable(f"{folder.place}/{IN_OUTPUT}")
    return content


def _unreadable(path: str) -> OutputRefused:
    return OutputRefused.from_code("keys.marks_unreadable", path=path)
