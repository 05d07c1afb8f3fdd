"""How far an import is: whoever waits for it is told each thousand rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Literal, TypeVar

ImportStep = Literal["reading", "comparing", "writing", "listing"]
ImportProgress = Callable[[ImportStep, int, int], None]
"""Is told the step, how many rows of it are done, and of how many; 0 where that is not known."""
ROWS_EACH = 1_000

Row = TypeVar("Row")


def untold(step: ImportStep, done: int, total: int) -> None:
    """Tell nobody."""


def counted(rows: Collection[Row], step: ImportStep, progress: ImportProgress) -> Iterator[Row]:
    """Yield the rows of a step, and tell how many were taken."""
    total = len(rows)
    for done, row in enumerate(rows):
        if done % ROWS_EACH == 0:
            progress(step, done, total)
        yield row
