"""Secrets that wait for one page of one session: a new token, a secret for one-time passwords, an invitation's link.

They wait here and not in the session's cookie, whose content anybody can read who has it. What is kept is enciphered
with the session's own token, of which the database has a hash alone: neither of the two shows a secret by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import shake_256
from secrets import token_bytes
from typing import Any

from sqlalchemy import delete, insert, select

from labelsvc.domain.errors import NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import sessions, waiting_secrets
from labelsvc.storage.people.sign_ins import hash_of

HOLDS = timedelta(minutes=30)
"""Long enough to find the phone and an application for one-time passwords."""
NONCE_BYTES = 16


class WaitingSecrets:
    """What waits, at most one secret of a kind for each session; a session that ends takes its own along."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, session_token: str, kind: str, secret: str, now: datetime) -> None:
        """Let a secret wait in the place of an older one of its kind; NotFound if the session is over."""
        nonce = token_bytes(NONCE_BYTES)
        with self._database.writing() as connection:
            session_id = connection.scalar(select(sessions.c.id).where(_is_session(session_token)))
            if session_id is None:
                raise NotFound.from_code("account.no_session")
            older = waiting_secrets.c.session_id == session_id, waiting_secrets.c.kind == kind
            connection.execute(delete(waiting_secrets).where(waiting_secrets.c.expires_at <= now))
            connection.execute(delete(waiting_secrets).where(*older))
            row = {"session_id": session_id, "kind": kind, "expires_at": now + HOLDS}
            row |= {"nonce": nonce.hex(), "cipher": _enciphered(secret.encode(), session_token, nonce).hex()}
            connection.execute(insert(waiting_secrets).values(row))

    def look(self, session_token: str, kind: str, now: datetime) -> str:
        """Return a secret and let it wait on; empty if there is none."""
        query = select(waiting_secrets).join(sessions).where(_is_session(session_token), waiting_secrets.c.kind == kind)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return _deciphered(row, session_token) if row and row["expires_at"] > now else ""

    def take(self, session_token: str, kind: str, now: datetime) -> str:
        """Return a secret, once; empty if there is none."""
        if not self.look(session_token, kind, now):
            return ""
        of_session = select(sessions.c.id).where(_is_session(session_token)).scalar_subquery()
        taken = waiting_secrets.c.session_id == of_session, waiting_secrets.c.kind == kind
        with self._database.writing() as connection:
            gone = delete(waiting_secrets).where(*taken).returning(waiting_secrets.c.nonce, waiting_secrets.c.cipher)
            row = connection.execute(gone).mappings().first()
        return _deciphered(row, session_token) if row else ""


def _is_session(session_token: str) -> Any:
    return sessions.c.token_hash == hash_of(session_token)


def _enciphered(secret: bytes, session_token: str, nonce: bytes) -> bytes:
    """Return a text XORed with a stream that key and nonce make; a nonce is never used twice."""
    stream = shake_256(nonce + session_token.encode()).digest(len(secret))
    return bytes(a ^ b for a, b in zip(secret, stream, strict=True))


def _deciphered(row: Any, session_token: str) -> str:
    return _enciphered(bytes.fromhex(row["cipher"]), session_token, bytes.fromhex(row["nonce"])).decode()
