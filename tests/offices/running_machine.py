"""A print machine with its worker, and what may happen to it: killed in part or whole, frozen, its clock set."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from tests.offices.children import descendants_of
from tests.offices.disturbed_batch import DisturbedBatch, kill_all, signal_all
from tests.offices.print_machine import PrintMachine
from tests.offices.set_clock import SetClock


@dataclass
class RunningMachine:
    """Its worker is started anew where it was killed; see :func:`running_machine`."""

    batch: DisturbedBatch
    machine: PrintMachine
    clock: SetClock
    held: ExitStack = field(default_factory=ExitStack)
    started: Popen[str] | None = None

    def start(self) -> None:
        """Start the worker, unless it runs."""
        if self.started is None or self.started.poll() is not None:
            settings = self.machine.settings | self.clock.settings
            self.started = self.held.enter_context(self.batch.worker(2, self.machine.before, **settings))

    @property
    def worker(self) -> Popen[str]:
        assert self.started
        return self.started

    def kill_one(self, chance: random.Random) -> None:
        """Kill one process: of those that print, the overseer, or what started them all, and the machine with it."""
        if running := descendants_of(self.worker.pid):
            with suppress(ProcessLookupError):
                os.kill(chance.choice(running), signal.SIGKILL)

    def kill(self) -> None:
        """Let the machine go, at one moment."""
        kill_all(self.worker)

    def end(self) -> None:
        """Stop the worker as an administrator does."""
        with suppress(ProcessLookupError):
            signal_all(self.worker, signal.SIGTERM)
        self.worker.wait(30)

    def sleep(self, seconds: float) -> None:
        """Freeze all of the machine, and wake it."""
        with suppress(ProcessLookupError):
            signal_all(self.worker, signal.SIGSTOP)
            time.sleep(seconds)
            signal_all(self.worker, signal.SIGCONT)


@contextmanager
def running_machine(batch: DisturbedBatch, name: str, folder: Path) -> Iterator[RunningMachine]:
    """Run a machine; all that it started is gone at the end."""
    place = folder / name
    place.mkdir()
    with ExitStack() as held:
        running = RunningMachine(batch, PrintMachine.new(batch, name), SetClock(place), held)
        running.start()
        yield running
