"""Who works on a part or a batch: a process of a machine, written so that others can tell whether it is still there.

A machine is a boot of a kernel and a namespace of process ids; two of them never judge each other's processes. The
start of a process, in clock ticks since that boot, tells it from a later one of the same number (Linux, proc(5)).
One that lives and may not be looked at is judged by time alone, as those of other machines are: services of systemd
with namespaces of users (``PrivateUsers=``) and a ``/proc`` without others' processes do not see each other.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal, Self

Fate = Literal["unknown", "alive", "died", "died_with_parent"]
"""``unknown``: of another machine, or hidden. ``died``: alone, while its parent, the worker that started it, lives."""
GONE: tuple[Fate, ...] = ("died", "died_with_parent")
_PROC = Path("/proc")
_STATE, _START = 0, 19
"""Places in ``/proc/<pid>/stat`` behind the program's name."""
_ENDED = -1
"""In the place of a start: the process died, and nobody has waited for it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process and its parent: numbers and starts."""

    machine: str
    pid: int
    start: int
    parent: int
    parent_start: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the holder that a text names; None for a text of another form."""
        machine, *numbers = text.split(" ")
        if len(numbers) != 4 or not all(number.isdigit() for number in numbers):
            return None
        pid, start, parent, parent_start = map(int, numbers)
        return cls(machine, pid, start, parent, parent_start)

    def __str__(self) -> str:
        return " ".join(map(str, astuple(self)))

    @property
    def boot(self) -> str:
        """The boot of the machine."""
        return self.machine.partition("/")[0]

    @property
    def fate(self) -> Fate:
        """What became of the process."""
        if not self.machine or self.machine != this_machine():
            return "unknown"
        running = _is_running(self.pid, self.start)
        if running is None:
            return "unknown"
        if running:
            return "alive"
        return "died_with_parent" if _is_running(self.parent, self.parent_start) is False else "died"


def own_holder() -> str:
    """Return what this process writes into its claims."""
    parent = os.getppid()
    return str(Holder(this_machine(), os.getpid(), _start(os.getpid()) or 0, parent, _start(parent) or 0))


def this_machine() -> str:
    """Return the boot and the namespace of process ids; empty where the system tells neither."""
    with suppress(OSError):
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.stat(_PROC / 'self/ns/pid').st_ino}"
    return ""


def _is_running(pid: int, start: int) -> bool | None:
    """Return whether a process lives; None for one that may not be looked at, though its number is taken."""
    try:
        with suppress(PermissionError):
            os.kill(pid, 0)
    except ProcessLookupError:
        return False
    found = _start(pid)
    return None if found is None else found == start


def _start(pid: int) -> int | None:
    """Return when a process started, or ``_ENDED``; None for one that is not there, or may not be looked at."""
    try:
        facts = (_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return _ENDED if facts[_STATE] in "ZX" else int(facts[_START])
