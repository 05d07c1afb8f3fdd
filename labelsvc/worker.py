"""The print worker: Huey's processes, which print one part after the other.

A task in Huey's queue is a hint that something waits, and nothing more: it may come twice or never. What is printed is
decided at the claim, in the database (:mod:`labelsvc.workflows.queue`). An overseer beside the printing processes looks
into the database each second, gives back what lost its process, and hints where something waits and no hint came: of
an order on another machine, say, or because the queue was emptied.
"""

from __future__ import annotations

import ctypes
import logging
import math
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from huey import SqliteHuey
from huey.consumer import BaseProcess, Consumer

from labelsvc.domain.errors import LabelsvcError
from labelsvc.services import Services
from labelsvc.workflows.queue.sweep import Sweep

LOG = logging.getLogger("labelsvc.worker")
FIRST, LATER = 10, 1
LONGEST_NAP_SECONDS = 0.5
LOOKED_EVERY_SECONDS = 1
TIDIED_EVERY_SECONDS = 60
_DEATH_SIGNAL = 1
"""Linux's PR_SET_PDEATHSIG."""


class PrintQueue:
    """The queue of one home. ``enqueue`` is for whoever orders, ``work`` for the worker."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.huey = SqliteHuey("labelsvc", filename=str(services.queue_file()), utc=True, results=False)
        self._task = self.huey.task(name="print_next")(self._print_next)
        self._order_task = self.huey.task(name="plan_order")(self._plan_order)
        self.huey.on_startup(name="end_at_once")(_end_at_once)
        self._sweep = Sweep(services.batch_services, services.lost_claims)

    def enqueue(self) -> None:
        """Tell the worker that parts wait: one hint is enough, as whoever takes a part hints at the next."""
        self.huey.enqueue(self._task.s(priority=LATER))

    def enqueue_order(self, number: int) -> None:
        """Tell the worker that an order is to be planned, or placed."""
        self.huey.enqueue(self._order_task.s(number, priority=FIRST))

    def tidy(self) -> None:
        """Clear up what nobody else does; forget the devices of past days."""
        self._services.scans.forget_devices_before(datetime.now(UTC))
        for order in self._services.planned_orders.waiting(datetime.now(UTC)):
            self.enqueue_order(order)
        self._check_output()
        self._services.queue_runner.tidy()

    def look(self) -> None:
        """Give back what lost its process; hint at what waits where no hint does, and the output is good."""
        self._sweep.run(monotonic())
        if self.huey.storage.queue_size():
            return
        for order in self._services.planned_orders.ready():
            self.enqueue_order(order)
        if self._services.claims.something_waits():
            self._check_output()
            self._services.epochs.ready(datetime.now(UTC))
            self.enqueue()

    def _check_output(self) -> None:
        self._services.output_identity.check_answers()
        self._services.output_identity.check()

    def work(self, processes: int) -> None:
        """Print what is queued until SIGTERM (at once; parts under way wait anew) or SIGINT (parts under way end)."""
        self._services.database.close()
        self.huey.storage.flush_queue()  # hints, perhaps of another version
        # also the overseer, in which no hook of a worker runs
        os.register_at_fork(after_in_child=lambda: end_with_parent(signal.SIGKILL))
        _Consumer(self, processes).run()

    def _print_next(self) -> None:
        try:
            self._services.output_identity.check()
            self._services.queue_runner.run_next(self.enqueue)
        except LabelsvcError as error:  # the database or the disk: all waits, and is looked at again
            LOG.error("nothing could be printed: %s", error)

    def _plan_order(self, number: int) -> None:
        planner = self._services.order_planner
        try:
            ordered = planner.run(number)
        except LabelsvcError as error:  # the database or the disk: it waits, and is looked after
            LOG.error("order %d could not be planned: %s", number, error)
        except Exception as error:
            LOG.exception("order %d could not be planned", number)
            planner.fail(number, error)
        else:
            if ordered and not ordered.again:
                self.enqueue()


class _Consumer(Consumer):  # type: ignore[misc]  # Huey has no types
    """Huey's processes, with an overseer in the place of the scheduler, for which there is nothing to schedule."""

    def __init__(self, queue: PrintQueue, processes: int) -> None:
        self._queue = queue
        super().__init__(
            queue.huey,
            workers=processes,
            worker_type="process",
            initial_delay=0.05,
            max_delay=LONGEST_NAP_SECONDS,
            check_worker_health=True,
            health_check_interval=1,
        )

    def _create_scheduler(self) -> _Overseer:
        return _Overseer(self._queue, self.stop_flag)


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
        except Exception:
            LOG.exception("the overseer failed; it goes on")


def _end_at_once() -> None:
    """Let a rendering process end silently when told to: its part waits again.

    An exception could surface inside a library and be taken for a fault of the part.
    """
    signal.signal(signal.SIGTERM, lambda *_: os._exit(1))


def end_with_parent(by: signal.Signals = signal.SIGTERM) -> None:
    """Let the system end this process when its parent dies for any reason (Linux only)."""
    parent = os.getppid()
    try:
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, by)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:
        os.kill(os.getpid(), by)
