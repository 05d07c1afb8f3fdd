"""Detects garbled text and proposes what was meant.

1. letters that are lost: "G?m Vi?t", "Tr\N{REPLACEMENT CHARACTER} sen", boxes
2. Vietnamese in an old font (TCVN3, VNI), typed in ASCII (VIQR), or Unicode read in a wrong encoding, once or twice

Text counts as garbled only if some words are neither Vietnamese nor European spellings, and become Vietnamese syllables
in a single encoding. English and French company names pass; so does "Gèm" alone, which may be a name: the rest of its
column decides (:mod:`labelsvc.records.column_doubts`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from labelsvc.records.letters import legacy_encodings as legacy
from labelsvc.records.letters.syllables import is_syllable, may_be_vietnamese


@dataclass(frozen=True, slots=True)
class EncodingFault:
    """The fault of a garbled text. ``proposed`` is the likely original, empty if letters are lost."""

    encoding: str = ""
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class LegacyEncoding:
    """A way of garbling: how bytes were shown (view), and what they mean (read)."""

    name: str
    view: legacy.ByteOfCharacter
    read: Callable[[bytes, bool], str | None]
    parts: re.Pattern[str]


_WESTERN = legacy.VIEWS["Windows-1252"]
_VIETNAMESE_LETTERS = re.compile("[A-Za-zÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]+")
_SPACED = re.compile(r"[^ \t\r\n]+")
_WORDS = re.compile(r"(?:[^\W\d_]|[^\x00-\x7f–—“”‘’…•])+")
"""Letters and the signs that old fonts use for letters; ASCII and usual punctuation separate words."""

_OLD_FONTS = (
    ("TCVN3 (.VnTime)", legacy.from_tcvn3),
    ("VNI", legacy.from_vni),
    ("Windows-1258", legacy.from_windows_1258),
)
ENCODINGS = (
    *(LegacyEncoding(f"UTF-8 → {name}", view, legacy.from_utf_8, _SPACED) for name, view in legacy.VIEWS.items()),
    *(
        LegacyEncoding(name if shown == "Windows-1252" else f"{name} → {shown}", legacy.VIEWS[shown], read, _WORDS)
        for shown in ("Windows-1252", "Windows-1258")
        for name, read in _OLD_FONTS
        if name != shown
    ),
)
MOST_TIMES = 3
"""How many times a text may have been misread; twice occurs in files that went through two programs."""

_LOST = re.compile(
    r"[\ufffd\ufffc\u25a1\u25ad-\u25af\u25fb\ue000-\uf8ff\ud800-\udfff]|ï¿½"
    r"|[^\W\d_]\?+[^\W\d_]|(?<![\w?)])\?+[^\W\d_]|\b[bcdfghklmnpqrstvxđBCDFGHKLMNPQRSTVXĐ]{1,3}\?(?!\w)"
)
"""A box or question mark in place of a letter: inside a word, before it, or after consonants only ("ch?")."""
_SIGNS_OF_LOSS = re.compile("[?\ufffd\ufffc\u25a1\u25ad-\u25af\u25fb\ue000-\uf8ff\ud800-\udfff\x80-\x84\x86-\x9f¿]")
"""Without one of these no letter is lost."""
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
_CAPITAL_INSIDE = re.compile("[a-zà-ÿ][À-ÞĂĐĨŨƠƯ]")
_EUROPEAN = re.compile("[A-Za-zÀ-ÖØ-öø-ÿĂăĐđĨĩŨũƠơƯưŒœŠšŽžŸ]+")
_FRENCH = frozenset(("thaï", "haï", "maï", "laï"))
"""French spellings that VNI would take for "thạ" and so on."""
_SIGNS_BEFORE, _SIGNS_BEHIND = "°±×²³", "®™©°²³×±"
"""Signs that stand before and behind words as they are; old fonts have no letters of Vietnamese there."""
_UNIT = frozenset(("µm", "µg", "µl"))
_ABBREVIATION = re.compile("[BCDGHKLMNPQSTVX]{0,3}Đ[BCDĐGHKLMNPQSTVX]{0,3}")
_LOOKALIKES = str.maketrans("ÐƉðɖ", "ĐĐđđ")
_ASCII_SIGNS = re.compile(r"[?^+'`]|[aA]\(")
_VIQR_WORD = re.compile(r"[A-Za-z(^+*`'~?.]+")
_VIQR_SURE = re.compile(r"[aeo]\^|a\((?=[a-z`'~?.])|[ou][+*](?=[a-z`'~?.])", re.IGNORECASE)
_VIQR_TONE_INSIDE = re.compile(r"[aeiouy(^+*][`'~](?=[a-z]|$)", re.IGNORECASE)


def find_garbled(text: str) -> EncodingFault | None:
    """Return the encoding fault of a text, or None if it may be intended."""
    if text.isascii():
        return _garbled_ascii(text) if _ASCII_SIGNS.search(text) else None
    text = unicodedata.normalize("NFC", text)
    has_signs = _SIGNS_OF_LOSS.search(text)
    if not has_signs and not _odd_words(text):
        return None
    if "\ufffd" not in text and (meant := _meant(text)):
        return EncodingFault() if _LOST.search(meant.proposed) else meant
    lost = has_signs and (_CONTROLS.search(text) or _LOST.search(_ADDRESS.sub("", text)))
    return EncodingFault() if lost else None


def convert(text: str, encoding: str) -> str:
    """Return the text decoded from an encoding of this name, or unchanged if it cannot be in it."""
    for each in ENCODINGS:
        if each.name == encoding:
            converted = _converted(text, each, certain=True)
            if converted != text:
                return converted
    return text


def may_be_misspelt(text: str) -> bool:
    """Return whether a text has a misspelt Vietnamese word: "Gèm", where only "ghèm" could be."""
    return any(not word.isascii() and not is_syllable(_bare(word)) for word in _WORDS.findall(text))


def is_foreign_to(text: str, encoding: str) -> bool:
    """Return whether a text has letters that this encoding cannot show, so that it is in Unicode."""
    return any(_speaks_unicode(text, each) for each in ENCODINGS if each.name == encoding)


def _garbled_ascii(text: str) -> EncodingFault | None:
    plain = _ADDRESS.sub("", text)
    if (meant := _meant_in_viqr(plain)) is not None and plain == text:
        return EncodingFault("VIQR", meant)
    return EncodingFault() if _LOST.search(plain) else None


def _meant_in_viqr(text: str) -> str | None:
    """Return what VIQR says where it is certain: a circumflex, breve or horn, or two tones, all in syllables."""
    sure = tones = 0
    if ")" in text:  # brackets are brackets
        return None
    for word in _VIQR_WORD.findall(text):
        core = word.rstrip(".?'")
        marked = bool(_VIQR_SURE.search(core))
        toned = bool(_VIQR_TONE_INSIDE.search(core)) or core[:2].lower() == "dd"
        if not (marked or toned):
            continue
        if not any(is_syllable(legacy.from_viqr(each)) for each in (word, core)):
            return None
        sure += marked
        tones += toned
    if not sure and tones < 2:
        return None
    return _VIQR_WORD.sub(_viqr_word, text)


def _viqr_word(found: re.Match[str]) -> str:
    word = found[0]
    for end in range(len(word), len(word.rstrip(".?'")) - 1, -1):
        converted = legacy.from_viqr(word[:end])
        if is_syllable(converted):
            return converted + word[end:]
    return legacy.from_viqr(word) if re.search("dd", word, re.IGNORECASE) else word


@lru_cache(65_536)
def _is_odd(word: str) -> bool:
    """Return whether a non-ASCII word is not Vietnamese."""
    word = _bare(word).translate(_LOOKALIKES)
    if word.isascii() or _ABBREVIATION.fullmatch(word):
        return False
    return not may_be_vietnamese(word) or bool(_CAPITAL_INSIDE.search(word))


def _odd_words(text: str) -> list[str]:
    stripped = text
    if "«" in text and "»" in text:
        stripped = text.replace("«", " ").replace("»", " ")
    return [word for word in _WORDS.findall(stripped) if not word.isascii() and _is_odd(word)]


def _bare(word: str) -> str:
    """Return a word without surrounding punctuation."""
    bare = word.lstrip(_SIGNS_BEFORE).rstrip(_SIGNS_BEHIND)
    return "a" if len(bare) < 2 or word in _UNIT else bare


def _meant(text: str) -> EncodingFault | None:
    """Return the best reading of a text that has odd words."""
    best, best_worth = None, 0
    for encoding in ENCODINGS:
        worth = _worth(text, encoding)
        if worth > best_worth:
            best, best_worth = encoding, worth
    if best is None:
        return None
    proposed = _converted(text, best, certain=not _speaks_unicode(text, best))
    if proposed == text:
        return None
    for _ in range(MOST_TIMES - 1):
        if not (_odd_words(proposed) and (again := _again(proposed))):
            break
        proposed = again
    return EncodingFault(best.name, unicodedata.normalize("NFC", proposed))


def _again(text: str) -> str | None:
    """Return a doubly misread UTF-8 text, repaired once more."""
    best = max(ENCODINGS[: len(legacy.VIEWS)], key=lambda encoding: _worth(text, encoding))
    return _converted(text, best, certain=True) if _worth(text, best) > 0 else None


def _worth(text: str, encoding: LegacyEncoding) -> int:
    """Return how many odd words an encoding explains, 0 if that is not convincing.

    A single word that could be European, such as "Hå", proves nothing among words that are not Vietnamese.
    """
    good = european = bad = 0
    for part in _parts(text, encoding):
        if part.isascii() or not _odd_words(part):
            continue
        if encoding.view is not _WESTERN and encoding.parts is _WORDS and _VIETNAMESE_LETTERS.fullmatch(part):
            continue  # a misspelling is made of the same letters
        if encoding.read is legacy.from_utf_8:
            explained = _mojibake(part, encoding) is not None
        else:
            explained = _explained(part, encoding)
        good += explained
        bad += not explained
        european += explained and _is_european(part)
    if not good or bad * 4 > good:
        return 0
    if encoding.read is not legacy.from_utf_8 and european == good and not _all_else_vietnamese(text, encoding):
        return 0
    return good * 2 - bad + (encoding.read is legacy.from_utf_8)


def _parts(text: str, encoding: LegacyEncoding) -> Iterator[str]:
    return (found[0] for found in encoding.parts.finditer(text))


def _mojibake(part: str, encoding: LegacyEncoding) -> str | None:
    seen = legacy.bytes_seen(part, encoding.view)
    return legacy.from_utf_8(seen, False) if seen is not None else None


def _explained(word: str, encoding: LegacyEncoding) -> bool:
    seen = legacy.bytes_seen(word, encoding.view)
    meant = encoding.read(seen, False) if seen is not None else None
    return meant is not None and meant != word and len(word) > 1 and _is_word(meant)


def _is_word(meant: str) -> bool:
    return is_syllable(meant) or bool(_ABBREVIATION.fullmatch(meant) and len(meant) > 1)


def _is_european(word: str) -> bool:
    """Return whether a word may be European: letters only, capitalised or all capitals."""
    if not _EUROPEAN.fullmatch(word):
        return False
    return word.islower() or word.isupper() or word[1:].islower()


def _all_else_vietnamese(text: str, encoding: LegacyEncoding) -> bool:
    words = [word for word in _parts(text, encoding) if word.lower() not in _FRENCH]
    if not any(not word.isascii() and _odd_words(word) for word in words):
        return False
    return all(
        word.isupper() or len(word) == 1 or is_syllable(word) or may_be_vietnamese(word) or _explained(word, encoding)
        for word in words
    )


def _speaks_unicode(text: str, encoding: LegacyEncoding) -> bool:
    """Return whether part of a text is Vietnamese outside the encoding: then only odd words are converted."""
    return any(legacy.bytes_seen(part, encoding.view) is None for part in _parts(text, encoding))


def _converted(text: str, encoding: LegacyEncoding, *, certain: bool) -> str:
    """Return the text with all words converted, or only the odd ones unless ``certain``."""
    capitals = [word for word in re.findall("[A-Za-z]+", text) if len(word) > 1]
    all_capitals = bool(capitals) and all(word.isupper() for word in capitals)

    def meant(found: re.Match[str]) -> str:
        part = found[0]
        if part.isascii() or not (certain or _odd_words(part)):
            return part
        if encoding.read is legacy.from_utf_8:
            return _mojibake(part, encoding) or part
        letters = re.sub("[^A-Za-z]", "", part)
        seen = legacy.bytes_seen(part, encoding.view)
        word = encoding.read(seen, all_capitals or (len(letters) > 1 and letters.isupper())) if seen else None
        return word if word is not None and _is_word(word) else part

    return encoding.parts.sub(meant, text)
