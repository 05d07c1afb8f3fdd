"""Reads the tar of a backup, and only what its writer writes: plain files, each with a size that is told before it.

The library's reader takes any header's length into memory, and long names, links and sparse files too. Whoever knows
a public key can make a backup for it, so this one is read by a reader without any of that.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.files.whole_file import output_refusals

BLOCK = tarfile.BLOCKSIZE
PIECE = 1 << 16
LEAST_FREE = 1 << 26
"""Bytes that stay free on a disk, for whatever else writes to it."""
LONGEST_END = 1 << 20
"""Bytes after the last member: two empty blocks, filled up to a record."""
_PAX_SIZE = re.compile(rb"[0-9]{1,4} size=([0-9]{1,15})\n\0*")
"""What the writer puts before a file of 8 GiB or more, whose size does not fit into a header."""


class MemberStream(io.RawIOBase):
    """The contents of one member, hashed on their way. ``tell_read`` is told how many bytes went on."""

    def __init__(self, name: str, size: int, source: IO[bytes], tell_read: Callable[[int], object]) -> None:
        super().__init__()
        self.name, self.size, self.sha256 = name, size, hashlib.sha256()
        self._source, self._left, self._tell_read = source, size, tell_read

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer as far as the member goes; 0 at its end. BackupRefused where the archive ends before it."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not (wanted := min(len(view), self._left)):
            return 0
        if not (data := self._source.read(wanted)):
            raise BackupRefused.from_code("backup.damaged")
        view[: len(data)] = data
        self.sha256.update(data)
        self._left -= len(data)
        self._tell_read(len(data))
        return len(data)


def buffered(member: MemberStream) -> IO[bytes]:
    """Return a member as a stream that is read by lines."""
    return cast(IO[bytes], io.BufferedReader(member, PIECE))


def write_member(member: MemberStream, target: IO[bytes], folder: Path) -> None:
    """Write a member to a file in a folder, and flush it.

    Raises BackupRefused backup.no_room before anything is written, and OutputRefused.
    """
    with output_refusals(folder):
        if member.size > (free := shutil.disk_usage(folder).free - LEAST_FREE):
            raise BackupRefused.from_code("backup.no_room", path=str(folder), needed=member.size, free=max(free, 0))
    while data := member.read(PIECE):
        with output_refusals(folder):
            target.write(data)
    with output_refusals(folder):
        target.flush()


def read_members(source: IO[bytes], tell_read: Callable[[int], object]) -> Iterator[MemberStream]:
    """Yield the members of a tar one after the other; what nobody reads of one is read before the next.

    Raises BackupRefused: it is cut off, or has what the writer never writes.
    """
    while (info := _header(source)) is not None:
        size = info.size
        if info.type == tarfile.XHDTYPE:
            size = _large_size(source, info.size)
            info = _header(source)
        if info is None or info.type != tarfile.REGTYPE or size < 0:
            raise BackupRefused.from_code("backup.not_ours")
        member = MemberStream(info.name, size, source, tell_read)
        yield member
        while member.read(PIECE):
            pass
        _exactly(source, -size % BLOCK)
    _read_end(source)


def _header(source: IO[bytes]) -> tarfile.TarInfo | None:
    """Return the next header; None at the end."""
    block = _exactly(source, BLOCK)
    if not any(block):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise BackupRefused.from_code("backup.not_ours") from error


def _large_size(source: IO[bytes], length: int) -> int:
    told = _PAX_SIZE.fullmatch(_exactly(source, BLOCK)) if 0 < length <= BLOCK else None
    if told is None:
        raise BackupRefused.from_code("backup.not_ours")
    return int(told[1])


def _exactly(source: IO[bytes], count: int) -> bytes:
    data = source.read(count)
    if len(data) != count:
        raise BackupRefused.from_code("backup.damaged")
    return data


def _read_end(source: IO[bytes]) -> None:
    if len(source.read(LONGEST_END + 1)) > LONGEST_END:
        raise BackupRefused.from_code("backup.not_ours")
