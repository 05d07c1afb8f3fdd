"""A print machine of its own: its processes have numbers that no other machine sees, and its home only has the keys.

In a network it also has an address of its own, and a link that may be cut.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.offices.disturbed_batch import DisturbedBatch
from tests.offices.machine_network import NetworkLink


@dataclass(frozen=True)
class PrintMachine:
    """A machine that prints with others: its own home, their database and output."""

    home: Path
    link: NetworkLink | None = None

    @classmethod
    def new(cls, batch: DisturbedBatch, name: str, link: NetworkLink | None = None) -> Self:
        """Set a machine up with the keys of a batch's office; without a link it is in the network of the tests."""
        home = batch.office.folder / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        shutil.copy(batch.office.folder / "home" / "keys.json", home)
        return cls(home, link)

    @property
    def before(self) -> list[str]:
        """What starts a program on the machine."""
        as_user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        network = self.link.before if self.link else []
        return [*network, "unshare", *as_user, "--pid", "--mount-proc", "--fork", "--kill-child=KILL"]

    @property
    def settings(self) -> Mapping[str, str]:
        """The variables of its processes; who is not heard of for two seconds has lost his claim."""
        return {"LABELSVC_HOME": str(self.home), "LABELSVC_LEASE": "2"}
