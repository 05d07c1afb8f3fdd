"""A folder on a disk of this machine, or on one that is mounted there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from labelsvc.storage.files.stored_folder import AT_ONCE, StoredFile, StoredFolder
from labelsvc.storage.files.whole_file import UNFINISHED, WholeFile, output_refusals, sync_folder, whole_file


@dataclass(frozen=True, slots=True)
class LocalFolder(StoredFolder):
    """A folder by its absolute path."""

    path: Path

    @property
    def place(self) -> str:
        """Its path."""
        return str(self.path)

    def within(self, name: str) -> LocalFolder:
        """Return a folder in this one."""
        return LocalFolder(self.path / name)

    def around(self) -> LocalFolder:
        """Return the folder that this one is in."""
        return LocalFolder(self.path.parent)

    def exists(self) -> bool:
        """Return whether it is there."""
        return self.path.is_dir()

    def make(self) -> None:
        """Make it, and those above it, where they are missing; what is in it is lost with it if the power goes."""
        with output_refusals(self.path):
            missing = [each for each in (self.path, *self.path.parents) if not each.exists()]
            self.path.mkdir(parents=True, exist_ok=True)
            for each in missing:
                sync_folder(each.parent)

    def remove_empty(self) -> None:
        """Remove it if nothing is in it."""
        with suppress(OSError):
            self.path.rmdir()

    def files(self) -> Mapping[str, StoredFile]:
        """Return the finished files in it by their names."""
        try:
            with os.scandir(self.path) as entries:
                return {file.name: file for entry in entries if (file := _finished(Path(entry.path)))}
        except (FileNotFoundError, NotADirectoryError):
            return {}

    def find(self, name: str) -> StoredFile | None:
        """Return a finished file."""
        return _finished(self.path / name)

    def read_range(self, name: str, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``first`` to before ``end``."""
        with (self.path / name).open("rb") as stream:
            stream.seek(first)
            left = AT_ONCE if end is None else end - first
            while left and (chunk := stream.read(min(left, AT_ONCE))):
                left -= 0 if end is None else len(chunk)
                yield chunk

    def on_this_disk(self, name: str, scratch: Path) -> Path:
        """Return the file's own path."""
        return self.path / name

    def write(self, name: str) -> AbstractContextManager[WholeFile]:
        """Return the context of a whole file, see :func:`whole_file`."""
        return whole_file(self.path / name)

    def discard(self, name: str) -> None:
        """Remove a file, if it is there."""
        with output_refusals(self.path / name):
            (self.path / name).unlink(missing_ok=True)

    def clear_unfinished(self) -> None:
        """Remove what killed processes were writing."""
        with output_refusals(self.path):
            for left in self.path.glob(f".*{UNFINISHED}"):
                left.unlink(missing_ok=True)

    def link(self, name: str, shown_name: str) -> str:
        """Return no address: a disk has none."""
        return ""


def _finished(path: Path) -> StoredFile | None:
    """Return a file that is whole; None for folders, and for what is being written or gone."""
    if path.name.startswith(".") and path.name.endswith(UNFINISHED):
        return None
    try:
        facts = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return StoredFile(path.name, facts.st_size, str(facts.st_mtime_ns)) if path.is_file() else None
