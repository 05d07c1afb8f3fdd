"""Stops a process at a system call, or writes its system calls down, by strace: a moment that no sleep can hit."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import missing

_STOPPED = re.compile(r"^(\d+) +--- SIGSTOP ", re.MULTILINE)
_CALL = re.compile(r"(\d+) +(\w+)\((.*)\) += (\d+)")


@dataclass(frozen=True)
class Moment:
    """The ``nth`` time that a system call is made on a path (of a rename: the old one), whichever process makes it."""

    call: str
    path: Path
    nth: int = 1

    def before(self, log: Path) -> list[str]:
        """Return what starts a program whose processes are stopped right after the call; ``log`` tells which are."""
        calls = f"/^{self.call}(at|at2)?$"
        return [*_strace(log), "-P", str(self.path), "-e", f"trace={calls}", "-e", f"inject={calls}:signal=STOP"]

    def came(self, log: Path) -> int:
        """Return the process that is stopped at the moment, 0 before; those that stopped earlier go on."""
        stopped = [int(found[1]) for found in _STOPPED.finditer(log.read_text())] if log.exists() else []
        for process in stopped[: self.nth - 1]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
        return stopped[self.nth - 1] if len(stopped) >= self.nth else 0


@dataclass(frozen=True)
class SystemCall:
    """A call that succeeded: which process made it, and its arguments as strace shows them (files by their paths)."""

    process: int
    name: str
    arguments: str


def written_down(log: Path, *calls: str, waits: bool = False) -> list[str]:
    """Return what starts a program whose system calls are written to a log.

    ``waits``: what is started is strace, which ends after the program, with its status: the log is whole then.
    """
    started = _strace(log, apart=not waits)
    return [*started, "--seccomp-bpf", "--decode-fds=path", "-s", "0", "-e", f"trace={','.join(calls)}"]


def failing(log: Path, call: str, path: Path, error: str) -> list[str]:
    """Return what starts a program for which a system call on a path fails, as on a disk that is broken."""
    return [*_strace(log), "-P", str(path), "-e", f"trace={call}", "-e", f"inject={call}:error={error}"]


def read_calls(log: Path) -> Iterator[SystemCall]:
    """Yield the calls of a log in the order in which they ended; those that failed are left out."""
    begun: dict[str, str] = {}
    for line in log.read_text(errors="replace").splitlines():
        process, _, rest = line.partition(" ")
        if rest.endswith("<unfinished ...>"):
            begun[process] = rest.removesuffix("<unfinished ...>").strip()
            continue
        if resumed := re.match(r" *<\.\.\. \w+ resumed>(.*)", rest):
            line = f"{process} {begun.pop(process, '')}{resumed[1]}"
        if found := _CALL.match(line):
            yield SystemCall(int(found[1]), found[2], found[3])


def _strace(log: Path, *, apart: bool = True) -> list[str]:
    """Return strace, as a process ``apart`` where the program is to be the very process that was started."""
    if not shutil.which("strace"):
        missing("strace is not installed: apt-get install strace")
    log.unlink(missing_ok=True)
    return ["strace", *(["-DD"] if apart else []), "-f", "-qq", "-o", str(log)]
