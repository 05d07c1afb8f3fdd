"""Prints queued batches, one part at a time; any number of processes may do so at once.

The database is the truth about parts: a task in the queue is a hint that a part waits. Whoever renders a part holds a
lock of its own in the batch's folder, which goes with the process, so that a killed one's part is found and waits anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labelsvc.domain.batch import StoppedState
from labelsvc.domain.errors import FolderInUse, KeyRefused, LabelsvcError, OutputRefused, PrintRefused
from labelsvc.domain.verdict import VIETNAM
from labelsvc.storage.batches.batch_records import Batch, BatchPart
from labelsvc.storage.files.file_lock import LockBusy, file_lock, is_locked
from labelsvc.storage.files.output_folder import BatchFolder, OutputFolder, part_lock
from labelsvc.storage.files.whole_file import output_refusals
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.cancel_batch import clear_cancelled
from labelsvc.workflows.batches.part_task import part_task
from labelsvc.workflows.batches.release_batch import join_parts, keep_report, kept_reports, release_batch
from labelsvc.workflows.batches.render_part import render_part
from labelsvc.workflows.batches.still_printable import refuse_not_in_force
from labelsvc.workflows.batches.write_ticket import write_batch_ticket

LOG = logging.getLogger("labelsvc.worker")
QueuedPart = tuple[str, int]
"""A batch's name and a part's number."""


@dataclass(frozen=True, slots=True)
class QueueRunner:
    """Prints parts. ``output`` takes the batches that have no folder yet."""

    services: BatchServices
    output: OutputFolder

    def run_part(self, name: str, number: int) -> None:
        """Print one part if it still waits, and release the batch with its last one.

        1. Is the database the one that the batch was ordered in, the batch still wanted, and does the part wait? Claim
           it. KeyRefused if a key is missing: the part waits on.
        2. Are its products' recognitions still in force? Render it into the batch's folder; keep what its proof found.
        3. With all parts done: join, ticket, release.

        What goes wrong marks the part and its batch failed, with the reason; a proof that fails holds the batch back.
        Of a batch that is cancelled meanwhile nothing is left.
        """
        self.services.epochs.ready(self.services.clock())  # 1
        if not self.services.progress.start(name, self.services.clock()):
            return
        batch = self.services.batches.get(name)
        try:
            folder = self._folder(batch)
            with suppress(LockBusy), file_lock(part_lock(folder.path, number), wait=False):
                if self.services.progress.part_started(name, number, self.services.clock()):
                    self._render(batch, folder, number)  # 2
        except LabelsvcError as error:
            self._fail(batch, number, error)
        self.finish(name)  # 3

    def fail_part(self, name: str, number: int, error: Exception) -> None:
        """Mark a part failed after an unexpected error: the log has the details, people see its kind."""
        unforeseen = LabelsvcError.from_code("print.unforeseen", kind=type(error).__name__)
        self._fail(self.services.batches.get(name), number, unforeseen)

    def finish(self, name: str) -> None:
        """Join and release a batch whose parts are all done; whoever comes second leaves it to the first."""
        batch, parts = self.services.batches.get(name), self.services.batches.parts(name)
        if batch.state == "running" and all(part.state == "done" for part in parts):
            self._release(batch, parts)
        clear_cancelled(name, self.services.batches)

    def _release(self, batch: Batch, parts: Sequence[BatchPart]) -> None:
        name = batch.name
        try:
            with self._output(batch).hold(name) as folder:
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
                release_batch(contents, self.services, folder)
        except FolderInUse:
            return  # the run that holds it releases the batch
        except LabelsvcError as error:
            self._stop(name, "failed", error)

    def waiting(self) -> Iterator[QueuedPart]:
        """Yield the parts that wait, the oldest batch's first, after giving back those whose processes were killed.

        Nothing waits where a key is missing, nor what was ordered in another database, of which this one is a copy.

        A batch whose parts are all done, but that nobody released, is released; what is left of cancelled ones goes.
        """
        try:
            self.services.epochs.ready(self.services.clock())
        except (KeyRefused, OutputRefused) as error:
            LOG.error("nothing is printed: %s", error)
            return
        for cancelled in self.services.batches.cancelled_with_folder():
            clear_cancelled(cancelled.name, self.services.batches)
        for batch in self.services.batches.queued():
            try:
                folder = self._folder(batch)
            except OutputRefused as error:
                self._stop(batch.name, "failed", error)
                continue
            for part in self.services.batches.parts(batch.name):
                number = part.part.number
                if part.state == "running" and not is_locked(part_lock(folder.path, number)):
                    if self.services.progress.part_lost(batch.name, number):
                        LOG.warning("part %d of batch %s lost its process; it waits again", number, batch.name)
                        yield batch.name, number
                elif part.state == "waiting":
                    yield batch.name, number
            self.finish(batch.name)

    def _render(self, batch: Batch, folder: BatchFolder, number: int) -> None:
        services = self.services
        contents = BatchContents.read(batch, services.batches, services.assets)
        part = next(each.part for each in contents.parts if each.part.number == number)
        task = part_task(contents, part, services.words, services.epochs.key(batch.epoch), folder.path)
        refuse_not_in_force(list(task.lines.values()), services.products, services.clock().astimezone(VIETNAM).date())
        rendered = render_part(task)
        keep_report(folder, rendered)
        self.services.progress.part_done(
            batch.name, number, rendered.file, rendered.sha256, rendered.size, self.services.clock()
        )

    def _fail(self, batch: Batch, number: int, error: LabelsvcError) -> None:
        reason = self.services.words.explain(error)
        LOG.error("part %d of batch %s failed: %s", number, batch.name, error)
        self.services.progress.part_failed(batch.name, number, reason, self.services.clock())
        self._stop(batch.name, "held" if isinstance(error, PrintRefused) else "failed", error)

    def _stop(self, name: str, state: StoppedState, error: LabelsvcError) -> None:
        self.services.progress.stop(name, state, self.services.words.explain(error), self.services.clock())

    def _output(self, batch: Batch) -> OutputFolder:
        return OutputFolder(Path(batch.folder).parent) if batch.folder else self.output

    def _folder(self, batch: Batch) -> BatchFolder:
        output = self._output(batch)
        folder = BatchFolder(output.path(batch.name))
        with output_refusals(folder.path):
            folder.path.mkdir(parents=True, exist_ok=True)
        if not batch.folder:
            self.services.batches.set_folder(batch.name, str(folder.path))
        return folder
