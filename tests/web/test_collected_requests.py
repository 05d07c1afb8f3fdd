"""What is collected of a request before a thread takes it is bounded, whatever is sent."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from labelsvc.web.server.slow_clients import LARGEST_COLLECTED, DeadlineSocket


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
