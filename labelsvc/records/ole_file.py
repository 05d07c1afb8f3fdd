"""The streams of an old Office file: a small file system of sectors. Source: [MS-CFB]."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SMALL = 4_096
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_STREAM = 2
WORKBOOK_NAMES = ("workbook", "book")
"""Names of a spreadsheet's stream; names of streams have no case (2.6.4), and some programs write capitals."""


@dataclass(frozen=True, slots=True)
class OleStream:
    """A stream's name, where its directory entry stands in the file, its first sector and its length in bytes."""

    name: str
    offset: int
    sector: int
    length: int


class OleFile:
    """An old Office file. Raises ValueError if it is invalid; its streams may still be broken."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._size = 1 << struct.unpack_from("<H", content, 30)[0]
            if self._size not in (512, 4_096):
                raise ValueError("no such size of sectors")
            first_directory, first_small_table = struct.unpack_from("<I8xI", content, 48)
            self._table = _sector_table(content, self._size)
            self.entries = list(self._entries(first_directory))
            root_sector, root_length = struct.unpack_from("<II", self._directory, 116)
            self._small = self._chain(root_sector)[:root_length]
            self._small_table = _numbers(self._chain(first_small_table))
        except (struct.error, IndexError) as error:
            raise ValueError("a broken Office file") from error

    def find(self, *names: str) -> OleStream | None:
        """Return the first stream of one of these names, in any case."""
        return next((entry for entry in self.entries if entry.name.lower() in names), None)

    def read(self, entry: OleStream) -> bytes:
        """Return a stream's bytes."""
        if entry.length >= _SMALL:
            return self._chain(entry.sector)[: entry.length]
        return _follow(self._small, self._small_table, entry.sector, 64, header=0)[: entry.length]

    def renamed(self, entry: OleStream, name: str) -> bytes:
        """Return the whole file with another name for a stream, one that is no longer than 31 letters."""
        written = name.encode("utf-16-le") + b"\0\0"
        content = bytearray(self._content)
        content[entry.offset : entry.offset + 66] = written.ljust(64, b"\0") + struct.pack("<H", len(written))
        return bytes(content)

    def _entries(self, first_directory: int) -> Iterator[OleStream]:
        offsets = [(sector + 1) * self._size for sector in _sectors(self._table, first_directory)]
        self._directory = b"".join(self._content[offset : offset + self._size] for offset in offsets)
        for at in range(0, len(self._directory) - _ENTRY + 1, _ENTRY):
            letters, kind = struct.unpack_from("<HB", self._directory, at + 64)
            if kind == _STREAM:
                name = self._directory[at : at + max(min(letters, 64) - 2, 0)].decode("utf-16-le", "replace")
                offset = offsets[at // self._size] + at % self._size
                yield OleStream(name, offset, *struct.unpack_from("<II", self._directory, at + 116))

    def _chain(self, sector: int) -> bytes:
        return _follow(self._content, self._table, sector, self._size)


def _sector_table(content: bytes, size: int) -> tuple[int, ...]:
    """Return which sector follows each sector."""
    listed = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    seen: set[int] = set()
    while more < _LAST_SECTOR and more not in seen:
        seen.add(more)
        sector = _numbers(content[(more + 1) * size : (more + 2) * size])
        listed += sector[:-1]
        more = sector[-1]
    return _numbers(b"".join(content[(at + 1) * size : (at + 2) * size] for at in listed if at < _LAST_SECTOR))


def _sectors(table: tuple[int, ...], sector: int) -> Iterator[int]:
    for _ in range(len(table) + 1):
        if sector >= _LAST_SECTOR:
            return
        yield sector
        sector = table[sector]


def _follow(content: bytes, table: tuple[int, ...], sector: int, size: int, header: int = 1) -> bytes:
    return b"".join(content[(at + header) * size : (at + header + 1) * size] for at in _sectors(table, sector))


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
