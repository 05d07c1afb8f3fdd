"""How a spreadsheet displays a number: 79 in the format 0000 is "0079", in 0"/QĐ-UBND" it is "79/QĐ-UBND".

Only formats that change an identifier matter: fixed zeros, words around the digits, percent signs. Thousands and
decimal separators depend on the viewer's computer and leave the number as it is. Source: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 12: "# ?/?", 13: "# ??/??", 49: "@"}
"""Built-in formats that change a number and are not days."""

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(General)|([0#?.,%]+)|([ymdhsgbeE/])|(.)', re.IGNORECASE | re.DOTALL
)
_CONDITION = re.compile(r"\[[<>=]")
_CURRENCY = re.compile(r"\[\$([^\-\]]*)[^\]]*\]")

Pattern = tuple[tuple[bool, str], ...]
"""Pieces of a format: True with digits' placeholders, False with words."""


def changes_form(code: str) -> bool:
    """Return whether a format shows a number other than as its digits; date formats do not count."""
    pattern = _pattern(code)
    if pattern is None:
        return not _is_of_days(code)
    digits = "".join(text for is_digits, text in pattern if is_digits)
    return any(text.strip() for is_digits, text in pattern if not is_digits) or "%" in digits or _zeros(digits) > 1


def shown_in(code: str, number: float) -> str | None:
    """Return the displayed text of a number, or None if the format is not understood."""
    pattern = _pattern(code)
    if pattern is None or number < 0:
        return None
    digits = "".join(text for is_digits, text in pattern if is_digits)
    whole, fraction = _digits_of(number, digits)
    if digits == "General":
        return "".join(_plain(number) if is_digits else text for is_digits, text in pattern).strip()
    return _filled(pattern, whole, fraction).strip()


@lru_cache(256)
def _pattern(code: str) -> Pattern | None:
    """Return the pieces of a format's first section, or None for days, fractions, conditions and the like."""
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    if _CONDITION.search(section):
        return None
    pieces: list[tuple[bool, str]] = []
    for token in _TOKEN.finditer(_CURRENCY.sub(lambda found: f'"{found[1]}"', section)):
        quoted, escaped, general, digits, letter, other = token.groups()
        if letter:
            return None
        if general or digits:
            pieces.append((True, "General" if general else digits))
        elif words := quoted or escaped or other:
            pieces.append((False, words))
    return tuple(pieces) if any(is_digits for is_digits, _ in pieces) else None


def _is_of_days(code: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)
    return bool(re.search("[ymdhs]", bare, re.IGNORECASE)) or "@" in bare or "E+" in bare.upper() or not bare


def _zeros(digits: str) -> int:
    return digits.partition(".")[0].count("0")


def _digits_of(number: float, digits: str) -> tuple[str, str]:
    """Return the digits before and behind the point, rounded as the placeholders say."""
    places = len(digits.partition(".")[2].rstrip("%").replace(",", ""))
    value = Decimal(repr(number)) * (100 if "%" in digits else 1)
    whole, _, fraction = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}".partition(".")
    return whole, fraction


def _filled(pattern: Pattern, whole: str, fraction: str) -> str:
    digit_pieces = [text for is_digits, text in pattern if is_digits]
    if len(digit_pieces) > 1:
        return _spread(pattern, whole)
    (piece,) = digit_pieces
    whole = whole.zfill(_zeros(piece)) if whole != "0" or _zeros(piece) else ""
    if "," in piece.partition(".")[0]:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", whole)
    number = whole + ("," + fraction if fraction else "") + ("%" if "%" in piece else "")
    return "".join(number if is_digits else text for is_digits, text in pattern)


def _spread(pattern: Pattern, whole: str) -> str:
    """Spread digits over several groups from the right: 12024 in 00-0000 is "01-2024"."""
    left = list(whole)
    shown: list[str] = []
    first = next(i for i, (is_digits, _) in enumerate(pattern) if is_digits)
    for i, (is_digits, text) in reversed([*enumerate(pattern)]):
        piece = "" if is_digits else text
        for place in reversed(text if is_digits else ""):
            if left or place == "0":
                piece = (left.pop() if left else "0") + piece
        shown.append("".join(left) + piece if i == first else piece)
    return "".join(reversed(shown))


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number).replace(".", ",")
