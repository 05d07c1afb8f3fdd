"""CFF programs of prepared fonts: written whole when a font is uploaded, and with the used glyphs when it is embedded.

One form alone: CID-keyed (ROS Adobe-Identity-0) with the identity as charset, one Private DICT without hints, no
subroutines, 1000 units to the em. So CIDs are the glyph ids of the prepared file, in every part of every batch, as
they are in TrueType subsets. Sources: Adobe Technical Notes 5176 (CFF) and 5177 (Type 2 charstrings); ISO 32000-1, 9.9
(FontFile3, CIDFontType0C).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from struct import pack

ENDCHAR = b"\x0e"
_STRINGS = (b"Adobe", b"Identity")
_FIRST_STRING = 391
"""The id of a program's first own string; those before are the standard ones."""
_ROS, _CID_COUNT, _FONT_BBOX, _CHARSET = b"\x0c\x1e", b"\x0c\x22", b"\x05", b"\x0f"
_DEFAULT_WIDTH, _NOMINAL_WIDTH = b"\x14", b"\x15"
_CHARSTRINGS, _PRIVATE, _FD_ARRAY, _FD_SELECT = b"\x11", b"\x12", b"\x0c\x24", b"\x0c\x25"


def write_cff(name: str, charstrings: Sequence[bytes], box: tuple[int, int, int, int]) -> bytes:
    """Return a CFF program; ``charstrings`` begin with their widths, ``box`` holds all glyphs."""
    count = len(charstrings)
    head = b"\1\0\4\4" + _index([name.encode("ascii")])
    strings = _index(_STRINGS) + _index(())  # and no global subroutines
    charset = b"\2" + pack(">HH", 1, max(0, count - 2)) if count > 1 else b"\0"
    select = b"\3" + pack(">HHBH", 1, 0, 0, count)
    private = _number(0) + _DEFAULT_WIDTH + _number(0) + _NOMINAL_WIDTH
    glyphs = _index(charstrings)

    def top(charset_at: int, select_at: int, glyphs_at: int, fonts_at: int) -> bytes:
        said = _number(_FIRST_STRING) + _number(_FIRST_STRING + 1) + _number(0) + _ROS
        said += b"".join(map(_number, box)) + _FONT_BBOX + _number(count) + _CID_COUNT
        said += _offset(charset_at) + _CHARSET + _offset(select_at) + _FD_SELECT
        return said + _offset(glyphs_at) + _CHARSTRINGS + _offset(fonts_at) + _FD_ARRAY

    start = len(head) + len(_index([top(0, 0, 0, 0)])) + len(strings)
    charset_at = start
    select_at = charset_at + len(charset)
    glyphs_at = select_at + len(select)
    private_at = glyphs_at + len(glyphs)
    fonts_at = private_at + len(private)
    fonts = _index([_number(len(private)) + _offset(private_at) + _PRIVATE])
    dictionary = _index([top(charset_at, select_at, glyphs_at, fonts_at)])
    return b"".join((head, dictionary, strings, charset, select, glyphs, private, fonts))


def subset_cff(program: bytes, name: str, glyphs: Collection[int]) -> bytes:
    """Return a program of :func:`write_cff` that draws only these glyphs and .notdef, under their old ids."""
    box, charstrings = _read(program)
    kept = {0, *glyphs}
    return write_cff(name, [each if at in kept else ENDCHAR for at, each in enumerate(charstrings)], box)


def _read(program: bytes) -> tuple[tuple[int, int, int, int], list[bytes]]:
    """Return the box and the charstrings of a program in our one form."""
    _, after_name = _read_index(program, 4)
    (top,), _ = _read_index(program, after_name)
    operands = _dictionary(top)
    x_min, y_min, x_max, y_max = operands[_FONT_BBOX]
    charstrings, _ = _read_index(program, operands[_CHARSTRINGS][0])
    return (x_min, y_min, x_max, y_max), charstrings


def _index(items: Sequence[bytes]) -> bytes:
    if not items:
        return b"\0\0"
    offsets = [1]
    for item in items:
        offsets.append(offsets[-1] + len(item))
    return pack(f">HB{len(offsets)}I", len(items), 4, *offsets) + b"".join(items)


def _read_index(data: bytes, at: int) -> tuple[list[bytes], int]:
    """Return the items of an INDEX with offsets of 4 bytes, and where it ends."""
    count = int.from_bytes(data[at : at + 2], "big")
    if not count:
        return [], at + 2
    first = at + 3
    offsets = [int.from_bytes(data[first + 4 * i : first + 4 * i + 4], "big") for i in range(count + 1)]
    base = first + 4 * (count + 1) - 1
    items = [data[base + start : base + end] for start, end in pairwise(offsets)]
    return items, base + offsets[-1]


def _number(value: int) -> bytes:
    return b"\x1c" + pack(">h", value) if -32_768 <= value <= 32_767 else _offset(value)


def _offset(value: int) -> bytes:
    """Return a number in five bytes, so that a DICT's length is known before its offsets are."""
    return b"\x1d" + pack(">i", value)


def _dictionary(data: bytes) -> dict[bytes, list[int]]:
    """Read a DICT that :func:`_number` and :func:`_offset` wrote."""
    found: dict[bytes, list[int]] = {}
    operands: list[int] = []
    at = 0
    while at < len(data):
        match data[at]:
            case 0x1C:
                operands.append(int.from_bytes(data[at + 1 : at + 3], "big", signed=True))
                at += 3
            case 0x1D:
                operands.append(int.from_bytes(data[at + 1 : at + 5], "big", signed=True))
                at += 5
            case operator:
                size = 2 if operator == 0x0C else 1
                found[data[at : at + size]] = operands
                operands = []
                at += size
    return found
