"""Whole lists as files, made once for each state of the records and sent as often as anybody asks.

What is not filtered is kept; a filtered list is made for one answer. A machine makes one of each kind at a time, lot by
lot, so that a list of any length takes little memory. A large one takes a second to make, so it stands for some minutes
though the records change meanwhile: requests, however many, cost no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from os import fstat
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep, time
from typing import IO

from labelsvc.domain.errors import ServiceBusy
from labelsvc.storage.files.file_lock import LockBusy, file_lock
from labelsvc.storage.files.private_file import make_private_folder, open_private
from labelsvc.storage.files.whole_file import output_refusals

PATIENCE_SECONDS = 20.0
"""How long somebody waits while another list is made."""
LOOKED_EVERY_SECONDS = 0.05
LARGE = 1 << 20
"""Bytes of a list that takes long to make: some 7,000 products, a twentieth of a second."""
STANDS_SECONDS = 300.0
"""How long a large list is sent after it was made, whatever changed since: as long as caches keep any list."""


@dataclass(frozen=True, slots=True)
class WantedList:
    """Which list is wanted: its name (csv-vi, json), its edition (program, day, filter), the version of the records."""

    name: str
    edition: str
    version: int

    @property
    def tag(self) -> str:
        """What tells this state of the list from all others."""
        return _digest(f"{self.name} {self.edition} {self.version}")

    @property
    def stem(self) -> str:
        """What the names of the edition's files begin with."""
        return f"{self.name}.{_digest(self.edition)[:16]}."


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list to be read, with the tag of the state that it has."""

    stream: IO[bytes]
    tag: str

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return fstat(self.stream.fileno()).st_size

    @property
    def made_at(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(fstat(self.stream.fileno()).st_mtime, UTC)


class ListFiles:
    """A folder of lists; of each name one file is kept."""

    def __init__(self, folder: Path, *, large: int = LARGE) -> None:
        self._folder, self._large = folder, large

    def wanted(self, name: str, edition: str, version: int) -> WantedList:
        """Return what tells the list of this state of the records from others."""
        return WantedList(name, edition, version)

    def open(self, wanted: WantedList, parts: Callable[[], Iterable[str]], *, keep: bool) -> ListFile:
        """Return a list's file for reading, made of ``parts`` where no kept one may be sent.

        That is one of this state, or a large one of the same edition that was made minutes ago, or is made anew just
        now by somebody else. Raises ServiceBusy if others are made for too long, OutputRefused if the disk takes none.
        """
        until = monotonic() + PATIENCE_SECONDS
        while True:
            if keep and (file := self._kept(wanted) or self._standing(wanted)):
                return file
            with suppress(LockBusy), self._turn("kept" if keep else "filtered"):
                return (self._kept(wanted) if keep else None) or self._made(wanted, parts, keep=keep)
            if keep and (file := self._former(wanted)):
                return file
            if monotonic() > until:
                raise ServiceBusy.from_code("register.busy")
            sleep(LOOKED_EVERY_SECONDS)

    @contextmanager
    def _turn(self, kind: str) -> Iterator[None]:
        """Hold the machine's turn to make a list of a kind; LockBusy if somebody else does."""
        with output_refusals(self._folder):
            make_private_folder(self._folder)
            with file_lock(self._folder / f"{kind}.lock", wait=False):
                yield

    def _kept(self, wanted: WantedList) -> ListFile | None:
        return _opened(self._folder / f"{wanted.stem}{wanted.tag}")

    def _standing(self, wanted: WantedList) -> ListFile | None:
        """Return the former file of the edition if it is large and was made minutes ago."""
        file = self._former(wanted)
        if file and (file.size < self._large or not 0 <= time() - file.made_at.timestamp() < STANDS_SECONDS):
            file.stream.close()
            return None
        return file

    def _former(self, wanted: WantedList) -> ListFile | None:
        """Return the file of the edition that is there, whatever its state."""
        found = (_opened(path) for path in self._folder.glob(f"{wanted.stem}*"))
        return next(filter(None, found), None)

    def _made(self, wanted: WantedList, parts: Callable[[], Iterable[str]], *, keep: bool) -> ListFile:
        kept = self._folder / f"{wanted.stem}{wanted.tag}"
        temporary = kept.with_name(f".{kept.name}.{token_hex(4)}")
        try:
            with open_private(temporary, "x", encoding="utf-8") as stream:
                stream.writelines(parts())
            file = ListFile(temporary.open("rb"), wanted.tag)
            if keep:
                temporary.replace(kept)
                for path in self._folder.glob(f"{wanted.name}.*"):
                    if path != kept:
                        path.unlink(missing_ok=True)
            return file
        finally:
            temporary.unlink(missing_ok=True)


def _opened(path: Path) -> ListFile | None:
    with suppress(FileNotFoundError):
        return ListFile(path.open("rb"), path.suffix.removeprefix("."))
    return None


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
