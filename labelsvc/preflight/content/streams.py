"""Streams of files that nobody vouches for: decoded up to a limit, so that a small file cannot fill the memory."""

from __future__ import annotations

import zlib
from typing import Any

MOST_BYTES = 128 << 20
"""What a stream may hold when it is decoded; a sheet of 132 stamps holds half a megabyte."""
REFUSED_FILTERS = frozenset(("/LZWDecode", "/LZW", "/Crypt"))
"""Filters that a press file may not use (ISO 15930-7)."""
_LONGEST_CHAIN = 4


class StreamTooLarge(Exception):
    """A stream holds more than can be looked at."""


class StreamUnreadable(Exception):
    """A stream's bytes are not what its filters say."""


def filters(stream: Any, key: str = "/Filter") -> list[str]:
    """Return the names of a stream's filters, in the order in which they are undone."""
    import pikepdf

    given = stream.get(key)
    if given is None:
        return []
    names = list(given) if isinstance(given, pikepdf.Array) else [given]
    return [str(name) for name in names]


def decoded(stream: Any, most: int = MOST_BYTES) -> bytes:
    """Return what a stream holds; StreamTooLarge above ``most`` bytes, StreamUnreadable where it is broken."""
    import pikepdf

    names = filters(stream)
    plain_flate = all(name in ("/FlateDecode", "/Fl") for name in names) and len(names) <= _LONGEST_CHAIN
    try:
        if not plain_flate or "/DecodeParms" in stream or "/F" in stream:
            data = bytes(stream.read_bytes())
        else:
            data = bytes(stream.read_raw_bytes())
            for _ in names:
                data = _inflated(data, most)
    except (pikepdf.PdfError, zlib.error, MemoryError, RuntimeError, NotImplementedError) as error:
        raise StreamUnreadable(str(error)) from error
    if len(data) > most:
        raise StreamTooLarge
    return data


def _inflated(data: bytes, most: int) -> bytes:
    machine = zlib.decompressobj()
    out = machine.decompress(data, most)
    if machine.unconsumed_tail:
        raise StreamTooLarge
    if not machine.eof:
        raise StreamUnreadable("incomplete")
    return out
