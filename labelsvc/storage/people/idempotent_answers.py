"""Answers of the API by Idempotency-Key: a repeated request gets the same answer.

They are kept by the clock that all machines share: one whose own is a year off forgets nobody's answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import answers
from labelsvc.storage.shared_clock import shared_moment

KEPT = timedelta(days=30)
UNDER_WAY = 0
"""The status of an answer that is still being made."""
LONGEST_REQUEST = timedelta(minutes=10)
"""An answer that is not there after so long will never be: its process was killed."""


class IdempotentAnswers:
    """All kept answers, by account and key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, account_id: int, key: str, request_sha256: str, now: datetime, lost: int = 0
    ) -> tuple[str, int, str] | None:
        """Claim a key; None if it is new, else (hash of the request, status, body) of the one before.

        ``now``: what this machine's clock says, which SQLite has no other than. ``lost``: the status from now on of one
        whose process was killed, as it may have been done all the same; 0 where doing it again does no harm.
        """
        own = answers.c.account_id == account_id, answers.c.idempotency_key == key
        with self._database.writing(asked_for=False) as connection:
            now = shared_moment(connection, now)
            since = answers.c.at.between(now - LONGEST_REQUEST, now + LONGEST_REQUEST)  # later: a clock ran ahead
            killed = *own, answers.c.status == UNDER_WAY, ~since
            connection.execute(delete(answers).where(answers.c.at < now - KEPT))
            connection.execute(
                update(answers).where(*killed).values(status=lost) if lost else delete(answers).where(*killed)
            )
            known = connection.execute(
                select(answers.c.request_sha256, answers.c.status, answers.c.body).where(*own)
            ).first()
            if known is not None:
                return known[0], known[1], known[2]
            row = {"account_id": account_id, "idempotency_key": key, "request_sha256": request_sha256}
            connection.execute(insert(answers).values(row | {"status": UNDER_WAY, "body": "", "at": now}))
        return None

    def keep(self, account_id: int, key: str, status: int, body: str) -> None:
        """Keep the answer of a claimed key."""
        own = answers.c.account_id == account_id, answers.c.idempotency_key == key
        with self._database.writing(asked_for=False) as connection:
            connection.execute(update(answers).where(*own).values(status=status, body=body))

    def give_up(self, account_id: int, key: str) -> None:
        """Free a key whose request did nothing, so that it can be sent again."""
        own = answers.c.account_id == account_id, answers.c.idempotency_key == key
        with self._database.writing(asked_for=False) as connection:
            connection.execute(delete(answers).where(*own))
