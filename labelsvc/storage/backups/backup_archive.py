"""The archive of a backup: a tar, gzipped, in an age file, written and read in one pass and in bounded memory.

So ``age --decrypt FILE | tar xz`` opens it anywhere, without this program.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.age_header import Lock, Unlock
from labelsvc.storage.backups.age_stream import CHUNK, OpenedStream, SealingStream
from labelsvc.storage.backups.backup_facts import (
    ABOUT,
    CONTENTS,
    BackupFacts,
    Member,
    members_from_json,
    members_to_json,
)
from labelsvc.storage.backups.tar_reader import MemberStream, read_members
from labelsvc.storage.files.private_file import MODE
from labelsvc.storage.files.whole_file import output_refusals

SQLITE, POSTGRESQL = "database.sqlite", "database.sql"
KEYS, MARKS = "keys.json", "issued.json"
OUTPUT = "output"
SMALL_FILES = ("manifest.csv", "proof.json", "ticket.pdf")
"""What a batch's folder has besides what is printed."""
REFUSED_ROWS = "refused-rows"
"""Of imports by older versions; newer ones are rows. Whatever else the home has is made again."""
_KNOWN = re.compile(
    rf"{re.escape(SQLITE)}|{re.escape(POSTGRESQL)}|{re.escape(KEYS)}|{re.escape(MARKS)}"
    rf"|{OUTPUT}/[0-9]{{4}}-[0-9]{{3,}}/(?:{'|'.join(map(re.escape, SMALL_FILES))})"
    rf"|{REFUSED_ROWS}/[0-9]+-[0-9]+\.csv"
)
_QUICK = 1
"""Level of compression: the disk is waited for, not the processor."""
_LARGEST_SMALL, _LARGEST_LIST = 1 << 24, 1 << 27
"""Bytes of what is read into memory: keys, marks and facts; the list of all files."""
MOST_FILES = 400_000

Tell = Callable[[int], object]
"""Is told how many bytes went on."""
Take = Callable[[MemberStream], object]
"""Is given each file of a backup, to read of it what it wants."""


class ArchiveWriter:
    """Adds files to an archive; ``facts`` come first, the list of all hashes last, by :meth:`finish`."""

    def __init__(self, write: Callable[[bytes], object], lock: Lock, facts: BackupFacts, tell: Tell) -> None:
        self._sealed = SealingStream(lock, write)
        self._zipped = gzip.GzipFile(fileobj=self._sealed, mode="wb", compresslevel=_QUICK, mtime=0)
        self._tar = tarfile.open(fileobj=self._zipped, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._members, self._made_at, self._tell = list[Member](), facts.made_at, tell
        self.add_bytes(ABOUT, facts.to_json())

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small file."""
        self._add(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as it is now; OutputRefused if it cannot be read."""
        with output_refusals(path), path.open("rb") as stream:
            stream.seek(0, io.SEEK_END)
            size = stream.tell()
            stream.seek(0)
            self._add(name, stream, size)

    def finish(self) -> None:
        """Write the list of hashes and all ends."""
        self._add(CONTENTS, io.BytesIO(listed := members_to_json(self._members)), len(listed))
        self._tar.close()
        self._zipped.close()
        self._sealed.finish()

    def _add(self, name: str, stream: IO[bytes], size: int) -> None:
        if len(self._members) > MOST_FILES:
            raise BackupRefused.from_code("backup.too_many_files", most=MOST_FILES)
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, MODE, int(self._made_at.timestamp())
        hashed = _Hashed(stream, self._tell)
        self._tar.addfile(info, cast(IO[bytes], hashed))
        self._members.append(Member(name, size, hashed.sha256.hexdigest()))


class _Hashed:
    """A stream whose bytes are hashed on their way, and told of."""

    def __init__(self, stream: IO[bytes], tell: Tell) -> None:
        self._stream, self._tell = stream, tell
        self.sha256 = hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.sha256.update(data)
        self._tell(len(data))
        return data


def read_facts(path: Path, unlock: Unlock) -> BackupFacts:
    """Return what a backup says of itself, without reading the rest. Raises BackupRefused, OutputRefused."""
    with _opened(path, unlock) as members:
        return _facts(members(lambda _: None))


def read_backup(path: Path, unlock: Unlock, take: Take, tell: Tell) -> tuple[BackupFacts, list[Member]]:
    """Read a backup to its end, give each file in it to ``take``, and compare every hash; return what it has.

    What was taken is not to be trusted before this returns. Raises BackupRefused where anything is wrong.
    """
    with _opened(path, unlock) as opened:
        members, found = opened(tell), dict[str, Member]()
        facts, listed = _facts(members), list[Member]()
        for member in members:
            if listed or member.name in found or len(found) >= MOST_FILES:
                raise BackupRefused.from_code("backup.not_ours")
            if member.name == CONTENTS:
                listed = members_from_json(_small(member, _LARGEST_LIST))
                continue
            if not _KNOWN.fullmatch(member.name):
                raise BackupRefused.from_code("backup.not_ours")
            take(member)
            while member.read(CHUNK):
                pass
            found[member.name] = Member(member.name, member.size, member.sha256.hexdigest())
    if not listed or [each for each in listed if each.name != ABOUT] != list(found.values()):
        raise BackupRefused.from_code("backup.damaged")
    return facts, list(found.values())


def small_content(member: MemberStream) -> bytes:
    """Return a small file: keys, or marks. BackupRefused if it says to be large."""
    return _small(member, _LARGEST_SMALL)


def _facts(members: Iterator[MemberStream]) -> BackupFacts:
    first = next(members, None)
    if first is None or first.name != ABOUT:
        raise BackupRefused.from_code("backup.not_ours")
    return BackupFacts.from_json(_small(first, _LARGEST_SMALL))


def _small(member: MemberStream, largest: int) -> bytes:
    if member.size > largest:
        raise BackupRefused.from_code("backup.not_ours")
    return member.readall() or b""


@contextmanager
def _opened(path: Path, unlock: Unlock) -> Iterator[Callable[[Tell], Iterator[MemberStream]]]:
    """Give what reads the members, and at their end all that is left of the file, so that a lost end shows."""

    def members(tell: Tell) -> Iterator[MemberStream]:
        yield from read_members(cast(IO[bytes], _Unzipped(zipped)), tell)
        if opened.read(1):
            raise BackupRefused.from_code("backup.damaged")

    with output_refusals(path):
        stream = path.open("rb")
    with (
        stream,
        io.BufferedReader(OpenedStream(unlock, stream), CHUNK) as opened,
        gzip.GzipFile(fileobj=opened, mode="rb") as zipped,
    ):
        yield members


class _Unzipped:
    """What is wrong with the archive is told apart from what is wrong with the disk that takes it."""

    def __init__(self, zipped: gzip.GzipFile) -> None:
        self._zipped = zipped

    def read(self, size: int) -> bytes:
        try:
            return self._zipped.read(size)
        except (OSError, EOFError, zlib.error) as error:
            raise BackupRefused.from_code("backup.damaged") from error
