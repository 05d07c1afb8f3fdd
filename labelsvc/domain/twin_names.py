"""Detects spellings that are most likely the same name: «hoà» and «hòa», «Quý» and «Quí», curly and straight quotes.

Not a product's key: what only looks alike is asked about, never joined. Diacritics of letters and tones always count
(trầm is not trám); what does not count is where a syllable's tone mark stands (old and new style), i for y as a
syllable's only vowel, case, spaces, punctuation, and letters that nobody sees.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
"""Letters, marks and symbols without ink that are not of a category of their own (Unicode, default ignorable)."""
_Y_ALONE = re.compile("(b|c|ch|d|đ|g|h|k|kh|l|m|n|qu|r|s|t|th|tr|v|x)?y")


@lru_cache(32_768)
def twin_key(name: str) -> str:
    """Return the key shared by spellings that are most likely the same name."""
    visible = "".join(filterfalse(_is_invisible, unicodedata.normalize("NFKC", name)))
    words = "".join(letter if letter.isalnum() else " " for letter in _folded(visible)).split()
    return " ".join(map(_syllable, words))


@lru_cache(256)
def twin_product_key(name: str, producer: str) -> str:
    """Return the twin key of a product: of its name and its producer's."""
    return f"{twin_key(name)}\n{twin_key(producer)}"


def _folded(text: str) -> str:
    """Return text in lower case, composed, so that a letter with its marks is one letter."""
    return unicodedata.normalize("NFC", text.casefold())


@lru_cache(4_096)
def _is_invisible(letter: str) -> bool:
    return letter in _INVISIBLE or unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"


@lru_cache(8_192)
def _syllable(word: str) -> str:
    """Return a syllable with its tone marks behind it, and i for y where y is its only vowel."""
    letters = unicodedata.normalize("NFD", word)
    bare = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    if _Y_ALONE.fullmatch(bare):
        bare = f"{bare[:-1]}i"
    return bare + "".join(letter for letter in letters if letter in _TONES)
