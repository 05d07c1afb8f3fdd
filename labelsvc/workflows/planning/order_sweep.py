"""Gives planned orders back whose process is gone: no heartbeat for a lease, by the sweeper's monotonic clock."""

from __future__ import annotations

import logging
from collections.abc import Hashable

from labelsvc.storage.batches.lease_watch import LeaseWatch
from labelsvc.storage.batches.planned_orders import PlannedOrders

LOG = logging.getLogger("labelsvc.worker")


class OrderSweep:
    """Looks again and again; it remembers what it saw. Any number of machines may sweep."""

    def __init__(self, planned: PlannedOrders, lease_seconds: float) -> None:
        self._planned = planned
        self._watch = LeaseWatch(lease_seconds)

    def run(self, monotonic: float) -> None:
        """Look once; ``monotonic``: the seconds of this machine's clock that nobody sets."""
        steps = self._planned.under_way()
        looks: dict[Hashable, Hashable] = dict(steps.items())
        stale = self._watch.stale(looks, monotonic)
        for number, (step, beaten) in steps.items():
            if number in stale and self._planned.give_back(number, step, beaten):
                LOG.warning("order %d lost its process; it waits again", number)
