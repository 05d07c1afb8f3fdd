"""A page that is the same for many stamps, kept in pieces that were compressed once.

Between the pieces stand texts of the single stamp. A deflate stream may end anywhere at a whole byte (a full flush,
RFC 1951 §3.2.3) and go on with a block that is not compressed, so that a page is put together without compressing
anything: compressing one of 10 kB at each scan would cost as much as all the rest of the scan.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from struct import pack

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""RFC 1952 §2.3: deflate, no name, no time, smallest, unknown system."""
_RAW_DEFLATE, _SMALLEST = -15, 9
_STORED, _LAST_BLOCK = 0, b"\x03\x00"
"""A block that is not compressed and not the last one; an empty last block."""


class KeptPage:
    """The pieces of a page; a page of one piece has no texts to be filled in."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = tuple(pieces)
        self._compressed = tuple(map(_compressed, self.pieces))
        self._first_crc, self._size = zlib.crc32(self.pieces[0]), sum(map(len, self.pieces))

    @property
    def compressed_size(self) -> int:
        """Bytes of all pieces as they are sent."""
        return sum(map(len, self._compressed))

    def filled(self, texts: Sequence[bytes]) -> FilledPage:
        """Return the page with a text after each piece but the last."""
        return FilledPage(self, texts)

    def plain(self, texts: Sequence[bytes]) -> bytes:
        """Return the page as it is."""
        first, *rest = self.pieces
        return first + b"".join(part for pair in zip(texts, rest, strict=True) for part in pair)

    def gzipped(self, texts: Sequence[bytes]) -> bytes:
        """Return the page as a gzip file."""
        parts, crc, size = [_GZIP_HEADER, self._compressed[0]], self._first_crc, self._size
        for text, plain, piece in zip(texts, self.pieces[1:], self._compressed[1:], strict=True):
            parts += (pack("<BHH", _STORED, len(text), len(text) ^ 0xFFFF), text, piece)
            crc = zlib.crc32(plain, zlib.crc32(text, crc))
            size += len(text)
        parts += (_LAST_BLOCK, pack("<LL", crc, size))
        return b"".join(parts)


class FilledPage:
    """A page with its texts; it is put together as the browser takes it."""

    def __init__(self, page: KeptPage, texts: Sequence[bytes]) -> None:
        self._page, self._texts = page, texts

    def plain(self) -> bytes:
        """Return the page as it is."""
        return self._page.plain(self._texts)

    def gzipped(self) -> bytes:
        """Return the page as a gzip file."""
        return self._page.gzipped(self._texts)


def _compressed(piece: bytes) -> bytes:
    compressor = zlib.compressobj(_SMALLEST, zlib.DEFLATED, _RAW_DEFLATE)
    return compressor.compress(piece) + compressor.flush(zlib.Z_FULL_FLUSH)
