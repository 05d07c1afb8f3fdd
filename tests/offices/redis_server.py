"""A Redis of a test's own, which keeps nothing when it stops."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import missing

STARTING_SECONDS = 10
PASSWORD = "bi-mat"


@dataclass
class RedisServer:
    """Its port stays the same when it is started again."""

    folder: Path
    port: int
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--requirepass", PASSWORD)
        self.started.append(subprocess.Popen(["redis-server", *words, "--dir", self.folder], stdout=subprocess.DEVNULL))
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("redis-server does not answer")

    def stop(self) -> None:
        """Kill it."""
        server = self.started.pop()
        server.kill()
        server.wait()

    def sleep(self, seconds: float) -> None:
        """Let it hang for so long."""
        os.kill(self.started[-1].pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(self.started[-1].pid, signal.SIGCONT)

    def empty(self) -> None:
        """Forget all that it keeps."""
        from redis import Redis

        with Redis.from_url(self.url) as redis:
            redis.flushall()


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """Run a server until the block ends."""
    if not shutil.which("redis-server"):
        missing("Redis is not installed: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = RedisServer(folder, port)
    server.start()
    try:
        yield server
    finally:
        while server.started:
            server.stop()
