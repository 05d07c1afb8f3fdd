"""Renders one part of a batch: products → art → codes → sheets → proof → final files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from labelsvc.domain.errors import PrintRefused
from labelsvc.rendering.qr.encoder import Symbols
from labelsvc.rendering.sheets.heap import keep_freed_memory
from labelsvc.rendering.sheets.proof import unreadable_symbols
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.rendering.thermal.printer_files import PRINTER_SUFFIXES, PrinterStreams, write_printer_files
from labelsvc.storage.files.output_folder import part_manifest, part_pdf, part_stem
from labelsvc.storage.files.whole_file import WrittenFile
from labelsvc.workflows.batches.part_task import Drawing, PartTask
from labelsvc.workflows.batches.proof_part import expected_symbols, manifest_rows, proof_part, symbol_refusal
from labelsvc.workflows.batches.step_log import logged_step

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class PrinterPart:
    """The files of a part for a printer of a resolution, and how many QR codes were read back from their dots."""

    dpi: int
    files: tuple[WrittenFile, ...]
    symbols_read: int

    def to_json(self) -> dict[str, Any]:
        """Return what proof.json says of them."""
        files = [file.to_json() for file in self.files]
        return {"dpi": self.dpi, "symbols_read": self.symbols_read, "files": files}


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """A rendered part: its PDF, and what its proof covered."""

    number: int
    pdf: WrittenFile
    pages: int
    pieces: int
    symbols_decoded: int
    pages_read: tuple[int, ...]
    pieces_read: int
    texts_read: int
    printer: PrinterPart | None = None


@dataclass(frozen=True, slots=True)
class RenderWatch:
    """Who is told how a part gets on.

    ``progress``: how many pieces were written since it was last told. ``drawing``: which line is worked on.
    ``before_names``: all is made and proofed, and gets its names next; what this raises leaves nothing behind.
    """

    progress: Progress | None = None
    drawing: Drawing | None = None
    before_names: Callable[[], None] | None = None


UNWATCHED = RenderWatch()


def render_part(task: PartTask, watch: RenderWatch = UNWATCHED, processes: int = 1) -> RenderedPart:
    """Render a part; its proof may take several processes.

    1. Fill and draw the design once for each product; seal the codes.
    2. Write sheets and manifest; with ``proof_symbols`` every symbol is decoded first.
    3. Read the proofed pages back and compare them with the manifest; PrintRefused holds the part back.
    4. On a stock of a thermal printer its files are made of the pages, and every QR is read back from their dots.
    5. The files get their names.
    """
    keep_freed_memory()
    decoded = SymbolProof() if task.proof_symbols else None
    logged = partial(logged_step, batch=task.batch.name, part=task.number, pieces=task.pieces)
    with logged(1, "fill and draw"):
        job = task.job(decoded, watch.drawing)
    folder, number = task.folder, task.number
    with ExitStack() as names:
        pdf: Any = names.enter_context(folder.write(part_pdf(number)))
        manifest: Any = names.enter_context(folder.write(part_manifest(number)))
        with logged(2, "write"):
            report = write_part(pdf, manifest, job, _progress(task, watch))
        with logged(3, "proof"):
            read = proof_part(task, pdf.unfinished, manifest.unfinished, processes)
        printer = None
        if task.paper.layout.stock.printer:
            with logged(4, "printer files"):
                printer = write_printer_part(task, pdf.unfinished, manifest.unfinished, part_stem(number), names)
        if watch.before_names:
            watch.before_names()
    return RenderedPart(  # 5
        number,
        pdf.written,
        report.pages,
        report.pieces,
        decoded.count if decoded else 0,
        tuple(task.proof_pages),
        read.symbols,
        read.texts,
        printer() if printer else None,
    )


def _progress(task: PartTask, watch: RenderWatch) -> Progress | None:
    """Return what hears of the pieces that are written: it also tells whose pieces come next."""
    if not watch.drawing:
        return watch.progress
    ends = list(accumulate(run.count for run in task.runs))
    done = 0

    def hear(pieces: int) -> None:
        nonlocal done
        done += pieces
        if watch.progress:
            watch.progress(pieces)
        if watch.drawing:
            watch.drawing(task.runs[bisect_right(ends, done)].line if done < ends[-1] else None)

    hear(0)
    return hear


def write_printer_part(
    task: PartTask, pdf: Path, manifest: Path, stem: str, names: ExitStack
) -> Callable[[], PrinterPart]:
    """Write the files of a part into the task's folder; they get their names when ``names`` ends, then they are told.

    Every page is read back, unless the batch wants no proof; PrintRefused proof.page where a QR cannot be read from
    the dots.
    """
    layout, pages = task.paper.layout, range(1, task.paper.part.sheets + 1)
    wants_proof = task.batch.options.proof != "none"
    expected = expected_symbols(task, manifest_rows(manifest, pages)) if wants_proof else {}
    files = [names.enter_context(task.folder.write(f"{stem}{suffix}")) for suffix in PRINTER_SUFFIXES]
    streams: list[Any] = list(files)
    faults = list(write_printer_files(pdf, layout, PrinterStreams(*streams), list(expected.items())))
    if faults:
        raise symbol_refusal(f"{stem}{PRINTER_SUFFIXES[0]}", faults)
    dpi, symbols = layout.stock.printer.dpi if layout.stock.printer else 0, sum(map(len, expected.values()))
    return lambda: PrinterPart(dpi, tuple(file.written for file in files), symbols)


def printer_file_names(stem: str) -> list[str]:
    """Return the names of a part's files for a printer."""
    return [f"{stem}{suffix}" for suffix in PRINTER_SUFFIXES]


class SymbolProof:
    """Decodes symbols before they are drawn."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, symbols: Symbols, urls: list[str]) -> None:
        wrong = unreadable_symbols(symbols, urls)
        if wrong:
            raise PrintRefused.from_code("proof.symbol", url=wrong[0], count=len(wrong))
        self.count += len(urls)
