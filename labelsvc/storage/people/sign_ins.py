"""Browser sessions and API tokens: only hashes of them are stored.

Only their owner makes, revokes and ends them, so that it is who the audit names.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection, Update, delete, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound, StorageRefused
from labelsvc.storage.db.database import NOTING_SECONDS, Database
from labelsvc.storage.db.kept_values import find_value, keep_value
from labelsvc.storage.db.tables.accounts import accounts, api_tokens, sessions
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.shared_clock import shared_moment

TOKEN_BYTES = 32
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
"""A session ends after this idle time, or at this age."""
SEEN_EVERY = timedelta(minutes=5)
"""The least interval between writes of a session's last use."""
LONGEST_BROWSER = 200


def hash_of(token: str) -> str:
    """Return what is kept of a token: it has 256 random bits, so that a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session as its owner sees it in the list."""

    id: int
    account_id: int
    created_at: datetime
    seen_at: datetime
    browser: str


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A machine's token as its owner sees it in the list."""

    id: int
    account_id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    held_at: datetime | None = None
    """Since when it waits for its owner's word, after a new password."""

    @property
    def waits(self) -> bool:
        """Return whether it holds as soon as its owner confirms it."""
        return self.held_at is not None and self.revoked_at is None


class SignIns:
    """All sessions and tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, account_id: int, browser: str, now: datetime, password_hash: str = "") -> str:
        """Begin a session and return the token that its browser keeps; sessions that ended are cleared away.

        ``password_hash``: the one that the typed password was checked against. No session begins and the token is
        empty if it was changed meanwhile: the change has ended all sessions that the old password began.
        """
        token = token_urlsafe(TOKEN_BYTES)
        row = {"token_hash": hash_of(token), "account_id": account_id, "created_at": now, "seen_at": now}
        with self._database.writing() as connection:
            if password_hash and not _is_password(connection, account_id, password_hash):
                return ""
            past = min(now, shared_moment(connection, now))  # a machine whose clock runs ahead ends nobody's session
            ended = (sessions.c.seen_at < past - IDLE) | (sessions.c.created_at < past - LONGEST)
            connection.execute(delete(sessions).where(ended))
            connection.execute(insert(sessions).values(row | {"browser": browser[:LONGEST_BROWSER]}))
        return token

    def find(self, token: str, now: datetime) -> SignIn | None:
        """Return the session of a token that still holds, and remember that it was seen."""
        with self._database.reading() as connection:
            row = connection.execute(select(sessions).where(sessions.c.token_hash == hash_of(token))).mappings().first()
        if row is None or row["seen_at"] < now - IDLE or row["created_at"] < now - LONGEST:
            return None
        if not now - SEEN_EVERY <= row["seen_at"] <= now:  # later: a clock ran ahead, and would let it hold longer
            began = min(row["created_at"], now)
            self._note(update(sessions).where(sessions.c.id == row["id"]).values(seen_at=now, created_at=began))
        return _sign_in(row)

    def for_account(self, account_id: int, now: datetime) -> list[SignIn]:
        """Return the sessions of an account that still hold, the newest first."""
        holding = sessions.c.account_id == account_id, sessions.c.seen_at >= now - IDLE
        with self._database.reading() as connection:
            rows = connection.execute(select(sessions).where(*holding).order_by(sessions.c.id.desc())).mappings()
            return [_sign_in(row) for row in rows if row["created_at"] >= now - LONGEST]

    def leave(self, token: str) -> None:
        """End the session of a token: its own browser signs out, which the audit need not say."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == hash_of(token)))

    def end(self, session_id: int, account_id: int, now: datetime) -> None:
        """End a session of an account; another's is left alone."""
        with self._database.writing() as connection:
            _end(connection, account_id, sessions.c.id == session_id, now)

    def end_all(self, account_id: int, now: datetime, *, but: int = 0) -> None:
        """End all sessions of an account, but one."""
        with self._database.writing() as connection:
            _end(connection, account_id, sessions.c.id != but, now)

    def make_token(self, account_id: int, name: str, scopes: Sequence[str], now: datetime) -> str:
        """Make a machine's token and return it: it is shown once and never again."""
        token = f"lsv_{token_urlsafe(TOKEN_BYTES)}"
        row = {"account_id": account_id, "name": name, "token_hash": hash_of(token), "scopes": list(scopes)}
        with self._database.writing() as connection:
            connection.execute(insert(api_tokens).values(row | {"created_at": now}))
            made = FieldDifference("token", "", f"{name} ({', '.join(scopes)})")
            _record(connection, account_id, made, now)
        return token

    def find_token(self, token: str, now: datetime) -> ApiToken | None:
        """Return the token of a machine that still holds, or waits for its owner, and remember that it was used."""
        with self._database.reading() as connection:
            query = select(api_tokens).where(api_tokens.c.token_hash == hash_of(token))
            row = connection.execute(query).mappings().first()
        if row is None or row["revoked_at"] is not None:
            return None
        if row["held_at"] is not None:
            return _token(row)
        if row["used_at"] is None or not now - SEEN_EVERY <= row["used_at"] <= now:
            self._note(update(api_tokens).where(api_tokens.c.id == row["id"]).values(used_at=now))
        return _token(row)

    def _note(self, seen: Update) -> None:
        """Write when something was seen last, or leave it out for now: who only reads waits for no writer."""
        with suppress(StorageRefused), self._database.writing(patience=NOTING_SECONDS) as connection:
            connection.execute(seen)

    def tokens_of(self, account_id: int) -> list[ApiToken]:
        """Return an account's tokens, the newest first."""
        query = select(api_tokens).where(api_tokens.c.account_id == account_id).order_by(api_tokens.c.id.desc())
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(query).mappings()]

    def revoke(self, token_id: int, account_id: int, now: datetime) -> None:
        """Revoke a token; NotFound if the account has none with this id."""
        own = api_tokens.c.id == token_id, api_tokens.c.account_id == account_id, api_tokens.c.revoked_at.is_(None)
        with self._database.writing() as connection:
            revoked = update(api_tokens).where(*own).values(revoked_at=now).returning(api_tokens.c.name)
            name = connection.scalar(revoked)
            if name is None:
                raise NotFound.from_code("account.no_token")
            _record(connection, account_id, FieldDifference("token", name, ""), now)

    def confirm(self, token_id: int, account_id: int, now: datetime) -> None:
        """Let a token that waits hold again; NotFound if the account has none of this id that does."""
        own = api_tokens.c.id == token_id, api_tokens.c.account_id == account_id, api_tokens.c.revoked_at.is_(None)
        waits = update(api_tokens).where(*own, api_tokens.c.held_at.is_not(None))
        with self._database.writing() as connection:
            name = connection.scalar(waits.values(held_at=None).returning(api_tokens.c.name))
            if name is None:
                raise NotFound.from_code("account.no_token")
            _record(connection, account_id, FieldDifference("token_confirmed", "", name), now)

    def secret(self, name: str) -> str:
        """Return a key of the web service, made at its first use and the same for all processes and machines."""
        with self._database.reading() as connection:
            known = find_value(connection, name)
        if known:
            return known
        with self._database.writing() as connection:
            known = find_value(connection, name)
            if not known:
                keep_value(connection, name, known := token_urlsafe(TOKEN_BYTES))
            return known


def _end(connection: Connection, account_id: int, chosen: Any, now: datetime) -> None:
    own = sessions.c.account_id == account_id
    before = connection.scalar(select(func.count()).select_from(sessions).where(own)) or 0
    ended = connection.execute(delete(sessions).where(own, chosen)).rowcount
    if ended:
        _record(connection, account_id, FieldDifference("sessions", before, before - ended), now)


def _record(connection: Connection, account_id: int, difference: FieldDifference, now: datetime) -> None:
    owner = connection.scalar(select(accounts.c.email).where(accounts.c.id == account_id))
    record_differences(connection, ChangeContext(str(owner), now), [("account", account_id, [difference])])


def _is_password(connection: Connection, account_id: int, password_hash: str) -> bool:
    return connection.scalar(select(accounts.c.password_hash).where(accounts.c.id == account_id)) == password_hash


def _sign_in(row: Any) -> SignIn:
    return SignIn(*(row[name] for name in ("id", "account_id", "created_at", "seen_at", "browser")))


def _token(row: Any) -> ApiToken:
    names = ("created_at", "used_at", "revoked_at", "held_at")
    return ApiToken(row["id"], row["account_id"], row["name"], tuple(row["scopes"]), *(row[name] for name in names))
