"""A connection to PostgreSQL that gives up on a server that says nothing.

A server that hangs (stopped, swapping, its disk gone) keeps its connections open, so no timeout of TCP ends the wait,
and ``statement_timeout`` is its own clock. psycopg asks a generator step by step what to wait for, and tells it every
tenth of a second that nothing arrived; there the wait can end.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property
from time import monotonic
from typing import Any

import psycopg


class PatientConnection(psycopg.Connection[Any]):
    """``answers_within``: seconds after which a statement's wait ends; None waits for ever.

    Then the connection is closed, as its state is unknown, and OperationalError is raised.
    """

    answers_within: float | None = None
    said_nothing = False

    @cached_property
    def kept_cursor(self) -> psycopg.Cursor[Any]:
        """A cursor for statements whose rows are fetched at once; a new one for each costs a third of them."""
        return self.cursor()

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """Wait for what a generator waits for."""
        if self.answers_within is None:
            return super().wait(gen, *args, **kwargs)
        return super().wait(_within(gen, monotonic() + self.answers_within, self), *args, **kwargs)


def _within(steps: Any, until: float, connection: PatientConnection) -> Generator[Any, Any, Any]:
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if not ready and monotonic() > until:
                connection.said_nothing = True
                connection.pgconn.finish()
                raise psycopg.OperationalError("the server says nothing")
            wanted = steps.send(ready)
    except StopIteration as end:
        return end.value
