"""Links that make an account, or give one a new password. Every change is audited; secrets never are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvitationOver, NotFound
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import accounts, api_tokens, invitations
from labelsvc.storage.people.accounts import find_credentials, insert_account
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.people.passkeys import forget_passkeys
from labelsvc.storage.people.passwords import set_password

_INVITED = ("token_hash", "email", "producer_id", "invited_by", "at", "expires_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation link; only its ``token_hash`` is stored."""

    id: int = 0
    token_hash: str = field(repr=False)
    email: str
    role: Role
    producer_id: int | None
    invited_by: str
    at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Invitations:
    """All invitations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, invitation: Invitation) -> None:
        """Store an invitation; older ones to the same address become invalid."""
        row = {name: getattr(invitation, name) for name in _INVITED} | {"role": invitation.role.value}
        older = invitations.c.email == invitation.email, invitations.c.used_at.is_(None)
        with self._database.writing() as connection:
            connection.execute(update(invitations).where(*older).values(_ended("replaced", invitation.at)))
            made = insert(invitations).values(row).returning(invitations.c.id)
            invitation_id = int(connection.execute(made).scalar_one())
            asked = FieldDifference("invited", "", f"{invitation.email} ({invitation.role.value})")
            context = ChangeContext(invitation.invited_by, invitation.at)
            record_differences(connection, context, [("invitation", invitation_id, [asked])])

    def get(self, token_hash: str, now: datetime) -> Invitation:
        """Return the invitation of a link; NotFound if it is invalid, InvitationOver where it ended."""
        with self._database.reading() as connection:
            row = connection.execute(select(invitations).where(invitations.c.token_hash == token_hash)).mappings()
            found = row.first()
        if found is None:
            raise NotFound.from_code("account.no_invitation")
        if found["used_at"] is not None:
            raise _over(found["ended_by"] or "ended", found["used_at"])
        if found["expires_at"] <= now:
            raise _over("expired", found["expires_at"])
        return _invitation(found)

    def waiting(self, now: datetime) -> Sequence[Invitation]:
        """Return the invitations that still wait, the newest first."""
        waiting = select(invitations).where(invitations.c.used_at.is_(None), invitations.c.expires_at > now)
        with self._database.reading() as connection:
            return [
                _invitation(row) for row in connection.execute(waiting.order_by(invitations.c.id.desc())).mappings()
            ]

    def accept(self, invitation: Invitation, account: Account, password_hash: str, context: ChangeContext) -> Account:
        """Make the account of an invitation, or give the one of this address a new password; once for each link.

        A new password by a link means that the old one may be known: sessions, tokens and passkeys end.
        """
        with self._database.writing() as connection:
            unused = invitations.c.id == invitation.id, invitations.c.used_at.is_(None)
            accepted = update(invitations).where(*unused).values(_ended("accepted", context.now))
            if connection.execute(accepted).rowcount != 1:
                raise NotFound.from_code("account.no_invitation")
            known = find_credentials(connection, accounts.c.email == account.email)
            if known is None:
                return insert_account(connection, account, password_hash, context)
            set_password(connection, known.account.id, password_hash, context)
            own = api_tokens.c.account_id == known.account.id, api_tokens.c.revoked_at.is_(None)
            connection.execute(update(api_tokens).where(*own).values(revoked_at=context.now))
            gone = forget_passkeys(connection, known.account.id)
            record_differences(connection, context, [("account", known.account.id, gone)])
            return known.account

    def withdraw(self, invitation_id: int, context: ChangeContext) -> bool:
        """Withdraw a link; one already used or withdrawn stays as it is."""
        unused = invitations.c.id == invitation_id, invitations.c.used_at.is_(None)
        withdrawn = update(invitations).where(*unused).values(_ended("withdrawn", context.now))
        with self._database.writing() as connection:
            row = connection.execute(withdrawn.returning(invitations.c.email, invitations.c.role)).first()
            if row:
                gone = FieldDifference("invited", f"{row.email} ({row.role})", "")
                record_differences(connection, context, [("invitation", invitation_id, [gone])])
        return row is not None


def _over(how: str, at: datetime) -> InvitationOver:
    return InvitationOver.from_code(f"account.invitation_{how}", day=at.astimezone(VIETNAM).date())


def _ended(how: str, at: datetime) -> dict[str, Any]:
    return {"used_at": at, "ended_by": how}


def _invitation(row: Any) -> Invitation:
    return Invitation(
        **{name: row[name] for name in ("id", *_INVITED, "used_at")},
        role=Role(row["role"]),
    )
