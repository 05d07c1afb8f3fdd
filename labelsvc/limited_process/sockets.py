"""No sockets: a filter of system calls (seccomp(2)) that refuses to make one, of whatever family.

Landlock knows TCP alone. The filter also refuses io_uring, which makes sockets past it, and reading other processes'
memory, for kernels without Landlock. The numbers are those of linux/filter.h, linux/audit.h and the architectures.
"""

from __future__ import annotations

import ctypes
import errno
import os
from typing import NamedTuple

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _GET_SECCOMP, _FILTER_MODE = 38, 22, 21, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""BPF: load a word of the call's description, jump where it is equal, or at least so much, answer."""
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_OTHER_TABLE = 0x40000000
"""From here on x86-64 counts the calls of x32 anew."""


class _Architecture(NamedTuple):
    """How the kernel names an architecture, and its numbers of the calls that are refused."""

    name: int
    refused: tuple[int, ...]


_ARCHITECTURES = {  # socket, ptrace, process_vm_readv, process_vm_writev, io_uring_setup
    "x86_64": _Architecture(0xC000003E, (41, 101, 310, 311, 425)),
    "aarch64": _Architecture(0xC00000B7, (198, 117, 270, 271, 425)),
}


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def can_forbid() -> bool:
    """Return whether the kernel filters system calls, and its numbers are known here."""
    if not hasattr(os, "uname") or os.uname().machine not in _ARCHITECTURES:
        return False
    try:
        return bool(ctypes.CDLL(None).prctl(_GET_SECCOMP, 0, 0, 0, 0) >= 0)
    except (OSError, AttributeError):
        return False


def forbid() -> bool:
    """Make no socket from now on, nor any child; False if that cannot be had. Raises OSError if it is refused."""
    if not can_forbid():
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    filters = _filter(_ARCHITECTURES[os.uname().machine])
    program = _Program(len(filters), filters)
    for call in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)):
        if libc.prctl(*call) < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    return True


def _filter(architecture: _Architecture) -> ctypes.Array[_Instruction]:
    """Return the program: another architecture's calls kill, refused ones fail with EPERM, all others go on."""
    refused = [(_EQUAL, number) for number in architecture.refused]
    tests = [(_AT_LEAST, _OTHER_TABLE), *refused]
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, architecture.name),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((code, len(tests) - at, 0, value) for at, (code, value) in enumerate(tests)),  # past the line that allows
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
