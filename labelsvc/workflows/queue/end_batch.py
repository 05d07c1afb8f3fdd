"""Ends queued batches: joins and releases those whose parts are done, stops those with parts that failed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from labelsvc.domain.batch import StoppedState
from labelsvc.domain.errors import FolderInUse, LabelsvcError, OutputRefused, StorageRefused
from labelsvc.storage.batches.batch_records import Batch, BatchPart
from labelsvc.storage.batches.held_folder import HeldFolder, hold_batch
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.cancel_batch import clear_cancelled
from labelsvc.workflows.batches.part_faults import MOST_TRIES, problems_of_parts
from labelsvc.workflows.batches.release_batch import clear_late, join_parts, kept_reports, release_batch
from labelsvc.workflows.batches.write_ticket import write_batch_ticket
from labelsvc.workflows.queue.output_trouble import OutputTrouble

LOG = logging.getLogger("labelsvc.worker")


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """Ends batches. Any number of processes may try at once: one does it."""

    services: BatchServices
    trouble: OutputTrouble

    def finish(self, name: str) -> None:
        """Join and release a batch whose parts are all done, stop one with failed parts; who comes second leaves it.

        Where its output refuses files it waits. An error that nobody foresaw lets it be tried again, up to three times.
        """
        batch, parts = self.services.batches.get(name), self.services.batches.parts(name)
        states = {part.state for part in parts}
        if batch.state == "running" and states == {"done"}:
            self._guarded(batch, parts)
        elif batch.state == "ready":
            clear_late(batch, parts, self.services)
        elif batch.state == "running" and states <= {"done", "failed"}:
            refused = any(part.refused for part in parts if part.state == "failed")
            self._stop(name, "held" if refused else "failed", LabelsvcError(*problems_of_parts(parts)))
        clear_cancelled(name, self.services, self.output_of(batch))

    def output_of(self, batch: Batch) -> OutputFolder:
        """Return where a batch is printed: this machine's output where it has no folder yet."""
        return self.trouble.own.of_batch(batch.folder)

    def _guarded(self, batch: Batch, parts: Sequence[BatchPart]) -> None:
        """Release a batch, or say why it is not."""
        output = self.output_of(batch)
        try:
            with hold_batch(self.services.claims, output, batch.name) as held:
                self._release(batch, parts, held)
            self.trouble.over(output, batch.name)
        except FolderInUse:
            return  # the run that holds it releases the batch
        except StorageRefused:
            raise
        except OutputRefused as error:
            LOG.error("batch %s waits: %s", batch.name, error)
            self.trouble.refused(output, error, self.services.clock(), batch.name)
        except LabelsvcError as error:
            self._stop(batch.name, "failed", error)
        except Exception as error:  # a fault of ours: tried again a few times, then told as the batch's
            LOG.exception("batch %s could not be released", batch.name)
            self._try_again(batch.name, error)

    def _release(self, batch: Batch, parts: Sequence[BatchPart], held: HeldFolder) -> None:
        """Join, ticket, release; parts whose files are gone wait again."""
        if self.services.batches.get(batch.name).state != "running":
            return
        reports = kept_reports(held.folder, len(parts))
        for lost in {part.part.number for part in parts} - set(reports):
            self.services.progress.part_again(batch.name, lost)
        if len(reports) < len(parts):
            return
        contents = BatchContents.read(batch, self.services.batches, self.services.assets)
        proof = join_parts(contents, held.folder, reports)
        write_batch_ticket(held.folder, contents, proof, self.services.words, self.services.address)
        held.check_held()
        release_batch(contents, self.services, held.folder)

    def _try_again(self, name: str, error: Exception) -> None:
        """Let the end of a batch be tried again, behind all others, or stop it after its last try."""
        if self.services.progress.end_tried(name) >= MOST_TRIES:
            unforeseen = LabelsvcError.from_code("print.unforeseen_at_end", kind=type(error).__name__)
            self._stop(name, "failed", unforeseen)

    def _stop(self, name: str, state: StoppedState, error: LabelsvcError) -> None:
        self.services.progress.stop(name, state, self.services.words.stop_reason(error), self.services.clock())
