"""A prefix of an object store, by its fsspec URL: ``s3://bucket/prefix``.

A file is written to this machine's disk first, read back from there, and put as a whole: a small one by one request, a
large one in pieces that the store joins at the end. A file system is asked for in each call: fsspec keeps one for each
process, and a forked one gets its own.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files.object_file_system import file_system
from labelsvc.storage.files.object_puts import put_file
from labelsvc.storage.files.object_refusals import object_refusals
from labelsvc.storage.files.private_file import open_private
from labelsvc.storage.files.several_at_once import several_at_once
from labelsvc.storage.files.stored_folder import AT_ONCE, StoredFile, StoredFolder
from labelsvc.storage.files.whole_file import BUFFER, UNFINISHED, WholeFile, output_refusals

SCRATCH = "labelsvc-"
"""How the names of files begin that are on their way to a store."""
LINK_SECONDS = 60
AT_A_TIME = 8
"""So many small files are asked for, or removed, at once; botocore opens ten connections at most."""
READ_AHEAD, AHEAD = 4 << 20, 2
"""Bytes of a request, and requests that are under way, while whole files are read in turn."""


class _Piece(NamedTuple):
    """Some bytes of a file, from ``first`` to before ``end``."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class ObjectFolder(StoredFolder):
    """A folder by its URL, without a slash at its end."""

    url: str

    @property
    def place(self) -> str:
        """Its URL."""
        return self.url

    def within(self, name: str) -> ObjectFolder:
        """Return a folder in this one."""
        return ObjectFolder(f"{self.url}/{name}")

    def around(self) -> ObjectFolder:
        """Return the folder that this one is in."""
        return ObjectFolder(self.url.rpartition("/")[0])

    def exists(self) -> bool:
        """Return whether anything is in it; a folder that SeaweedFS keeps when its last file goes is nothing."""
        files, (bucket, _, prefix) = self._files, self._key("").partition("/")
        with object_refusals(self.url):
            if not hasattr(files, "call_s3"):
                return bool(files.exists(self._key()))
            return bool(files.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1).get("Contents"))

    def make(self) -> None:
        """Do nothing: a prefix is there with its first object."""

    def remove_empty(self) -> None:
        """Do nothing: a prefix goes with its last object."""

    def files(self) -> Mapping[str, StoredFile]:
        """Return the files in it by their names, in one listing."""
        with object_refusals(self.url):
            found = self._files.find(self._key(), detail=True)
        start = f"{self._key()}/"
        names = {key.removeprefix(start): facts for key, facts in found.items() if key.startswith(start)}
        return {name: _stored(name, facts) for name, facts in names.items() if "/" not in name}

    def find(self, name: str) -> StoredFile | None:
        """Return a file."""
        with suppress(FileNotFoundError), object_refusals(f"{self.url}/{name}"):
            facts = self._files.info(self._key(name))
            return _stored(name, facts) if facts["type"] == "file" else None
        return None

    def read_range(self, name: str, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``first`` to before ``end``, each MB by a request of its own.

        So no connection to the store waits for whoever reads slowly.
        """
        files = self._files
        if end is None:
            with object_refusals(f"{self.url}/{name}"):
                end = int(files.info(self._key(name))["size"])
        for piece in _pieces(name, first, end, AT_ONCE):
            yield self._read_piece(files, piece)

    def read_in_turn(self, names: Sequence[str]) -> Iterator[bytes]:
        """Yield the bytes of files, one after the other; the next ones are fetched meanwhile."""
        files, stored = self._files, self.files()
        missing = [name for name in names if name not in stored]
        if missing:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), f"{self.url}/{missing[0]}")
        pieces = (piece for name in names for piece in _pieces(name, 0, stored[name].size, READ_AHEAD))
        yield from several_at_once(partial(self._read_piece, files), pieces, AHEAD)

    def _read_piece(self, files: Any, piece: _Piece) -> bytes:
        place = f"{self.url}/{piece.name}"
        with object_refusals(place):
            content: bytes = files.cat_file(self._key(piece.name), start=piece.first, end=piece.end)
        if len(content) != piece.end - piece.first:
            raise _failed(place, f"{len(content)} of {piece.end - piece.first} bytes")
        return content

    def read(self, name: str) -> bytes:
        """Return a small file, by one request."""
        return self._read_whole(self._files, name)

    def _read_whole(self, files: Any, name: str) -> bytes:
        with object_refusals(f"{self.url}/{name}"):
            content: bytes = files.cat_file(self._key(name))
        return content

    def read_all(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return small files, by a request each, several at once."""
        read = partial(self._read_whole, self._files)
        return dict(zip(names, several_at_once(read, names, AT_A_TIME), strict=True))

    def on_this_disk(self, name: str, scratch: Path) -> Path:
        """Return the path of a copy in ``scratch``."""
        path = scratch / name
        with output_refusals(path), open_private(path, "wb") as copy:
            for chunk in self.read_range(name):
                copy.write(chunk)
        return path

    @contextmanager
    def write(self, name: str) -> Iterator[WholeFile]:
        """Provide a stream to a file of this machine, which is put when the block succeeds."""
        scratch = Path(tempfile.gettempdir())
        with ExitStack() as opened:
            with output_refusals(scratch):
                made = tempfile.NamedTemporaryFile(prefix=SCRATCH, suffix=UNFINISHED, buffering=BUFFER)  # noqa: SIM115
            stream = opened.enter_context(made)
            file = WholeFile(scratch / name, stream.file)
            yield file
            self._put(file.unfinished, name)
            file.complete()

    def discard(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._remove(self._files, name)

    def discard_all(self, names: Sequence[str]) -> None:
        """Remove files, several at once; ``DeleteObjects`` wants an MD5 in many stores, which botocore omits."""
        for _ in several_at_once(partial(self._remove, self._files), names, AT_A_TIME):
            pass

    def _remove(self, files: Any, name: str) -> None:
        with suppress(FileNotFoundError), object_refusals(f"{self.url}/{name}"):
            files.rm_file(self._key(name))

    def clear_unfinished(self) -> None:
        """Do nothing: what is unfinished was never here; see :mod:`.unfinished_puts`."""

    def link(self, name: str, shown_name: str) -> str:
        """Return an address for LINK_SECONDS that gives the file under the name shown; empty where there is none."""
        shown = {"ResponseContentDisposition": f'attachment; filename="{shown_name}"'}
        with suppress(NotImplementedError), object_refusals(f"{self.url}/{name}"):
            return str(self._files.sign(self._key(name), expiration=LINK_SECONDS, **shown))
        return ""

    @property
    def _files(self) -> Any:
        return file_system(self.url.partition("://")[0])

    def _key(self, *names: str) -> str:
        return "/".join((self.url.partition("://")[2], *names))

    def _put(self, path: Path, name: str) -> None:
        """Put a file, and see that the store has its very bytes: what is said to be done must be there."""
        place = f"{self.url}/{name}"
        try:
            with object_refusals(place):
                has_it = put_file(self._files, self._key(name), path) or self._has_bytes_of(path, name)
        except FileNotFoundError as error:  # the store gave pieces up, or joined them and did not say so in time
            raise _failed(place, "NoSuchUpload") from error
        if not has_it:
            with suppress(OutputRefused):
                self.discard(name)
            raise _failed(place, "other bytes")

    def _has_bytes_of(self, path: Path, name: str) -> bool:
        """Read back what a store has whose answer did not tell, and return whether it is what was put."""
        with path.open("rb") as put, suppress(FileNotFoundError):
            return all(chunk == put.read(len(chunk)) for chunk in self.read_range(name)) and not put.read(1)
        return False


def _pieces(name: str, first: int, end: int, size: int) -> Iterator[_Piece]:
    return (_Piece(name, start, min(start + size, end)) for start in range(first, end, size))


def _failed(place: str, reason: str) -> OutputRefused:
    return OutputRefused.from_code("output.store_failed", path=place, reason=reason)


def _stored(name: str, facts: Mapping[str, Any]) -> StoredFile:
    mark = facts.get("ETag") or facts.get("etag") or facts.get("mtime") or facts.get("LastModified") or ""
    return StoredFile(name, int(facts["size"]), str(mark).strip('"'))
