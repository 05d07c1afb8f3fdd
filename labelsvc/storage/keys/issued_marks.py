"""How far each epoch has issued lines, kept beside the keys and not in the database.

A database that was set back to an older copy knows of fewer lines than were issued; the mark shows it, and a new
epoch begins before a code could be issued twice.
"""

from __future__ import annotations

import json
from pathlib import Path

from labelsvc.domain.errors import KeyRefused
from labelsvc.storage.files.file_lock import file_lock
from labelsvc.storage.files.private_file import make_private_folder, write_private


class IssuedMarks:
    """The next line of each epoch as this home has seen it; a mark only rises."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, int]:
        """Return for each epoch its first line that was not issued yet, as far as this home knows."""
        try:
            marks = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError) as error:
            raise KeyRefused.from_code("keys.marks_unreadable", path=str(self._path)) from error
        return {str(epoch): int(next_line) for epoch, next_line in marks.items()}

    def raise_to(self, epoch: str, next_line: int) -> None:
        """Remember that all lines before ``next_line`` may be on paper; does not return before it is on the disk."""
        if self.read().get(epoch, 1) >= next_line:
            return
        try:
            make_private_folder(self._path.parent)
            with file_lock(self._path.with_suffix(".lock")):
                marks = self.read()
                marks[epoch] = max(marks.get(epoch, 1), next_line)
                write_private(self._path, json.dumps(marks, indent=1) + "\n", replace=True)
        except OSError as error:
            raise KeyRefused.from_code("keys.not_written", path=str(self._path), reason=error.strerror or "") from error
