"""Servers that the benchmark measures."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.cpu_time import cpu_seconds

COMMAND = str(Path(sys.executable).with_name("labelsvc"))


@contextmanager
def served(command: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    """Run a server that prints its address; give its port."""
    with serving(command, environment) as server:
        yield server.port


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, and its first process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return what its processes have used so far."""
        return cpu_seconds({self.pid})


@contextmanager
def serving(command: Sequence[str], environment: dict[str, str]) -> Iterator[Server]:
    """Run a server that prints its address."""
    unbuffered = {**environment, "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=unbuffered, text=True, **pipes) as process:
        try:
            assert process.stdout
            address = next(line for line in process.stdout if "http://localhost:" in line)
            yield Server(int(address.split("http://localhost:")[1].split("/")[0]), process.pid)
        finally:
            process.terminate()
            process.wait(30)
