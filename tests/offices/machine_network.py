"""A network of print machines: each a network namespace of its own, joined by a bridge to what they share (Linux).

Database and object store listen at the bridge's address, on the machine that runs the tests. A machine's link can be
taken away and given back. Namespaces end with the block; what a killed run left goes when the next network is made.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import PostgresqlServer

SUBNETS = 512
"""Of 198.18.0.0/15, which RFC 2544 keeps for tests of networks."""
_NAME = re.compile(r"lsn([0-9]+)(-[0-9]+)?")


@dataclass(frozen=True)
class NetworkLink:
    """A machine's place in the network."""

    namespace: str
    port: str

    @property
    def before(self) -> list[str]:
        """What starts a program there."""
        return ["ip", "netns", "exec", self.namespace]

    def cut(self) -> None:
        """Take the link away: nothing arrives, and nobody is told."""
        _ip("link", "set", self.port, "down")

    def mend(self) -> None:
        """Give the link back."""
        _ip("link", "set", self.port, "up")


@dataclass(frozen=True)
class MachineNetwork:
    """A bridge with an address; ``subnet``: its first three numbers."""

    bridge: str
    subnet: str

    @property
    def address(self) -> str:
        """Where servers for all machines listen."""
        return f"{self.subnet}.1"

    def link(self, number: int) -> NetworkLink:
        """Return the place of a machine, from 1; it is joined when it is first asked for."""
        machine = NetworkLink(f"{self.bridge}-{number}", f"{self.bridge}-{number}")
        if Path("/run/netns", machine.namespace).exists():
            return machine
        inside = ("-n", machine.namespace)
        _ip("netns", "add", machine.namespace)
        _ip("link", "add", machine.port, "type", "veth", "peer", "name", "eth0", "netns", machine.namespace)
        _ip("link", "set", machine.port, "master", self.bridge, "up")
        _ip(*inside, "addr", "add", f"{self.subnet}.{number + 1}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip(*inside, "link", "set", device, "up")
        return machine

    def serve(self, server: PostgresqlServer, url: str) -> str:
        """Let machines come to a server, which listens at the address; return the URL of a database for them."""
        with (server.folder / "data" / "pg_hba.conf").open("a") as rights:
            rights.write(f"host all all {self.subnet}.0/24 trust\n")
        server.run("SELECT pg_reload_conf()")
        return url.replace(f"host={server.folder}", f"host={self.address}")


@contextmanager
def machine_network() -> Iterator[MachineNetwork]:
    """Make a network; PermissionError, with what the system says, where it does not let us."""
    clear_left_networks()
    taken = _ip("-o", "addr")
    numbers = ((os.getpid() + step) % SUBNETS for step in range(SUBNETS))
    subnets = (f"198.{18 + number // 256}.{number % 256}" for number in numbers)
    network = MachineNetwork(f"lsn{os.getpid()}", next(each for each in subnets if f" {each}." not in taken))
    try:
        _ip("link", "add", network.bridge, "type", "bridge")
        _ip("addr", "add", f"{network.address}/24", "dev", network.bridge)
        _ip("link", "set", network.bridge, "up")
        yield network
    finally:
        remove_network(network.bridge)


def clear_left_networks() -> None:
    """Remove the networks of processes that are gone."""
    devices = [line.split(":")[1].strip() for line in _ip("-o", "link", "show", "type", "bridge").splitlines()]
    for name in {*devices, *(path.name for path in Path("/run/netns").glob("lsn*-*"))}:
        if (found := _NAME.fullmatch(name)) and not Path(f"/proc/{found[1]}").exists():
            remove_network(f"lsn{found[1]}")


def remove_network(bridge: str) -> None:
    """Remove a bridge and the namespaces that are joined to it."""
    for path in Path("/run/netns").glob(f"{bridge}-*"):
        _ip("netns", "del", path.name)
    with suppress(PermissionError):  # there is none
        _ip("link", "del", bridge)


def _ip(*words: str) -> str:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        raise PermissionError("no network namespaces: ip (iproute2) is not installed") from None
    except subprocess.CalledProcessError as error:
        raise PermissionError(f"no network namespaces: {error.stderr.strip()}") from None
    return done.stdout
