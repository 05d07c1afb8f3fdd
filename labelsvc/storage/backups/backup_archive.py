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
from labelsvc.storage.files.private_file import MODE, make_private_folder, open_private
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
_LARGEST_FACTS = 1 << 24

Tell = Callable[[int], object]
"""Is told how many bytes went on."""


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
    with _opened(path, unlock) as (tar, _):
        return _facts(tar)


def extract(path: Path, unlock: Unlock, folder: Path, tell: Tell) -> tuple[BackupFacts, list[Member]]:
    """Read a backup to its end, compare every hash, and leave its files in a folder; return what it has.

    Raises BackupRefused where anything is wrong, and OutputRefused where the folder takes no more.
    """
    with _opened(path, unlock) as (tar, drain):
        facts, found = _facts(tar), list[Member]()
        listed: list[Member] | None = None
        while info := tar.next():
            if listed is not None or not info.isreg() or info.issparse():  # a sparse one says any size that it likes
                raise BackupRefused.from_code("backup.not_ours")
            content = cast(IO[bytes], tar.extractfile(info))
            if info.name == CONTENTS:
                listed = members_from_json(content.read(_LARGEST_FACTS))
            elif _KNOWN.fullmatch(info.name):
                found.append(_extracted(content, info.name, folder / info.name, tell))
            else:
                raise BackupRefused.from_code("backup.not_ours")
        drain()
    if listed is None or [each for each in listed if each.name != ABOUT] != found:
        raise BackupRefused.from_code("backup.damaged")
    return facts, found


def _facts(tar: tarfile.TarFile) -> BackupFacts:
    first = tar.next()
    if first is None or first.name != ABOUT or not first.isreg():
        raise BackupRefused.from_code("backup.not_ours")
    return BackupFacts.from_json(cast(IO[bytes], tar.extractfile(first)).read(_LARGEST_FACTS))


def _extracted(content: IO[bytes], name: str, path: Path, tell: Tell) -> Member:
    digest, size = hashlib.sha256(), 0
    with output_refusals(path):
        make_private_folder(path.parent)
        with open_private(path, "xb") as kept:
            while data := _read(content):
                kept.write(data)
                digest.update(data)
                size += len(data)
                tell(len(data))
    return Member(name, size, digest.hexdigest())


def _read(content: IO[bytes]) -> bytes:
    """Read on; what is wrong with the archive is told apart from what is wrong with the disk that takes it."""
    try:
        return content.read(CHUNK)
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise BackupRefused.from_code("backup.damaged") from error


@contextmanager
def _opened(path: Path, unlock: Unlock) -> Iterator[tuple[tarfile.TarFile, Callable[[], None]]]:
    """Give the archive, and what reads to the end of all, so that whatever was cut off shows."""
    with output_refusals(path):
        stream = path.open("rb")
    with stream:
        opened = io.BufferedReader(OpenedStream(unlock, stream), CHUNK)
        try:
            with gzip.GzipFile(fileobj=opened, mode="rb") as zipped, tarfile.open(fileobj=zipped, mode="r|") as tar:
                yield tar, lambda: _drain(cast(IO[bytes], zipped), cast(IO[bytes], opened))
        except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError) as error:
            raise BackupRefused.from_code("backup.damaged") from error


def _drain(*streams: IO[bytes]) -> None:
    for stream in streams:
        while stream.read(CHUNK):
            pass
