"""Many values, in lots that one statement takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_ONCE = 500
"""How many values stand in one IN: far below the parameters that SQLite and PostgreSQL take."""

V = TypeVar("V")


def in_lots(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """Yield the values in lots of AT_ONCE."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
