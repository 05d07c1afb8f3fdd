"""Prints queued batches, one part at a time; any number of processes, on any number of machines, may do so at once.

The database is the truth about parts: it says whose turn it is, and who has claimed what.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labelsvc.domain.batch import StoppedState
from labelsvc.domain.errors import (
    FolderInUse,
    KeyRefused,
    LabelsvcError,
    OutputAway,
    OutputRefused,
    PrintRefused,
    StorageRefused,
)
from labelsvc.domain.verdict import VIETNAM
from labelsvc.log_context import working_on
from labelsvc.storage.batches.batch_records import Batch, BatchPart
from labelsvc.storage.batches.claims import ClaimLost, PartClaim
from labelsvc.storage.batches.heartbeat import beating, patiently
from labelsvc.storage.batches.held_folder import hold_batch
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.cancel_batch import clear_cancelled
from labelsvc.workflows.batches.part_task import part_task
from labelsvc.workflows.batches.release_batch import join_parts, keep_report, kept_reports, release_batch
from labelsvc.workflows.batches.render_part import RenderedPart, RenderWatch, render_part
from labelsvc.workflows.batches.still_printable import refuse_not_in_force
from labelsvc.workflows.batches.write_ticket import write_batch_ticket
from labelsvc.workflows.queue.part_faults import MOST_TRIES, unforeseen_error
from labelsvc.workflows.queue.part_watch import PartWatch

LOG = logging.getLogger("labelsvc.worker")
REASONS_NAMED = 3
"""So many different reasons a stopped batch gives; each part has its own."""


@dataclass(frozen=True, slots=True)
class QueueRunner:
    """Prints parts. ``output`` takes the batches that have no folder yet."""

    services: BatchServices
    output: OutputFolder

    def run_next(self, others: Callable[[], None] | None = None) -> bool:
        """Print the part whose turn it is, and end its batch with the last one; False if there is nothing to do.

        ``others`` is called before it is begun: more may wait.

        1. Is the database the one that its batches were ordered in? End a batch that lost its process before its end;
           one whose end was tried often already waits until nothing else does: it may be what kills processes.
        2. Claim a part that waits. KeyRefused, OutputRefused if a key is missing: all waits on.
        3. Are its products' recognitions still in force? Render it into the batch's folder; keep what its proof found.
        4. With all parts done: join, ticket, release. With some failed: stop, with the reason.

        An error that nobody foresaw lets the part wait again, up to three tries. What must not be printed fails the
        part at once; the other parts are done all the same. Of a batch that is cancelled meanwhile nothing is left.
        """
        self.services.epochs.ready(self.services.clock())  # 1
        claims = self.services.claims
        ended = claims.settled(claimed_at_most=MOST_TRIES)
        claim = None if ended else claims.next_part(self.services.clock())  # 2
        if not (ended or claim):
            ended = claims.settled()
        if others and (ended or claim):
            others()
        if claim:
            with working_on(batch=claim.batch, part=claim.number):
                self._print(claim)  # 3
        if name := ended or (claim and claim.batch):
            self.finish(name)  # 4
        return bool(name)

    def _print(self, claim: PartClaim) -> None:
        """Print a part that is claimed; whatever comes of it, the claim ends."""
        batch, claims, progress = self.services.batches.get(claim.batch), self.services.claims, self.services.progress
        watch = PartWatch(claim, claims)
        try:
            folder = self._folder(batch)
            with beating(lambda: claims.beat(claim), claims.beat_seconds, watch.lost):
                made = self._render(batch, folder, claim, watch.hooks())
                keep_report(folder, made)
                facts = made.pdf.name, made.pdf.sha256, made.pdf.size, self.services.clock()
                patiently(lambda: progress.part_done(claim, *facts), claims.lease_seconds)
        except ClaimLost:
            LOG.warning("part %d of batch %s was taken from this process", claim.number, claim.batch)
        except StorageRefused:
            raise
        except OutputAway as error:
            LOG.error("part %d of batch %s waits: %s", claim.number, claim.batch, error)
        except KeyRefused as error:
            self._fail_unless_keys_vanished(claim, error)
        except LabelsvcError as error:
            self._fail(claim, error)
        except Exception as error:
            LOG.exception("part %d of batch %s failed", claim.number, claim.batch)
            self._try_again(claim, error, watch.line)
        progress.part_left(claim)

    def _render(self, batch: Batch, folder: StoredFolder, claim: PartClaim, hooks: RenderWatch) -> RenderedPart:
        services = self.services
        contents = BatchContents.read(batch, services.batches, services.assets)
        part = next(each.part for each in contents.parts if each.part.number == claim.number)
        task = part_task(contents, part, services.words, services.epochs.key(batch.epoch), folder)
        refuse_not_in_force(list(task.lines.values()), services.products, services.clock().astimezone(VIETNAM).date())
        return render_part(task, hooks)

    def _fail_unless_keys_vanished(self, claim: PartClaim, error: KeyRefused) -> None:
        """Stop the batch of a key that must not print, as it leaked; where keys vanished after the claim, all waits."""
        try:
            self.services.epochs.ready(self.services.clock())
        except (KeyRefused, OutputRefused):
            LOG.error("part %d of batch %s waits: %s", claim.number, claim.batch, error)
        else:
            self._fail(claim, error)

    def _fail(self, claim: PartClaim, error: LabelsvcError) -> None:
        """Let a part fail for good; where the output or a key is missing its batch stops at once.

        Whoever lost the claim stops nothing: the output of its next holder may be there.
        """
        LOG.error("part %d of batch %s failed: %s", claim.number, claim.batch, error)
        reason, refused = self.services.words.explain(error), isinstance(error, PrintRefused)
        failed = self.services.progress.part_failed(claim, reason, self.services.clock(), refused=refused)
        if failed and isinstance(error, OutputRefused | KeyRefused):
            self._stop(claim.batch, "failed", reason)

    def _try_again(self, claim: PartClaim, error: Exception, line: int | None) -> None:
        """Let a part wait again, or fail for good after its last try: the log has the details, people see the kind."""
        if claim.own_tries + 1 < MOST_TRIES:
            self.services.progress.part_tried(claim)
            return
        why = self.services.words.explain(unforeseen_error(claim, line, type(error).__name__, self.services.batches))
        self.services.progress.part_failed(claim, why, self.services.clock())

    def finish(self, name: str) -> None:
        """Join and release a batch whose parts are all done, stop one with failed parts; who comes second leaves it."""
        batch, parts = self.services.batches.get(name), self.services.batches.parts(name)
        states = {part.state for part in parts}
        if batch.state == "running" and states == {"done"}:
            self._release(batch, parts)
        elif batch.state == "running" and states <= {"done", "failed"}:
            failed = [part for part in parts if part.state == "failed"]
            reasons = list(dict.fromkeys(part.reason for part in failed))[:REASONS_NAMED]
            self._stop(name, "held" if any(part.refused for part in failed) else "failed", " ".join(reasons))
        clear_cancelled(name, self.services, self._output(batch))

    def _release(self, batch: Batch, parts: Sequence[BatchPart]) -> None:
        name = batch.name
        try:
            with hold_batch(self.services.claims, self._output(batch), name) as held:
                folder = held.folder
                if self.services.batches.get(name).state != "running":
                    return
                reports = kept_reports(folder, len(parts))
                for lost in {part.part.number for part in parts} - set(reports):
                    self.services.progress.part_again(name, lost)
                if len(reports) < len(parts):
                    return
                contents = BatchContents.read(batch, self.services.batches, self.services.assets)
                proof = join_parts(contents, folder, reports)
                write_batch_ticket(folder, contents, proof, self.services.words, self.services.address)
                held.check_held()
                release_batch(contents, self.services, folder)
        except FolderInUse:
            return  # the run that holds it releases the batch
        except (StorageRefused, OutputAway):
            raise
        except LabelsvcError as error:
            self._stop(name, "failed", self.services.words.explain(error))
        except Exception as error:  # it would come up again before any other batch's turn
            LOG.exception("batch %s could not be released", name)
            unforeseen = LabelsvcError.from_code("print.unforeseen_at_end", kind=type(error).__name__)
            self._stop(name, "failed", self.services.words.explain(unforeseen))

    def tidy(self) -> None:
        """Clear away what is left of cancelled batches.

        KeyRefused, OutputRefused where a key is missing, or the database is a copy of another one: nothing is printed.
        """
        self.services.epochs.ready(self.services.clock())
        for cancelled in self.services.batches.cancelled_with_folder():
            clear_cancelled(cancelled.name, self.services)

    def _stop(self, name: str, state: StoppedState, reason: str) -> None:
        self.services.progress.stop(name, state, reason, self.services.clock())

    def _output(self, batch: Batch) -> OutputFolder:
        return OutputFolder.around(batch.folder) if batch.folder else self.output

    def _folder(self, batch: Batch) -> StoredFolder:
        folder = self._output(batch).batch(batch.name)
        folder.make()
        if not batch.folder:
            self.services.batches.set_folder(batch.name, folder.place)
        return folder
