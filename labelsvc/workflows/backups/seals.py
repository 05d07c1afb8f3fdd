"""What a backup is closed with, and opened by, as people give it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labelsvc.domain.errors import InvalidValue
from labelsvc.storage.backups.age_header import Lock, Unlock, is_for_passphrase, read_identities, read_recipient
from labelsvc.storage.files.whole_file import output_refusals

LEAST_PASSPHRASE = 12
"""Characters: who has the file may try passphrases for as long as he likes."""


def lock_with(passphrase: str) -> Lock:
    """Return what closes a backup with a passphrase; InvalidValue if it is too short."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise InvalidValue.from_code("backup.short_passphrase", field="passphrase", least=LEAST_PASSPHRASE)
    return Lock(passphrase=passphrase)


def lock_for(recipients: Sequence[str]) -> Lock:
    """Return what closes a backup for those who have the secret key of one of these ``age1…``; InvalidValue."""
    return Lock(recipients=tuple(map(read_recipient, recipients)))


def unlock_with(passphrase: str = "", identities: str = "") -> Unlock:
    """Return what opens a backup: a passphrase, or the contents of a file of secret keys. Raises InvalidValue."""
    return Unlock(passphrase, read_identities(identities) if identities else ())


def asks_passphrase(path: Path) -> bool:
    """Return whether a backup is opened by a passphrase; BackupRefused if it is none."""
    with output_refusals(path), path.open("rb") as stream:
        return is_for_passphrase(stream)
