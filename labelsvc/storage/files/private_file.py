"""Small files that only their owner may read, replaced as a whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from labelsvc.storage.files.whole_file import sync_folder

MODE = 0o600
FOLDER_MODE = 0o700


def write_private(path: Path, text: str, *, replace: bool) -> None:
    """Write a file with mode 0600 through a temporary one beside it.

    Raises FileExistsError where it is there already and ``replace`` is False, and OSError where it can't be written.
    """
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
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
