"""Decodes streams of untrusted files up to a limit, so that a small file cannot fill the memory."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Mapping
from typing import Any

MOST_BYTES = 128 << 20
"""The largest decoded stream; a sheet of 132 stamps takes half a megabyte."""
REFUSED_FILTERS = frozenset(("/LZWDecode", "/LZW", "/Crypt"))
"""Filters that a press file may not use (ISO 15930-7)."""
_LONGEST_CHAIN, _MOST_EXPANSION = 4, 256
"""The greatest expansion by other filters."""


class StreamTooLarge(Exception):
    """A stream is too large to be checked."""


class StreamUnreadable(Exception):
    """A stream does not decode."""


def filters(stream: Any, key: str = "/Filter") -> list[str]:
    """Return the names of a stream's filters, in the order in which they are undone."""
    import pikepdf

    given = stream.get(key)
    if given is None:
        return []
    names = list(given) if isinstance(given, pikepdf.Array) else [given]
    return [str(name) for name in names]


def decoded(stream: Any, most: int = MOST_BYTES) -> bytes:
    """Return a decoded stream; StreamTooLarge above ``most`` bytes, StreamUnreadable if it is broken."""
    import pikepdf

    names = filters(stream)
    own = all(name in _UNDOING for name in names) and len(names) <= _LONGEST_CHAIN and "/F" not in stream
    try:
        data = bytes(stream.read_raw_bytes())
        for name in names if own else ():
            data = _UNDOING[name](data, most)
        if not own and len(data) > most // _MOST_EXPANSION:
            raise StreamTooLarge
        if not own or "/DecodeParms" in stream:  # a predictor adds nothing to what is inflated
            data = bytes(stream.read_bytes())
    except (pikepdf.PdfError, zlib.error, ValueError, MemoryError, RuntimeError, NotImplementedError) as error:
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


def _from_hexadecimal(data: bytes, _: int) -> bytes:
    digits = b"".join(data.partition(b">")[0].split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _from_base_85(data: bytes, _: int) -> bytes:
    return base64.a85decode(data.strip().removeprefix(b"<~").partition(b"~")[0])


_UNDOING: Mapping[str, Callable[[bytes, int], bytes]] = {
    "/FlateDecode": _inflated,
    "/Fl": _inflated,
    "/ASCIIHexDecode": _from_hexadecimal,
    "/AHx": _from_hexadecimal,
    "/ASCII85Decode": _from_base_85,
    "/A85": _from_base_85,
}
"""Filters that are decoded here, with bounded output."""
