"""Accounts, how people sign in, and the log of what they do."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from labelsvc.services.foundation import Foundation

if TYPE_CHECKING:
    from labelsvc.storage.people.accounts import Accounts
    from labelsvc.storage.people.change_subjects import ChangeSubjects
    from labelsvc.storage.people.changes import Changes
    from labelsvc.storage.people.export_turns import ExportTurns
    from labelsvc.storage.people.idempotent_answers import IdempotentAnswers
    from labelsvc.storage.people.invitations import Invitations
    from labelsvc.storage.people.passkeys import Passkeys
    from labelsvc.storage.people.recovery_codes import RecoveryCodes
    from labelsvc.storage.people.sign_in_history import SignInHistory
    from labelsvc.storage.people.sign_ins import SignIns
    from labelsvc.storage.people.waiting_secrets import WaitingSecrets
    from labelsvc.workflows.factor_secrets import FactorSecrets
    from labelsvc.workflows.password_hashes import PasswordHashes


class PeopleStores(Foundation):
    """What knows people."""

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of people."""
        from labelsvc.storage.people.accounts import Accounts

        return Accounts(self.database)

    @cached_property
    def invitations(self) -> Invitations:
        """The links that make accounts."""
        from labelsvc.storage.people.invitations import Invitations

        return Invitations(self.database)

    @cached_property
    def password_hashes(self) -> PasswordHashes:
        """How passwords are hashed and compared."""
        from labelsvc.workflows.password_hashes import PasswordHashes

        return PasswordHashes()

    @cached_property
    def sign_ins(self) -> SignIns:
        """Sessions and tokens."""
        from labelsvc.storage.people.sign_ins import SignIns

        return SignIns(self.database)

    @cached_property
    def sign_in_history(self) -> SignInHistory:
        """What was refused at the sign-in, and from which networks people and tokens come."""
        from labelsvc.storage.people.sign_in_history import SignInHistory

        return SignInHistory(self.database)

    @cached_property
    def passkeys(self) -> Passkeys:
        """Devices that sign their owners in."""
        from labelsvc.storage.people.passkeys import Passkeys

        return Passkeys(self.database)

    @cached_property
    def waiting_secrets(self) -> WaitingSecrets:
        """What the next page of a session shows once."""
        from labelsvc.storage.people.waiting_secrets import WaitingSecrets

        return WaitingSecrets(self.database)

    @cached_property
    def factor_secrets(self) -> FactorSecrets:
        """How secrets of second factors are sealed."""
        from labelsvc.workflows.factor_secrets import FactorSecrets

        keys = self.verifying_keys
        return FactorSecrets(lambda: (*keys.signing(), *(key for key in keys.all() if key not in keys.signing())))

    @cached_property
    def recovery_codes(self) -> RecoveryCodes:
        """What stands in for a phone that is lost."""
        from labelsvc.storage.people.recovery_codes import RecoveryCodes

        return RecoveryCodes(self.database)

    @cached_property
    def changes(self) -> Changes:
        """The log of every change."""
        from labelsvc.storage.people.changes import Changes

        return Changes(self.database)

    @cached_property
    def change_subjects(self) -> ChangeSubjects:
        """What the log of changes speaks of."""
        from labelsvc.storage.people.change_subjects import ChangeSubjects

        return ChangeSubjects(self.database)

    @cached_property
    def idempotent_answers(self) -> IdempotentAnswers:
        """What the API answered to requests with a key of their own."""
        from labelsvc.storage.people.idempotent_answers import IdempotentAnswers

        return IdempotentAnswers(self.database)

    @cached_property
    def export_turns(self) -> ExportTurns:
        """Whose turn it is to have an export made."""
        from labelsvc.storage.people.export_turns import ExportTurns

        return ExportTurns(self.database)
