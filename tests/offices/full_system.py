"""A system without room for what is to be begun."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

BEYOND_ANY_MEMORY = 1 << 47
"""Bytes: all that a process may address."""


@contextmanager
def no_room_for_threads() -> Iterator[None]:
    """Let no thread be begun inside of the block: each would want a stack that no system gives."""
    before = threading.stack_size(BEYOND_ANY_MEMORY)
    try:
        yield
    finally:
        threading.stack_size(before)
