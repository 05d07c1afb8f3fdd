"""Child processes for untrusted input: they end instead of filling the memory or running for ever.

Three rooms have such input: workbooks (records), PDFs (preflight) and designs, whose texts are programs (workflows).
A child starts with :func:`start_child` and limits itself before it looks at its input. It is a program of its own, so
that its memory never held a key; it has none of our environment, reads no file but ours and the system's libraries,
writes none, and makes no socket, as far as the kernel can do that.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from labelsvc.limited_process import landlock, sockets

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]


PACKAGE = Path(__file__).parents[1]
KEPT_VARIABLES = (
    "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE",
)  # fmt: skip
"""What libraries need to know of the machine; nothing of ours, and nothing else of anybody's, is in a child."""
_OF_THE_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/zoneinfo",
    "/usr/share/fonts", "/etc/localtime", "/dev/urandom", "/proc/cpuinfo", "/proc/self", "/sys/devices/system/cpu",
)  # fmt: skip
"""What libraries open when they are loaded or ask what machine this is."""


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


def import_folders() -> list[str]:
    """Return where this process imports from (user site, PYTHONPATH, editable installs) for a child to read.

    Never what is, or holds, the home with the keys or the working folder, which ``python -m`` puts on the path.
    """
    kept = [os.path.realpath(each) for each in (os.environ.get("LABELSVC_HOME", "instance"), os.curdir)]
    folders = {os.path.realpath(each) for each in sys.path if each and os.path.exists(each)}
    return sorted(each for each in folders if not any(os.path.commonpath((each, ours)) == each for ours in kept))


def confine(readable: Sequence[str | Path] = (), writable: Sequence[str | Path] = ()) -> None:
    """Read only our package, Python, the system's libraries and ``readable`` from now on; make no socket.

    Write only the files and folders of ``writable``.

    Neither the home nor any other file of the office is among them, wherever it lies. Call it while there is one
    thread. Raises OSError if the kernel offers that and refuses it.
    """
    paths = sysconfig.get_paths()
    python = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    read = [*map(str, readable), str(PACKAGE), *sorted(python), *_OF_THE_SYSTEM]
    landlock.restrict(read, [os.devnull, *map(str, writable)])
    sockets.forbid()


def start_child(
    program: str,
    *arguments: str | Path,
    readable: Sequence[Path] = (),
    writable: Sequence[str | Path] = (),
    stdin: int | IO[bytes] = subprocess.PIPE,
    stderr: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start Python with a program of ours, confined, whose answer is read from ``stdout``.

    It finds modules where this process does, whatever the environment and the working folder say, and reads the files
    and folders of ``readable`` besides, and writes those of ``writable``. It has a session of its own: Ctrl-C is for
    whoever started it, who ends it, with :func:`end_session` where it has processes of its own.
    """
    reads = [*map(str, readable), *import_folders()]
    path = [str(PACKAGE.parent), *filter(None, sys.path)]
    begin = f"import sys; sys.path[:] = {path!r}; from labelsvc.limited_process import confine"
    program = f"{begin}; confine({reads!r}, {list(map(str, writable))!r}); {program}"
    command = [sys.executable, "-I", "-c", program, *arguments]
    environment = {name: value for name in KEPT_VARIABLES if (value := os.environ.get(name))}
    return subprocess.Popen(  # noqa: S603  our own
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=environment, cwd="/", start_new_session=True
    )


def end_session(child: subprocess.Popen[bytes]) -> None:
    """End a child with the processes that it started, where it has not ended yet."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
