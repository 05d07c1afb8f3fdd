"""How people write units: «xã», «X.», «phường», «P.», «thị trấn», «TT», in any case, with tone marks old style or new.

Diacritics count. A name typed without any is only a guess, and is looked up by :func:`plain_key`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from labelsvc.domain.twin_names import twin_key

KINDS = {
    "xã": "xã", "x.": "xã", "phường": "phường", "p.": "phường", "thị trấn": "thị trấn", "tt.": "thị trấn",
    "tt": "thị trấn",
}  # fmt: skip
"""Kinds of communes as they are written."""
_COMMUNE = re.compile(r"(xã|phường|thị trấn)\s+|(x|p|tt)\s*\.\s*|(tt)\s+", re.IGNORECASE)
_DISTRICT = re.compile(r"(?:quận|huyện|thị xã)\s+|(?:q|h|tx)\s*\.\s*|tx\s+", re.IGNORECASE)
_PLAIN_COMMUNE = re.compile(r"(xa|phuong|thi tran)\s+", re.IGNORECASE)
_PLAIN_DISTRICT = re.compile(r"(?:quan|huyen|thi xa)\s+", re.IGNORECASE)
_PLAIN_KINDS = {"xa": "xã", "phuong": "phường", "thi tran": "thị trấn"}
_MARKS = re.compile("[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit as somebody wrote it: its kind («xã», «phường», «thị trấn», empty if not said) and its name's key.

    ``guesses``: the same without diacritics, of a name that was typed without any: «phuong mai» may be «Phương Mai» or
    the ward of «Mai».
    """

    kind: str
    key: str
    guesses: tuple[WrittenUnit, ...] = ()


@lru_cache(8_192)
def read_commune(text: str) -> WrittenUnit:
    """Read a commune's name with its kind or without."""
    whole = unicodedata.normalize("NFC", text)
    found = _COMMUNE.match(whole)
    kind, name = (KINDS.get(_kind_key(found[0]), ""), whole[found.end() :]) if found else ("", whole)
    guesses = [WrittenUnit(kind, plain_key(name))] if name.isascii() else []
    if guesses and (plain := None if found else _PLAIN_COMMUNE.match(name)):
        named = _PLAIN_KINDS[" ".join(plain[1].lower().split())]
        guesses.append(WrittenUnit(named, plain_key(name[plain.end() :])))
    return WrittenUnit(kind, twin_key(name), tuple(guesses))


def bare_name(name: str) -> str:
    """Return a unit's name without its kind: «Tây Hồ» of «Phường Tây Hồ»."""
    found = _COMMUNE.match(name)
    return name[found.end() :] if found else name


@lru_cache(1_024)
def district_key(text: str) -> str:
    """Return the plain key of a district's name, with its kind or without: no two of Hanoi's share one."""
    bare = _DISTRICT.sub("", text.strip(), count=1) if _DISTRICT.match(text.strip()) else text.strip()
    plain = plain_key(bare)
    return _PLAIN_DISTRICT.sub("", plain, count=1) if bare.isascii() and _PLAIN_DISTRICT.match(plain) else plain


@lru_cache(8_192)
def plain_key(name: str) -> str:
    """Return a name's key without diacritics."""
    return _MARKS.sub("", unicodedata.normalize("NFD", twin_key(name).replace("đ", "d")))


def _kind_key(written: str) -> str:
    """Return «x.» for «X . », «thị trấn» for «Thị  Trấn »."""
    folded = unicodedata.normalize("NFC", written).casefold()
    return "".join(folded.split()) if "." in folded else " ".join(folded.split())
