"""Landlock: a process gives up files that it need not read, for itself and its children (landlock(7), Linux 5.13).

What is handled and not allowed by a rule is refused with EACCES. Whoever is confined cannot look into other processes'
memory either (ptrace, /proc/PID/mem), nor, from ABI 6 on, signal them or reach abstract sockets. Files that are open
already stay open. The numbers are those of linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""System calls; the same on every architecture."""
_ASK_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
"""Of prctl: without it only root may restrict itself."""

WRITE_FILE, READ_FILE, READ_FOLDER = 1 << 1, 1 << 2, 1 << 3
REMOVE_FILE, MAKE_FILE, TRUNCATE = 1 << 5, 1 << 8, 1 << 14
_HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All rights on files that an ABI knows: read, write, execute, make, remove, rename, truncate, ioctl on devices."""
_CONNECT_AND_BIND, _NETWORK_SINCE = 0b11, 4
_SIGNALS_AND_ABSTRACT_SOCKETS, _SCOPES_SINCE = 0b11, 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the ABI that the kernel offers, 0 if there is no Landlock or it is switched off."""
    try:
        answer: int = ctypes.CDLL(None).syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
        return max(0, answer)
    except (OSError, AttributeError, TypeError):  # no Linux
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str] = (os.devnull,)) -> bool:
    """Read only these files and folders from now on, write only those; False if the kernel has no Landlock.

    In a writable folder files may be made, written and removed, folders not.

    What is not there is left out. Raises OSError if the kernel refuses, which leaves the process as it was.
    """
    abi = version()
    if not abi:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    handled = _HANDLED[max(known for known in _HANDLED if known <= abi)]
    attributes = _Ruleset(
        handled,
        _CONNECT_AND_BIND if abi >= _NETWORK_SINCE else 0,
        _SIGNALS_AND_ABSTRACT_SOCKETS if abi >= _SCOPES_SINCE else 0,
    )
    size = 8 if abi < _NETWORK_SINCE else 16 if abi < _SCOPES_SINCE else 24
    ruleset = _checked(libc.syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0))
    try:
        for path in readable:
            _allow(libc, ruleset, path, READ_FILE | READ_FOLDER if os.path.isdir(path) else READ_FILE)
        for path in writable:
            in_folder = READ_FOLDER | REMOVE_FILE | MAKE_FILE if os.path.isdir(path) else 0
            _allow(libc, ruleset, path, (READ_FILE | WRITE_FILE | TRUNCATE | in_folder) & handled)
        _checked(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return True


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = _PathBeneath(rights, folder)
        _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(folder)


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
