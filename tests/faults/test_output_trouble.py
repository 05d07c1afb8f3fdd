"""The output gets full or read-only in the middle of a batch: it waits, leaves nothing half, and goes on by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.tables.batches import parts
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


def waits(batch: DisturbedBatch) -> list[str]:
    """Return why a batch waits for its output."""
    return [wait.problem.code for wait in batch.office.services.claims.waits.all(datetime.now(UTC))]


def given_up(batch: DisturbedBatch) -> set[int]:
    """Return how often parts were tried in vain, by their own fault or not."""
    with batch.office.services.database.reading() as connection:
        return set(connection.scalars(select(parts.c.tries + parts.c.losses)))


def test_a_batch_waits_while_its_disk_is_full(batch: DisturbedBatch) -> None:
    with output_disk(batch.output, megabytes=6) as disk, batch.worker(before=disk.before):
        until(lambda: waits(batch) and batch.all_idle())
        state, faults = batch.summary().state, faults_of(batch, disk)
        disk.set_size(60)
        batch.wait_for_end()
        printed = files(disk.seen(batch.folder))

    assert (state, faults, given_up(batch)) == ("running", [], {0})
    assert printed == batch.undisturbed
    assert waits(batch) == []


def test_a_batch_waits_while_its_disk_is_read_only(batch: DisturbedBatch) -> None:
    with output_disk(batch.output, megabytes=60) as disk, batch.worker(1, before=disk.before):
        batch.wait_for_parts(2)
        until(lambda: disk.set_read_only(read_only=True), each=0.001)
        until(lambda: waits(batch) and batch.all_idle())
        state, codes, faults = batch.summary().state, waits(batch), faults_of(batch, disk)
        disk.set_read_only(read_only=False)
        batch.wait_for_end()
        printed = files(disk.seen(batch.folder))

    assert (state, codes, faults, given_up(batch)) == ("running", ["output.read_only"], [], {0})
    assert printed == batch.undisturbed


def test_a_batch_that_waits_for_its_output_can_be_cancelled(batch: DisturbedBatch) -> None:
    with output_disk(batch.output, megabytes=6) as disk, batch.worker(1, before=disk.before):
        until(lambda: waits(batch) and batch.all_idle())
        services = batch.office.services.batch_services
        assert cancel_batch(batch.name, services, ChangeContext("thu", datetime.now(UTC), "nhầm"))

    assert batch.summary().state == "cancelled"
    assert given_up(batch) == {0}
