"""The worker's processes: Huey's consumer, with an overseer that looks at the database again and again."""

from __future__ import annotations

import ctypes
import logging
import math
import os
import signal
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

from huey.consumer import BaseProcess, Consumer, Worker

from labelsvc.domain.errors import LabelsvcError
from labelsvc.worker.hint_queue import QUEUE_TROUBLES
from labelsvc.worker.print_queue import PrintQueue

LOG = logging.getLogger("labelsvc.worker")
LONGEST_NAP_SECONDS = 0.5
LOOKED_EVERY_SECONDS = 1
TIDIED_EVERY_SECONDS = 60
NICENESS = 10
"""Pages are answered before parts are printed, where both want the processor."""
_DEATH_SIGNAL = 1
"""Linux's PR_SET_PDEATHSIG."""


def work(queue: PrintQueue, processes: int) -> None:
    """Print what is queued until SIGTERM (at once; parts under way wait anew) or SIGINT (parts under way end)."""
    os.nice(NICENESS)
    queue.close()
    queue.empty()
    # also the overseer, in which no hook of a worker runs
    os.register_at_fork(after_in_child=lambda: end_with_parent(signal.SIGKILL))
    _Consumer(queue, processes).run()


class _Consumer(Consumer):  # type: ignore[misc]  # Huey has no types
    """Huey's processes, with an overseer in the place of the scheduler, for which there is nothing to schedule."""

    def __init__(self, queue: PrintQueue, processes: int) -> None:
        self._queue = queue
        super().__init__(
            queue.huey,
            workers=processes + 1,
            worker_type="process",
            initial_delay=0.05,
            max_delay=LONGEST_NAP_SECONDS,
            check_worker_health=True,
            health_check_interval=1,
        )

    def _create_worker(self) -> _Printer:
        return _Printer(self._queue, self)

    def _create_process(self, process: Any, name: str) -> Any:
        """Huey numbers its workers from 1, the dead ones' successors too: the last is for small batches alone."""
        if name == f"Worker-{self.workers}":
            process = _SmallPrinter(self._queue, self)
        return super()._create_process(process, name)

    def _create_scheduler(self) -> _Overseer:
        return _Overseer(self._queue, self.stop_flag)


class _Printer(Worker):  # type: ignore[misc]
    """Does what hints tell; while the queue's server is away, what the database tells."""

    def __init__(self, queue: PrintQueue, consumer: _Consumer) -> None:
        super().__init__(queue.huey, consumer.stop_flag, consumer.default_delay, consumer.max_delay, consumer.backoff)
        self._queue = queue
        self._is_away = False

    def initialize(self) -> None:
        """End silently when told to: the part waits again.

        An exception could surface inside a library and be taken for a fault of the part.
        """
        signal.signal(signal.SIGTERM, lambda *_: os._exit(1))

    def loop(self, now: datetime | None = None) -> None:
        """Do one thing, or wait a moment; Huey calls it until the stop flag is set."""
        try:
            task = self.huey.dequeue()
        except QUEUE_TROUBLES as error:
            if not self._is_away:
                LOG.warning("the queue gives no hints (%s); work is found by looking", type(error).__name__)
            self._is_away = True
            if not self._queue.work_without_hints():
                self.stop_flag.wait(LOOKED_EVERY_SECONDS)
            return
        self._is_away = False
        if task is not None:
            self.delay = self.default_delay
            self._follow(task)
        elif not self.huey.storage.blocking:
            self.sleep()

    def _follow(self, task: Any) -> None:
        """Do what a hint tells; Huey's own way would first ask the queue's server whether the task was revoked."""
        try:
            task.execute()
        except Exception:  # whatever it is, the next hint may be followed, and what waits is found by looking
            LOG.exception("a hint could not be followed")


class _SmallPrinter(_Printer):
    """Prints small batches while all others are at parts of large ones; it looks into the database alone."""

    def loop(self, now: datetime | None = None) -> None:
        """Print one part, or wait a moment; what cannot be printed now is said by the others."""
        if not self._queue.print_small():
            self.stop_flag.wait(LONGEST_NAP_SECONDS)


class _Overseer(BaseProcess):  # type: ignore[misc]
    """Looks at the database again and again; what it cannot do now, it says once a minute."""

    process_name = "Overseer"

    def __init__(self, queue: PrintQueue, stop_flag: Any) -> None:
        super().__init__(queue.huey, stop_flag)
        self._queue = queue
        self._tidied = -math.inf
        self._said: set[str] = set()

    def loop(self, now: datetime | None = None) -> None:
        """Look once; Huey calls it until the stop flag is set."""
        if monotonic() - self._tidied >= TIDIED_EVERY_SECONDS:
            self._tidied = monotonic()
            self._said.clear()
            self._guarded(self._queue.tidy)
        self._guarded(self._queue.look)
        self.stop_flag.wait(LOOKED_EVERY_SECONDS)

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except LabelsvcError as error:
            if str(error) not in self._said:
                LOG.error("nothing is printed: %s", error)
            self._said.add(str(error))
        except Exception:  # whatever it is: without an overseer what waits is not found by looking
            LOG.exception("the overseer failed; it goes on")


def end_with_parent(by: signal.Signals = signal.SIGTERM, parent: int = 0) -> None:
    """Let the system end this process when its parent dies for any reason (Linux only).

    ``parent``: who started it, and may be dead by now: an orphan has another one, and nobody would end it.
    """
    parent = parent or os.getppid()
    try:
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, by)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:
        os.kill(os.getpid(), by)
