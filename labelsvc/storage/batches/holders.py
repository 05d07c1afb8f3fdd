"""Who works on a part or a batch: a process of a machine, written so that others can tell whether it is still there.

A machine is a boot of a kernel and a namespace of process ids; two of them never judge each other's processes. The
start of a process, in clock ticks since that boot, tells it from a later one of the same number (Linux, proc(5)).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal, Self

Fate = Literal["unknown", "alive", "died", "died_with_parent"]
"""``unknown``: of another machine. ``died``: alone, while its parent, the worker that started it, lives on."""
GONE: tuple[Fate, ...] = ("died", "died_with_parent")
_PROC = Path("/proc")
_STATE, _START = 0, 19
"""Places in ``/proc/<pid>/stat`` behind the program's name."""


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
        if _is_running(self.pid, self.start):
            return "alive"
        return "died" if _is_running(self.parent, self.parent_start) else "died_with_parent"


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


def _is_running(pid: int, start: int) -> bool:
    """Return whether a process lives; one that may not be looked at does as long as its number is taken."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return (found := _start(pid)) is None or found == start
    return _start(pid) == start


def _start(pid: int) -> int | None:
    """Return when a process started; None for one that is not there, or that died and was not yet waited for."""
    try:
        facts = (_PROC / f"{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if facts[_STATE] in "ZX" else int(facts[_START])
