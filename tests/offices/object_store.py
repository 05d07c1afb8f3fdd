"""An object store that speaks S3: Ceph's gateway over one daemon of each kind, in memory, up in about two seconds.

It is the server that offices run, not an imitation: it checks signatures, keeps the pieces of uploads, answers ranges.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

BUCKET = "labels"
ACCESS, SECRET = "labelsvc-test", "labelsvc-test-secret"
STARTING_SECONDS = 60
PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph-authtool", "monmaptool", "ceph")
_CONF = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{mon}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail crit = 1
mon max pg per osd = 1000
paxos propose interval = 0.01
paxos min wait = 0.01
run dir = {folder}
admin socket =
log file = {folder}/$name.log
mon cluster log file = {folder}/cluster.log
keyring = {folder}/keyring
mon data = {folder}/mon
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd class load list = *
osd class default list = *
rgw frontends = beast endpoint={address}:{port} tcp_nodelay=1
rgw thread pool size = 16
rgw enable gc threads = false
rgw enable lc threads = false
rgw override bucket index max shards = 1
rgw gc max objs = 1
rgw lc max objs = 1
"""


@dataclass
class ObjectStore:
    """A store in a folder of the test's own; ``address``: where it listens."""

    folder: Path
    port: int = 0
    address: str = "127.0.0.1"
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @staticmethod
    def lacking() -> str:
        """Return the programs that this machine lacks."""
        return ", ".join(program for program in PROGRAMS if not shutil.which(program))

    @property
    def url(self) -> str:
        """The bucket."""
        return f"s3://{BUCKET}"

    @property
    def environment(self) -> dict[str, str]:
        """What a client of the store has in its environment."""
        return {
            "AWS_ENDPOINT_URL": f"http://{self.address}:{self.port}",
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        """Make a cluster with an account, and start all of it."""
        self.port = _free_port()
        self.folder.mkdir(parents=True)
        (self.folder / "osd").mkdir()
        facts = {
            "fsid": uuid4(),
            "mon": _free_port(),
            "port": self.port,
            "address": self.address,
            "folder": self.folder,
        }
        (self.folder / "ceph.conf").write_text(_CONF.format(**facts))
        keyring = str(self.folder / "keyring")
        self._run("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        for name, mon in (("client.admin", "allow *"), ("osd.0", "allow profile osd")):
            self._run("ceph-authtool", keyring, "--gen-key", "-n", name, "--cap", "mon", mon, "--cap", "osd", "allow *")
        monmap, address = str(self.folder / "monmap"), f"[v2:127.0.0.1:{facts['mon']}]"
        self._run("monmaptool", "--create", "--fsid", str(facts["fsid"]), "--addv", "a", address, monmap)
        self._run("ceph-mon", *self._conf, "--mkfs", "-i", "a", "--monmap", monmap, "--keyring", keyring)
        self._start("ceph-mon", *self._conf, "-i", "a", "-f")
        osd = str(uuid4())
        self._run("ceph", *self._conf, "osd", "new", osd, "0")
        self._run("ceph-osd", *self._conf, "-i", "0", "--mkfs", "--osd-uuid", osd, "--keyring", keyring)
        self._start("ceph-osd", *self._conf, "--no-mon-config", "-i", "0", "-f")
        self.start_gateway()
        keys = ("--access-key", ACCESS, "--secret", SECRET)
        self._admin("user", "create", "--uid=t", "--display-name=t", *keys)

    def make_bucket(self) -> None:
        """Make the bucket; this process's environment says where the store is."""
        from labelsvc.storage.files.object_file_system import file_system

        file_system("s3").mkdir(BUCKET)

    def start_gateway(self) -> None:
        """Start what speaks S3, and wait until it does."""
        self._start(
            "radosgw", *self._conf, "--no-mon-config", "--keyring", f"{self.folder}/keyring", "-n", "client.admin", "-f"
        )
        end = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < end:
            with suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"http://{self.address}:{self.port}/", timeout=1).close()
                return
            time.sleep(0.05)
        raise TimeoutError((self.folder / "client.admin.log").read_text(errors="replace")[-2000:])

    def stop_gateway(self) -> None:
        """End what speaks S3: the store is down for its clients. One that is killed keeps the next waiting for it."""
        _end(self.processes.pop("radosgw"), signal.SIGTERM)

    def limit(self, size: str) -> None:
        """Give the account a quota of so many bytes; -1 for none."""
        self._admin("quota", "set", "--quota-scope=user", "--uid=t", f"--max-size={size}")
        self._admin("quota", "enable" if size != "-1" else "disable", "--quota-scope=user", "--uid=t")

    def stop(self) -> None:
        """Kill all of it."""
        for process in reversed(self.processes.values()):
            _end(process)

    @property
    def _conf(self) -> tuple[str, str]:
        return "-c", str(self.folder / "ceph.conf")

    def _admin(self, *arguments: str) -> None:
        self._run("radosgw-admin", *self._conf, "--no-mon-config", *arguments)

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=STARTING_SECONDS)

    def _start(self, program: str, *arguments: str) -> None:
        log = (self.folder / f"{program}.out").open("wb")
        with log:
            self.processes[program] = subprocess.Popen((program, *arguments), stdout=log, stderr=log)


def _end(process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGKILL) -> None:
    process.send_signal(by)
    process.wait(STARTING_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
