"""How long a request may take to arrive: who sends it slowly, or not at all, gives its thread back to the others.

Like Apache's mod_reqtimeout: some seconds, and more for what has arrived at a rate that a slow line has.
"""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

DEADLINE_SECONDS = 10.0
"""For the head and the body of a request together, if they are small."""
SLOWEST_RATE = 16_000
"""Bytes a second: a spreadsheet of 24 MB may take as long as this takes."""
_LEAST_SECONDS = 0.05
"""What arrived while the request waited for a thread is always read."""
_LONGEST_LINE = 8_192
SENDING_SECONDS = 60.0
"""For one piece of an answer, at most some hundred kB."""


class DeadlineSocket(socket.socket):
    """A connection that is given up when a request takes too long, as if it had been closed."""

    _until = 0.0
    ahead = b""
    """What was read of the next request and not taken yet."""

    def begin(self) -> None:
        """Begin to wait for a request."""
        self._until = time.monotonic() + DEADLINE_SECONDS

    def request_line(self) -> bytes:
        """Return the line that a request begins with, and leave it there; ConnectionResetError as ``recv``."""
        while b"\n" not in self.ahead.lstrip(b"\r\n") and len(self.ahead) < _LONGEST_LINE:
            arrived = self._arrived(_LONGEST_LINE)
            if not arrived:
                break
            self.ahead += arrived
        return self.ahead.lstrip(b"\r\n").partition(b"\n")[0]

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return what has arrived; ConnectionResetError if it takes too long."""
        if self.ahead:
            taken, self.ahead = self.ahead[:size], self.ahead[size:]
            return taken
        return self._arrived(size, flags)

    def _arrived(self, size: int, flags: int = 0) -> bytes:
        self.settimeout(max(self._until - time.monotonic(), _LEAST_SECONDS))
        try:
            content = super().recv(size, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the request took too long") from None
        finally:
            self.settimeout(None)
        self._until += len(content) / SLOWEST_RATE
        return content

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file or a part of it; ConnectionResetError if nobody takes it."""
        self.settimeout(SENDING_SECONDS)
        try:
            return super().sendfile(file, offset, count)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the answer was not taken") from None
        finally:
            self.settimeout(None)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send a piece of an answer; ConnectionResetError if nobody takes it."""
        self.settimeout(SENDING_SECONDS)
        try:
            super().sendall(data, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the answer was not taken") from None
        finally:
            self.settimeout(None)
