"""The contents of an age file: chunks of 64 KiB, each sealed with its number and with whether it is the last one.

So a chunk that was changed, moved or left out shows, and so does a file that was cut off, wherever.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.age_header import FILE_KEY_BYTES, Lock, Unlock, derived_key

CHUNK, TAG_BYTES, NONCE_BYTES = 1 << 16, 16, 16
_COUNTER_BYTES = 11


class SealingStream(io.RawIOBase):
    """Encrypts what is written to it; :meth:`finish` writes the last chunk, without which the file is none."""

    def __init__(self, lock: Lock, write: Callable[[bytes], object]) -> None:
        super().__init__()
        file_key, nonce = os.urandom(FILE_KEY_BYTES), os.urandom(NONCE_BYTES)
        write(lock.head(file_key) + nonce)
        self._cipher = ChaCha20Poly1305(derived_key(file_key, nonce, "payload"))
        self._put, self._waiting, self._number = write, bytearray(), 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; returns how many."""
        taken = bytes(data)  # type: ignore[call-overload]
        self._waiting += taken
        while len(self._waiting) > CHUNK:  # what is left may be the last chunk, which must not be empty
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(taken)

    def finish(self) -> None:
        """Write what is left as the last chunk."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._number, last=last), chunk, None))
        self._number += 1


class OpenedStream(io.RawIOBase):
    """Decrypts what is read from it; a chunk is given out once it is known to be whole. Raises BackupRefused."""

    def __init__(self, unlock: Unlock, stream: IO[bytes]) -> None:
        super().__init__()
        file_key = unlock.read_head(stream)
        nonce = stream.read(NONCE_BYTES)
        self._cipher = ChaCha20Poly1305(derived_key(file_key, nonce, "payload"))
        self._stream, self._number = stream, 0
        self._ahead = stream.read(CHUNK + TAG_BYTES)
        self._plain, self._ended = b"", False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer as far as the chunk at hand goes; 0 at the end."""
        if not self._plain and not self._ended:
            self._plain = self._next()
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(view), len(self._plain))
        view[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _next(self) -> bytes:
        sealed, self._ahead = self._ahead, self._stream.read(CHUNK + TAG_BYTES)
        self._ended = not self._ahead
        try:
            plain = self._cipher.decrypt(_nonce(self._number, last=self._ended), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise BackupRefused.from_code("backup.damaged") from error
        if not plain and (self._number or not self._ended):
            raise BackupRefused.from_code("backup.damaged")
        self._number += 1
        return plain


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES) + bytes((last,))
