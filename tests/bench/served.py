"""Servers that the benchmark measures."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("labelsvc"))


@contextmanager
def served(command: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    """Run a server that prints its address; give its port."""
    unbuffered = {**environment, "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=unbuffered, text=True, **pipes) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline().split("http://localhost:")[1].split("/")[0])
        finally:
            process.terminate()
            process.wait(30)
