"""A folder of finished files, wherever it is: on a disk of this machine, or under a prefix of an object store.

Both keep the same promise: under a name there is a whole file, or none. A folder is a value: it may cross to another
process, and says in ``place`` what :func:`labelsvc.storage.files.places.folder_at` makes it from again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from labelsvc.storage.files.whole_file import WholeFile

AT_ONCE = 1 << 20
"""How many bytes of a file are in memory while it is read."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A finished file; ``mark`` is another one once it was written anew."""

    name: str
    size: int
    mark: str


class StoredFolder(ABC):
    """A folder of finished files. What it does not take or give is refused as OutputRefused."""

    __slots__ = ()

    @property
    @abstractmethod
    def place(self) -> str:
        """An absolute path, or a URL."""

    @property
    def name(self) -> str:
        """The folder's own name, the last of its place."""
        return self.place.rstrip("/").rpartition("/")[2]

    @abstractmethod
    def within(self, name: str) -> StoredFolder:
        """Return a folder in this one, whether it is there or not."""

    @abstractmethod
    def around(self) -> StoredFolder:
        """Return the folder that this one is in."""

    @abstractmethod
    def exists(self) -> bool:
        """Return whether it is there; in an object store: whether anything is in it."""

    @abstractmethod
    def make(self) -> None:
        """Make it, and those above it, where they are missing."""

    @abstractmethod
    def remove_empty(self) -> None:
        """Remove it if nothing is in it."""

    @abstractmethod
    def files(self) -> Mapping[str, StoredFile]:
        """Return the finished files in it by their names; none where there is no such folder."""

    @abstractmethod
    def find(self, name: str) -> StoredFile | None:
        """Return a finished file."""

    @abstractmethod
    def read_range(self, name: str, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``first`` to before ``end``, at most AT_ONCE at a time; FileNotFoundError if missing."""

    def read(self, name: str) -> bytes:
        """Return a small file; FileNotFoundError if it is missing."""
        return b"".join(self.read_range(name))

    def read_all(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return small files by their names; FileNotFoundError if one is missing."""
        return {name: self.read(name) for name in names}

    def read_in_turn(self, names: Sequence[str]) -> Iterator[bytes]:
        """Yield the bytes of files, one after the other, a few MB at a time; FileNotFoundError if one is missing."""
        return chain.from_iterable(map(self.read_range, names))

    @abstractmethod
    def on_this_disk(self, name: str, scratch: Path) -> Path:
        """Return a path that a file can be read from: its own, or that of a copy in ``scratch``."""

    @abstractmethod
    def write(self, name: str) -> AbstractContextManager[WholeFile]:
        """Provide a stream whose file gets its name when the block succeeds; else nothing is left of it."""

    @abstractmethod
    def discard(self, name: str) -> None:
        """Remove a file, if it is there."""

    def discard_all(self, names: Sequence[str]) -> None:
        """Remove files in their order, where they are there."""
        for name in names:
            self.discard(name)

    @abstractmethod
    def clear_unfinished(self) -> None:
        """Remove what killed processes were writing."""

    @abstractmethod
    def link(self, name: str, shown_name: str) -> str:
        """Return an address that gives a file to whoever has it, for a short while; empty where there is none."""
