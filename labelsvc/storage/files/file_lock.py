"""Locks between processes that need no cleaning up: a killed process holds none.

POSIX record locks: they work on shared folders, and a forked child does not inherit them, so that a worker left over
from a killed run blocks nobody. As they hold between processes only, threads of one process are told apart here.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HELD: set[str] = set()
_HELD_CHANGES = threading.Condition()


class LockBusy(Exception):
    """Somebody else holds the lock."""


@contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a lock file, which is created if missing and removed at the end.

    Raises LockBusy if it is held and ``wait`` is False; OSError if the file can't be created.
    """
    name = os.path.realpath(path)
    _enter(name, wait)
    try:
        descriptor = _lock(path, wait)
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
            os.close(descriptor)
    finally:
        with _HELD_CHANGES:
            _HELD.discard(name)
            _HELD_CHANGES.notify_all()


def _enter(name: str, wait: bool) -> None:
    with _HELD_CHANGES:
        while name in _HELD:
            if not wait:
                raise LockBusy(name)
            _HELD_CHANGES.wait()
        _HELD.add(name)


def _lock(path: Path, wait: bool) -> int:
    """Return the locked file's descriptor; a file that its last holder removed meanwhile is opened anew."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if _is_still(path, descriptor):
                return descriptor
        except BlockingIOError as error:
            os.close(descriptor)
            raise LockBusy(str(path)) from error
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
