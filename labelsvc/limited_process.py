"""Child processes for untrusted input: they end instead of filling the memory or running for ever.

Three rooms have such input: workbooks (records), PDFs (preflight) and designs, whose texts are programs (workflows).
A child starts with :func:`start_child` or in a pool, and limits itself before it looks at its input.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]


def limit_memory(most_bytes: int) -> None:
    """Limit the address space of this process, and write no core dump."""
    if resource is not None:
        for kind, most in ((resource.RLIMIT_AS, most_bytes), (resource.RLIMIT_CORE, 0)):
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def limit_seconds(more: int) -> None:
    """Limit this process's CPU time to some seconds from now; may be called again."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + more, hard))


def forbid_files() -> None:
    """Forbid this process to write files from now on."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def start_child(
    program: str, *arguments: str | Path, stdin: int | IO[bytes] = subprocess.PIPE, stderr: int | None = None
) -> subprocess.Popen[bytes]:
    """Start Python with a program of ours, whose answer is read from ``stdout``.

    It finds our modules where this process does, whatever the environment and the working folder say.
    """
    path = [str(Path(__file__).parents[1]), *filter(None, sys.path)]
    command = [sys.executable, "-I", "-c", f"import sys; sys.path[:] = {path!r}; {program}", *arguments]
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr)  # noqa: S603  our own
