"""Small files that only their owner may read, replaced as a whole or not at all."""

from __future__ import annotations

import glob
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from labelsvc.storage.files.whole_file import sync_folder

MODE = 0o600
FOLDER_MODE = 0o700
LEFT_SECONDS = 86_400
"""A temporary file as old as that was left by a process that was killed."""


def open_private(path: Path, mode: str, *, encoding: str | None = None) -> IO[Any]:
    """Open a file, which is made with mode 0600 where it is missing, whatever the process's umask says."""
    return open(path, mode, encoding=encoding, opener=lambda name, flags: os.open(name, flags, MODE))


def make_private_file(path: Path) -> None:
    """Make an empty file with mode 0600 where there is none, for a library that would take the process's umask."""
    with open_private(path, "ab"):
        pass


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, all with mode 0700."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=FOLDER_MODE, exist_ok=True)


def write_private(path: Path, text: str, *, replace: bool) -> None:
    """Write a file with mode 0600 through a temporary one beside it.

    Raises FileExistsError if it is there already and ``replace`` is False, and OSError if it can't be written.
    """
    make_private_folder(path.parent)
    _clear_left(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    try:
        with open(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(descriptor)
        if replace:
            temporary.replace(path)
        else:
            path.hardlink_to(temporary)  # unlike a rename, it never takes the place of a file that is there
        sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _clear_left(path: Path) -> None:
    """Remove what killed processes left of a file: of ``keys.json`` it would hold keys for ever."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                left.unlink()
