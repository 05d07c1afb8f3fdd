"""Secrets of one-time passwords, sealed with a key that is not in the database.

ChaCha20-Poly1305 (RFC 8439) under a key derived from an epoch's master, with the account's number as associated data,
so that a row cannot be moved to another account. A secret is stored as ``v1:EPOCH:HEX``, nonce first; what was stored
before is base 32 without a colon, and is read as it is. A new epoch seals anew what older ones sealed
(:func:`seal_anew`); whoever has the database and an older key file still reads what is sealed with that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import EpochKey
from labelsvc.storage.people.accounts import Accounts

LOG = logging.getLogger("labelsvc.keys")
FORM = "v1"
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class FactorSecrets:
    """``keys()`` gives every key at hand, the one to seal with first."""

    keys: Callable[[], Sequence[EpochKey]]

    def seal(self, secret: str, account_id: int) -> str:
        """Return a secret as it is stored; KeyRefused if no key is at hand."""
        keys = self.keys()
        if not keys:
            raise KeyRefused.from_code("account.factor_key")
        nonce = token_bytes(NONCE_BYTES)
        sealed = ChaCha20Poly1305(keys[0].secrets_key).encrypt(nonce, secret.encode(), _bound_to(account_id))
        return f"{FORM}:{keys[0].name}:{(nonce + sealed).hex()}"

    def open(self, stored: str, account_id: int) -> str:
        """Return a stored secret; KeyRefused if its key is not at hand, or it is not this account's."""
        if ":" not in stored:
            return stored
        form, epoch, sealed = stored.split(":")
        key = next((key for key in self.keys() if key.name == epoch), None)
        if key is None or form != FORM:
            raise KeyRefused.from_code("account.factor_key")
        content = bytes.fromhex(sealed)
        try:
            cipher = ChaCha20Poly1305(key.secrets_key)
            return cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], _bound_to(account_id)).decode()
        except InvalidTag as error:
            raise KeyRefused.from_code("account.factor_key") from error

    def is_current(self, stored: str) -> bool:
        """Return whether a secret is sealed with the key that seals now, or nothing could seal it."""
        keys = self.keys()
        return not keys or stored.startswith(f"{FORM}:{keys[0].name}:")


def seal_anew(accounts: Accounts, secrets: FactorSecrets) -> int:
    """Seal with the present key what is not, and return how many; what cannot be read stays as it is."""
    count = 0
    for account_id, stored in accounts.factor_secrets().items():
        if secrets.is_current(stored):
            continue
        try:
            sealed = secrets.seal(secrets.open(stored, account_id), account_id)
        except KeyRefused:
            LOG.error("the second factor of account %d cannot be read: its key is not at hand", account_id)
            continue
        count += accounts.replace_factor_secret(account_id, stored, sealed)
    return count


def _bound_to(account_id: int) -> bytes:
    return f"labelsvc account {account_id}".encode()
