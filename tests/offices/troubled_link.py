"""A way to a TCP server that a test disturbs: it hangs, refuses, is slow, or breaks after so many bytes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AT_ONCE = 1 << 16


class TroubledLink:
    """Listens at a port of this machine and passes on what it gets; see :func:`troubled_link`."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._passes = threading.Event()
        self._open: set[socket.socket] = set()
        self._cuts: list[int] = []
        self._changes = threading.Lock()
        self._pause = 0.0
        self._passes.set()
        self._listener = self._listen("127.0.0.1", 0)
        self.host, self.port = self._listener.getsockname()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def mend(self) -> None:
        """Let all pass again."""
        self._cuts, self._pause = [], 0.0
        self._passes.set()
        if self._listener.fileno() < 0:
            self._listener = self._listen(self.host, self.port)

    def hang(self) -> None:
        """Take connections and bytes, and pass nothing on."""
        self._passes.clear()

    def refuse(self) -> None:
        """Break all connections, and take none."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._break()

    def slow_down(self, seconds: float) -> None:
        """Wait so long before each 64 kB."""
        self._pause = seconds

    def cut_after(self, *sizes: int) -> None:
        """Break all connections after so many more bytes to the server; and again, for each size."""
        self._cuts = list(sizes)

    def _listen(self, host: str, port: int) -> socket.socket:
        listener = socket.create_server((host, port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                try:
                    server = socket.create_connection(self._server)
                except OSError:
                    client.close()
                    continue
                with self._changes:
                    self._open |= {client, server}
                for ways in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass_on, args=ways, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, to_server: bool) -> None:
        with suppress(OSError):
            while data := source.recv(AT_ONCE):
                self._passes.wait()
                time.sleep(self._pause)
                if to_server and self._is_cut(len(data)):
                    self._break()
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _is_cut(self, size: int) -> bool:
        with self._changes:
            if not self._cuts:
                return False
            self._cuts[0] -= size
            if self._cuts[0] > 0:
                return False
            del self._cuts[0]
            return True

    def _break(self) -> None:
        with self._changes:
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def troubled_link(host: str, port: int) -> Iterator[TroubledLink]:
    """Provide a way to a server; nothing passes after the block."""
    link = TroubledLink((host, port))
    try:
        yield link
    finally:
        link.mend()
        link.refuse()
