"""The processes that a process started, as the system tells them (Linux)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    with suppress(OSError):
        return [int(child) for task in tasks for child in task.read_text().split()]
    return []


def descendants_of(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs."""
    children = children_of(pid)
    return [*children, *(below for child in children for below in descendants_of(child))]
