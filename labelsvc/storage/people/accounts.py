"""Accounts. Every change is audited; secrets never are."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.account import Account, Role, normal_email
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, Conflict, InvalidValue, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import accounts, sessions
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.people.passkeys import forget_passkeys
from labelsvc.storage.people.passwords import set_password
from labelsvc.storage.people.recovery_codes import forget_recovery_codes


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials for checking a sign-in. ``totp_secret``: sealed, empty without a second factor."""

    account: Account
    password_hash: str = field(repr=False)
    totp_secret: str = field(repr=False)
    totp_last: int

    @property
    def factor_mark(self) -> str:
        """What tells this second factor from another one, or from none, on a page that somebody looked at."""
        return _factor_mark(self.totp_secret)


class Accounts:
    """All accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: Account, password_hash: str, context: ChangeContext) -> Account:
        """Store a new account and return it with its id; InvalidValue if the address is taken."""
        with self._database.writing() as connection:
            return insert_account(connection, account, password_hash, context)

    def credentials(self, email: str) -> Credentials | None:
        """Return what a sign-in with this address is checked against; None if there is no such account."""
        with self._database.reading() as connection:
            return find_credentials(connection, accounts.c.email == email)

    def get(self, account_id: int) -> Account:
        """Return an account; NotFound if there is none."""
        return self.credentials_of(account_id).account

    def credentials_of(self, account_id: int) -> Credentials:
        """Return an account with its secrets; NotFound if there is none."""
        with self._database.reading() as connection:
            return _get(connection, account_id)

    def all(self) -> list[Account]:
        """Return every account, by role and address."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(accounts.c.role, accounts.c.email)).mappings()
            return [_account(row) for row in rows]

    def count(self) -> int:
        """Return how many accounts there are."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(accounts)) or 0

    def set_active(self, account_id: int, active: bool, context: ChangeContext) -> None:
        """Activate or deactivate an account, which ends its sessions. The last administrator stays active."""
        with self._database.writing() as connection:
            before = _get(connection, account_id).account
            if not active:
                _keep_an_administrator(connection, before)
                connection.execute(sessions.delete().where(sessions.c.account_id == account_id))
            _change(connection, before, context, "active", before.active, active)

    def set_role(self, account_id: int, role: Role, context: ChangeContext, seen: str = "") -> None:
        """Give an account of the office another role there; ``seen``: the one it had. The last administrator stays."""
        with self._database.writing() as connection:
            before = _get(connection, account_id).account
            if seen not in ("", before.role.value):
                raise ChangedMeanwhile.from_code("account.role_changed", email=before.email)
            if not before.of_office or role is Role.PRODUCER:
                raise InvalidValue.from_code("account.producer", field="role", value=role.value)
            if role is not Role.ADMINISTRATOR:
                _keep_an_administrator(connection, before)
            _change(connection, before, context, "role", before.role.value, role.value)

    def set_password(self, account_id: int, password_hash: str, context: ChangeContext, seen: str = "") -> None:
        """Store a new password's hash and end every session of the account.

        ``seen``: the hash that the old password was compared with; ChangedMeanwhile if the account has another one now.
        """
        with self._database.writing() as connection:
            if seen not in ("", _get(connection, account_id).password_hash):
                raise ChangedMeanwhile.from_code("account.changed_meanwhile")
            set_password(connection, account_id, password_hash, context)

    def rehash(self, account_id: int, seen: str, password_hash: str) -> bool:
        """Store the same password's hash under newer parameters; sessions go on.

        False, and nothing is stored, if the account has another hash than the one that was ``seen``.
        """
        unchanged = accounts.c.id == account_id, accounts.c.password_hash == seen
        with self._database.writing(asked_for=False) as connection:
            return (
                connection.execute(update(accounts).where(*unchanged).values(password_hash=password_hash)).rowcount == 1
            )

    def set_second_factor(
        self, account_id: int, secret: str, step: int, context: ChangeContext, seen: str = ""
    ) -> None:
        """Set up one-time passwords (``secret`` is sealed), or take them away with an empty secret, and passkeys too.

        ``seen``: the mark of the factor that the page showed; ChangedMeanwhile if the account has another one now.
        """
        with self._database.writing() as connection:
            found = _get(connection, account_id)
            before = found.account
            if seen not in ("", found.factor_mark):
                raise ChangedMeanwhile.from_code("account.changed_meanwhile")
            values = {"totp_secret": secret, "totp_last": step}
            forget_recovery_codes(connection, account_id)
            gone = [] if secret else forget_passkeys(connection, account_id)
            connection.execute(update(accounts).where(accounts.c.id == account_id).values(values))
            if secret or before.second_factor:
                gone.append(FieldDifference("second_factor", before.second_factor, bool(secret)))
            record_differences(connection, context, [("account", account_id, gone)])

    def factor_secrets(self) -> dict[int, str]:
        """Return the second factors as they are stored, by account."""
        query = select(accounts.c.id, accounts.c.totp_secret).where(accounts.c.totp_secret != "")
        with self._database.reading() as connection:
            return {row.id: row.totp_secret for row in connection.execute(query)}

    def replace_factor_secret(self, account_id: int, seen: str, sealed: str) -> bool:
        """Store the same secret sealed anew; False if the account has another one than was ``seen``."""
        unchanged = accounts.c.id == account_id, accounts.c.totp_secret == seen
        with self._database.writing() as connection:
            return connection.execute(update(accounts).where(*unchanged).values(totp_secret=sealed)).rowcount == 1

    def take_step(self, account_id: int, step: int) -> bool:
        """Take a one-time password's time step; False if it, or a later one of the three that hold, was taken already.

        One further ahead was taken while a clock ran ahead.
        """
        later = accounts.c.id == account_id, ~accounts.c.totp_last.between(step, step + 2)
        with self._database.writing() as connection:
            return connection.execute(update(accounts).where(*later).values(totp_last=step)).rowcount == 1


_ALL: Select[Any] = select(accounts)


def _factor_mark(stored: str) -> str:
    return blake2b(stored.encode(), digest_size=8).hexdigest() if stored else "none"


def insert_account(connection: Connection, account: Account, password_hash: str, context: ChangeContext) -> Account:
    """Store a new account and return it with its id; Conflict if the address is taken."""
    email = normal_email(account.email)
    if connection.scalar(select(accounts.c.id).where(accounts.c.email == email)) is not None:
        raise Conflict.from_code("account.email_taken", field="email", value=email)
    row = {
        "email": email,
        "name": account.name,
        "role": account.role.value,
        "producer_id": account.producer_id,
        "password_hash": password_hash,
        "created_at": context.now,
    }
    account_id = int(connection.execute(insert(accounts).values(row).returning(accounts.c.id)).scalar_one())
    made = FieldDifference("account", "", f"{email} ({account.role.value})")
    record_differences(connection, context, [("account", account_id, [made])])
    return _get(connection, account_id).account


def find_credentials(connection: Connection, condition: Any) -> Credentials | None:
    """Return the credentials of the account that a condition names; None if it names none."""
    row = connection.execute(_ALL.where(condition)).mappings().first()
    return Credentials(_account(row), row["password_hash"], row["totp_secret"], row["totp_last"]) if row else None


def _get(connection: Connection, account_id: int) -> Credentials:
    found = find_credentials(connection, accounts.c.id == account_id)
    if found is None:
        raise NotFound.from_code("account.unknown", id=account_id)
    return found


def _keep_an_administrator(connection: Connection, before: Account) -> None:
    if before.role is not Role.ADMINISTRATOR:
        return
    others = accounts.c.role == before.role.value, accounts.c.active, accounts.c.id != before.id
    if not connection.scalar(select(func.count()).select_from(accounts).where(*others)):
        raise Conflict.from_code("account.last_administrator", field="role", value=before.email)


def _change(
    connection: Connection, before: Account, context: ChangeContext, name: str, old: object, new: object
) -> None:
    if old != new:
        connection.execute(update(accounts).where(accounts.c.id == before.id).values({name: new}))
        record_differences(connection, context, [("account", before.id, [FieldDifference(name, old, new)])])


def _account(row: Any) -> Account:
    return Account(
        **{name: row[name] for name in ("id", "email", "name", "producer_id", "active")},
        role=Role(row["role"]),
        second_factor=bool(row["totp_secret"]),
    )
