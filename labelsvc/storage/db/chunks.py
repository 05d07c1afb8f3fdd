"""Splits many values into chunks for one statement each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_ONCE = 500
"""Values per IN clause: far below the parameter limits of SQLite and PostgreSQL."""

V = TypeVar("V")


def in_lots(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """Yield the values in lots of AT_ONCE."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
