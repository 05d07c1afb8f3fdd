"""Machines with one database and one output print one batch: none takes a living one's parts, all take a dead one's."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.offices.disturbed_batch import DisturbedBatch, kill_all, signal_all, until
from tests.offices.print_machine import PrintMachine
from tests.offices.system_calls import Moment

pytestmark = pytest.mark.faults


@pytest.fixture
def machines(shared_batch: DisturbedBatch) -> tuple[PrintMachine, PrintMachine]:
    return PrintMachine.new(shared_batch, "machine-1"), PrintMachine.new(shared_batch, "machine-2")


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
    shared_batch: DisturbedBatch, machines: tuple[PrintMachine, PrintMachine]
) -> None:
    dying, living = machines
    with shared_batch.worker(2, dying.before, **dying.settings) as worker:
        shared_batch.wait_for_parts(3)
        until(shared_batch.holders, each=0.001)
        kill_all(worker)
    left = set(shared_batch.holders())
    with ExitStack() as stack:
        for machine in (living, PrintMachine.new(shared_batch, "machine-3")):  # both look after what it left
            stack.enter_context(shared_batch.worker(1, machine.before, **machine.settings))
        shared_batch.wait_for_end()

    assert {number for number, claims in enumerate(shared_batch.claims(), 1) if claims != 1} == left
    assert max(shared_batch.claims()) == 2
    assert shared_batch.differences() == []


@pytest.mark.parametrize("moment", [None, "open"])
def test_a_machine_that_slept_leaves_what_others_did(
    shared_batch: DisturbedBatch, machines: tuple[PrintMachine, PrintMachine], tmp_path: Path, moment: str | None
) -> None:
    sleeping, waking = machines
    named, log = Moment("open", shared_batch.folder), tmp_path / "log"
    before = [*sleeping.before, *(named.before(log) if moment else [])]
    with shared_batch.worker(1, before, **sleeping.settings) as worker:
        until(lambda: named.came(log) if moment else is_writing(shared_batch), each=0.001)
        signal_all(worker, signal.SIGSTOP)
        with shared_batch.worker(2, waking.before, **waking.settings):
            shared_batch.wait_for_end()
        ended, kept = shared_batch.summary(), times(shared_batch)
        for _ in range(50):
            signal_all(worker, signal.SIGCONT)
            time.sleep(0.02)

    assert shared_batch.summary() == ended
    assert times(shared_batch) == kept
    assert shared_batch.differences() == []
