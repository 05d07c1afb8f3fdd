"""What the queue knows is lost in the middle of a batch: the database knows what is to be done."""

from __future__ import annotations

import pytest

from tests.offices.disturbed_batch import DisturbedBatch

pytestmark = pytest.mark.faults


def test_a_batch_whose_queue_is_emptied_is_printed(batch: DisturbedBatch) -> None:
    with batch.worker():
        for done in (1, 4, 8):
            batch.wait_for_parts(done)
            for path in (batch.office.folder / "home").glob("queue.db*"):
                path.unlink()
        batch.wait_for_end()

    assert batch.claims() == [1] * 16
    assert batch.differences() == []
