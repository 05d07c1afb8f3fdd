"""Clients that hold a server's threads: slow with a head, slow with a body, and ones that never read their answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

SlowWith = Literal["head", "body", "reading"]
_BEGUN: dict[SlowWith, bytes] = {
    "head": b"GET /hello HTTP/1.1\r\nHost: localhost\r\nX: ",
    "body": b"POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n",
    "reading": b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20,
}


@contextmanager
def slow_clients(port: int, count: int, slow_with: SlowWith) -> Iterator[None]:
    """Keep so many connections, each of which sends a byte a second; one that is closed is opened again."""
    is_over = threading.Event()
    thread = threading.Thread(target=_hold, args=(port, count, slow_with, is_over), daemon=True)
    thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        is_over.set()
        thread.join(10)


def _hold(port: int, count: int, slow_with: SlowWith, is_over: threading.Event) -> None:
    held: list[socket.socket] = []
    while not is_over.is_set():
        while len(held) < count:
            held.append(_begun(port, _BEGUN[slow_with]))
        is_over.wait(1)
        held = [each for each in held if _goes_on(each, slow_with)]
    for each in held:
        each.close()


def _begun(port: int, content: bytes) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
    client.settimeout(1)
    with suppress(OSError):
        client.connect(("127.0.0.1", port))
        client.sendall(content)
    client.setblocking(False)
    return client


def _goes_on(client: socket.socket, slow_with: SlowWith) -> bool:
    """Send one byte more; False, and closed, where the server gave the connection up."""
    try:
        if slow_with != "reading":
            client.send(b"x")
        return True
    except BlockingIOError:
        return True
    except OSError:
        client.close()
        return False
