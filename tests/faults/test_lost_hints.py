"""What the queue knows is lost, and a part kills whoever renders it: the database knows what is to be done."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

import pytest

from labelsvc.domain.batch import line_ends, runs_in
from tests.offices.disturbed_batch import DisturbedBatch, until

pytestmark = pytest.mark.faults

POISONED = 5


def test_a_batch_whose_queue_is_emptied_is_printed(batch: DisturbedBatch) -> None:
    with batch.worker():
        for done in (1, 4, 8):
            batch.wait_for_parts(done)
            for path in (batch.office.folder / "home").glob("queue.db*"):
                path.unlink()
        batch.wait_for_end()

    assert batch.claims() == [1] * 16
    assert batch.differences() == []


def test_a_part_that_kills_its_process_thrice_fails_by_name(batch: DisturbedBatch) -> None:
    lines = batch.office.services.batches.lines(batch.name)
    part = batch.parts()[POISONED - 1].part
    products = [lines[run.line].product.name for run in runs_in(part, line_ends(line.line.quantity for line in lines))]

    def ended() -> bool:
        is_second = batch.claims()[POISONED - 1] > 1  # from then on it is noted what is being drawn
        if (not is_second or POISONED in batch.drawn()) and (holder := batch.holders().get(POISONED)):
            with suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGKILL)
        return not batch.summary().unfinished

    with batch.worker():
        until(ended, each=0.005)
    stopped = batch.summary()
    failed = [part.part.number for part in batch.parts() if part.state == "failed"]

    assert stopped.state == "failed"
    assert stopped.parts_done == 15
    assert failed == [POISONED]
    assert batch.claims()[POISONED - 1] == 3
    assert any(f"Sản phẩm {product}:" in stopped.reason for product in products)  # whichever was drawn at the kill
    assert all(content == batch.undisturbed[name] for name, content in batch.files().items())
