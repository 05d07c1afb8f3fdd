"""A print machine of its own: its processes have numbers that no other machine sees, and its home only has the keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.offices.disturbed_batch import DisturbedBatch


@dataclass(frozen=True)
class PrintMachine:
    """A machine that prints with others: its own home, their database and output."""

    home: Path

    @classmethod
    def new(cls, batch: DisturbedBatch, name: str) -> Self:
        """Set a machine up with the keys of a batch's office."""
        home = batch.office.folder / name
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        shutil.copy(batch.office.folder / "home" / "keys.json", home)
        return cls(home)

    @property
    def before(self) -> list[str]:
        """What starts a program on the machine."""
        as_user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        return ["unshare", *as_user, "--pid", "--mount-proc", "--fork", "--kill-child=KILL"]

    @property
    def settings(self) -> Mapping[str, str]:
        """The variables of its processes; who is not heard of for two seconds has lost his claim."""
        return {"LABELSVC_HOME": str(self.home), "LABELSVC_LEASE": "2"}
