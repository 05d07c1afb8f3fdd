"""The Huey tasks: they print one part of a batch each, and nothing else.

Huey's SQLite file is a queue of hints beside the database, which is the truth: it is emptied and filled anew with the
parts that wait, at every start and each minute. Small batches go first, so that nobody waits behind a big one for
longer than one part takes.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime

from huey import SqliteHuey, crontab
from huey.consumer import Consumer

from labelsvc.domain.errors import LabelsvcError, OutputRefused
from labelsvc.log_context import working_on
from labelsvc.services import Services

LOG = logging.getLogger("labelsvc.worker")
SMALL_PIECES = 2_000
"""Up to here a batch is a small one."""
FIRST, LATER = 10, 1
LONGEST_NAP_SECONDS = 0.5
_DEATH_SIGNAL = 1
"""Linux's PR_SET_PDEATHSIG."""


class PrintQueue:
    """The queue of one home. ``enqueue`` is for whoever orders, ``work`` for the worker."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.huey = SqliteHuey("labelsvc", filename=str(services.queue_file()), utc=True, results=False)
        self._task = self.huey.task(name="run_part")(self._run_part)
        self._order_task = self.huey.task(name="plan_order")(self._plan_order)
        self.huey.periodic_task(crontab(minute="*"), name="look_after")(self.look_after)
        self.huey.on_startup(name="end_at_once")(_end_at_once)

    def enqueue(self, name: str, parts: Sequence[int], pieces: int) -> None:
        """Tell the worker that parts of a batch wait; ``pieces`` in the whole batch."""
        for number in parts:
            self.huey.enqueue(self._task.s(name, number, priority=FIRST if pieces <= SMALL_PIECES else LATER))

    def enqueue_order(self, number: int) -> None:
        """Tell the worker that an order is to be planned, or placed."""
        self.huey.enqueue(self._order_task.s(number, priority=FIRST))

    def look_after(self) -> None:
        """Queue every part and order that waits, also where processes were killed; forget the devices of past days."""
        try:
            self._services.output_identity.check_answers()
            self._services.output_identity.check()
        except OutputRefused as error:
            LOG.error("nothing is printed: %s", error)
            return
        self._services.scans.forget_devices_before(datetime.now(UTC))
        self.huey.storage.flush_queue()
        for order in self._services.planned_orders.waiting(datetime.now(UTC)):
            self.enqueue_order(order)
        runner, lists = self._services.queue_runner, self._services.batch_lists
        for name, number in list(runner.waiting()):
            batch = lists.find(name)
            self.enqueue(name, [number], batch.pieces if batch else 0)

    def work(self, processes: int) -> None:
        """Print what is queued until SIGTERM (at once; parts under way wait anew) or SIGINT (parts under way end)."""
        self.look_after()
        self._services.database.close()
        # also the process that keeps Huey's time, in which no hook of a worker runs
        os.register_at_fork(after_in_child=lambda: end_with_parent(signal.SIGKILL))
        consumer = Consumer(
            self.huey,
            workers=processes,
            worker_type="process",
            initial_delay=0.05,
            max_delay=LONGEST_NAP_SECONDS,
            check_worker_health=True,
            health_check_interval=1,
        )
        consumer.run()

    def _run_part(self, name: str, number: int) -> None:
        with working_on(batch=name, part=number):
            try:
                self._services.output_identity.check()
                self._services.queue_runner.run_part(name, number)
            except LabelsvcError as error:  # the database or the disk: the part waits, and is looked after in a minute
                LOG.error("part %d of batch %s could not begin: %s", number, name, error)
            except Exception as error:
                LOG.exception("part %d of batch %s failed", number, name)
                self._services.queue_runner.fail_part(name, number, error)

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
                parts = self._services.batches.parts(ordered.batch.name)
                numbers = [part.part.number for part in parts]
                self.enqueue(ordered.batch.name, numbers, sum(part.part.pieces for part in parts))


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
