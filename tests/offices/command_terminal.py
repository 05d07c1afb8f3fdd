"""Runs a command on a terminal of its own, as a clerk does who looks at it."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence

from tests.offices.command_line import PATIENCE_SECONDS, PROGRAM, CommandLine, Said


def on_a_terminal(
    office: CommandLine,
    *words: object,
    act: Callable[[int, bytes], bool] | None = None,
    program: Sequence[str] = PROGRAM,
) -> Said:
    """Run a command on a pseudo-terminal; ``act`` sees what was written so far until it returns True."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(office.folder)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what was started in the background ignores it, and hands that on
        os.execve(sys.executable, [*program, *map(str, words)], office.environment({"processes": "2"}))
    written, acted, until = b"", act is None, time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                written += os.read(terminal, 1 << 16)
            except OSError:  # the other end is closed
                break
        acted = acted or bool(act and act(terminal, written))
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return Said(os.waitstatus_to_exitcode(status), written.decode("utf-8", "replace").replace("\r\n", "\n"), "")
