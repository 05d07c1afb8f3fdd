"""What is collected of a request before a thread takes it is bounded, whatever is sent."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import Any

import pytest

from labelsvc.web.server.request_arrival import LARGEST_COLLECTED, RequestArrival
from labelsvc.web.server.slow_clients import DeadlineSocket


@pytest.mark.parametrize("sent", [b"\r\n", b"\n", b"\r", b"a", b"GET / HTTP/1.1\r\nA: b\r\n"])
def test_what_never_becomes_a_request_is_not_collected_for_ever(sent: bytes) -> None:
    near, far = socket.socketpair()
    with closing(far), closing(DeadlineSocket(fileno=near.detach())) as client:
        client.begin()
        far.setblocking(False)
        for _ in range(64):
            far.send(sent * (16_384 // len(sent)))
            if client.collect():
                break

        assert len(client.ahead) <= 2 * LARGEST_COLLECTED
        assert client.collect()


@pytest.mark.parametrize(
    "request_sent",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\r\n\r\n\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\n\r\n\r\nab",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"\x16\x03\x01\r\n",
    ],
)
def test_a_request_ends_with_the_same_byte_in_any_pieces(request_sent: bytes) -> None:
    prefixes = [request_sent[:end] for end in range(len(request_sent) + 1)]
    piece_by_piece = RequestArrival()

    at_once = [RequestArrival().is_whole(prefix) for prefix in prefixes]

    assert [piece_by_piece.is_whole(prefix) for prefix in prefixes] == at_once
    assert at_once == [False] * len(request_sent) + [True]


class WatchedBytes(bytes):
    """Bytes that add up how many of them are searched."""

    searched = 0

    def find(self, *facts: Any) -> int:
        WatchedBytes.searched += len(self) - facts[1]
        return super().find(*facts)


@pytest.mark.parametrize("piece", [b"a", b"\n", b"\r\n", b"a\r\n", b"\r\n\r\n"])
def test_each_byte_of_a_slow_request_is_searched_once(piece: bytes) -> None:
    arrival, line = RequestArrival(), b"GET / HTTP/1.1\r\nA: "
    WatchedBytes.searched = 0

    for count in range(3_000):
        arrival.is_whole(WatchedBytes(line + piece * count))

    assert WatchedBytes.searched < 10 * 3_000 * len(piece) + 1_000
