"""Abbreviations in names of parties and places (decree 37/2026, art. 39)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(r"[\w.]+")


def abbreviations(text: str, pairs: Mapping[str, str]) -> dict[str, str]:
    """Return the abbreviations in a text with what they stand for; case counts, a full stop behind does not.

    Words of units (TP., P., UBND) are no entries of ``pairs``, so they are not found.
    """
    words = [found[0].rstrip(".") for found in _WORD.finditer(text)]
    return {word: pairs[word] for word in dict.fromkeys(words) if word in pairs}


def in_full(text: str, pairs: Mapping[str, str]) -> str:
    """Return a text with its abbreviations written out."""

    def written(found: re.Match[str]) -> str:
        word = found[0]
        return pairs.get(word.rstrip("."), word)

    return _WORD.sub(written, text)
