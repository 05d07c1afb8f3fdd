"""Accounts, roles and rights, and the rules for passwords."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from labelsvc.domain.errors import InvalidValue

SHORTEST_PASSWORD, LONGEST_PASSWORD = 15, 256
"""Characters: NIST SP 800-63B-4 §3.1.1.2 asks for 15 where a password is the only factor, and for 64 to be allowed."""
FEWEST_DIFFERENT = 6
LONGEST_NAME, LONGEST_EMAIL = 120, 254

_EMAIL = re.compile(r"[^\s@<>\"'(),:;\\]{1,64}@[^\s@<>\"'(),:;\\]+")
_OF_THE_SERVICE = ("labelsvc", "ocop", "password", "matkhau", "hanoi", "temnhan", "vanphong")


class Role(Enum):
    """What an account is for; the value names it in the database and in the API."""

    ADMINISTRATOR = "administrator"
    CLERK = "clerk"
    AUDITOR = "auditor"
    """Reads everything in the office and changes nothing."""
    PRODUCER = "producer"
    """Sees only its own products."""


class Right(Enum):
    """What a role may do in the office."""

    READ = "read"
    EDIT = "edit"
    PRINT = "print"
    ADMINISTER = "administer"
    """Accounts, exceptions and the publication of designs: what others rely on."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.CLERK: frozenset({Right.READ, Right.EDIT, Right.PRINT}),
    Role.AUDITOR: frozenset({Right.READ}),
    Role.PRODUCER: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who signs in. ``producer_id`` is set for the role PRODUCER and for no other.

    ``second_factor``: one-time passwords (TOTP) are set up. ``id`` 0: not stored yet.
    """

    id: int = 0
    email: str
    name: str
    role: Role
    producer_id: int | None = None
    second_factor: bool = False
    active: bool = True

    def __post_init__(self) -> None:
        if self.email != normal_email(self.email):
            raise InvalidValue.from_code("account.email", field="email", value=self.email)
        if not 0 < len(self.name) <= LONGEST_NAME or not self.name.isprintable():
            raise InvalidValue.from_code("account.name", field="name", value=self.name, longest=LONGEST_NAME)
        if (self.role is Role.PRODUCER) != (self.producer_id is not None):
            raise InvalidValue.from_code("account.producer", field="producer", value=self.role.value)

    def may(self, right: Right) -> bool:
        """Return whether the account has a right in the office."""
        return self.active and right in RIGHTS[self.role]

    @property
    def of_office(self) -> bool:
        """Return whether it belongs to the coordination office."""
        return self.role is not Role.PRODUCER


def normal_email(typed: str) -> str:
    """Return an email address as it is stored: trimmed, lower case, NFC; raise InvalidValue for anything else."""
    address = unicodedata.normalize("NFC", typed.strip()).lower()
    if len(address) > LONGEST_EMAIL or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise InvalidValue.from_code("account.email", field="email", value=typed[:LONGEST_EMAIL])
    return address


def check_password(password: str, *, email: str = "", name: str = "") -> str:
    """Return the password in the form that is hashed (NFKC); raise InvalidValue if it is not acceptable.

    NIST SP 800-63B-4: length counts; there are no composition rules, but expected words and repetitions are refused.
    """
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < SHORTEST_PASSWORD:
        raise InvalidValue.from_code("account.password_short", field="password", shortest=SHORTEST_PASSWORD)
    if len(normal) > LONGEST_PASSWORD:
        raise InvalidValue.from_code("account.password_long", field="password", longest=LONGEST_PASSWORD)
    bare = re.sub(r"\W|_", "", normal.casefold())
    expected = [re.sub(r"\W|_", "", word) for word in (email.partition("@")[0].casefold(), name.casefold())]
    for word in sorted((*expected, *_OF_THE_SERVICE), key=len, reverse=True):
        if len(word) >= 4:
            bare = bare.replace(word, "")
    if len(set(bare)) < FEWEST_DIFFERENT or _is_a_row(bare):
        raise InvalidValue.from_code("account.password_expected", field="password")
    return normal


def _is_a_row(text: str) -> bool:
    """Return whether most characters follow the one before, on the keyboard's digits or in the alphabet."""
    steps = [ord(b) - ord(a) for a, b in pairwise(text)]
    return bool(steps) and sum(step in (-1, 0, 1) for step in steps) > 0.7 * len(steps)
