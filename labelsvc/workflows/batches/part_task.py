"""A part to be rendered: everything a process needs, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from labelsvc.domain.batch import LineRun, Part
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import EpochKey
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import LabelFacts
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.qr.seal import seal_line
from labelsvc.rendering.sheets.part_job import PartJob
from labelsvc.storage.batches.batch_records import Batch, BatchLine
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_contents import BatchFrame, PartLines
from labelsvc.workflows.kept_symbols import batch_encoder
from labelsvc.workflows.paper_words import PaperWords, Say
from labelsvc.workflows.part_jobs import Inspect, LabelRun, PartPaper, part_job
from labelsvc.workflows.print_assets import PrintAssets

Drawing = Callable[[int | None], None]
"""Is told which line of the batch, by its place there, is drawn next; None: no line in particular is worked on."""
ALL_PAGES_UP_TO = 2_000
"""Pieces: up to here ``auto`` reads every page back, beyond it a random sample of at least as many pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTask:
    """A part of a batch, or a reprint; it depends on the batch and the part alone, and crosses to other processes.

    ``lines``: the lines of ``runs``, by their place in the batch; ``facts``: what is on their labels.
    ``proof_symbols``: decode every symbol before it is drawn; ``proof_pages``: pages of this part, from 1, whose raster
    is read back. The files go to ``folder``.
    """

    assets: PrintAssets
    batch: Batch
    paper: PartPaper
    key: EpochKey
    runs: Sequence[LineRun]
    lines: dict[int, BatchLine]
    facts: dict[int, LabelFacts]
    folder: StoredFolder
    proof_symbols: bool
    proof_pages: Sequence[int]

    @property
    def number(self) -> int:
        """The part's number in its batch."""
        return self.paper.part.number

    @property
    def pieces(self) -> int:
        """How many labels it has."""
        return self.paper.part.pieces

    @property
    def encoder(self) -> QrEncoder:
        """What makes the symbols of its codes."""
        return batch_encoder(Host.parse(self.batch.host), self.batch.options)

    @property
    def design(self) -> Design:
        """The design as the batch keeps it."""
        return self.assets.design(self.batch.design.name, self.batch.design.content)

    def job(self, inspect: Inspect | None = None, drawing: Drawing | None = None) -> PartJob:
        """Draw the labels and seal their codes; ``drawing`` is told each line before it is drawn."""

        def runs() -> Iterator[LabelRun]:
            for run in self.runs:
                if drawing:
                    drawing(run.line)
                yield self._label_run(run)

        return part_job(self.design, self.assets, self.encoder, runs(), self.paper, inspect)

    def _label_run(self, run: LineRun) -> LabelRun:
        line = self.lines[run.line].line
        if line.counted:
            first, codes = run.first + 1, seal_line(self.key, line.number, run.first + 1, run.count)
        else:
            first, codes = 0, seal_line(self.key, line.number, 0, 1) * run.count
        return LabelRun(line.number, first, codes, self.facts[run.line])


def part_task(
    frame: BatchFrame, lines_of_part: PartLines, words: PaperWords, key: EpochKey, folder: StoredFolder
) -> PartTask:
    """Return what it takes to render a part of a batch into a folder."""
    batch, part = frame.batch, lines_of_part.part
    paper = PartPaper(
        layout=frame.layout,
        part=part,
        total_sheets=frame.sheets,
        title=words.say("press.title", batch=batch.name, part=str(part.number)),
        slug=batch_slug("press.slug", batch, part.number, words.say),
        ordered_at=batch.ordered_at,
        step_and_repeat=batch.options.step_and_repeat,
    )
    return PartTask(
        assets=frame.assets,
        batch=batch,
        paper=paper,
        key=key,
        runs=lines_of_part.runs,
        lines=dict(lines_of_part.lines),
        facts={place: frame.facts(line, words.marks) for place, line in lines_of_part.lines.items()},
        folder=folder,
        proof_symbols=batch.options.proof in ("symbols", "auto", "all"),
        proof_pages=_pages_to_proof(frame, part),
    )


def batch_slug(code: str, batch: Batch, number: int, say: Say) -> str:
    """Return what stands beside the labels of a part or a reprint; {sheet} and {sheets} are left open."""
    slug = say(
        code,
        batch=batch.name,
        part=str(number),
        number=str(number),
        sheet="{sheet}",
        sheets="{sheets}",
        day=(batch.ordered_at.astimezone(VIETNAM) if batch.options.local_day else batch.ordered_at).date(),
        design=batch.design.name,
        stock=batch.stock.name,
    )
    return f"{batch.mark} · {slug}" if batch.mark else slug


def _pages_to_proof(frame: BatchFrame, part: Part) -> list[int]:
    """Return the pages of a part to read back, from 1: all, or its share of a sample drawn from the batch's name."""
    proof, pieces, sheets = frame.batch.options.proof, frame.pieces, frame.sheets
    if proof == "all" or (proof == "auto" and pieces <= ALL_PAGES_UP_TO):
        return list(range(1, part.sheets + 1))
    if proof != "auto":
        return []
    first, end = part.first_sheet, part.first_sheet + part.sheets
    sample = min(sheets, -(-ALL_PAGES_UP_TO * sheets // pieces))
    drawn = Random(frame.batch.name).sample(range(1, sheets + 1), sample)  # noqa: S311  a sample, no secret
    return sorted(sheet - first + 1 for sheet in drawn if first <= sheet < end)
