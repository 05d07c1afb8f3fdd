"""How long a request may take to arrive: some seconds, and more for what has arrived at a rate that a slow line has.

A request is collected without a thread until it is whole, with its body where that is small; a thread reads a large
body itself, and gives up whom it would wait for too long. Like Apache's mod_reqtimeout with its event MPM.
"""

from __future__ import annotations

import errno
import socket
import time
from contextlib import suppress
from typing import Any

from labelsvc.web.server.request_arrival import RequestArrival

DEADLINE_SECONDS = 10.0
"""For the head and the body of a request together, if they are small."""
SLOWEST_RATE = 16_000
"""Bytes a second: a spreadsheet of 24 MB may take as long as this takes."""
_LEAST_SECONDS = 0.05
"""What arrived while the request waited for a thread is always read."""
_SPARED_SECONDS = 1.0
"""All such waits of a request together: whoever sends a byte now and then holds no thread."""
_LONGEST_LINE = 8_192
_READ_AT_ONCE = 65_536
SENDING_SECONDS = 60.0
"""For one piece of an answer, at most some hundred kB."""


class DeadlineSocket(socket.socket):
    """A connection that is given up when a request takes too long, as if it had been closed."""

    _until = 0.0
    _spared = _SPARED_SECONDS
    _arrival: RequestArrival
    ahead = b""
    """What was read of the next request and not taken yet."""

    def begin(self) -> None:
        """Begin to wait for a request."""
        self._arrival = RequestArrival()
        self._until, self._spared = time.monotonic() + DEADLINE_SECONDS, _SPARED_SECONDS

    @property
    def is_late(self) -> bool:
        """Return whether the request has taken its time."""
        return time.monotonic() > self._until

    def hurry(self, seconds: float) -> None:
        """Wait for the request no longer than so many seconds from now."""
        self._until = min(self._until, time.monotonic() + seconds)

    def wait_no_more(self) -> None:
        """Take the request as far as it has arrived: what was not collected keeps no thread that answers scans."""
        self._until, self._spared = time.monotonic(), _LEAST_SECONDS

    def collect(self) -> bool:
        """Take what has arrived, and wait for nothing; return whether a thread should take the request now.

        Not while it is on its way; but when it is whole, is none, is too large to be collected, or the client is gone.
        """
        self.setblocking(False)
        while not self._arrival.is_whole(self.ahead):
            try:
                content = super().recv(_READ_AT_ONCE)
            except BlockingIOError:
                return False
            except OSError:
                return True
            if not content:
                return True
            self.ahead += content
            self._until += len(content) / SLOWEST_RATE
        return True

    def refuse(self, answer: bytes, seconds: float) -> None:
        """Answer without waiting and say no more; the client has so many seconds to see it."""
        self.ahead, self._until = b"", time.monotonic() + seconds
        with suppress(OSError):
            self.setblocking(False)
            self.send(answer)
            self.shutdown(socket.SHUT_WR)

    def is_left(self) -> bool:
        """Throw away what has arrived, waiting for nothing; return whether the client has closed."""
        with suppress(BlockingIOError):
            try:
                return not super().recv(_READ_AT_ONCE)
            except ConnectionError:
                return True
        return False

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
        begun = time.monotonic()
        left = self._until - begun
        self.settimeout(left if left > _LEAST_SECONDS else max(min(_LEAST_SECONDS, self._spared), 0.001))
        try:
            content = super().recv(size, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the request took too long") from None
        finally:
            self.settimeout(None)
        if left <= _LEAST_SECONDS:
            self._spared -= time.monotonic() - begun
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
