"""Parts kill whoever renders them: three times, and they fail by name; the others are done."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from labelsvc.domain.batch import line_ends, runs_in
from labelsvc.domain.change_context import ChangeContext
from tests.offices.disturbed_batch import DisturbedBatch, until

pytestmark = pytest.mark.faults

PARTS, MOST_POISONED, MOST_DEATHS = 16, 3, 3


class Poison:
    """Kills whoever renders certain parts: each part as often as ``deaths`` says, and nobody else."""

    def __init__(self, batch: DisturbedBatch, deaths: Mapping[int, int]) -> None:
        self._batch, self._deaths = batch, deaths

    def act(self) -> bool:
        """Kill where it is time; return whether the batch has ended."""
        holders, claims = self._batch.holders(), self._batch.claims()
        for part, deaths in self._deaths.items():
            if part in holders and claims[part - 1] <= deaths and self._is_drawn(part, claims[part - 1]):
                self._kill(part, holders[part].pid, claims[part - 1])
        return not self._batch.summary().unfinished

    def _is_drawn(self, part: int, claim: int) -> bool:
        return claim == 1 or part in self._batch.drawn()  # from the second try on it is noted what is drawn

    def _kill(self, part: int, process: int, claim: int) -> None:
        """Kill a process, if it still renders that part once it can do nothing more."""
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)
            holder = self._batch.holders().get(part)
            is_same = holder is not None and holder.pid == process and self._batch.claims()[part - 1] == claim
            os.kill(process, signal.SIGKILL if is_same and self._is_drawn(part, claim) else signal.SIGCONT)


def products_of(batch: DisturbedBatch, number: int) -> list[str]:
    """Return the products of a part."""
    lines = batch.office.services.batches.lines(batch.name)
    runs = runs_in(batch.parts()[number - 1].part, line_ends(line.line.quantity for line in lines))
    return [lines[run.line].product.name for run in runs]


def test_parts_that_kill_their_process_thrice_fail_by_name(batch: DisturbedBatch, chance: random.Random) -> None:
    poisoned = chance.sample(range(1, PARTS + 1), chance.randint(1, MOST_POISONED))
    deaths = {part: chance.randint(1, MOST_DEATHS) for part in poisoned} | {poisoned[0]: MOST_DEATHS}
    lost = {part for part, times in deaths.items() if times == MOST_DEATHS}
    print(deaths)
    poison = Poison(batch, deaths)

    with batch.worker():
        until(poison.act, each=0.005)
        stopped, claims, states = batch.summary(), batch.claims(), [part.state for part in batch.parts()]
        printed = batch.files()
        batch.office.services.batch_progress.start_again(batch.name, ChangeContext("thu", datetime.now(UTC)))
        batch.wait_for_end()

    assert stopped.state == "failed"
    assert {number for number, state in enumerate(states, 1) if state != "done"} == lost
    assert claims == [min(deaths.get(part, 0) + 1, MOST_DEATHS) for part in range(1, PARTS + 1)]
    for part in lost:
        assert any(f"Sản phẩm {product}:" in batch_reason(stopped.reason, part) for product in products_of(batch, part))
    assert all(content == batch.undisturbed[name] for name, content in printed.items())
    assert batch.differences() == []


def batch_reason(reason: str, part: int) -> str:
    """Return what a batch's reason says of a part."""
    said = [sentence for sentence in reason.split("Phần ") if str(part) in sentence.partition(":")[0].split(", ")]
    assert said, reason
    return said[0]
