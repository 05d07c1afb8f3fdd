"""Legacy encodings of Vietnamese, and the code pages in which Unicode is often misread.

A *view* is how bytes were shown: each character stands for a byte. A *meaning* is what the bytes say. Text in an old
font is TCVN3 or VNI seen as Windows-1252; mojibake is UTF-8 seen as Windows-1252, Windows-1258 or Mac Roman.

Sources: TCVN 5712:1993 (its code VN3, fonts named .Vn…, capitals .Vn…H); VNI's Windows fonts (VNI-Times …), two letters
for one; RFC 1456 (VIQR); unicode.org's tables of the code pages, by Python's codecs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

ByteOfCharacter = Mapping[str, int]

TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Grave, hook, tilde, acute, dot below: the order of TCVN3's table."""


def _view(*codecs: str) -> dict[str, int]:
    """Return the byte of each character; bytes that a code page leaves out are shown as control characters."""
    shown = {chr(byte): byte for byte in range(0x80, 0x100)}
    for codec in codecs:
        for byte in range(0x80, 0x100):
            shown[bytes([byte]).decode(codec, "ignore") or chr(byte)] = byte
    return shown


VIEWS: Mapping[str, ByteOfCharacter] = {
    "Windows-1252": _view("latin-1", "cp1252"),
    "Windows-1258": {**_view("cp1258"), **{chr(byte): byte for byte in range(0x80, 0xA0)}},
    "Mac Roman": _view("mac_roman"),
}

_TCVN3_ROWS = (  # base letter, the bytes of its five tones
    ("a", "B5 B6 B7 B8 B9"), ("ă", "BB BC BD BE C6"), ("â", "C7 C8 C9 CA CB"), ("e", "CC CE CF D0 D1"),
    ("ê", "D2 D3 D4 D5 D6"), ("i", "D7 D8 DC DD DE"), ("o", "DF E1 E2 E3 E4"), ("ô", "E5 E6 E7 E8 E9"),
    ("ơ", "EA EB EC ED EE"), ("u", "EF F1 F2 F3 F4"), ("ư", "F5 F6 F7 F8 F9"), ("y", "FA FB FC FD FE"),
)  # fmt: skip
TCVN3: Mapping[int, str] = {
    **{byte: unicodedata.normalize("NFC", letter + tone)
       for letter, row in _TCVN3_ROWS for byte, tone in zip(bytes.fromhex(row), TONES, strict=True)},
    **dict(zip(range(0xA1, 0xA8), "ĂÂÊÔƠƯĐ", strict=True)),
    **dict(zip(range(0xA8, 0xAF), "ăâêôơưđ", strict=True)),
}  # fmt: skip
"""Small letters with tones serve as capitals too: the capitals' fonts (.VnTimeH) draw them so."""

_VNI_TONES = dict(zip("øûõùï", TONES, strict=True))
_VNI_MARKS = {
    **{mark: "\u0302" + tone for mark, tone in zip("âàåãáä", ("", *TONES), strict=True)},
    **{mark: "\u0306" + tone for mark, tone in zip("êèúüéë", ("", *TONES), strict=True)},
}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile("a[êèúüéëâàåãáäøûõùï]|[eo][âàåãáäøûõùï]|[uyôö][øûõùï]|[ôöñíìæóòî]", re.IGNORECASE)

_VIQR_MARKS = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
_VIQR_TONES = {"`": "\u0300", "'": "\u0301", "~": "\u0303", "?": "\u0309", ".": "\u0323"}
VIQR_LETTER = re.compile(r"dd|(?:a[(^]|[eo]\^|[ou][+*]|[aeiouy])[`'~?.]|(?:a[(^]|[eo]\^|[ou][+*])", re.IGNORECASE)


def bytes_seen(text: str, view: ByteOfCharacter) -> bytes | None:
    """Return the bytes that were shown as this text, or None if the view has no such character."""
    seen = bytearray()
    for character in text:
        if character < "\x80":
            seen.append(ord(character))
        elif (byte := view.get(character)) is not None:
            seen.append(byte)
        elif not _add_apart(character, view, seen):
            return None
    return bytes(seen)


def _add_apart(character: str, view: ByteOfCharacter, seen: bytearray) -> bool:
    """Add a letter and its tone, which Windows-1258 keeps as two characters and Unicode has joined since."""
    apart = unicodedata.normalize("NFD", character)
    letter, tone = unicodedata.normalize("NFC", apart[:-1]), apart[-1]
    if len(apart) < 2 or tone not in view or not (letter < "\x80" or letter in view):
        return False
    seen += bytes([ord(letter) if letter < "\x80" else view[letter], view[tone]])
    return True


def from_utf_8(seen: bytes, capitals: bool) -> str | None:
    """Return what the bytes say in UTF-8, or None if they are none."""
    try:
        return unicodedata.normalize("NFC", seen.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def from_tcvn3(seen: bytes, capitals: bool) -> str | None:
    """Return what the bytes say in TCVN3; ``capitals``: letters that may be either are capitals."""
    if any(byte >= 0xC0 and byte not in TCVN3 for byte in seen):
        return None
    letters = [TCVN3.get(byte, chr(byte)) for byte in seen]
    return "".join(letters).upper() if capitals else "".join(letters)


def from_vni(seen: bytes, capitals: bool) -> str | None:
    """Return what the bytes say in VNI for Windows: most letters are a vowel and a mark of either case."""
    return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, seen.decode("latin-1")))


def _vni_letter(pair: re.Match[str]) -> str:
    vowel, mark = pair[0][0], pair[0][1:].lower()
    base = _VNI_SINGLE.get(vowel.lower(), vowel.lower())
    letter = unicodedata.normalize("NFC", base + (_VNI_TONES.get(mark) or _VNI_MARKS.get(mark, "")))
    return letter.upper() if vowel.isupper() else letter


def from_windows_1258(seen: bytes, capitals: bool) -> str | None:
    """Return what the bytes say in Windows-1258, a tone behind each vowel."""
    try:
        return unicodedata.normalize("NFC", seen.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def from_viqr(text: str) -> str:
    """Return what ASCII text says in VIQR: "Vie^.t" is "Việt"."""
    return VIQR_LETTER.sub(_viqr_letter, text)


def _viqr_letter(found: re.Match[str]) -> str:
    written = found[0]
    if written[0] in "dD":
        return "Đ" if written[0] == "D" else "đ"
    marks = "".join(_VIQR_MARKS.get(sign) or _VIQR_TONES[sign] for sign in written[1:])
    return unicodedata.normalize("NFC", written[0] + marks)
