"""Passwords as they are stored: salted hashes by Argon2id (RFC 9106)."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from secrets import token_urlsafe

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

NOBODYS_BYTES = 32


class PasswordHashes:
    """Hashes passwords and compares them, at a cost that makes guessing slow: 64 MiB and three passes each."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)

    def hash(self, password: str) -> str:
        """Return what is stored of a password; the salt is new each time."""
        return self._hasher.hash(unicodedata.normalize("NFKC", password))

    def matches(self, password_hash: str, password: str) -> bool:
        """Tell whether a hash is the password's, whatever parameters it was made with."""
        try:
            return self._hasher.verify(password_hash, unicodedata.normalize("NFKC", password))
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, password_hash: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def nobodys(self) -> str:
        """A hash of a password that nobody knows: comparing with it takes as long as with a real one."""
        return self.hash(token_urlsafe(NOBODYS_BYTES))
