"""Print a batch that was ordered: its parts, rendered by as many processes as there are, then joined and released."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from labelsvc.domain.batch import runs_in
from labelsvc.domain.errors import LabelsvcError, PrintRefused, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.sheet import Layout
from labelsvc.rendering.sheets.kept_stocks import kept_layout, read_kept_stock
from labelsvc.rendering.sheets.proof import leave_interrupts_alone
from labelsvc.storage.batches.batch_records import Batch, BatchLine, BatchPart
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.files.output_folder import BatchFolder, OutputFolder
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.workflows.batches.kept_symbols import batch_encoder
from labelsvc.workflows.batches.order_batch import SpecimenWords
from labelsvc.workflows.batches.release_batch import (
    Report,
    checked_of,
    is_whole,
    join_parts,
    keep_report,
    release_batch,
    take_up,
)
from labelsvc.workflows.batches.render_part import PartTask, Progress, RenderedPart, render_part
from labelsvc.workflows.batches.write_ticket import write_batch_ticket
from labelsvc.workflows.print_assets import PrintAssets

ALL_PAGES_UP_TO = 2_000
"""Pieces: up to here ``auto`` reads every page back, beyond it a random sample of at least as many pieces."""
Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A batch that is whole and released; ``checked``: what its proof looked at (:func:`what_was_checked`)."""

    batch: Batch
    folder: Path
    pieces: int
    sheets: int
    checked: str


def print_batch(
    name: str,
    *,
    assets: PrintAssets,
    marks: SpecimenWords,
    say: Say,
    batches: Batches,
    epochs: Epochs,
    output: OutputFolder,
    clock: Callable[[], datetime],
    processes: int,
    progress: Progress | None = None,
) -> Printed:
    """Print what is missing of a batch; a batch that is whole already is left as it is.

    1. Hold the batch's folder; parts whose files are gone are made again.
    2. Render the missing parts, each a complete file under its name.
    3. Join the manifests, write the proof's report and the ticket, release the batch.

    PrintRefused when a proof holds a part back, or when the batch is the worker's or was cancelled; OutputRefused when
    disk or folder do not take the files; LabelsvcError print.process_lost when a process was killed.
    ``progress`` is told how many pieces were done since it was last told. ``clock`` returns the present moment.
    """
    batch = batches.get(name)
    if batch.state == "cancelled" or (batch.queued and batch.unfinished):
        raise PrintRefused.of("print.cancelled" if batch.state == "cancelled" else "print.queued", batch=name)
    assets = assets.kept(batch.options)
    layout = batch_layout(batch, assets)
    with output.hold(name) as folder:  # 1
        lines = batches.lines(name)
        whole, reports = is_whole(batch, folder), take_up(batches, batch, folder)
        parts = batches.parts(name)
        tasks = [
            part_task(batch, part, parts, lines, assets, marks, say, epochs, folder.path)
            for part in parts
            if part.state != "done"
        ]
        if progress:
            progress(sum(part.part.pieces for part in parts) - sum(task.part.pieces for task in tasks))
        _render(tasks, batches, batch, reports, clock, processes, progress, folder, say)  # 2
        if not whole:
            proof = join_parts(batch, parts, folder, reports, layout.per_sheet)  # 3
            write_batch_ticket(folder, batch, lines, parts, proof, assets, marks, say)
        release_batch(batches, batch, parts, folder)
    last, released = parts[-1].part, batches.get(name)
    pieces, sheets = last.first_piece + last.pieces, last.first_sheet + last.sheets - 1
    return Printed(batch, folder.path, pieces, sheets, checked_of(released))


def batch_layout(batch: Batch, assets: PrintAssets) -> Layout:
    """Return where a batch's labels stand: on the stock that it was ordered with."""
    design = assets.design(batch.design.name, batch.design.content)
    return kept_layout(batch.stock.content, design.shape)


def part_task(
    batch: Batch,
    part: BatchPart,
    parts: Sequence[BatchPart],
    lines: Sequence[BatchLine],
    assets: PrintAssets,
    marks: SpecimenWords,
    say: Say,
    epochs: Epochs,
    folder: Path,
) -> PartTask:
    """Return all that it takes to render a part into a folder; KeyRefused where its epoch's key is not at hand."""
    host, number = Host.parse(batch.host), part.part.number
    total = parts[-1].part.first_sheet + parts[-1].part.sheets - 1
    runs = runs_in(part.part, [line.line.quantity for line in lines])
    used = {run.line: lines[run.line] for run in runs}
    proof = batch.options.proof
    pieces = sum(line.line.quantity for line in lines)
    slug = say(
        "press.slug",
        batch=batch.name,
        part=str(number),
        sheet="{sheet}",
        sheets="{sheets}",
        day=batch.ordered_at.date(),
        design=batch.design.name,
        stock=batch.stock.name,
    )
    if batch.mark:
        slug = f"{batch.mark} · {slug}"
    return PartTask(
        assets=assets,
        batch=batch.name,
        ordered_at=batch.ordered_at,
        design_name=batch.design.name,
        design_source=batch.design.content,
        stock=read_kept_stock(batch.stock.content),
        host=host,
        encoder=batch_encoder(host, batch.options),
        key=epochs.key(batch.epoch),
        part=part.part,
        total_sheets=total,
        runs=runs,
        lines=used,
        marks={
            place: marks.of(specimen=host.specimen or line.specimen, trial=batch.trial) for place, line in used.items()
        },
        slug=slug,
        title=say("press.title", batch=batch.name, part=str(number)),
        folder=folder,
        proof_symbols=proof in ("symbols", "auto", "all"),
        step_and_repeat=batch.options.step_and_repeat,
        proof_pages=_pages_to_proof(batch.name, proof, pieces, total, part),
    )


def _pages_to_proof(name: str, proof: str, pieces: int, sheets: int, part: BatchPart) -> list[int]:
    """Return the pages of a part to read back, from 1: all, or its share of a sample drawn from the batch's name."""
    first, end = part.part.first_sheet, part.part.first_sheet + part.part.sheets
    if proof == "all" or (proof == "auto" and pieces <= ALL_PAGES_UP_TO):
        return list(range(1, part.part.sheets + 1))
    if proof != "auto":
        return []
    sample = min(sheets, -(-ALL_PAGES_UP_TO * sheets // pieces))
    drawn = Random(name).sample(range(1, sheets + 1), sample)  # noqa: S311  a sample, no secret
    return sorted(sheet - first + 1 for sheet in drawn if first <= sheet < end)


def _render(
    tasks: Sequence[PartTask],
    batches: Batches,
    batch: Batch,
    reports: dict[int, Report],
    clock: Callable[[], datetime],
    processes: int,
    progress: Progress | None,
    folder: BatchFolder,
    say: Say,
) -> None:
    if not tasks:
        return
    batches.set_state(batch.name, "running")
    for task in tasks:
        batches.part_started(batch.name, task.part.number, clock())
    try:
        for rendered in _rendered(tasks, processes, progress):
            reports[rendered.number] = keep_report(folder, rendered)
            batches.part_done(batch.name, rendered.number, rendered.file, rendered.sha256, rendered.size, clock())
    except LabelsvcError as error:
        held = isinstance(error, PrintRefused)
        reason = " ".join(say(problem.code, **problem.facts) for problem in error.problems)
        batches.set_state(batch.name, "held" if held else "failed", reason)
        raise


def _rendered(tasks: Sequence[PartTask], processes: int, progress: Progress | None) -> Iterator[RenderedPart]:
    """Yield the parts as they are done: in this process where one is enough, else in a pool."""
    if processes == 1 or len(tasks) == 1:
        for task in tasks:
            yield render_part(task, progress, processes)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    with ProcessPoolExecutor(min(processes, len(tasks)), get_context("fork"), leave_interrupts_alone) as pool:
        try:
            for waiting in as_completed([pool.submit(_outcome, task) for task in tasks]):
                outcome = waiting.result()
                if not isinstance(outcome, RenderedPart):
                    raise outcome[0](*outcome[1])
                if progress:
                    progress(outcome.pieces)
                yield outcome
        except BrokenProcessPool as error:
            raise LabelsvcError.of("print.process_lost") from error
        finally:  # after an interrupt or an error nobody waits for the parts that are on their way
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()


def _outcome(task: PartTask) -> RenderedPart | tuple[type[LabelsvcError], tuple[Problem, ...]]:
    """Render in another process; an error crosses as its kind and problems."""
    try:
        return render_part(task)
    except LabelsvcError as error:
        return type(error), error.problems
