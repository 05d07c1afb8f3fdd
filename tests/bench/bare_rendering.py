"""What two processes gain over one that share nothing but the machine: each renders parts of a batch of its own.

No database, no queue and no store is asked while the clock runs, so that is the most that two print machines on these
cores could gain in the same minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from labelsvc.worker.processes import NICENESS
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.part_task import part_task
from labelsvc.workflows.batches.render_part import render_part
from tests.offices.disturbed_batch import BatchSize, order_for_worker
from tests.offices.printing_office import PrintingOffice

PARTS = 4
PIECES = 2_000


@dataclass(frozen=True)
class BareRendering:
    """Processes that wait to be told to render, all of them warm."""

    processes: Sequence[subprocess.Popen[str]]

    def gain(self) -> float:
        """Return how many times as much two processes render as one, in the next seconds."""
        alone, together = (self._seconds(count) for count in (1, 2))
        return 2 * alone / together

    def _seconds(self, count: int) -> float:
        begun = time.perf_counter()
        for process in self.processes[:count]:
            assert process.stdin
            process.stdin.write("render\n")
            process.stdin.flush()
        for process in self.processes[:count]:
            _hear(process)
        return time.perf_counter() - begun


@contextmanager
def bare_rendering(folder: Path, in_part: int) -> Iterator[BareRendering]:
    """Start two processes, which prepare a batch each."""
    with ExitStack() as stack:
        processes = []
        for number in range(2):
            command = [sys.executable, "-m", "tests.bench.bare_rendering", str(folder / f"bare-{number}"), str(in_part)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            processes.append(stack.enter_context(subprocess.Popen(command, text=True, **pipes)))
        for process in processes:
            _hear(process)
        yield BareRendering(processes)


def _hear(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline() == "ready\n", "a process of the yardstick ended"


def main(folder: Path, in_part: int) -> None:
    """Prepare, then render all parts whenever a line comes, until there are no more."""
    os.nice(NICENESS)
    folder.mkdir()
    office = PrintingOffice(folder)
    services = office.services
    name = order_for_worker(office, BatchSize(PARTS * in_part // PIECES, PIECES, in_part, "auto"))
    batch = services.batches.get(name)
    contents = BatchContents.read(batch, services.batches, services.assets)
    target, key = services.output().batch(name), services.epochs.key(batch.epoch)
    target.make()
    parts, words = [contents.part_lines(each.part) for each in contents.parts], services.paper_words
    tasks = [part_task(contents, part, words, key, target) for part in parts]
    render_part(tasks[0])
    print("ready", flush=True)
    for _ in sys.stdin:
        for task in tasks:
            render_part(task)
        print("ready", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
