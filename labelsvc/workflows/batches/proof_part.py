"""Proofs a finished part: its pages are read back and compared with its manifest and with the records."""

from __future__ import annotations

import csv
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from labelsvc.domain.errors import PrintRefused
from labelsvc.rendering.design.filling import fill, label_texts
from labelsvc.rendering.sheets.proof import ExpectedLabel, ExpectedSymbol, SymbolFault, missing_texts, proof_pages
from labelsvc.rendering.typesetting.piece_slots import CodeArc
from labelsvc.storage.files.output_folder import part_pdf
from labelsvc.workflows.batches.part_task import PartTask
from labelsvc.workflows.part_jobs import qr_square

TEXTS_READ = 20
"""Labels per part whose texts are extracted and compared: a wrong font or form would show in any of them."""


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A row of the manifest's share, as far as a proof needs it."""

    page: int
    x_mm: float
    y_mm: float
    line: int
    serial: int
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class ReadBackCount:
    """How many pieces were read back: their symbols, and the texts of a sample."""

    symbols: int
    texts: int


def proof_part(task: PartTask, pdf: Path, manifest: Path, processes: int = 1) -> ReadBackCount:
    """Read the task's pages back.

    1. Every symbol on them, at the place where the manifest says it stands.
    2. The texts of a sample of pieces: everything that the record wrote, code and serial.

    PrintRefused proof.page or proof.text holds the part back.
    """
    if not task.proof_pages:
        return ReadBackCount(0, 0)
    rows = list(manifest_rows(manifest, set(task.proof_pages)))
    _read_symbols(task, pdf, rows, processes)  # 1
    sample = Random(f"{task.batch.name} {task.number}").sample(rows, min(TEXTS_READ, len(rows)))  # noqa: S311
    labels = [_label(task, row) for row in sample]
    for label, text in missing_texts(pdf, labels):  # 2
        left, _, _, top = label.box_mm
        facts = {"file": part_pdf(task.number), "page": label.page, "x_mm": left, "y_mm": top, "text": text}
        raise PrintRefused.from_code("proof.text", **facts)
    return ReadBackCount(len(rows), len(labels))


def manifest_rows(manifest: Path, pages: Container[int]) -> Iterator[ManifestRow]:
    """Yield the rows of some pages of a manifest's share."""
    with manifest.open(encoding="utf-8", newline="") as stream:
        for _, page, x_mm, y_mm, line, serial, code, url, *_ in csv.reader(stream):
            if int(page) in pages:
                yield ManifestRow(int(page), float(x_mm), float(y_mm), int(line), int(serial), code, url)


def expected_symbols(task: PartTask, rows: Iterable[ManifestRow]) -> dict[int, list[ExpectedSymbol]]:
    """Return the symbols that are expected on each page, where the rows say that they stand."""
    layout, version = task.paper.layout, task.encoder.version
    x_in_trim, y_in_trim, size_mm = qr_square(task.design, version, layout.stock.printer)
    x_mm, y_mm = layout.square_on_page(x_in_trim, y_in_trim, size_mm)
    expected: dict[int, list[ExpectedSymbol]] = {}
    for row in rows:
        symbol = ExpectedSymbol(row.x_mm + x_mm, row.y_mm + y_mm, size_mm, row.url)
        expected.setdefault(row.page, []).append(symbol)
    return expected


def _read_symbols(task: PartTask, pdf: Path, rows: list[ManifestRow], processes: int) -> None:
    expected = expected_symbols(task, rows)
    pages = [(page, expected.get(page, [])) for page in task.proof_pages]
    _, _, size_mm = qr_square(task.design, task.encoder.version, task.paper.layout.stock.printer)
    module_mm = task.encoder.version.module_mm(size_mm)
    for faults in proof_pages(pdf, pages, module_mm, processes):
        if faults:
            raise symbol_refusal(part_pdf(task.number), faults)


def symbol_refusal(file: str, faults: Sequence[SymbolFault]) -> PrintRefused:
    """Return why a part is held back: its first QR that does not say what it must, and how many there are."""
    first = faults[0]
    return PrintRefused.from_code(
        "proof.page",
        file=file,
        page=first.page,
        count=len(faults),
        x_mm=first.x_mm,
        y_mm=first.y_mm,
        url=first.expected,
        read=first.read or "–",
    )


def _label(task: PartTask, row: ManifestRow) -> ExpectedLabel:
    design, place = task.design, next(i for i, line in task.lines.items() if line.line.number == row.line)
    filled = list(label_texts(fill(design, task.facts[place])))
    straight = [line for text in filled if not text.curved for line in text.lines]
    curved = [line for text in filled if text.curved for line in text.lines]
    if isinstance(design.code, CodeArc):
        curved.append(row.code)
    else:  # each line by itself: PDFium may put an upright mark beside them between two
        half = design.code.letters_a_line
        straight += [row.code[start : start + half] for start in range(0, len(row.code), half)]
    if design.serial and row.serial:
        straight.append(f"{design.serial.before}{row.serial:06}{design.serial.after}")
    layout = task.paper.layout
    box_mm = row.x_mm, row.y_mm + layout.trim_height_mm, row.x_mm + layout.trim_width_mm, row.y_mm
    return ExpectedLabel(row.page, box_mm, straight, curved)
