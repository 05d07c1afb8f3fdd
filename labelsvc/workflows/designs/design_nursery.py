"""Where designs that somebody wrote are read: in processes of their own, as their texts are programs (Jinja).

One process has loaded what drawing takes, and forks a child for each job: a fresh one would take a second. A job says
what it answers; nothing of the answer is executed here (``studio.design_child`` is the other side). A child ends when
its time or memory is used up, and when nobody waits for its answer any more.
"""

from __future__ import annotations

import pickle
import select
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Protocol, Self

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
NurseryKey = tuple[Path, Path, Host]
"""What a nursery is started for: the folders of templates and fonts, and the host."""
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


def ask_apart(job: DesignJob, looks: NurseryKey) -> bytes:
    """Return a job's answer; nothing where its child was ended."""
    with _TURNS, DesignSession(looks) as session:
        return session.ask(job) or b""


class DesignSession:
    """A child that does job after job, remembers what it made of pictures and texts, and ends when it is closed.

    Jobs on one design of one account alone share one: what a design does to its child concerns no other.
    """

    def __init__(self, looks: NurseryKey) -> None:
        self._stream = _nursery(*looks).open_stream(b"jobs")

    def ask(self, job: DesignJob, is_over: Callable[[], bool] = lambda: False) -> bytes | None:
        """Return a job's answer; nothing, and ask no more, where the child was ended or ``is_over`` wants no answer.

        None: it had ended before, as one does that waited for long or did many jobs.
        """
        content = pickle.dumps(job)
        with suppress(OSError):
            self._stream.settimeout(LOADING_SECONDS)
            self._stream.sendall(LENGTH.pack(len(content)) + content)
            return self._answer(is_over)
        return None

    def _answer(self, is_over: Callable[[], bool]) -> bytes | None:
        end, content, head = time.monotonic() + LOADING_SECONDS, bytearray(), len(BEGUN) + LENGTH.size
        while time.monotonic() < end and not is_over():
            if not select.select([self._stream], [], [], _LOOK_SECONDS)[0]:
                continue
            some = self._stream.recv(_AT_ONCE)
            if not some:
                return b"" if content else None
            if not content:
                end = time.monotonic() + WALL_SECONDS
            content += some
            if len(content) >= head and len(content) == head + LENGTH.unpack(content[len(BEGUN) : head])[0]:
                return bytes(content[head:])
        return b""

    def close(self) -> None:
        """End the child, whatever it does."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
