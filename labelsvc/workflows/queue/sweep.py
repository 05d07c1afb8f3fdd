"""Gives work back whose process is gone: at once on the same machine, after a lease without a heartbeat on others."""

from __future__ import annotations

import logging

from labelsvc.domain.errors import LabelsvcError
from labelsvc.storage.batches.holders import GONE
from labelsvc.storage.batches.lease_watch import LeaseWatch
from labelsvc.storage.batches.lost_claims import HeldBatch, HeldPart, LostClaims
from labelsvc.storage.batches.stop_reasons import StopReason
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.part_faults import MOST_TRIES, lost_process_error

LOG = logging.getLogger("labelsvc.worker")
MOST_LOSSES = 20
"""So often a part may go down with its whole worker, which others may have stopped, before it counts as the reason."""


class Sweep:
    """Looks after all claims, again and again; it remembers what it saw. Any number of machines may sweep."""

    def __init__(self, services: BatchServices, lost: LostClaims) -> None:
        self._services = services
        self._lost = lost
        self._watch = LeaseWatch(services.claims.lease_seconds)

    def run(self, monotonic: float) -> None:
        """Look once; ``monotonic``: the seconds of this machine's clock that nobody sets."""
        parts, batches = self._lost.held_parts(), self._lost.held_batches()
        looks = {part.key: part.looks for part in parts} | {batch.key: batch.looks for batch in batches}
        stale = self._watch.stale(looks, monotonic)
        for part in parts:
            fate = self._services.claims.fate(part.holder)
            if fate in GONE or part.key in stale:
                self._put_back(part, by_own_fault=fate == "died")
        for batch in batches:
            fate = self._services.claims.fate(batch.holder)
            if fate in GONE or batch.key in stale:
                self._free(batch, by_own_fault=fate == "died")

    def _put_back(self, part: HeldPart, *, by_own_fault: bool) -> None:
        tries, losses = part.claim.own_tries + by_own_fault, part.losses + (not by_own_fault)
        failed = tries >= MOST_TRIES or losses >= MOST_LOSSES
        why = self._why(part) if failed else None
        if self._lost.take_part(part, by_own_fault=by_own_fault, why_failed=why):
            LOG.warning(
                "part %d of batch %s lost its process; %s",
                *(part.claim.number, part.claim.batch, "it failed too often" if failed else "it waits again"),
            )

    def _free(self, batch: HeldBatch, *, by_own_fault: bool) -> None:
        """Let others have a batch; one whose end went wrong too often fails."""
        tries, losses = batch.tries + by_own_fault, batch.losses + (not by_own_fault)
        if not self._lost.take_batch(batch, by_own_fault=by_own_fault):
            return
        LOG.warning("batch %s lost its process", batch.name)
        if batch.ends and (tries >= MOST_TRIES or losses >= MOST_LOSSES):
            services, why = self._services, LabelsvcError.from_code("print.end_lost")
            services.progress.stop(batch.name, "failed", services.words.stop_reason(why), services.clock())

    def _why(self, part: HeldPart) -> StopReason:
        error = lost_process_error(part.claim.batch, part.line, self._services.batches)
        return self._services.words.stop_reason(error)
