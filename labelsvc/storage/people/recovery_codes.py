"""One-time codes that stand for a phone that is lost: of each only a hash is kept, and a new set ends the old one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from sqlalchemy import Connection, delete, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import recovery_codes
from labelsvc.storage.people.audit import FieldDifference, record_differences


class RecoveryCodes:
    """All recovery codes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(
        self,
        account_id: int,
        hashes: Sequence[str],
        context: ChangeContext,
        *,
        recorded: bool = True,
        seen: str | None = None,
    ) -> None:
        """Give an account a new set; the old one becomes invalid. The first is recorded with the second factor.

        ``seen``: the mark of the set that the page showed; ChangedMeanwhile if the account has another one now.
        """
        rows = [{"account_id": account_id, "code_hash": code, "made_at": context.now} for code in hashes]
        with self._database.writing() as connection:
            if seen not in (None, _mark(connection, account_id)):
                raise ChangedMeanwhile.from_code("account.changed_meanwhile")
            before = _left(connection, account_id)
            forget_recovery_codes(connection, account_id)
            connection.execute(insert(recovery_codes), rows)
            if recorded:
                _record(connection, account_id, before, len(rows), context)

    def take(self, account_id: int, code_hash: str, context: ChangeContext) -> bool:
        """Use up a code; False if the account has no such unused code."""
        unused = recovery_codes.c.used_at.is_(None), recovery_codes.c.account_id == account_id
        taken = update(recovery_codes).where(*unused, recovery_codes.c.code_hash == code_hash)
        with self._database.writing() as connection:
            if connection.execute(taken.values(used_at=context.now)).rowcount != 1:
                return False
            left = _left(connection, account_id)
            _record(connection, account_id, left + 1, left, context)
            return True

    def mark(self, account_id: int) -> str:
        """Return what tells an account's set from another one; empty if there is none."""
        with self._database.reading() as connection:
            return _mark(connection, account_id)

    def count_left(self, account_id: int) -> int:
        """Return how many codes of an account are unused."""
        with self._database.reading() as connection:
            return _left(connection, account_id)


def forget_recovery_codes(connection: Connection, account_id: int) -> None:
    """Invalidate an account's codes, in the writer's transaction."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))


def _mark(connection: Connection, account_id: int) -> str:
    kept = select(recovery_codes.c.code_hash).where(recovery_codes.c.account_id == account_id)
    hashes = "".join(sorted(connection.scalars(kept)))
    return blake2b(hashes.encode(), digest_size=8).hexdigest() if hashes else ""


def _left(connection: Connection, account_id: int) -> int:
    unused = recovery_codes.c.account_id == account_id, recovery_codes.c.used_at.is_(None)
    return connection.scalar(select(func.count()).select_from(recovery_codes).where(*unused)) or 0


def _record(connection: Connection, account_id: int, before: int, after: int, context: ChangeContext) -> None:
    record_differences(
        connection, context, [("account", account_id, [FieldDifference("recovery_codes", before or "", after)])]
    )
