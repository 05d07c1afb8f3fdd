"""Passwords as they are stored: salted hashes by Argon2id (RFC 9106), few at once, as each takes its memory."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from secrets import token_urlsafe
from typing import TypeVar

from argon2 import Parameters, PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from labelsvc.domain.errors import ServiceBusy

R = TypeVar("R")
NOBODYS_BYTES = 32
OWASP = Parameters(
    type=Type.ID, version=19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19 * 1024, parallelism=1
)
"""19 MiB, two passes, one lane: the second row of OWASP's Password Storage Cheat Sheet, all rows of which defend alike.

The rows with less memory take more passes; this one is what most libraries take, and two at once are 38 MiB.
"""
AT_ONCE = 2
"""Hashes at once in a process: so many more sign-ins cannot fill the memory."""
PATIENCE_SECONDS = 5.0
"""How long a sign-in waits for its turn: some two hundred go before it in that time."""


class PasswordHashes:
    """Hashes passwords and compares them, at a cost that makes guessing slow.

    Both raise ServiceBusy if AT_ONCE others are under way for longer than ``patience`` seconds.
    """

    def __init__(self, parameters: Parameters = OWASP, *, patience: float = PATIENCE_SECONDS) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._hands = ThreadPoolExecutor(AT_ONCE, "password-hashes")
        self._patience = patience

    def hash(self, password: str) -> str:
        """Return what is stored of a password; the salt is new each time."""
        return self._in_turn(lambda: self._hasher.hash(unicodedata.normalize("NFKC", password)))

    def matches(self, password_hash: str, password: str) -> bool:
        """Return whether a hash is the password's, whatever parameters it was made with."""
        try:
            return self._in_turn(lambda: self._hasher.verify(password_hash, unicodedata.normalize("NFKC", password)))
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, password_hash: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def nobodys(self) -> str:
        """A hash of a password that nobody knows: comparing with it takes as long as with a real one."""
        return self.hash(token_urlsafe(NOBODYS_BYTES))

    def _in_turn(self, work: Callable[[], R]) -> R:
        """Do it in one of AT_ONCE threads: a thread keeps the memory of its last hash, so those of pages do none."""
        waiting = self._hands.submit(work)
        try:
            return waiting.result(self._patience)
        except TimeoutError:
            if waiting.cancel():
                raise ServiceBusy.from_code("account.many_sign_ins") from None
            return waiting.result()
