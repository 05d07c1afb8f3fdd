"""How long a request may take to arrive: some seconds, and more for what has arrived at a rate that a slow line has.

A request is collected without a thread until it is whole, with its body where that is small; a thread reads a large
body itself, and gives up whom it would wait for too long. Like Apache's mod_reqtimeout with its event MPM.
"""

from __future__ import annotations

import errno
import re
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

DEADLINE_SECONDS = 10.0
"""For the head and the body of a request together, if they are small."""
SLOWEST_RATE = 16_000
"""Bytes a second: a spreadsheet of 24 MB may take as long as this takes."""
_LEAST_SECONDS = 0.05
"""What arrived while the request waited for a thread is always read."""
_SPARED_SECONDS = 1.0
"""All such waits of a request together: whoever sends a byte now and then holds no thread."""
_LONGEST_LINE = 8_192
LARGEST_COLLECTED = 65_536
"""Bytes of a request that are collected before a thread takes it; what is larger is read by the thread."""
_READ_AT_ONCE = 65_536
_REQUEST_LINE = re.compile(rb"[!-~]+ [!-~]+ HTTP/[0-9]\.[0-9]")
_BODY = re.compile(
    rb"\r\n(?:content-length:[ \t]*([0-9]+)[ \t]*|(transfer-encoding|expect):[^\r\n]*)(?=\r\n)", re.IGNORECASE
)
SENDING_SECONDS = 60.0
"""For one piece of an answer, at most some hundred kB."""


class DeadlineSocket(socket.socket):
    """A connection that is given up when a request takes too long, as if it had been closed."""

    _until = 0.0
    _spared = _SPARED_SECONDS
    ahead = b""
    """What was read of the next request and not taken yet."""

    def begin(self) -> None:
        """Begin to wait for a request."""
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
        while not _is_collected(self.ahead):
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


@dataclass(frozen=True, slots=True)
class AnnouncedBody:
    """What a request's head says of its body: where it ends, and the other headers about it, in small letters."""

    end: int
    others: frozenset[str]


def announced_body(arrived: bytes) -> AnnouncedBody | None:
    """Return what a head says of the body, counted from the request's first letter; None if it has not arrived."""
    request = arrived.lstrip(b"\r\n")
    end = request.find(b"\r\n\r\n")
    if end < 0:
        return None
    announced = _BODY.findall(request, 0, end + 2)
    length = next((int(digits[:9]) for digits, _ in announced if digits), 0)
    return AnnouncedBody(end + 4 + length, frozenset(other.decode().lower() for _, other in announced if other))


def _is_collected(arrived: bytes) -> bool:
    """Return whether nothing more is waited for: the head has ended, and so has the body that it announces."""
    request = arrived.lstrip(b"\r\n")
    line, line_ended, _ = request.partition(b"\r\n")
    if len(arrived) >= LARGEST_COLLECTED or (line_ended and not _REQUEST_LINE.fullmatch(line)):
        return True
    body = announced_body(request)
    if body is None:
        return False
    return bool(body.others) or body.end > LARGEST_COLLECTED or len(request) >= body.end
