"""An output on a disk of its own, which gets full or read-only: a tmpfs that only the processes on it see."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import missing


@dataclass(frozen=True)
class OutputDisk:
    """A mounted disk; ``holder`` is the process whose mount namespace it is in."""

    folder: Path
    holder: int

    @property
    def before(self) -> list[str]:
        """What starts a program that sees the disk."""
        as_user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", f"--target={self.holder}", "--mount", *as_user, "--"]

    def seen(self, path: Path) -> Path:
        """Return where this process finds a path of the disk."""
        return Path(f"/proc/{self.holder}/root{path}")

    def set_size(self, megabytes: int) -> None:
        self._remount(f"size={megabytes}m")

    def set_read_only(self, *, read_only: bool) -> bool:
        """Return whether the disk took it: not while a file is open for writing."""
        return self._remount("ro" if read_only else "rw")

    def _remount(self, options: str) -> bool:
        command: Sequence[str] = [*self.before, "mount", "-o", f"remount,{options}", str(self.folder)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


@contextmanager
def output_disk(folder: Path, megabytes: int) -> Iterator[OutputDisk]:
    """Mount a disk over an output, with the marks that are in it."""
    as_user = [] if os.geteuid() == 0 else ["--map-root-user"]
    script = f"mount -t tmpfs -o size={megabytes}m tmpfs '{folder}' && echo mounted && exec sleep 600"
    command = ["unshare", "--mount", *as_user, "sh", "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as holder:
        try:
            if holder.stdout.readline() != "mounted\n":
                missing(f"no disk can be mounted: {holder.stderr.read()}")
            disk = OutputDisk(folder, holder.pid)
            for mark in folder.glob(".*.json"):
                shutil.copy(mark, disk.seen(folder))
            yield disk
        finally:
            holder.kill()
