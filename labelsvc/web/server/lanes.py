"""Two kinds of web processes under one port: those of the public pages, and those of the desk, register and API.

Only the public kind accepts connections. It reads the request line and gives a connection whose request is the desk's
to the other kind, which gives it back once that request is answered: whatever the desk is asked to do, the processes
that answer scans do nothing of it. A connection travels as a file descriptor with the bytes that were read of it, over
a pair of sockets that all processes inherit; the kernel gives each to one of those that wait.
"""

from __future__ import annotations

import errno
import socket
from urllib.parse import unquote_to_bytes, urlsplit

from labelsvc.web.server.slow_clients import DeadlineSocket

STAFF_PATHS = frozenset(
    ("office", "producer", "login", "logout", "account", "invitation", "language", "register", "api")
)
"""First segments of paths behind the desk; none can be a code, which has twenty characters."""
_MARK = b"\0"
"""Goes before the bytes that were read: a message must not be empty."""
_LONGEST_MESSAGE = 1 << 17


def is_staff_path(path: str) -> bool:
    """Return whether a path, decoded, is the desk's."""
    return path[1:].partition("/")[0] in STAFF_PATHS


def is_for_staff(request_line: bytes) -> bool:
    """Return whether a request line asks for the desk; the target may be absolute (RFC 9112 §3.2.2) and in percents."""
    target = request_line.split(b" ")[1:2]
    try:
        text = target[0].decode("latin-1") if target else ""
        path = text.partition("?")[0] if text.startswith("/") else urlsplit(text).path
    except ValueError:
        return False
    return is_staff_path(unquote_to_bytes(path).decode("latin-1"))


class Lane:
    """Connections on their way to the processes of one kind."""

    def __init__(self) -> None:
        self._sender, self.receiver = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sender.setblocking(False)
        self.receiver.setblocking(False)

    def send(self, connection: DeadlineSocket) -> None:
        """Give a connection away, with what was read of it and not answered.

        BlockingIOError if too many wait already: then it is still the caller's.
        """
        socket.send_fds(self._sender, [_MARK + connection.ahead], [connection.fileno()])
        connection.close()

    def receive(self) -> DeadlineSocket:
        """Return the next connection; BlockingIOError if none waits, OSError EMFILE without a descriptor for it."""
        message, descriptors, _, _ = socket.recv_fds(self.receiver, _LONGEST_MESSAGE, 1)
        if not descriptors:
            raise OSError(errno.EMFILE, "no descriptor is left for a connection")
        connection = DeadlineSocket(fileno=descriptors[0])
        connection.ahead = message[1:]
        return connection


class Lanes:
    """The lanes to both kinds of processes."""

    def __init__(self) -> None:
        self.public, self.staff = Lane(), Lane()
