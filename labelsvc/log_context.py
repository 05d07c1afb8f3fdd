"""What this thread works on, for its log: a request, or a part of a batch.

Every line that is logged meanwhile bears it (`labelsvc.web.server.log`), also those of libraries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_WORK: ContextVar[Mapping[str, object]] = ContextVar("work", default={})  # noqa: B039  never changed in place


def work_at_hand() -> Mapping[str, object]:
    """Return the facts of what this thread works on: ``request``, or ``batch`` and ``part``; empty for nothing."""
    return _WORK.get()


def begin_work(**facts: object) -> None:
    """Say what this thread works on from now on; without facts nothing."""
    _WORK.set(facts)


@contextmanager
def working_on(**facts: object) -> Iterator[None]:
    """Say what this thread works on in the block, beside what it worked on before."""
    token = _WORK.set({**_WORK.get(), **facts})
    try:
        yield
    finally:
        _WORK.reset(token)
