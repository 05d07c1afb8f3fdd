"""The output gets full or read-only in the middle of a batch: nothing half is left, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from labelsvc.domain.change_context import ChangeContext
from tests.offices.disturbed_batch import DisturbedBatch, until
from tests.offices.output_disk import OutputDisk, output_disk
from tests.offices.printing_office import files

pytestmark = pytest.mark.faults


def faults_of(batch: DisturbedBatch, disk: OutputDisk) -> list[str]:
    """Return the files of a batch that stopped which are not as they should be, and what is unfinished."""
    folder = disk.seen(batch.folder)
    printed = files(folder)
    return [
        *(name for name, content in printed.items() if content != batch.undisturbed.get(name)),
        *(path.name for path in folder.glob(".*.part")),
    ]


def start_again(batch: DisturbedBatch) -> None:
    assert batch.office.services.batch_progress.start_again(batch.name, ChangeContext("thu", datetime.now(UTC)))


def test_a_full_disk_stops_a_batch_by_name(batch: DisturbedBatch) -> None:
    with output_disk(batch.output, megabytes=6) as disk, batch.worker(before=disk.before):
        batch.wait_for_end()
        stopped = batch.summary()
        until(lambda: batch.all_idle())
        faults = faults_of(batch, disk)
        disk.set_size(60)
        start_again(batch)
        batch.wait_for_end()
        printed = files(disk.seen(batch.folder))

    assert stopped.state == "failed"
    assert "Hết chỗ" in stopped.reason
    assert stopped.parts_done > 0
    assert faults == []
    assert printed == batch.undisturbed


def test_a_read_only_disk_stops_a_batch_by_name(batch: DisturbedBatch) -> None:
    with (
        output_disk(batch.output, megabytes=60) as disk,
        batch.worker(1, before=disk.before),
    ):
        batch.wait_for_parts(2)
        until(lambda: disk.set_read_only(read_only=True), each=0.001)
        batch.wait_for_end()
        stopped = batch.summary()
        until(lambda: batch.all_idle())
        faults = faults_of(batch, disk)
        disk.set_read_only(read_only=False)
        start_again(batch)
        batch.wait_for_end()
        printed = files(disk.seen(batch.folder))

    assert stopped.state == "failed"
    assert "Không ghi được" in stopped.reason
    assert faults == []
    assert printed == batch.undisturbed
