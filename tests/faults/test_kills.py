"""kill -9 of rendering processes, of the whole worker and of the whole service, at moments that differ every time.

The moments are those between two steps on the disk or in the database; a seed is printed where a test fails.
"""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest

from tests.offices.disturbed_batch import DisturbedBatch, has_no_children, kill_all, until
from tests.offices.system_calls import Moment

pytestmark = pytest.mark.faults

SHARE, REPORT = ".manifest-{:03}.csv", ".proof-{:03}.json"


def moments_of_parts(batch: DisturbedBatch, chance: random.Random) -> list[Moment]:
    """Return moments while parts are rendered: after a file got its name, and while a claim or a result is written."""
    log = batch.office.folder / "home" / "labelsvc.db-wal"
    named = [Moment("open", batch.folder, chance.randint(1, 6)) for _ in range(2)]
    return [*named, Moment("fdatasync", log, chance.randint(1, 4))]


def moments_of_the_end(batch: DisturbedBatch, chance: random.Random) -> list[Moment]:
    """Return moments after the last part, in their order: reports are read, shares joined and removed, reports too."""

    def one_of(name: str) -> Path:
        return batch.folder / name.format(chance.randint(1, 16))

    read, removed = "open", "unlink"
    steps = (read, REPORT), (read, SHARE), (removed, SHARE), (removed, REPORT)
    return [Moment(call, one_of(name)) for call, name in steps]


def test_a_worker_killed_at_seven_moments_prints_the_same_bytes(
    batch: DisturbedBatch, chance: random.Random, tmp_path: Path
) -> None:
    moments = [*moments_of_parts(batch, chance), *moments_of_the_end(batch, chance)]

    for number, moment in enumerate(moments):
        log = tmp_path / f"moment-{number}"
        print(moment, batch.summary().parts_done)
        with batch.worker(before=moment.before(log)) as worker:
            until(partial(moment.came, log))
            if chance.random() < 0.5:
                worker.kill()  # those that render go with it
                until(partial(has_no_children, worker.pid))
            kill_all(worker)
    with batch.worker():
        batch.wait_for_end()

    assert batch.differences() == []
