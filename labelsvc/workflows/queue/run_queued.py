"""Prints queued batches, one part at a time; any number of processes, on any number of machines, may do so at once.

The database is the truth about parts: it says whose turn it is, and who has claimed what.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from labelsvc.domain.errors import KeyRefused, LabelsvcError, OutputRefused, PrintRefused, StorageRefused
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.log_context import working_on
from labelsvc.storage.batches.batch_records import Batch
from labelsvc.storage.batches.claims import ClaimLost, PartClaim
from labelsvc.storage.batches.heartbeat import beating, patiently
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_contents import BatchFrame, PartLines
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.cancel_batch import clear_cancelled
from labelsvc.workflows.batches.part_faults import MOST_TRIES, unforeseen_error
from labelsvc.workflows.batches.part_task import PartTask, part_task
from labelsvc.workflows.batches.release_batch import keep_report
from labelsvc.workflows.batches.render_part import render_part
from labelsvc.workflows.batches.still_printable import refuse_not_in_force
from labelsvc.workflows.queue.end_batch import BatchEnd
from labelsvc.workflows.queue.output_trouble import OutputTrouble
from labelsvc.workflows.queue.part_watch import PartWatch

LOG = logging.getLogger("labelsvc.worker")


@dataclass(frozen=True, slots=True)
class QueueRunner:
    """Prints parts. ``output`` takes the batches that have no folder yet."""

    services: BatchServices
    output: OutputFolder

    def run_next(self, others: Callable[[], None] | None = None) -> bool:
        """Print the part whose turn it is, and end its batch with the last one; False if there is nothing to do.

        ``others`` is called before it is begun: more may wait.

        1. Is the database the one that its batches were ordered in? End a batch that lost its process before its end;
           one whose end was tried already waits until nothing else does: it may be what kills processes.
        2. Claim a part that waits. KeyRefused, OutputRefused if a key is missing: all waits on.
        3. Are its products' recognitions still in force? Render it into the batch's folder; keep what its proof found.
        4. With all parts done: join, ticket, release. With some failed: stop, with the reason.

        An error that nobody foresaw lets the part wait again, up to three tries. Where the output refuses files it
        waits as long as that lasts. What must not be printed fails the part at once; the other parts are done all the
        same. Of a batch that is cancelled meanwhile nothing is left.
        """
        self.services.epochs.ready(self.services.clock())  # 1
        claims = self.services.claims
        ended = claims.settled(self.services.clock(), tried=False)
        claim = None if ended else claims.next_part(self.services.clock())  # 2
        if not (ended or claim):
            ended = claims.settled(self.services.clock(), tried=True)
        if others and (ended or claim):
            others()
        if claim:
            self._print(claim)  # 3
        if name := ended or (claim and claim.batch):
            self._end.finish(name)  # 4
        return bool(name)

    def run_small(self) -> bool:
        """Print a part of a small batch as :meth:`run_next` does, nothing else; False if none waits."""
        self.services.epochs.ready(self.services.clock())
        claim = self.services.claims.next_part(self.services.clock(), small=True)
        if claim:
            self._print(claim)
            self._end.finish(claim.batch)
        return bool(claim)

    @property
    def trouble(self) -> OutputTrouble:
        """What notes outputs that refuse files."""
        return OutputTrouble(self.services.claims.waits, self.output)

    @property
    def _end(self) -> BatchEnd:
        return BatchEnd(self.services, self.trouble)

    def _print(self, claim: PartClaim) -> None:
        """Print a part that is claimed; whatever comes of it, the claim ends."""
        with working_on(batch=claim.batch, part=claim.number):
            self._print_claimed(claim)

    def _print_claimed(self, claim: PartClaim) -> None:
        batch, progress = self.services.batches.get(claim.batch), self.services.progress
        output, watch = self._end.output_of(batch), PartWatch(claim, self.services.claims)
        try:
            self._render(batch, claim, watch)
            self.trouble.over(output, claim.batch)
        except ClaimLost:
            LOG.warning("part %d of batch %s was taken from this process", claim.number, claim.batch)
        except StorageRefused:
            raise
        except OutputRefused as error:
            LOG.error("part %d of batch %s waits: %s", claim.number, claim.batch, error)
            if self.services.claims.beat(claim):  # else the output of its next holder may be there
                self.trouble.refused(output, error, self.services.clock(), claim.batch)
        except KeyRefused as error:
            self._fail_unless_keys_vanished(claim, error)
        except LabelsvcError as error:
            self._fail(claim, error)
        except Exception as error:  # a fault of ours: tried again a few times, then told as the part's
            LOG.exception("part %d of batch %s failed", claim.number, claim.batch)
            self._try_again(claim, error, watch.line)
        progress.part_left(claim)

    def _render(self, batch: Batch, claim: PartClaim, watch: PartWatch) -> None:
        """Render a part into its batch's folder, and say that it is done."""
        claims, folder = self.services.claims, self._folder(batch)
        with beating(lambda: claims.beat(claim), claims.beat_seconds, watch.lost):
            made = render_part(self._task(batch, claim, folder), watch.hooks())
            keep_report(folder, made)
            facts = made.pdf.name, made.pdf.sha256, made.pdf.size, self.services.clock()
            patiently(lambda: self.services.progress.part_done(claim, *facts), claims.lease_seconds)

    def _task(self, batch: Batch, claim: PartClaim, folder: StoredFolder) -> PartTask:
        """Return what a part is rendered from; PrintRefused where a recognition of it is no longer in force."""
        services = self.services
        frame = BatchFrame.read(batch, services.batches, services.assets)
        part = next(each.part for each in frame.parts if each.part.number == claim.number)
        lines = PartLines.read(batch, part, services.batches)
        task = part_task(frame, lines, services.words, services.epochs.key(batch.epoch), folder)
        refuse_not_in_force(list(task.lines.values()), services.products, services.clock().astimezone(VIETNAM).date())
        return task

    def _fail_unless_keys_vanished(self, claim: PartClaim, error: KeyRefused) -> None:
        """Stop the batch of a key that must not print, as it leaked; where keys vanished after the claim, all waits."""
        try:
            self.services.epochs.ready(self.services.clock())
        except (KeyRefused, OutputRefused):
            LOG.error("part %d of batch %s waits: %s", claim.number, claim.batch, error)
        else:
            self._fail(claim, error)

    def _fail(self, claim: PartClaim, error: LabelsvcError) -> None:
        """Let a part fail for good; where a key is missing its batch stops at once.

        Whoever lost the claim stops nothing: the key of its next holder may be there.
        """
        LOG.error("part %d of batch %s failed: %s", claim.number, claim.batch, error)
        now, reason = self.services.clock(), self.services.words.stop_reason(error)
        failed = self.services.progress.part_failed(claim, reason, now, refused=isinstance(error, PrintRefused))
        if failed and isinstance(error, KeyRefused):
            self.services.progress.stop(claim.batch, "failed", reason, now)

    def _try_again(self, claim: PartClaim, error: Exception, line: int | None) -> None:
        """Let a part wait again, or fail for good after its last try: the log has the details, people see the kind."""
        if claim.own_tries + 1 < MOST_TRIES:
            self.services.progress.part_tried(claim)
            return
        unforeseen = unforeseen_error(claim.batch, line, type(error).__name__, self.services.batches)
        self.services.progress.part_failed(claim, self.services.words.stop_reason(unforeseen), self.services.clock())

    def tidy(self) -> None:
        """Clear away what is left of cancelled batches.

        KeyRefused, OutputRefused where a key is missing, or the database is a copy of another one: nothing is printed.
        """
        self.services.epochs.ready(self.services.clock())
        for cancelled in self.services.batches.cancelled_with_folder():
            clear_cancelled(cancelled.name, self.services)

    def _folder(self, batch: Batch) -> StoredFolder:
        folder = self._end.output_of(batch).batch(batch.name)
        folder.make()
        if not batch.folder:
            self.services.batches.set_folder(batch.name, folder.place)
        return folder
