"""Render one part of a batch: products → art → codes → sheets → proof → its files under their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from labelsvc import __version__
from labelsvc.domain.batch import Part, Run
from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.host import Host
from labelsvc.domain.imposed_positions import PickedImposition
from labelsvc.domain.label_code import EpochKey
from labelsvc.domain.sheet import Layout, Stock, layout
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.qr.encoder import Encoder, Symbols
from labelsvc.rendering.qr.seal import seal_line
from labelsvc.rendering.sheets.heap import keep_freed_memory
from labelsvc.rendering.sheets.part_job import PartJob, PieceRun
from labelsvc.rendering.sheets.picked_pieces import PickedJob
from labelsvc.rendering.sheets.proof import unreadable_symbols
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.rendering.typesetting.fonts import FontUse
from labelsvc.storage.batches.batch_records import BatchLine
from labelsvc.storage.files.output_folder import part_manifest
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.batches.proof_part import pdf_name, proof_part
from labelsvc.workflows.batches.step_log import logged_step
from labelsvc.workflows.print_assets import PrintAssets

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTask:
    """All that a process needs to render a part; it depends on the batch and the part alone.

    ``lines``: the lines of ``runs``, by their place in the batch. ``proof_symbols``: decode every symbol before it is
    drawn; ``proof_pages``: pages of this part, from 1, whose raster is read back. ``picked``: where the pieces stand,
    where not one after the other.
    """

    assets: PrintAssets
    batch: str
    ordered_at: datetime
    design_name: str
    design_source: bytes
    stock: Stock
    host: Host
    encoder: Encoder
    key: EpochKey
    part: Part
    total_sheets: int
    runs: Sequence[Run]
    lines: dict[int, BatchLine]
    marks: dict[int, str]
    slug: str
    title: str
    folder: Path
    proof_symbols: bool
    proof_pages: Sequence[int]
    step_and_repeat: bool = False
    picked: PickedImposition | None = None


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """A part that is done: its file, and what its proof looked at."""

    number: int
    file: str
    sha256: str
    size: int
    pages: int
    pieces: int
    symbols_decoded: int
    pages_read: tuple[int, ...]
    pieces_read: int
    texts_read: int


def render_part(task: PartTask, progress: Progress | None = None, processes: int = 1) -> RenderedPart:
    """Render a part; its proof may take several processes.

    1. Fill and draw the design once for each product.
    2. Seal the codes, write sheets and manifest; with ``proof_symbols`` every symbol is decoded first.
    3. Read the proofed pages back and compare them with the manifest; PrintRefused holds the part back.
    4. The files get their names.
    """
    keep_freed_memory()
    design = task.assets.design(task.design_name, task.design_source)
    decoded = SymbolProof() if task.proof_symbols else None
    logged = partial(logged_step, batch=task.batch, part=task.part.number, pieces=task.part.pieces)
    with logged(1, "fill and draw"):
        job = part_job(task, layout(task.stock, design.shape), decoded)
    if task.picked:
        job = PickedJob.of(job, task.picked)
    pdf_path, manifest_path = task.folder / pdf_name(task.part.number), task.folder / part_manifest(task.part.number)
    with whole_file(pdf_path) as pdf, whole_file(manifest_path) as manifest:
        stream: Any = pdf
        rows: Any = manifest
        with logged(2, "write"):
            report = write_part(stream, rows, job, progress)
        with logged(3, "proof"):
            read = proof_part(task, design, pdf.unfinished, manifest.unfinished, processes)
    return RenderedPart(  # 4
        task.part.number,
        pdf.written.name,
        pdf.written.sha256,
        pdf.written.size,
        report.pages,
        report.pieces,
        decoded.count if decoded else 0,
        tuple(task.proof_pages),
        read.symbols,
        read.texts,
    )


def part_job(task: PartTask, placed: Layout, inspect: SymbolProof | None) -> PartJob:
    """Return what a part is drawn from, on the task's stock or placed on any other."""
    design, use = task.assets.design(task.design_name, task.design_source), FontUse()
    runs = [_piece_run(task, run, design, use) for run in task.runs]
    return PartJob(
        title=task.title,
        ordered_at=task.ordered_at,
        layout=placed,
        part=task.part,
        total_sheets=task.total_sheets,
        runs=runs,
        encoder=task.encoder,
        qr_x_mm=design.qr.x_mm,
        qr_y_mm=design.qr.y_mm,
        qr_size_mm=design.qr.size_mm,
        piece_text=design.piece_text,
        fonts=use,
        slug_face=task.assets.fonts.face("BeVietnamPro-Regular"),
        slug=task.slug,
        profile=task.assets.profile,
        producer=f"labelsvc {__version__}",
        spots=task.assets.palette.spots,
        xobjects=design.xobjects,
        step_and_repeat=task.step_and_repeat,
        inspect=inspect,
    )


def _piece_run(task: PartTask, run: Run, design: Design, use: FontUse) -> PieceRun:
    line = task.lines[run.line]
    product, recognition = line.product, line.recognition
    facts = LabelFacts(product=product, recognition=recognition, host=task.host.name, mark=task.marks[run.line])
    art = draw(fill(design, facts), use)
    if line.line.counted:
        first, codes = run.first + 1, seal_line(task.key, line.line.number, run.first + 1, run.count)
    else:
        first, codes = 0, seal_line(task.key, line.line.number, 0, 1) * run.count
    return PieceRun(line.line.number, first, codes, product.name, product.producer, recognition.stars, art)


class SymbolProof:
    """Decodes symbols before they are drawn."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, symbols: Symbols, urls: list[str]) -> None:
        wrong = unreadable_symbols(symbols, urls)
        if wrong:
            raise PrintRefused.of("proof.symbol", url=wrong[0], count=len(wrong))
        self.count += len(urls)
