"""Prints an ordered batch: renders its parts in several processes, then joins and releases it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from labelsvc.domain.batch import StoppedState
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import LabelsvcError, PrintRefused, Problem
from labelsvc.rendering.sheets.proof import leave_interrupts_alone
from labelsvc.storage.batches.batch_records import Batch
from labelsvc.storage.batches.claims import PartClaim
from labelsvc.storage.batches.held_folder import HeldFolder, hold_batch, in_use
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.cancel_batch import clear_cancelled
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
from labelsvc.workflows.batches.render_part import Progress, RenderedPart, RenderWatch, render_part
from labelsvc.workflows.batches.write_ticket import write_batch_ticket

Outcome = RenderedPart | tuple[type[LabelsvcError], tuple[Problem, ...]]
"""What a process made; an error crosses as its kind and problems."""


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
    then nothing is left of it. OutputRefused when disk or folder do not take the files; LabelsvcError
    print.process_lost when a process was killed.
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

    A part that must not be printed stops the batch when all others are done.
    """
    steps, name, reports = services.progress, tasks[0].batch.name, {}
    claims, refusals = _claimed(tasks, services), list[PrintRefused]()
    try:
        for number, made in _rendered(tasks, processes, progress):
            if isinstance(made, PrintRefused):
                refusals.append(made)
                steps.part_failed(claims[number], services.words.explain(made), services.clock(), refused=True)
                continue
            reports[number] = keep_report(folder, made)
            if not steps.part_done(claims[number], made.pdf.name, made.pdf.sha256, made.pdf.size, services.clock()):
                raise _not_ours(services.batches.get(name))
        if refusals:
            raise refusals[0]
    except LabelsvcError as error:
        state: StoppedState = "held" if isinstance(error, PrintRefused) else "failed"
        steps.stop(name, state, services.words.explain(error), services.clock())
        raise
    return reports


def _claimed(tasks: Sequence[PartTask], services: BatchServices) -> dict[int, PartClaim]:
    """Claim all parts that are to be rendered, by their numbers."""
    claims = {}
    for task in tasks:
        claim = services.claims.part(task.batch.name, task.number, services.clock())
        if claim is None:
            raise _not_ours(services.batches.get(task.batch.name))
        claims[task.number] = claim
    return claims


def _rendered(
    tasks: Sequence[PartTask], processes: int, progress: Progress | None
) -> Iterator[tuple[int, RenderedPart | PrintRefused]]:
    """Yield the parts as they are done, or refused: in this process where one is enough, else in a pool."""
    if processes == 1 or len(tasks) == 1:
        for task in tasks:
            try:
                yield task.number, render_part(task, RenderWatch(progress), processes)
            except PrintRefused as error:
                yield task.number, error
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    with ProcessPoolExecutor(min(processes, len(tasks)), get_context("fork"), leave_interrupts_alone) as pool:
        try:
            numbers = {pool.submit(_outcome, task): task.number for task in tasks}
            for waiting in as_completed(numbers):
                made = _crossed(waiting.result())
                if progress and isinstance(made, RenderedPart):
                    progress(made.pieces)
                yield numbers[waiting], made
        except BrokenProcessPool as error:
            raise LabelsvcError.from_code("print.process_lost") from error
        finally:  # after an interrupt or an error nobody waits for the parts that are on their way
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()


def _crossed(outcome: Outcome) -> RenderedPart | PrintRefused:
    """Return what another process made, or why it must not; raise any other error."""
    if isinstance(outcome, RenderedPart):
        return outcome
    kind, problems = outcome
    error = kind(*problems)
    if isinstance(error, PrintRefused):
        return error
    raise error


def _outcome(task: PartTask) -> Outcome:
    """Render in another process."""
    try:
        return render_part(task)
    except LabelsvcError as error:
        return type(error), error.problems
