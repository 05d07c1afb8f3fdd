"""What a face must draw for Vietnamese labels."""

from __future__ import annotations

import unicodedata
from itertools import product

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
_MARKED = (unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product(_VOWELS, _TONES))
_SMALL = "".join([*(letter for letter in _MARKED if not letter.isascii()), "đ"])
VIETNAMESE = _SMALL + _SMALL.upper()
"""The 134 letters that no other language needs: 67 in both cases."""
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
NEEDED = PLAIN + VIETNAMESE + " .,:;()/-–%&+'\""
"""Without one of them a face is refused: names, addresses, dates, quantities and codes are made of them."""
WELCOME = "\u00a0“”‘’…—·×°½¼²³!?*#@=[]_<>"
"""What records have now and then; a text with one that is lacking is refused by name when it is printed."""
