"""The queue of hints, and what a worker does when it gets one.

A task in Huey's queue is a hint that something waits, and nothing more: it may come twice or never. What is printed is
decided at the claim, in the database (:mod:`labelsvc.workflows.queue`). Each second the worker looks there, gives back
what lost its process, and hints where something waits and no hint came: of an order on another machine, say, or because
the queue was emptied.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from time import monotonic
from typing import Any

from labelsvc.domain.errors import LabelsvcError, OutputRefused
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.services import Services
from labelsvc.worker.hint_queue import QUEUE_TROUBLES, hint_queue, put_hint, queue_size
from labelsvc.workflows.planning.order_sweep import OrderSweep
from labelsvc.workflows.queue.sweep import Sweep
from labelsvc.workflows.upkeep.clear_output import clear_output

LOG = logging.getLogger("labelsvc.worker")
FIRST, LATER = 10, 1


class PrintQueue:
    """The queue of one home. ``enqueue`` is for whoever orders, ``work`` for the worker."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.huey = hint_queue(services.settings.queue, services.queue_file)
        self._task = self.huey.task(name="print_next")(self._print_next)
        self._order_task = self.huey.task(name="plan_order")(self._plan_order)
        self._takes_hints = True
        self._sweep = Sweep(services.batch_services, services.lost_claims)
        self._order_sweep = OrderSweep(services.planned_orders, services.claims.lease_seconds)

    def enqueue(self) -> None:
        """Tell the worker that parts wait: one hint is enough, as whoever takes a part hints at the next."""
        self._hint(self._task.s(priority=LATER))

    def enqueue_order(self, number: int) -> None:
        """Tell the worker that an order is to be planned, or placed."""
        self._hint(self._order_task.s(number, priority=FIRST))

    def _hint(self, task: Any) -> None:
        """Put a hint into the queue; where that is not possible, the worker finds what waits within seconds.

        That is said once, not at each look, until the queue takes hints again.
        """
        try:
            put_hint(self.huey, task, self._services.queue_file)
            self._takes_hints = True
        except QUEUE_TROUBLES as error:
            if self._takes_hints:
                LOG.warning("the queue takes no hints (%s); work is found by looking", type(error).__name__)
            self._takes_hints = False

    def empty(self) -> None:
        """Forget all hints: they may be of another version, and what waits is found again."""
        try:
            self.huey.storage.flush_queue()
        except QUEUE_TROUBLES as error:
            LOG.warning("the queue does not answer (%s); work is found by looking", type(error).__name__)

    def close(self) -> None:
        """Close what no forked process may share."""
        self._services.database.close()

    def tidy(self) -> None:
        """Clear up what nobody else does; forget the devices of past days."""
        now = self._now()
        self._services.scans.forget_devices_before(now)
        self._services.planned_orders.forget_old(now)
        for order in self._services.planned_orders.ready():
            self.enqueue_order(order)
        self._check_output()
        self._services.queue_runner.tidy()
        services = self._services
        clear_output(services.batch_services, services.output(), services.settings.keep_days)

    def look(self) -> None:
        """Give back what lost its process; hint at what waits where no hint does, and the output is good.

        When a day has ended, also write the list of products of the next one.
        """
        self._sweep.run(monotonic())
        self._order_sweep.run(monotonic())
        self._services.product_lists.keep_for(self._now().astimezone(VIETNAM).date())
        if queue_size(self.huey):
            return
        for order in self._services.planned_orders.ready():
            self.enqueue_order(order)
        if self._services.claims.something_waits(self._now()):
            self._check_output()
            self._services.epochs.ready(self._now())
            self.enqueue()

    def _check_output(self) -> None:
        """Refuse an output that does not answer, or is not the one that the database knows."""
        with self._waiting_where_refused():
            self._services.output_identity.check_answers()
            self._services.output_identity.check()

    @contextmanager
    def _waiting_where_refused(self) -> Iterator[None]:
        """Let all batches wait for an output that refuses."""
        try:
            yield
        except OutputRefused as error:
            self._services.queue_runner.trouble.refused(self._services.output(), error, self._now())
            raise

    def _now(self) -> datetime:
        return self._services.batch_services.clock()

    def work_without_hints(self) -> bool:
        """Do what waits, one thing; False if nothing does."""
        for order in self._services.planned_orders.ready():
            self._plan_order(order)
            return True
        return self._print_next()

    def print_small(self) -> bool:
        """Print a part of a small batch; False if none waits, or it cannot be printed now, as others say."""
        with suppress(LabelsvcError):
            return self._printed(self._services.claims.small_waits, self._services.queue_runner.run_small)
        return False

    def _print_next(self) -> bool:
        run_next = self._services.queue_runner.run_next
        try:
            return self._printed(self._services.claims.something_waits, lambda: run_next(self.enqueue))
        except LabelsvcError as error:  # the database or the disk: all waits, and is looked at again
            LOG.error("nothing could be printed: %s", error)
            return False

    def _printed(self, waits: Callable[[datetime], bool], run: Callable[[], bool]) -> bool:
        if not waits(self._now()):
            return False
        with self._waiting_where_refused():
            self._services.output_identity.check()
        return run()

    def _plan_order(self, number: int) -> None:
        planner = self._services.order_planner
        try:
            ordered = planner.run(number)
        except LabelsvcError as error:  # the database or the disk: it waits, and is looked after
            LOG.error("order %d could not be planned: %s", number, error)
        except Exception as error:  # a fault of ours: whoever ordered is told, else it would be tried for ever
            LOG.exception("order %d could not be planned", number)
            planner.fail(number, error)
        else:
            if ordered and not ordered.again:
                self.enqueue()
