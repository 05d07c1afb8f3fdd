"""The clock of a print machine jumps by days, forwards and back, while it prints and while its processes are killed."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from tests.offices.disturbed_batch import DisturbedBatch, children_of
from tests.offices.set_clock import SetClock

pytestmark = pytest.mark.faults


def test_a_clock_that_jumps_by_days_changes_no_byte(
    batch: DisturbedBatch, chance: random.Random, tmp_path: Path
) -> None:
    clock = SetClock(tmp_path)
    with batch.worker(**clock.settings) as worker:
        for days in (3, -2, 30, 0):
            batch.wait_for_parts(batch.summary().parts_done + chance.randint(1, 2))
            clock.set(days)
            os.kill(chance.choice(children_of(worker.pid)), signal.SIGKILL)
        batch.wait_for_end()

    assert batch.differences() == []


def test_a_worker_at_rest_prints_on_after_the_clock_went_back(batch: DisturbedBatch, tmp_path: Path) -> None:
    clock = SetClock(tmp_path)
    with batch.worker(**clock.settings):
        batch.wait_for_end()
        clock.set(-2)
        batch.set_back()
        batch.wait_for_end()

    assert batch.differences() == []
