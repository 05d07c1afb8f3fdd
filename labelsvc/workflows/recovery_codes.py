"""Recovery codes: ten to print, each good for one sign-in without the phone."""

from __future__ import annotations

from secrets import choice

from labelsvc.domain.account import Account
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.label_code import ALPHABET
from labelsvc.storage.people.recovery_codes import RecoveryCodes
from labelsvc.storage.people.sign_ins import hash_of

CODES, LETTERS, GROUP = 10, 24, 4
"""24 letters of 32 are 120 random bits: a plain hash is enough (ASVS 5.0, 6.5.2: from 112)."""
EARLIER_LETTERS = 16
"""Of codes that were printed before; they hold until a new set ends them."""


def make_recovery_codes(
    store: RecoveryCodes, account: Account, context: ChangeContext, *, recorded: bool = True, seen: str | None = None
) -> list[str]:
    """Give an account a new set and return it, to be shown once; the old one holds no more.

    ``seen``: the mark of the old one; ChangedMeanwhile if somebody made another one since.
    """
    codes = ["".join(choice(ALPHABET) for _ in range(LETTERS)) for _ in range(CODES)]
    store.replace(account.id, [hash_of(code) for code in codes], context, recorded=recorded, seen=seen)
    return ["-".join(code[at : at + GROUP] for at in range(0, LETTERS, GROUP)) for code in codes]


def take_recovery_code(store: RecoveryCodes, account: Account, typed: str, context: ChangeContext) -> bool:
    """Return whether a code is one of the account's that was never used, and use it up."""
    code = "".join(letter for letter in typed.upper() if letter.isalnum()).translate(_AS_MEANT)
    return len(code) in (LETTERS, EARLIER_LETTERS) and store.take(account.id, hash_of(code), context)


_AS_MEANT = str.maketrans("OIL", "011")
