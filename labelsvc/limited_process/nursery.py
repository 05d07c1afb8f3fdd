"""A confined process that has loaded what reading takes, and forks a child for each file: a fresh one takes longer.

The file is handed over as a descriptor, so that the process may open none itself; the answer comes back through a pipe.
A child is bounded in memory and CPU time, and ends when nobody reads its answer any more.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import subprocess
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, NoReturn

from labelsvc.limited_process import forbid_files, limit_memory, limit_seconds, start_child

LONGEST_QUESTION = 4_096
"""Bytes that are said beside the file."""
ENDING_SECONDS = 5
_INHERITED: list[object] = []
"""Processes of a forked process's parent, kept so that nobody waits for them here."""
Answer = Callable[[bytes], None]
"""Reads standard input, given what was said beside it, and writes to standard output."""


class Nursery:
    """A process of one program, started when it is first asked. Safe to use from many threads and forked processes.

    It reads the files and folders of ``readable`` besides our own.
    """

    def __init__(self, program: str, readable: Sequence[Path] = ()) -> None:
        self._program, self._readable = program, readable
        self._starting = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def ask(self, file: IO[bytes], said: bytes) -> IO[bytes]:
        """Return the answer to a file (a real one, read from its beginning), to be read and closed; it ends early if
        the child did."""
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        ours, childs = os.pipe()
        try:
            self._send(said, file.fileno(), childs)
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(childs)
        return os.fdopen(ours, "rb")

    def open_stream(self, said: bytes) -> socket.socket:
        """Return a stream to a child, whose standard input and output it is; the child ends when it is closed."""
        ours, childs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with childs:
            try:
                self._send(said, childs.fileno(), childs.fileno())
            except BaseException:
                ours.close()
                raise
        return ours

    def _send(self, said: bytes, asked: int, answered: int) -> None:
        for attempt in range(2):
            try:
                socket.send_fds(self._started(), [said], [asked, answered])
                return
            except OSError:  # it was killed from outside: another one tries once more
                self.close()
                if attempt:
                    raise

    def make_ready(self) -> None:
        """Start the process where there is none, so that the first file need not wait for it."""
        self._started()

    def _started(self) -> socket.socket:
        with self._starting:
            if self._socket is None:
                ours, childs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with childs:
                    self._process = start_child(self._program, readable=self._readable, stdin=childs.fileno())
                if self._process.stdout:
                    self._process.stdout.close()  # it answers through pipes of their own
                self._socket = ours
            return self._socket

    def close(self) -> None:
        """End the process where there is one; children under way go on to their end."""
        with self._starting:
            process, asking = self._process, self._socket
            self._process = self._socket = None
        if asking:
            asking.close()
        if process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(ENDING_SECONDS)

    def _forget(self) -> None:
        """A forked process starts its own: a child's end would not be told to it."""
        self._starting = Lock()
        if self._socket:
            self._socket.close()
        if self._process:
            _INHERITED.append(self._process)
        self._process = self._socket = None


def answer_files(answer: Answer, *, most_bytes: int, most_seconds: int, practice: Iterable[None] = ()) -> None:
    """Answer until nobody can ask any more: the nursery's side. Each file is read by a child with limits.

    As long as nobody asks, it takes the steps of ``practice``, for its children to inherit what they load.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes ended children away
    steps = iter(practice)
    with socket.socket(fileno=os.dup(0)) as asked:
        while True:
            while not select.select([asked], [], [], 0)[0] and next(steps, asked) is None:
                pass
            said, descriptors = _received(asked)
            if not descriptors:
                return
            if not os.fork():
                _answer(answer, said, descriptors, (most_bytes, most_seconds))
            for descriptor in descriptors:
                os.close(descriptor)


def _received(asked: socket.socket) -> tuple[bytes, list[int]]:
    said, descriptors, _, _ = socket.recv_fds(asked, LONGEST_QUESTION, 2)
    return said, list(descriptors)


def _answer(answer: Answer, said: bytes, descriptors: list[int], most: tuple[int, int]) -> NoReturn:
    status = 1
    try:
        for descriptor, stream in zip(descriptors, (0, 1), strict=True):
            os.dup2(descriptor, stream)
            os.close(descriptor)
        os.closerange(3, 256)
        limit_memory(most[0])
        limit_seconds(most[1])
        forbid_files()
        answer(said)
        status = 0
    finally:
        os._exit(status)
