"""Where designs that somebody wrote are read: in processes of their own, as their texts are programs (Jinja).

One process has loaded what drawing takes, and forks a child for each job: a fresh one would take a second. A job says
what it answers; nothing of the answer is executed here (``studio.design_child`` is the other side). A child ends when
its time or memory is used up, and when nobody waits for its answer any more.
"""

from __future__ import annotations

import os
import pickle
import select
import struct
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Protocol

from labelsvc.domain.host import Host
from labelsvc.limited_process.nursery import Nursery

WALL_SECONDS, CPU_SECONDS = 6.0, 4
LOADING_SECONDS = 60.0
"""Until a job is begun: the process may be loading still."""
MEMORY_BYTES = 3_000_000_000
_PROGRAM = "from labelsvc.workflows.studio.design_child import answer_jobs; answer_jobs({!r}, {!r}, {!r})"
BEGUN = b"!"
"""What a child says first."""
LENGTH = struct.Struct(">I")
_AT_ONCE = 1 << 16
_TURNS = BoundedSemaphore(2)
"""Jobs of this process at once."""
_LOOK_SECONDS = 0.05
"""How often it is asked whether an answer is still wanted."""


class DesignJob(Protocol):
    """All that a child needs, and what it does with it."""

    def answer(self) -> bytes:
        """Do the job, in the child."""


@lru_cache
def _nursery(templates: Path, fonts: Path, host: Host) -> Nursery:
    return Nursery(_PROGRAM.format(str(templates), str(fonts), str(host)), (templates, fonts))


def make_ready(templates: Path, fonts: Path, host: Host) -> None:
    """Let the process load what drawing takes, so that the first job need not wait for it."""
    _nursery(templates, fonts, host).make_ready()


def ask_apart(job: DesignJob, looks: tuple[Path, Path, Host], is_over: Callable[[], bool] = lambda: False) -> bytes:
    """Return a job's answer; nothing where its child was ended, or where ``is_over`` says that nobody wants it.

    ``looks``: the folders of templates and fonts, and the host.
    """
    with _TURNS, TemporaryFile() as file:
        pickle.dump(job, file)
        file.flush()
        with _nursery(*looks).ask(file, b"job") as answer:
            return _whole(answer, is_over)


def _whole(answer: IO[bytes], is_over: Callable[[], bool]) -> bytes:
    """Read an answer to its end; nothing where it is cut off, comes too late or is no longer wanted."""
    end, content, pipe = time.monotonic() + LOADING_SECONDS, bytearray(), answer.fileno()
    while time.monotonic() < end and not is_over():
        if not select.select([pipe], [], [], _LOOK_SECONDS)[0]:
            continue
        some = os.read(pipe, _AT_ONCE)
        if not content:
            end = time.monotonic() + WALL_SECONDS
        content += some
        if not some:
            head = len(BEGUN) + LENGTH.size
            size = LENGTH.unpack(content[len(BEGUN) : head])[0] if len(content) >= head else -1
            return bytes(content[head:]) if len(content) == head + size else b""
    return b""
