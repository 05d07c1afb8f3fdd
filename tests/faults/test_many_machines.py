"""Machines with one database and one output print one batch: none takes a living one's parts, all take a dead one's.

Each has a network namespace of its own and comes to the database by TCP; where the system lets us make none, they share
the network of the tests, and no link is cut.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import PostgresqlServer, started_postgresql
from tests.offices.disturbed_batch import DisturbedBatch, kill_all, signal_all, until
from tests.offices.machine_network import MachineNetwork, NetworkLink, machine_network
from tests.offices.print_machine import PrintMachine
from tests.offices.system_calls import Moment

pytestmark = pytest.mark.faults
NewMachine = Callable[[int], PrintMachine]


@pytest.fixture(scope="module")
def network() -> Iterator[MachineNetwork | None]:
    """The machines' network; None where the system lets us make none."""
    with ExitStack() as stack:
        try:
            made = stack.enter_context(machine_network())
        except PermissionError as error:
            print(error)
            made = None
        yield made


@pytest.fixture(scope="module")
def joined_batch(
    network: MachineNetwork | None, postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DisturbedBatch]:
    folder = tmp_path_factory.mktemp("joined")
    if network is None:
        yield DisturbedBatch(folder, DATABASE=postgresql_server.new_database())
        return
    cluster = postgresql_server.folder / "joined"
    with started_postgresql(cluster, f"listen_addresses={network.address}") as server:
        yield DisturbedBatch(folder, DATABASE=network.serve(server, server.new_database()))


SHARE, PROOF = ".manifest-{:03}.csv", ".proof-{:03}.json"


@pytest.fixture
def shared_batch(joined_batch: DisturbedBatch) -> DisturbedBatch:
    """A batch that waits, in a database that machines come to by their network."""
    joined_batch.set_back()
    return joined_batch


@pytest.fixture
def new_machine(shared_batch: DisturbedBatch, network: MachineNetwork | None) -> NewMachine:
    def make(number: int) -> PrintMachine:
        return PrintMachine.new(shared_batch, f"machine-{number}", network.link(number) if network else None)

    return make


@pytest.fixture
def machines(new_machine: NewMachine) -> tuple[PrintMachine, PrintMachine]:
    return new_machine(1), new_machine(2)


@pytest.fixture
def cut_machine(machines: tuple[PrintMachine, PrintMachine]) -> Iterator[tuple[PrintMachine, NetworkLink]]:
    """The first machine and its link, which is whole again at the end."""
    first, _ = machines
    if first.link is None:
        pytest.skip("the system lets us make no network namespaces")
    yield first, first.link
    first.link.mend()


def is_writing(batch: DisturbedBatch) -> bool:
    return any(path.stat().st_size > 100_000 for path in batch.folder.glob(".labels-*.part"))


def times(batch: DisturbedBatch) -> dict[str, int]:
    """Return when each file of a batch got what it holds."""
    return {path.name: path.stat().st_ctime_ns for path in batch.folder.iterdir()}


def test_two_machines_do_no_part_twice(
    shared_batch: DisturbedBatch, machines: tuple[PrintMachine, PrintMachine]
) -> None:
    seen: set[str] = set()

    def ended() -> bool:
        seen.update(holder.machine for holder in shared_batch.holders().values())
        return not shared_batch.summary().unfinished

    with ExitStack() as stack:
        for machine in machines:
            stack.enter_context(shared_batch.worker(1, machine.before, **machine.settings))
        until(ended)

    assert shared_batch.claims() == [1] * 16
    assert len(seen) == 2
    assert shared_batch.differences() == []


def test_parts_of_a_machine_that_died_are_done_by_others(
    shared_batch: DisturbedBatch, machines: tuple[PrintMachine, PrintMachine], new_machine: NewMachine
) -> None:
    dying, living = machines
    with shared_batch.worker(2, dying.before, **dying.settings) as worker:
        shared_batch.wait_for_parts(3)
        until(shared_batch.holders, each=0.001)
        kill_all(worker)
    left = set(shared_batch.holders())
    with ExitStack() as stack:
        for machine in (living, new_machine(3)):  # both look after what it left
            stack.enter_context(shared_batch.worker(1, machine.before, **machine.settings))
        shared_batch.wait_for_end()

    assert {number for number, claims in enumerate(shared_batch.claims(), 1) if claims != 1} == left
    assert max(shared_batch.claims()) == 2
    assert shared_batch.differences() == []


def moments_of_sleep(folder: Path, chance: random.Random) -> dict[str, Moment]:
    """Return moments of one process: a part's file got its name; the batch is joined, its parts' reports go."""
    number = chance.randint(1, 16)
    ends = [("open", PROOF), ("open", SHARE), ("unlink", SHARE), ("unlink", PROOF)]
    call, name = chance.choice(ends)
    return {
        "naming": Moment("open", folder, chance.randint(1, 4)),
        "ending": Moment(call, folder / name.format(number)),
    }


@pytest.mark.parametrize("when", ["writing", "naming"])
def test_a_machine_that_slept_leaves_what_others_did(
    shared_batch: DisturbedBatch,
    machines: tuple[PrintMachine, PrintMachine],
    tmp_path: Path,
    when: str,
    chance: random.Random,
) -> None:
    sleeping, waking = machines
    moment, log = moments_of_sleep(shared_batch.folder, chance).get(when), tmp_path / "log"
    print(moment)
    before = [*(moment.before(log) if moment else []), *sleeping.before]
    with shared_batch.worker(2, before, **sleeping.settings) as worker:
        until(lambda: moment.came(log) if moment else is_writing(shared_batch), each=0.001)
        signal_all(worker, signal.SIGSTOP)
        with shared_batch.worker(2, waking.before, **waking.settings):
            shared_batch.wait_for_end()
        ended, kept = shared_batch.summary(), times(shared_batch)
        for _ in range(50):
            signal_all(worker, signal.SIGCONT)
            time.sleep(0.02)
        until(lambda: times(shared_batch) == kept)  # what it kept of its part comes late, and goes

    assert shared_batch.summary() == ended
    assert shared_batch.differences() == []


def test_a_cut_machine_loses_its_part_and_leaves_what_others_did(
    shared_batch: DisturbedBatch,
    machines: tuple[PrintMachine, PrintMachine],
    cut_machine: tuple[PrintMachine, NetworkLink],
) -> None:
    (cut, link), living = cut_machine, machines[1]
    with shared_batch.worker(1, cut.before, **cut.settings) as worker:
        until(lambda: is_writing(shared_batch), each=0.001)
        link.cut()
        lost = set(shared_batch.holders())
        with shared_batch.worker(2, living.before, **living.settings):
            shared_batch.wait_for_end()
        ended, kept = shared_batch.summary(), times(shared_batch)
        link.mend()
        time.sleep(2.5)  # more than a lease: whoever waited for the database has it again
        assert worker.poll() is None

    assert {number for number, claims in enumerate(shared_batch.claims(), 1) if claims != 1} == lost
    assert max(shared_batch.claims()) == 2
    assert shared_batch.summary() == ended
    assert times(shared_batch) == kept
    assert shared_batch.differences() == []


def test_a_machine_that_wakes_during_the_end_spoils_nothing(
    shared_batch: DisturbedBatch,
    machines: tuple[PrintMachine, PrintMachine],
    tmp_path: Path,
    chance: random.Random,
) -> None:
    sleeping, waking = machines
    moment, log = moments_of_sleep(shared_batch.folder, chance)["ending"], tmp_path / "log"
    with shared_batch.worker(2, [*moment.before(log), *sleeping.before], **sleeping.settings) as worker:
        until(lambda: moment.came(log), each=0.001)
        signal_all(worker, signal.SIGSTOP)
        with shared_batch.worker(2, waking.before, **waking.settings):
            time.sleep(2 + chance.uniform(0, 4))  # a lease, and what it takes to begin and to end
            for _ in range(50):
                signal_all(worker, signal.SIGCONT)
                time.sleep(0.02)
            shared_batch.wait_for_end()

    assert shared_batch.differences() == []
