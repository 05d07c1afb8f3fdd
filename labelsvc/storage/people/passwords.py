"""A new password, and what ends with the old one."""

from __future__ import annotations

from sqlalchemy import Connection, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.tables.accounts import accounts, api_tokens, sessions
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.people.sign_in_history import forget_refusals


def set_password(connection: Connection, account_id: int, password_hash: str, context: ChangeContext) -> None:
    """Store a password's hash in the writer's transaction: sessions end, and tokens wait until they are confirmed.

    Whoever knew the old password may have made tokens of their own.
    """
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash))
    connection.execute(sessions.delete().where(sessions.c.account_id == account_id))
    forget_refusals(connection, account_id)
    changes = [FieldDifference("password", "", "…")]
    alive = api_tokens.c.account_id == account_id, api_tokens.c.revoked_at.is_(None), api_tokens.c.held_at.is_(None)
    if held := connection.execute(update(api_tokens).where(*alive).values(held_at=context.now)).rowcount:
        changes.append(FieldDifference("tokens_waiting", "", held))
    record_differences(connection, context, [("account", account_id, changes)])
