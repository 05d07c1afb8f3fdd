"""CPU seconds of groups of processes, and of the whole machine, as Linux counts them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(leaders: set[int]) -> float:
    """Return the CPU seconds of processes, of those of their groups, and of their children and children that ended."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            facts = path.read_text().rpartition(")")[2].split()
            parent, group = int(facts[1]), int(facts[2])
            if leaders & {parent, group, int(path.parent.name)}:
                ticks += sum(map(int, facts[11:15]))
    return ticks / TICKS


def busy_seconds() -> float:
    """Return the seconds for which the cores of this machine computed anything."""
    user, nice, system, _, _, hard, soft, *_ = map(int, Path("/proc/stat").read_text().split(None, 9)[1:9])
    return (user + nice + system + hard + soft) / TICKS
