"""Transactions that change something and fall silent: PostgreSQL ends them.

A machine that is frozen, or cut off, in the midst of one would hold the writer's turn, or a row, until it wakes, and
nobody else could write meanwhile.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import ExceptionContext

IDLE_SECONDS, IDLE_SECONDS_OF_MANY_ROWS = 60, 600
"""So long it may say nothing: an order of 200,000 products is put together in seconds, a file of as many is read."""
SETTING = "idle_in_transaction_session_timeout"
ENDED = "25P03"
"""The SQLSTATE that the connection gets before the server closes it."""
_SET = text(f"SELECT set_config('{SETTING}', :idle, true)")


def end_when_idle(connection: Connection, seconds: int = IDLE_SECONDS) -> None:
    """Let the connection's transaction end after so many seconds without a statement; 0 for never."""
    if connection.dialect.name == "postgresql":
        connection.execute(_SET, {"idle": f"{seconds}s"})


def expect_ends(engine: Engine) -> None:
    """Take a connection for lost whose transaction the server ended; to psycopg it is an internal error."""

    def judge(context: ExceptionContext) -> None:
        if getattr(context.original_exception, "sqlstate", None) == ENDED:
            context.is_disconnect = True

    event.listen(engine, "handle_error", judge)
