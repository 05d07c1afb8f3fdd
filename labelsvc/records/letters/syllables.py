"""Vietnamese syllables: valid combinations of onset, rime and tone.

They distinguish legacy encodings from foreign names: "ViÖt" is no syllable and becomes one ("Việt") when it
is read as TCVN3, "Crème" becomes none in any old encoding.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

_ONSETS = (
    "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu", "q",
    "r", "s", "t", "th", "tr", "v", "x", "",
)  # fmt: skip
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong oong oc ooc "
    "op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uât uâng uây uê uêch uênh ui uc um un ung uôc uôi uôm uôn "
    "uông uôt uơ up ut uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yêm yên yêng yêt yêu"
)
_AFTER_Q = ("y", "ych", "ynh", "yp", "yt")
_MARKED = "ăâêôơư"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_OF_STOPS = ("\u0301", "\u0323")
"""The tones that a rime on c, ch, p, t can bear."""
_CODA_LETTERS = "cghmnpt"
_VOWELS = frozenset("aăâeêioôơuưy")


@lru_cache(65_536)
def is_syllable(word: str) -> bool:
    """Return whether a word is a Vietnamese syllable in right spelling: "gốm", never "gèm" (gh stands before e)."""
    word = word.lower()
    return any(
        _goes_together(onset, rime) for onset in _onsets(word) if (rime := word[len(onset) :]) in _spelled_rimes()
    )


@lru_cache(65_536)
def may_be_vietnamese(word: str) -> bool:
    """Return whether a word may be meant as one: any tone, any end, c for k, g for gh, the final k of the highlands."""
    word = word.lower()
    word = word[:-1] + "c" if word.endswith("k") else word
    return any(word[len(onset) :] in _any_rimes() for onset in _onsets(word))


def _onsets(word: str) -> Iterator[str]:
    return (onset for onset in _ONSETS if word.startswith(onset))


def _goes_together(onset: str, rime: str) -> bool:
    """Return whether the spelling of the onset suits the vowel: k, gh, ngh stand before e, ê, i, y alone."""
    first = unicodedata.normalize("NFD", rime)[0]
    if onset in ("k", "gh", "ngh"):
        return first in "eiy"
    if onset in ("c", "ng"):
        return first not in "eiy"
    if onset == "g":
        return first not in "ey"
    return onset != "q"


@cache
def _spelled_rimes() -> frozenset[str]:
    return frozenset(
        _toned(rime, place, tone)
        for rime in (*_RIMES.split(), *_AFTER_Q)
        for tone in (_OF_STOPS if rime.endswith(("c", "ch", "p", "t")) else _TONES)
        for place in _places(rime)
    )


@cache
def _any_rimes() -> frozenset[str]:
    rimes = {*_RIMES.split(), *_AFTER_Q}
    closed = {rime.rstrip(_CODA_LETTERS) for rime in rimes if rime[-1] in _CODA_LETTERS}
    rimes |= {nucleus + coda for nucleus in closed for coda in ("", "c", "ch", "m", "n", "ng", "nh", "p", "t")}
    return frozenset(
        _toned(rime, place, tone)
        for rime in rimes
        for tone in _TONES
        for place in range(len(rime))
        if rime[place] in _VOWELS
    )


def _places(rime: str) -> tuple[int, ...]:
    """Return the letters that may bear the tone: of "oa" both, as the old and the new style have it."""
    marked = [place for place, letter in enumerate(rime) if letter in _MARKED]
    if marked:
        return (marked[-1],)
    vowels = [place for place, letter in enumerate(rime) if letter in _VOWELS]
    if len(vowels) == 3:
        return (1,)
    if len(vowels) == 2 and vowels[-1] < len(rime) - 1:
        return (1,)
    return (0, 1) if rime in ("oa", "oe", "uy") else (0,)


def _toned(rime: str, place: int, tone: str) -> str:
    return unicodedata.normalize("NFC", rime[: place + 1] + tone + rime[place + 1 :])
