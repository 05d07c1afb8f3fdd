"""Whose turn it is to have an export made: one an account on all machines, by a row that expires."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import delete, insert, select

from labelsvc.domain.errors import StorageRefused, TooManyAtOnce
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.waiting import export_turns

HOLDS = timedelta(minutes=5)
"""For how long at most another machine waits for one that was switched off meanwhile; making takes three minutes at
most, and what is sent for longer holds the lock of its own machine (``storage.files.export_files``)."""
PATIENCE_SECONDS = 5.0


class ExportTurns:
    """The turns of all accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def turn(self, account_id: int, now: datetime) -> Iterator[None]:
        """Give the account its turn; TooManyAtOnce where it has one already, on whatever machine."""
        holder = self._take(account_id, now)
        try:
            yield
        finally:
            own = export_turns.c.account_id == account_id, export_turns.c.holder == holder
            with suppress(StorageRefused), self._database.writing(patience=PATIENCE_SECONDS) as connection:
                connection.execute(delete(export_turns).where(*own))

    def _take(self, account_id: int, now: datetime) -> str:
        holder, own = token_hex(8), export_turns.c.account_id == account_id
        over = ~export_turns.c.until.between(now, now + HOLDS)  # later: of a clock that ran ahead
        with self._database.writing(patience=PATIENCE_SECONDS) as connection:
            connection.execute(delete(export_turns).where(own, over))
            if connection.scalar(select(export_turns.c.holder).where(own)) is not None:
                raise TooManyAtOnce.from_code("export.one_at_a_time")
            row = {"account_id": account_id, "holder": holder, "until": now + HOLDS}
            connection.execute(insert(export_turns).values(row))
        return holder
