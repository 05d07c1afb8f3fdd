"""A port that takes no more connections and loses none that a client believes it has.

Closing a listening socket resets the connections that the kernel has accepted and the program has not. Before a stop
the socket therefore gets a filter that drops whoever knocks (SYN); what is connected, or half, still arrives and is
served. Who was dropped knocks again after a second and finds the port closed, or the next service.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from contextlib import suppress

_SO_ATTACH_FILTER = 26
"""Linux, include/uapi/asm-generic/socket.h; classic BPF in include/uapi/linux/filter.h."""
_FLAGS_OF_TCP, _SYN, _ACK = 13, 0x02, 0x10
_LOAD_BYTE, _AND, _JUMP_IF_EQUAL, _RETURN = 0x30, 0x54, 0x15, 0x06
_PROGRAM = (
    (_LOAD_BYTE, 0, 0, _FLAGS_OF_TCP),
    (_AND, 0, 0, _SYN | _ACK),
    (_JUMP_IF_EQUAL, 0, 1, _SYN),
    (_RETURN, 0, 0, 0),
    (_RETURN, 0, 0, 0xFFFFFFFF),
)


def refuse_newcomers(listener: socket.socket) -> None:
    """Let a listening socket, in all processes that share it, take no new connection; does nothing but on Linux."""
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in _PROGRAM))
    program = struct.pack("HP", len(_PROGRAM), ctypes.addressof(code))
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
