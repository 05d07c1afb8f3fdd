"""A code as people enter it: typed, pasted or scanned; and what is wrong with an invalid one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from labelsvc.domain.label_code import ALPHABET, LENGTH, parse_code

_ACCEPTED = frozenset(ALPHABET + ALPHABET.lower() + "OILoil")
_DROPPED = frozenset(("Pd", "Zs", "Zl", "Zp", "Cc", "Cf"))
"""Unicode categories of dashes, spaces, controls and invisible joiners: pasted along, never part of a code."""
_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class TypedCode:
    """``code``: 20 characters or None; ``wrong``: invalid ones in order; ``count``: without spaces and dashes."""

    code: str | None
    wrong: tuple[str, ...]
    count: int

    @property
    def missing(self) -> int:
        """How many characters are missing; negative where there are too many."""
        return LENGTH - self.count

    @property
    def vietnamese_typing(self) -> bool:
        """Return whether a Vietnamese input method (Telex, VNI) rewrote letters: EE became Ê, DD became Đ."""
        return any(c.isalpha() and not c.isascii() for c in self.wrong)

    @property
    def resembles_code(self) -> bool:
        """Return whether it may have been meant as a code, so that its mistakes are worth explaining."""
        return abs(self.missing) <= LENGTH // 4 and len(self.wrong) <= LENGTH // 4


def read_typed(typed: str) -> TypedCode:
    """Read a bare code in any spelling, or a printed URL in either form (``/CODE``, ``/01/{gtin14}/21/CODE``)."""
    if code := parse_code(typed):  # as a scanned URL has it
        return TypedCode(code, (), LENGTH)
    letters = _letters(_last_segment(typed))
    wrong = tuple(dict.fromkeys(c for c in letters if c not in _ACCEPTED))
    return TypedCode(None if wrong else parse_code(letters), wrong, len(letters))


def _last_segment(typed: str) -> str:
    if "/" not in typed:
        return typed
    path = typed.partition("#")[0].partition("?")[0].rstrip("/ \t\r\n")
    return unquote(path.rpartition("/")[2])


def _letters(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return "".join(c for c in composed if c != _MINUS and unicodedata.category(c) not in _DROPPED)
