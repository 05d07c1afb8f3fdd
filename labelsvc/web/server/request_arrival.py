"""How far a request has arrived: each byte is looked at once, in however small pieces it comes."""

from __future__ import annotations

import re
from dataclasses import dataclass

LARGEST_COLLECTED = 65_536
"""Bytes of a request that are collected before a thread takes it; what is larger is read by the thread."""
_REQUEST_LINE = re.compile(rb"[!-~]+ [!-~]+ HTTP/[0-9]\.[0-9]")
_BODY = re.compile(
    rb"\r\n(?:content-length:[ \t]*([0-9]+)[ \t]*|(transfer-encoding|expect):[^\r\n]*)(?=\r\n)", re.IGNORECASE
)
_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class AnnouncedBody:
    """What a request's head says of its body: where it ends, and the other headers about it, in small letters."""

    end: int
    others: frozenset[str]


def announced_body(arrived: bytes) -> AnnouncedBody | None:
    """Return what a head says of the body, counted from the request's first letter; None if it has not arrived."""
    request = arrived.lstrip(b"\r\n")
    end = request.find(_END_OF_HEAD)
    return _body(request, end) if end >= 0 else None


def _body(request: bytes, end: int) -> AnnouncedBody:
    announced = _BODY.findall(request, 0, end + 2)
    length = next((int(digits[:9]) for digits, _ in announced if digits), 0)
    return AnnouncedBody(end + 4 + length, frozenset(other.decode().lower() for _, other in announced if other))


class RequestArrival:
    """What is known of a request that is on its way."""

    def __init__(self) -> None:
        self._begins = 0
        """Where its first letter is, behind line ends."""
        self._seen = 0
        self._has_line = False
        self._whole_at: int | None = None
        """So many bytes are all of it, once its head has told."""

    def is_whole(self, arrived: bytes) -> bool:
        """Return whether nothing more is waited for: head and announced body have ended, or it is none, or too large.

        ``arrived``: all that has, each time with what came since at its end.
        """
        if len(arrived) >= LARGEST_COLLECTED:
            return True
        if self._begins == self._seen:
            self._begins = len(arrived) - len(arrived[self._seen :].lstrip(b"\r\n"))
        if not self._has_line:
            end = arrived.find(b"\r\n", max(self._begins, self._seen - 1))
            if end >= 0 and not _REQUEST_LINE.fullmatch(arrived, self._begins, end):
                return True
            self._has_line = end >= 0
        if self._whole_at is None:
            self._find_end(arrived)
        self._seen = len(arrived)
        return self._whole_at is not None and self._seen >= self._whole_at

    def _find_end(self, arrived: bytes) -> None:
        end = arrived.find(_END_OF_HEAD, max(self._begins, self._seen - len(_END_OF_HEAD) + 1))
        if end < 0:
            return
        body = _body(arrived[self._begins :], end - self._begins)
        is_read_by_thread = body.others or body.end > LARGEST_COLLECTED
        self._whole_at = 0 if is_read_by_thread else self._begins + body.end
