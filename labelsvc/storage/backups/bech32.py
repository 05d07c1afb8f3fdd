"""Bech32 (BIP 173), as age writes its keys: ``age1…`` and ``AGE-SECRET-KEY-1…``. Only reading is needed."""

from __future__ import annotations

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6
_BITS, _BYTE = 5, 8


def read_bech32(text: str) -> tuple[str, bytes]:
    """Return the prefix, in small letters, and the bytes of a text; ValueError if it is none or was mistyped."""
    if text not in (text.lower(), text.upper()):
        raise ValueError("letters of both cases")
    prefix, separator, letters = text.lower().rpartition("1")
    values = [_LETTERS.index(letter) for letter in letters]
    if not separator or not prefix or len(values) < _CHECKSUM or _checksum(prefix, values) != 1:
        raise ValueError("no Bech32")
    return prefix, _as_bytes(values[:-_CHECKSUM])


def _checksum(prefix: str, values: list[int]) -> int:
    expanded = [ord(letter) >> _BITS for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    remainder = 1
    for value in expanded + values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << _BITS ^ value
        for bit, generator in enumerate(_GENERATORS):
            remainder ^= generator if top >> bit & 1 else 0
    return remainder


def _as_bytes(values: list[int]) -> bytes:
    number = 0
    for value in values:
        number = number << _BITS | value
    surplus = len(values) * _BITS % _BYTE
    if surplus >= _BITS or number & (1 << surplus) - 1:
        raise ValueError("padding that is none")
    return (number >> surplus).to_bytes(len(values) * _BITS // _BYTE)
