"""Begins transactions, on new connections where the server closed the old ones.

Nothing was asked of the server yet, so trying again does nothing twice: a connection that died in the pool, or while
its transaction waited for its turn, is replaced, and a server that is being restarted is waited for. What dies later
is the caller's to repeat or not (:class:`labelsvc.domain.errors.ConnectionLost`).
"""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from labelsvc.storage.db.refusals import is_away

RETURN_SECONDS = 2.0
"""How long a server that was reached before may be away: as long as a restart takes. Then it is refused at once."""
PAUSE_SECONDS = 0.05


class Connector:
    """Begins the transactions of one database. Safe to use from many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._was_reached = False
        self._away_since: float | None = None

    def begin(self, **options: Any) -> tuple[Connection, RootTransaction]:
        """Return a connection with its transaction; ``options`` are those of its execution. Raises DBAPIError."""
        while True:
            try:
                begun = self._try(options)
            except DBAPIError as error:
                self._was_reached |= error.connection_invalidated
                if not (is_away(error) and self._may_return()):
                    raise
                sleep(PAUSE_SECONDS)
            else:
                self._away_since = None
                return begun

    def _try(self, options: dict[str, Any]) -> tuple[Connection, RootTransaction]:
        connection = self._engine.connect()
        self._was_reached = True  # psycopg may raise what the server said before it finds the connection closed
        try:
            return connection, connection.execution_options(**options).begin()
        except BaseException:
            connection.close()
            raise

    def _may_return(self) -> bool:
        """Return whether the server is away for so short a time that it may be restarting."""
        if not self._was_reached:
            return False
        self._away_since = self._away_since or monotonic()
        return monotonic() - self._away_since < RETURN_SECONDS
