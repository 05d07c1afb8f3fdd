"""Passkeys: public keys of devices that sign their owners in (WebAuthn). No secret of a device is ever here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import passkeys
from labelsvc.storage.people.audit import FieldDifference, record_differences

MOST = 10
"""Of one account."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A device's key: ``credential_id`` (base64url) is what it calls itself, ``public_key`` is COSE."""

    id: int
    account_id: int
    name: str
    credential_id: str
    public_key: bytes = field(repr=False)
    sign_count: int
    made_at: datetime
    used_at: datetime | None


class Passkeys:
    """All passkeys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account_id: int, made: Passkey, context: ChangeContext) -> None:
        """Keep a new passkey; Conflict where it is known already, or there are enough."""
        row = {name: getattr(made, name) for name in ("name", "credential_id", "sign_count")}
        row |= {"account_id": account_id, "public_key": made.public_key.hex(), "made_at": context.now}
        with self._database.writing() as connection:
            known = connection.scalar(select(passkeys.c.id).where(passkeys.c.credential_id == made.credential_id))
            count = len(connection.execute(select(passkeys.c.id).where(passkeys.c.account_id == account_id)).all())
            if known is not None or count >= MOST:
                raise Conflict.from_code("account.passkey_known", field="passkey", most=MOST)
            connection.execute(insert(passkeys).values(row))
            _record(connection, account_id, FieldDifference("passkey", "", made.name), context)

    def of_account(self, account_id: int) -> list[Passkey]:
        """Return an account's passkeys, the newest first."""
        query = select(passkeys).where(passkeys.c.account_id == account_id).order_by(passkeys.c.id.desc())
        with self._database.reading() as connection:
            return [_passkey(row) for row in connection.execute(query).mappings()]

    def find(self, credential_id: str) -> Passkey | None:
        """Return the passkey that calls itself so."""
        query = select(passkeys).where(passkeys.c.credential_id == credential_id)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return _passkey(row) if row else None

    def use(self, passkey_id: int, sign_count: int, asked_at: datetime, now: datetime) -> bool:
        """Note a use; False where the passkey was used after the challenge was made: an answer holds once."""
        unused = passkeys.c.used_at.is_(None) | (passkeys.c.used_at <= asked_at)
        used = update(passkeys).where(passkeys.c.id == passkey_id, unused)
        with self._database.writing() as connection:
            return connection.execute(used.values(sign_count=sign_count, used_at=now)).rowcount == 1

    def remove(self, passkey_id: int, account_id: int, context: ChangeContext) -> None:
        """Let a passkey hold no more; NotFound where the account has none of this id."""
        own = passkeys.c.id == passkey_id, passkeys.c.account_id == account_id
        with self._database.writing() as connection:
            name = connection.scalar(delete(passkeys).where(*own).returning(passkeys.c.name))
            if name is None:
                raise NotFound.from_code("account.no_passkey")
            _record(connection, account_id, FieldDifference("passkey", name, ""), context)


def forget_passkeys(connection: Connection, account_id: int) -> list[FieldDifference]:
    """Let all passkeys of an account hold no more, in the writer's transaction; return what the audit has to say."""
    gone = delete(passkeys).where(passkeys.c.account_id == account_id).returning(passkeys.c.name)
    return [FieldDifference("passkey", name, "") for name in connection.scalars(gone)]


def _record(connection: Connection, account_id: int, difference: FieldDifference, context: ChangeContext) -> None:
    record_differences(connection, context, [("account", account_id, [difference])])


def _passkey(row: Any) -> Passkey:
    names = ("id", "account_id", "name", "credential_id", "sign_count", "made_at", "used_at")
    return Passkey(public_key=bytes.fromhex(row["public_key"]), **{name: row[name] for name in names})
