"""Whole lists as files, made once for each state of the records and sent as often as anybody asks.

What is not filtered is kept until the records change; a filtered list is made for one answer. One process makes one at
a time, row by row, so that a list of any length takes little memory.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import IO

from labelsvc.domain.errors import ServiceBusy
from labelsvc.storage.files.private_file import make_private_folder, open_private
from labelsvc.storage.files.whole_file import output_refusals

PATIENCE_SECONDS = 20.0
"""How long somebody waits while another list is made."""


class ListFiles:
    """A folder of lists; ``kept`` ones have a name each (csv-vi, json), under which there is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()

    def open(self, name: str, state: str, parts: Callable[[], Iterable[str]], *, keep: bool) -> IO[bytes]:
        """Return a list's file for reading, made of ``parts`` if there is none of this state.

        Raises ServiceBusy if others are made for too long, OutputRefused if the disk takes none.
        """
        kept = self._folder / f"{name}.{blake2b(state.encode(), digest_size=8).hexdigest()}"
        if keep and (file := _opened(kept)):
            return file
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            raise ServiceBusy.from_code("register.busy")
        try:
            return (_opened(kept) if keep else None) or self._made(kept, parts, keep=keep)
        finally:
            self._turn.release()

    def _made(self, kept: Path, parts: Callable[[], Iterable[str]], *, keep: bool) -> IO[bytes]:
        temporary = kept.with_name(f".{kept.name}.{token_hex(4)}")
        with output_refusals(self._folder):
            make_private_folder(self._folder)
            try:
                with open_private(temporary, "x", encoding="utf-8") as stream:
                    stream.writelines(parts())
                file = temporary.open("rb")
                if keep:
                    former = list(self._folder.glob(f"{kept.stem}.*"))
                    temporary.replace(kept)
                    for path in former:
                        if path != kept:
                            path.unlink(missing_ok=True)
                return file
            finally:
                temporary.unlink(missing_ok=True)


def _opened(path: Path) -> IO[bytes] | None:
    with suppress(FileNotFoundError):
        return path.open("rb")
    return None
