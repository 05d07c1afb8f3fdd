"""Prints an ordered batch: renders its parts in several processes, then joins and releases it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from labelsvc.domain.batch import StoppedState
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import KeyRefused, LabelsvcError, OutputRefused, PrintRefused, StorageRefused
from labelsvc.storage.batches.batch_records import Batch
from labelsvc.storage.batches.claims import PartClaim
from labelsvc.storage.batches.held_folder import HeldFolder, hold_batch, in_use
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.cancel_batch import clear_cancelled
from labelsvc.workflows.batches.part_faults import lost_process_error, problems_of_parts, unforeseen_error
from labelsvc.workflows.batches.part_processes import Unforeseen, rendered_parts
from labelsvc.workflows.batches.part_task import PartTask, part_task
from labelsvc.workflows.batches.release_batch import (
    ProofReport,
    checked_of,
    is_whole,
    join_parts,
    keep_report,
    release_batch,
    take_up,
)
from labelsvc.workflows.batches.render_part import Progress, RenderedPart
from labelsvc.workflows.batches.write_ticket import write_batch_ticket


@dataclass(frozen=True, slots=True)
class PrintResult:
    """A released batch; ``checked``: what its proof covered (:func:`what_was_checked`)."""

    batch: Batch
    folder: StoredFolder
    pieces: int
    sheets: int
    checked: str


def print_batch(
    name: str,
    services: BatchServices,
    output: OutputFolder,
    *,
    who: str = "cli",
    processes: int = 1,
    progress: Progress | None = None,
) -> PrintResult:
    """Print what is missing of a batch; a complete batch is left as it is.

    1. Hold the batch; parts whose files are gone are made again.
    2. Render the missing parts, each a complete file under its name.
    3. Join the manifests, write the proof's report and the ticket, release the batch.

    PrintRefused when a proof holds a part back, or when the batch is the worker's or was cancelled, also on the way:
    then nothing is left of it. OutputRefused when disk or folder do not take the files. LabelsvcError, with all other
    parts done, when a part killed its process three times or failed for a reason that nobody foresaw.
    ``progress`` is told how many pieces were done since it was last told.
    """
    batch = services.batches.get(name)
    with _taken_up(batch, services, output, who) as held:  # 1
        folder = held.folder
        whole, reports = is_whole(batch, folder), take_up(services, batch, folder)
        contents = BatchContents.read(batch, services.batches, services.assets)
        key, waiting = services.epochs.key(batch.epoch), [each.part for each in contents.parts if each.state != "done"]
        tasks = [part_task(contents, contents.part_lines(part), services.words, key, folder) for part in waiting]
        if progress:
            progress(contents.pieces - sum(task.pieces for task in tasks))
        if tasks:
            reports |= _render(tasks, services, folder, processes, progress)  # 2
        if not whole:
            proof = join_parts(contents, folder, reports)  # 3
            write_batch_ticket(folder, contents, proof, services.words, services.address)
        held.check_held()
        if not release_batch(contents, services, folder):
            raise _not_ours(services.batches.get(name))
    released = services.batches.get(name)
    return PrintResult(batch, folder, contents.pieces, contents.sheets, checked_of(released))


@contextmanager
def _taken_up(batch: Batch, services: BatchServices, output: OutputFolder, who: str) -> Iterator[HeldFolder]:
    """Hold a batch that is printed here; what is in it goes where the batch is cancelled meanwhile."""
    name, context = batch.name, ChangeContext(who, services.clock())
    if batch.state == "cancelled" or (batch.queued and batch.unfinished):
        raise _not_ours(batch)
    try:
        with hold_batch(services.claims, output, name, patient=True) as held:
            if not services.progress.take_up(name, held.folder.place, context):
                raise _not_ours(services.batches.get(name))
            yield held
    finally:
        clear_cancelled(name, services, output)


def _not_ours(batch: Batch) -> LabelsvcError:
    """Return why a batch is not printed here: it was cancelled, or the worker or another run prints it."""
    if batch.state != "cancelled" and not batch.queued:
        return in_use(batch.name, folder_at(batch.folder))
    return PrintRefused.from_code("print.cancelled" if batch.state == "cancelled" else "print.queued", batch=batch.name)


def _render(
    tasks: Sequence[PartTask],
    services: BatchServices,
    folder: StoredFolder,
    processes: int,
    progress: Progress | None,
) -> dict[int, ProofReport]:
    """Render parts, and keep in the database what becomes of them and of their batch.

    A part that cannot be printed stops the batch when all others are done; any other error does at once.
    """
    steps, name, reports = services.progress, tasks[0].batch.name, {}
    claims, failed = _claimed(tasks, services), list[LabelsvcError]()
    try:
        with closing(rendered_parts(tasks, processes, progress)) as rendered:
            for number, made in rendered:
                if not isinstance(made, RenderedPart):
                    failed.append(_fail(claims[number], made, services))
                    continue
                reports[number] = keep_report(folder, made)
                facts = made.pdf.name, made.pdf.sha256, made.pdf.size, services.clock()
                if not steps.part_done(claims[number], *facts):
                    raise _not_ours(services.batches.get(name))
        if failed:
            refused = any(isinstance(error, PrintRefused) for error in failed)
            raise (PrintRefused if refused else LabelsvcError)(*problems_of_parts(services.batches.parts(name)))
    except LabelsvcError as error:
        state: StoppedState = "held" if isinstance(error, PrintRefused) else "failed"
        steps.stop(name, state, services.words.stop_reason(error), services.clock())
        raise
    return reports


def _fail(claim: PartClaim, made: LabelsvcError | Unforeseen, services: BatchServices) -> LabelsvcError:
    """Let a part fail for good, by its product where that is known; raise what every part would meet."""
    if isinstance(made, Unforeseen):
        if made.kind:
            error = unforeseen_error(claim.batch, made.line, made.kind, services.batches)
        else:
            error = lost_process_error(claim.batch, made.line, services.batches)
    elif isinstance(made, OutputRefused | StorageRefused | KeyRefused):
        raise made
    else:
        error = made
    refused = isinstance(error, PrintRefused)
    services.progress.part_failed(claim, services.words.stop_reason(error), services.clock(), refused=refused)
    return error


def _claimed(tasks: Sequence[PartTask], services: BatchServices) -> dict[int, PartClaim]:
    """Claim all parts that are to be rendered, by their numbers."""
    claims = {}
    for task in tasks:
        claim = services.claims.part(task.batch.name, task.number, services.clock())
        if claim is None:
            raise _not_ours(services.batches.get(task.batch.name))
        claims[task.number] = claim
    return claims
