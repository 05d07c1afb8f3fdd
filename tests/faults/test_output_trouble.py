"""The output gets full or read-only in the middle of a batch: it waits, leaves nothing half, and goes on by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.workflows.batches.cancel_batch import cancel_batch
from tests.offices.disturbed_batch import DisturbedBatch, until
from tests.offices.output_disk import OutputDisk, output_disk
from tests.offices.printing_office import files

pytestmark = pytest.mark.faults


def faults_of(batch: DisturbedBatch, disk: OutputDisk) -> list[str]:
    """Return the files of a batch that waits which are not as they should be, and what is unfinished."""
    folder = disk.seen(batch.folder)
    printed = files(folder)
    return [
        *(name for name, content in printed.items() if content != batch.undisturbed.get(name)),
        *(path.name for path in folder.glob(".*.part")),
    ]


def test_a_batch_waits_while_its_disk_is_full(batch: DisturbedBatch) -> None:
    with output_disk(batch.output, megabytes=6) as disk, batch.worker(before=disk.before):
        until(lambda: batch.waits() and batch.all_idle())
        state, faults = batch.summary().state, faults_of(batch, disk)
        disk.set_size(60)
        batch.wait_for_end()
        printed = files(disk.seen(batch.folder))

    assert (state, faults, batch.tries_in_vain()) == ("running", [], {0})
    assert printed == batch.undisturbed
    assert batch.waits() == []


def test_a_batch_waits_while_its_disk_is_read_only(batch: DisturbedBatch) -> None:
    with output_disk(batch.output, megabytes=60) as disk, batch.worker(1, before=disk.before):
        batch.wait_for_parts(2)
        until(lambda: disk.set_read_only(read_only=True), each=0.001)
        until(lambda: batch.waits() and batch.all_idle())
        state, codes, faults = batch.summary().state, batch.waits(), faults_of(batch, disk)
        disk.set_read_only(read_only=False)
        batch.wait_for_end()
        printed = files(disk.seen(batch.folder))

    assert (state, codes, faults, batch.tries_in_vain()) == ("running", ["output.read_only"], [], {0})
    assert printed == batch.undisturbed


def test_a_batch_that_waits_for_its_output_can_be_cancelled(batch: DisturbedBatch) -> None:
    with output_disk(batch.output, megabytes=6) as disk, batch.worker(1, before=disk.before):
        until(lambda: batch.waits() and batch.all_idle())
        services = batch.office.services.batch_services
        assert cancel_batch(batch.name, services, ChangeContext("thu", datetime.now(UTC), "nhầm"))

    assert batch.summary().state == "cancelled"
    assert batch.tries_in_vain() == {0}
