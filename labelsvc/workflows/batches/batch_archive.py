"""The files of a printed batch in one ZIP, laid out before it is sent.

It stores its files uncompressed (PDFs are compressed already), so it is a list of headers and file ranges: any range of
it can be read in constant memory. A file's CRC-32 is in proof.json; of what an earlier version printed it is computed.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import RawIOBase
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zlib import crc32

from labelsvc.workflows.batches.batch_files import BatchFile
from labelsvc.workflows.batches.release_batch import PROOF

LAYOUTS_KEPT = 32
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_CRC32 = re.compile("[0-9a-f]{8}")
_DESCRIPTOR = b"PK\7\10"
"""What stands before CRC-32 and sizes, behind a file's bytes (APPNOTE.TXT 4.3.9)."""


@dataclass(frozen=True, slots=True)
class _ArchivePiece:
    """A run of bytes: given ones, or all of a file."""

    size: int
    content: bytes = b""
    file: BatchFile | None = None

    def read(self, first: int, end: int) -> Iterator[bytes]:
        """Yield its bytes from ``first`` to before ``end``."""
        if self.file is None:
            yield self.content[first:end]
        else:
            yield from self.file.read(first, end)


@dataclass(frozen=True, slots=True)
class Archive:
    """A virtual ZIP file."""

    pieces: Sequence[_ArchivePiece]
    size: int
    etag: str

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` to before ``end``, some at a time."""
        position, end = 0, self.size if end is None else end
        for piece in self.pieces:
            first, last = max(start - position, 0), min(end - position, piece.size)
            if first < last:
                yield from piece.read(first, last)
            position += piece.size


def archive_of(files: Sequence[BatchFile], folder: str) -> Archive:
    """Lay a ZIP of these files out, in a folder of that name; it is remembered as long as the files stay the same."""
    return _laid_out(tuple(files), folder)


@lru_cache(LAYOUTS_KEPT)
def _laid_out(files: tuple[BatchFile, ...], folder: str) -> Archive:
    sink, known = _HeaderSink(), _known_checksums(files)
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for file in files:
            checksum = known.get((file.name, file.size, file.sha256))
            sink.add(archive, f"{folder}/{file.name}", file, _checksum(file) if checksum is None else checksum)
    etag = sha256(repr([(file.name, file.size, file.etag) for file in files]).encode()).hexdigest()[:32]
    return Archive(tuple(sink.pieces), sink.tell(), etag)


def _known_checksums(files: Sequence[BatchFile]) -> Mapping[tuple[str, int, str], int]:
    """Return the CRC-32 of files by name, size and SHA-256 (empty where nothing but proof.json has it)."""
    proof = next((file for file in files if file.name == PROOF), None)
    try:
        content = json.loads(b"".join(proof.read())) if proof else {}
        rows = [
            row
            for part in (content.get("manifest", {}), *content.get("parts", ()))
            for row in (part, *part.get("printer", {}).get("files", ()))
            if _CRC32.fullmatch(row.get("crc32", ""))
        ]
        return {(row["file"], row["size"], kept): int(row["crc32"], 16) for row in rows for kept in ("", row["sha256"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _checksum(file: BatchFile) -> int:
    checksum = 0
    for chunk in file.read():
        checksum = crc32(chunk, checksum)
    return checksum


class _HeaderSink(RawIOBase):
    """Takes what zipfile writes of empty files, and puts their bytes and checksums where they belong."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[_ArchivePiece] = []
        self._size = 0
        self._facts: tuple[int, int, int] | None = None

    def add(self, archive: ZipFile, name: str, file: BatchFile, checksum: int) -> None:
        """Add a file to the archive that writes here, without reading it."""
        entry = ZipInfo(name, _LONG_AGO)
        entry.file_size = file.size
        with archive.open(entry, "w"):
            self._put(_ArchivePiece(file.size, file=file))
            self._facts = checksum, file.size, file.size
        self._facts = None
        entry.CRC, entry.file_size, entry.compress_size = checksum, file.size, file.size

    def writable(self) -> bool:
        """Tell that it takes bytes."""
        return True

    def tell(self) -> int:
        """Return how many bytes the archive has so far."""
        return self._size

    def write(self, data: Any) -> int:
        """Take a header; what zipfile says of a file that it took for empty is said of the file instead."""
        if self._facts and bytes(data[:4]) == _DESCRIPTOR:
            sizes = "LL" if len(data) == struct.calcsize("<4sLLL") else "QQ"
            data = struct.pack(f"<4sL{sizes}", _DESCRIPTOR, *self._facts)
        self._put(_ArchivePiece(len(data), bytes(data)))
        return len(data)

    def _put(self, piece: _ArchivePiece) -> None:
        self.pieces.append(piece)
        self._size += piece.size
