"""Bodies that the processes of the public pages do not read: their forms have a code of twenty characters.

A thread would wait for such a body as long as a slow line may take. It is refused without one (RFC 9110, 15.5), before
any of it is read.
"""

from __future__ import annotations

from http import HTTPStatus

from labelsvc.web.server.request_arrival import LARGEST_COLLECTED, announced_body


def refusal_of(arrived: bytes) -> bytes:
    """Return the answer to a request whose body is not read; empty if its head is not whole, or it may be answered."""
    body = announced_body(arrived)
    if body is None:
        return b""
    if "transfer-encoding" in body.others:
        return _answer(HTTPStatus.LENGTH_REQUIRED)
    if body.end > LARGEST_COLLECTED:
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return _answer(HTTPStatus.EXPECTATION_FAILED) if body.others else b""


def _answer(status: HTTPStatus) -> bytes:
    said = f"{status.value} {status.phrase}"
    return (
        f"HTTP/1.1 {said}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(said)}\r\n\r\n{said}"
    ).encode()
