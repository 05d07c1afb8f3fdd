"""How many guesses does a password withstand? By zxcvbn, which knows common passwords, keyboards, days and repeats.

NIST SP 800-63B-4 §3.1.1.2: a new password is compared with those that are common, expected or compromised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from labelsvc.domain.errors import InvalidValue

LEAST_GUESSES_LOG10 = 12.5
"""What an attacker who tries the likely ones first needs, as a power of ten; fifteen random letters take 10^15."""
_LOOKED_AT = 40
"""Characters: zxcvbn's time grows fast with what looks like many words at once."""
_EXPECTED = (
    "labelsvc", "ocop", "hanoi", "vanphong", "dieuphoi", "temnhan", "matkhau", "quantri", "canbo", "chuthe", "hoptacxa",
    "vietnam", "nguyen", "anhyeuem", "emyeuanh", "khongbiet", "khongcogi", "khongcogiquyhondoclaptudo", "doclap",
    "tudo", "hanhphuc", "vietnamvodich", "motchaibabon", "motchaibabonnamsau", "mothaibabonnamsau", "chaomung",
    "correcthorsebatterystaple", "thequickbrownfoxjumpsoverthelazydog", "thequickbrownfox", "tobeornottobe",
    "maytheforcebewithyou", "loremipsumdolorsitamet", "abcdefghijklmnopqrstuvwxyz",
)  # fmt: skip
"""Words of the service and phrases that everybody knows, which zxcvbn's English lists lack."""


def check_guessable(password: str, *, email: str = "", name: str = "") -> None:
    """Raise InvalidValue if a password would be guessed soon, by whoever knows the address and the name too."""
    own = [email, *re.split(r"[@.+_-]", email), name, *name.split()]
    expected = tuple(word.casefold() for word in own if len(word) > 2)
    bare = re.sub(r"[\W_]", "", password)
    if min(_guesses_log10(text, expected) for text in (password, bare)) < LEAST_GUESSES_LOG10:
        raise InvalidValue.from_code("account.password_expected", field="password")


def _guesses_log10(text: str, expected: tuple[str, ...]) -> float:
    if not text:
        return 0.0
    guesses: float = _estimator()(text[:_LOOKED_AT], user_inputs=[*expected, *_EXPECTED])["guesses_log10"]
    return guesses


@cache
def _estimator() -> Callable[..., dict[str, Any]]:
    from zxcvbn import zxcvbn  # its lists take time to load, and few commands need them

    return zxcvbn  # type: ignore[no-any-return]
