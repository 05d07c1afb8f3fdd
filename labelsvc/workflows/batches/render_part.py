"""Renders one part of a batch: products → art → codes → sheets → proof → final files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from labelsvc.domain.errors import PrintRefused
from labelsvc.rendering.qr.encoder import Symbols
from labelsvc.rendering.sheets.heap import keep_freed_memory
from labelsvc.rendering.sheets.proof import unreadable_symbols
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.storage.files.output_folder import part_manifest, part_pdf
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.batches.part_task import PartTask
from labelsvc.workflows.batches.proof_part import proof_part
from labelsvc.workflows.batches.step_log import logged_step

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """A rendered part: its file, and what its proof covered."""

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

    1. Fill and draw the design once for each product; seal the codes.
    2. Write sheets and manifest; with ``proof_symbols`` every symbol is decoded first.
    3. Read the proofed pages back and compare them with the manifest; PrintRefused holds the part back.
    4. The files get their names.
    """
    keep_freed_memory()
    decoded = SymbolProof() if task.proof_symbols else None
    logged = partial(logged_step, batch=task.batch.name, part=task.number, pieces=task.pieces)
    with logged(1, "fill and draw"):
        job = task.job(decoded)
    pdf_path, manifest_path = task.folder / part_pdf(task.number), task.folder / part_manifest(task.number)
    with whole_file(pdf_path) as pdf, whole_file(manifest_path) as manifest:
        stream: Any = pdf
        rows: Any = manifest
        with logged(2, "write"):
            report = write_part(stream, rows, job, progress)
        with logged(3, "proof"):
            read = proof_part(task, pdf.unfinished, manifest.unfinished, processes)
    return RenderedPart(  # 4
        task.number,
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


class SymbolProof:
    """Decodes symbols before they are drawn."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, symbols: Symbols, urls: list[str]) -> None:
        wrong = unreadable_symbols(symbols, urls)
        if wrong:
            raise PrintRefused.from_code("proof.symbol", url=wrong[0], count=len(wrong))
        self.count += len(urls)
