"""Files that appear complete or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from labelsvc.domain.errors import OutputRefused

UNFINISHED = ".part"
"""Files named ``.<name>.<random>.part`` are unfinished; what a killed process leaves is removed by the next run."""

BUFFER = 1 << 18
_AS_UMASK = 0o666
"""Mode of a new file, from which the process's umask takes away."""

_NO_SYNC_OF_FOLDERS = (errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.ENOSYS)
"""What file systems say that know no flushing of folders, some of networks among them."""

_CODE_OF = {
    errno.ENOSPC: "output.full",
    errno.EDQUOT: "output.quota_used_up",
    errno.EFBIG: "output.file_too_large",
    errno.EROFS: "output.read_only",
    errno.EACCES: "output.read_only",
    errno.EPERM: "output.read_only",
    errno.ENOTDIR: "output.not_a_folder",
    errno.EEXIST: "output.not_a_folder",
    errno.ENOENT: "output.gone",
}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that is complete: its name, its size in bytes, and SHA-256 and CRC-32 of what was written, as hex."""

    name: str
    size: int
    sha256: str
    crc32: str

    def to_json(self) -> dict[str, Any]:
        """Return what proof.json says of it; the CRC-32 is what a ZIP of it needs."""
        return {"file": self.name, "sha256": self.sha256, "size": self.size, "crc32": self.crc32}


class WholeFile:
    """A binary stream to write to; it counts and hashes on the way. ``written`` is there once the file is whole."""

    written: WrittenFile

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path = path
        self._stream = stream
        self._size = 0
        self._hash = hashlib.sha256()
        self._crc32 = 0

    def write(self, data: bytes) -> int:
        """Write bytes; returns how many. Raises OutputRefused."""
        try:
            self._stream.write(data)
        except OSError as error:
            raise _refusal(self._path, error) from error
        self._hash.update(data)
        self._crc32 = crc32(data, self._crc32)
        self._size += len(data)
        return len(data)

    @property
    def unfinished(self) -> Path:
        """Flush what was written, so that it can be read back before the file gets its name; return its path."""
        with output_refusals(self._path):
            self._stream.flush()
        return Path(self._stream.name)

    def tell(self) -> int:
        """Return how many bytes were written so far."""
        return self._size

    def flush(self) -> None:
        """Do nothing: everything is flushed to disk at once, when the file is complete."""

    def complete(self) -> None:
        """Say what was written, now that the file has its name."""
        self.written = WrittenFile(self._path.name, self._size, self._hash.hexdigest(), f"{self._crc32:08x}")


@contextmanager
def whole_file(path: Path, mode: int = _AS_UMASK) -> Iterator[WholeFile]:
    """Provide a stream whose file gets its name when the block succeeds, and leaves nothing behind otherwise.

    ``mode``: of the file from its creation on. Raises OutputRefused if disk or folder do not take it.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    with output_refusals(path):
        stream = open(temporary, "xb", BUFFER, opener=lambda name, flags: os.open(name, flags, mode))  # noqa: SIM115
    file = WholeFile(path, stream)
    try:
        yield file
        with output_refusals(path):
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            temporary.replace(path)
            sync_folder(path.parent)
        file.complete()
    except BaseException:
        with suppress(OSError):
            stream.close()
        with suppress(OSError):
            temporary.unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk (if its file system can). Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC_OF_FOLDERS:
            raise
    finally:
        os.close(descriptor)


@contextmanager
def output_refusals(path: Path | str) -> Iterator[None]:
    """Turn what a folder or disk refuses into OutputRefused with a code that has a sentence and a remedy."""
    try:
        yield
    except OSError as error:
        raise _refusal(path, error) from error


def _refusal(path: Path | str, error: OSError) -> OutputRefused:
    code = _CODE_OF.get(error.errno or 0, "output.failed")
    return OutputRefused.from_code(code, path=str(path), reason=error.strerror or str(error))
