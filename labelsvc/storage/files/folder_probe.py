"""Does a folder answer at all? A network folder whose server is gone holds whoever asks it, and cannot be interrupted.

So a process of its own asks, and nobody waits for it longer than for a slow disk. An object store is asked in a thread:
its requests end by themselves.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.background_threads import begin_thread
from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.stored_folder import StoredFolder

ANSWER_SECONDS = 5.0
_ENDING_SECONDS = 0.2
_HUNG: list[subprocess.Popen[bytes]] = []
"""Processes that could not be ended yet, as the kernel waits for the folder."""
_ASK = """
import os, sys
with os.scandir(sys.argv[1]) as entries:
    next(entries, None)
with open(os.path.join(sys.argv[1], sys.argv[2]), "rb") as file:
    file.read(1)
"""


def place_answers(folder: StoredFolder, file: str, seconds: float = ANSWER_SECONDS) -> bool:
    """Return whether a folder, wherever it is, says within some seconds what is in it, or refuses to.

    True where neither process nor thread can be started: whoever asks the folder next sees what is wrong.
    """
    if isinstance(folder, LocalFolder):
        return folder_answers(folder.path, file, seconds)

    def ask() -> None:
        with suppress(OutputRefused):
            folder.find(file)

    asking = begin_thread(ask, "ask-output")
    if asking is None:
        return True
    asking.join(seconds)
    return not asking.is_alive()


def folder_answers(folder: Path, file: str, seconds: float = ANSWER_SECONDS) -> bool:
    """Return whether a folder, and a file in it, can be read or are said to be missing within some seconds."""
    _HUNG[:] = [process for process in _HUNG if process.poll() is None]
    command = (sys.executable, "-I", "-S", "-c", _ASK, folder, file)
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")  # noqa: S603
    except OSError:
        return True
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_ENDING_SECONDS)
            return False
        _HUNG.append(process)
        return False
    return True
