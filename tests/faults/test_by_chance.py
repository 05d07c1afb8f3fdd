"""Two machines print one batch while a seed draws what goes wrong, and when: no byte differs, and nothing is left.

``FAULTS_ROUNDS=20`` draws twenty times; a failing round prints its seed.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PostgresqlServer
from tests.offices.disturbed_batch import DisturbedBatch
from tests.offices.running_machine import RunningMachine, running_machine

pytestmark = pytest.mark.faults

TROUBLES_IN_A_ROUND = 4
LONGER_THAN_THE_LEASE = 3.0


@dataclass(frozen=True)
class Trouble:
    """What may go wrong with one of the machines, or with what they share."""

    machine: RunningMachine
    server: PostgresqlServer
    chance: random.Random

    def kill_process(self) -> None:
        self.machine.kill_one(self.chance)

    def kill_machine(self) -> None:
        self.machine.kill()

    def end_machine(self) -> None:
        self.machine.end()

    def freeze_machine(self) -> None:
        self.machine.sleep(self.chance.uniform(0.1, LONGER_THAN_THE_LEASE))

    def set_clock(self) -> None:
        self.machine.clock.set(self.chance.choice([-365, -1 / 24, 1 / 24, 25]))

    def restart_database(self) -> None:
        self.server.stop()
        time.sleep(self.chance.uniform(0, LONGER_THAN_THE_LEASE))
        self.server.start()

    def kill_database(self) -> None:
        self.server.kill()
        time.sleep(self.chance.uniform(0, 1))
        self.server.start()

    def freeze_database(self) -> None:
        self.server.sleep(self.chance.uniform(0.1, LONGER_THAN_THE_LEASE))

    def lose_queue(self) -> None:
        for path in self.machine.machine.home.glob("queue.db*"):
            path.unlink()

    def spoil_queue(self) -> None:
        for path in self.machine.machine.home.glob("queue.db*"):
            path.write_bytes(self.chance.randbytes(5000))


TROUBLES: Mapping[str, Callable[[Trouble], None]] = {
    name: act for name, act in vars(Trouble).items() if callable(act) and not name.startswith("_")
}


def test_whatever_goes_wrong_changes_no_byte(
    shared_batch: DisturbedBatch, postgresql_server: PostgresqlServer, chance: random.Random, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        machines = [stack.enter_context(running_machine(shared_batch, name, tmp_path)) for name in ("one", "two")]
        for _ in range(TROUBLES_IN_A_ROUND):
            shared_batch.wait_for_parts(shared_batch.summary().parts_done + chance.randint(0, 3))
            time.sleep(chance.uniform(0, 0.5))
            name, machine = chance.choice(list(TROUBLES)), chance.choice(machines)
            print(f"{shared_batch.summary().parts_done} done: {name} {machine.machine.home.name}", flush=True)
            TROUBLES[name](Trouble(machine, postgresql_server, chance))
            assert list(said_but_missing(shared_batch)) == []
            for each in machines:
                each.start()
        shared_batch.wait_for_end()

    assert shared_batch.differences() == []
    assert shared_batch.holders() == {}


def said_but_missing(batch: DisturbedBatch) -> Iterator[str]:
    """Yield files of parts that are said to be done, and are not what is said of them."""
    for part in batch.parts():
        if part.state == "done":
            path = batch.folder / part.file
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != part.sha256:
                yield part.file
