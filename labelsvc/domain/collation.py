"""The order of Vietnamese: a ă â b c d đ e ê … x y, tones only where letters are the same (as in dictionaries)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""The 29 letters, and f j w z of foreign words at their places."""
TONES = "\u0300\u0309\u0303\u0301\u0323"
"""The order of tones after the flat one: huyền, hỏi, ngã, sắc, nặng."""

_SIGNS = "3456789abcdefghijklmnopqrstuvwxyz"
"""A key's character for each letter: digits and lower-case letters, which every database sorts alike."""
_END, _SPACE, _FIGURE, _FOREIGN = "0", "1", "2", "zz"
_LETTERS = dict(zip(ALPHABET, _SIGNS, strict=True))
_TONES = {tone: str(place) for place, tone in enumerate(TONES, 1)}


@lru_cache(32_768)
def collation_key(text: str) -> str:
    """Return a key that sorts text in Vietnamese order, digits first and letters of other alphabets last.

    Letters are compared first, word by word, then the tones of all syllables. Case and punctuation are ignored.
    """
    letters: list[str] = []
    tones: list[str] = []
    for whole in unicodedata.normalize("NFC", text.casefold()):
        letter, tone = _parted(whole)
        if letter in _LETTERS:
            letters.append(_LETTERS[letter])
            tones.append(tone)
        elif letter.isspace():
            letters.append(_SPACE)
        elif letter.isascii() and letter.isdigit():
            letters.append(_FIGURE + letter)
        elif letter.isalpha():
            letters.append(f"{_FOREIGN}{ord(letter[0]):06x}")
    return "".join(letters) + _END + "".join(tones).rstrip("0")


@lru_cache(4_096)
def _parted(letter: str) -> tuple[str, str]:
    """Return a letter without its tone, and the tone from 0 (flat) to 5."""
    parts = unicodedata.normalize("NFD", letter)
    tone = next((_TONES[mark] for mark in parts if mark in _TONES), "0")
    plain = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    return plain, tone
