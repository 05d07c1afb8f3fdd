"""Reprints destroyed pieces of a batch: the same codes at the same positions, recorded with who and why."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labelsvc.domain.batch import Part
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import FolderInUse, InvalidValue, OutputRefused, PrintRefused, StorageRefused
from labelsvc.domain.imposed_positions import PickedImposition, runs_of
from labelsvc.domain.label_code import EpochKey
from labelsvc.domain.serial_ranges import format_numbers
from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.sheets.picked_pages import pick_pages
from labelsvc.rendering.thermal.printer_files import PRINTER_SUFFIXES
from labelsvc.storage.batches.batch_records import BatchPart
from labelsvc.storage.batches.held_folder import HeldFolder, hold_batch, in_use
from labelsvc.storage.batches.reprints import Reprint
from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.output_folder import MANIFEST, OutputFolder, part_manifest, part_pdf
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.part_task import PartTask, batch_slug, part_task
from labelsvc.workflows.batches.pieces.picked_rows import MANIFEST_HEADER, picked_rows, rows_not_in
from labelsvc.workflows.batches.pieces.plan_reprint import ReprintPlan
from labelsvc.workflows.batches.proof_part import ReadBackCount, proof_part
from labelsvc.workflows.batches.render_part import render_part, write_printer_part
from labelsvc.workflows.paper_words import PaperWords
from labelsvc.workflows.part_jobs import PRODUCER, PartPaper


@dataclass(frozen=True, slots=True)
class ReprintResult:
    """A finished reprint; ``exact`` is False if a lost original had to be remade with other versions."""

    record: Reprint
    folder: StoredFolder
    pages: int
    exact: bool

    @property
    def place(self) -> str:
        """Where its PDF is."""
        return f"{self.folder.place}/{self.record.file}"


def reprint_pieces(
    plan: ReprintPlan, services: BatchServices, output: OutputFolder, context: ChangeContext, processes: int = 1
) -> ReprintResult:
    """Make the pieces of a plan again, which somebody declares destroyed.

    1. Hold the batch; see that the pieces still stand where its manifest says.
    2. Whole sheets are the pages of the original; single pieces are drawn at their places, the others stay empty.
    3. Read all of it back; PrintRefused when it does not say what it must.
    4. Put its files, and record it only then: of a recorded reprint there are all files. What a run left that was
       killed in between nobody is shown, and the next one, of the same number, replaces it.

    Raises InvalidValue reprint.no_reason, PrintRefused, OutputRefused, KeyRefused.
    """
    if not context.reason.strip():
        raise InvalidValue.from_code("reprint.no_reason")
    batch = plan.printed.batch
    holding = hold_batch(services.claims, output, batch.name, patient=True)
    with holding as held, TemporaryDirectory(prefix="labelsvc-") as scratch:  # 1
        folder = held.folder
        job = _ReprintJob(plan, services.words, services.epochs.key(batch.epoch), Path(scratch))
        job.compare_places()
        exact, read = job.take_pages(context.now, processes) if plan.sheets else job.draw_pieces()  # 2 and 3
        record = _record(plan, context, job.pdf)
        held.check_held()
        _refuse_taken(plan, services)
        try:
            _put_files(job, held, record, _proof(plan, record, job.pdf.stat().st_size, read, exact))
            services.reprints.record(record)  # 4
        except FolderInUse:  # whoever took the batch meanwhile has files of these names
            raise
        except (PrintRefused, OutputRefused):
            _discard(held, _stem(record))
            raise
    return ReprintResult(record, folder, len(plan.pages), exact)


@dataclass(frozen=True)
class _ReprintJob:
    """The files of a reprint, made in a separate folder before they are published."""

    plan: ReprintPlan
    words: PaperWords
    key: EpochKey
    scratch: Path

    @property
    def pdf(self) -> Path:
        return self.scratch / part_pdf(self.plan.number)

    @property
    def rows(self) -> Path:
        return self.scratch / part_manifest(self.plan.number)

    def compare_places(self) -> None:
        """Refuse (PrintRefused) where the pieces would not stand where the manifest has them.

        Without a manifest there is nothing to compare: they stand where the stock that the batch kept has them.
        """
        batch = self.plan.printed.batch
        rows = picked_rows(self.plan, self.key, lambda place: (place.part, place.page))
        folder = folder_at(batch.folder)
        if folder.find(MANIFEST) and (moved := rows_not_in(folder.on_this_disk(MANIFEST, self.scratch), rows)):
            raise PrintRefused.from_code("reprint.moved", batch=batch.name, count=len(moved))

    def take_pages(self, now: datetime, processes: int) -> tuple[bool, ReadBackCount]:
        """Take whole sheets from the original parts; return whether these are the very files that were released."""
        plan, exact, sources = self.plan, True, []
        parts = {part.part.number: part for part in plan.printed.parts}
        for number, places in groupby(plan.places, key=lambda place: place.part):
            path, same = self._original(parts[number])
            exact &= same
            sources.append((path, list(dict.fromkeys(place.page for place in places))))
        task, pages = self._task(), {sheet: page for page, sheet in enumerate(plan.pages, 1)}
        identity = PdfIdentity(task.paper.title, now, PRODUCER)
        self.pdf.write_bytes(pick_pages(sources, identity, plan.printed.assets.profile))
        self.rows.write_bytes(b"".join(picked_rows(plan, self.key, lambda place: (plan.number, pages[place.sheet]))))
        return exact, proof_part(task, self.pdf, self.rows, processes)

    def draw_pieces(self) -> tuple[bool, ReadBackCount]:
        """Draw the pieces at their places."""
        rendered = render_part(self._task())
        return True, ReadBackCount(rendered.pieces_read, rendered.texts_read)

    def write_printer_files(self, folder: StoredFolder, stem: str, names: ExitStack) -> None:
        """Write the reprint's files for a thermal printer, where its stock is one; they are named by ``names``."""
        if self.plan.printed.layout.stock.printer:
            write_printer_part(replace(self._task(), folder=folder), self.pdf, self.rows, stem, names)

    def _original(self, part: BatchPart) -> tuple[Path, bool]:
        """Return a part's file, made again where it is gone or not what was released, and whether it is the same."""
        printed, originals = folder_at(self.plan.printed.batch.folder), LocalFolder(self.scratch / "originals")
        originals.make()
        if printed.find(part.file):
            path = printed.on_this_disk(part.file, originals.path)
            if _sha256(path) == part.sha256:
                return path, True
        contents = self.plan.printed
        task = part_task(contents, contents.part_lines(part.part), self.words, self.key, originals)
        rendered = render_part(replace(task, proof_symbols=False, proof_pages=()))
        return originals.path / rendered.pdf.name, rendered.pdf.sha256 == part.sha256

    def _task(self) -> PartTask:
        """Return the reprint as a part of its own: its pieces alone, all of them read back."""
        plan, contents = self.plan, self.plan.printed
        batch, pages = contents.batch, len(plan.pages)
        paper = PartPaper(
            layout=contents.layout,
            part=Part(plan.number, 1, pages, 0, len(plan.places)),
            total_sheets=pages,
            title=self.words.say("reprint.title", batch=batch.name, number=str(plan.number)),
            slug=batch_slug("reprint.slug", batch, plan.number, self.words.say),
            ordered_at=batch.ordered_at,
            picked=PickedImposition.from_positions(plan.places, contents.layout.per_sheet),
        )
        lines = {i: contents.lines[i] for i in sorted({place.line for place in plan.places})}
        return PartTask(
            assets=contents.assets,
            batch=batch,
            paper=paper,
            key=self.key,
            runs=runs_of(plan.places),
            lines=lines,
            facts={i: contents.facts(line, self.words.marks) for i, line in lines.items()},
            folder=LocalFolder(self.scratch),
            proof_symbols=True,
            proof_pages=range(1, pages + 1),
        )


def _record(plan: ReprintPlan, context: ChangeContext, pdf: Path) -> Reprint:
    """Return what is kept of a reprint whose pages are made."""
    return Reprint(
        batch=plan.printed.batch.name,
        number=plan.number,
        at=context.now,
        who=context.who,
        reason=context.reason.strip(),
        sheets=format_numbers(plan.sheets),
        pieces=plan.pieces,
        count=len(plan.places),
        file=f"reprint-{plan.number:03}.pdf",
        sha256=_sha256(pdf),
    )


def _stem(record: Reprint) -> str:
    return record.file.removesuffix(".pdf")


def _put_files(job: _ReprintJob, held: HeldFolder, record: Reprint, proof: bytes) -> None:
    """Put a reprint's files into the batch's folder; its PDF is there whole once the others are.

    Before each gets its name it is seen that the batch is still held: whoever took it has files of the same names.
    """
    stem = _stem(record)
    rows = MANIFEST_HEADER + job.rows.read_bytes()
    contents = {record.file: job.pdf.read_bytes(), f"{stem}.csv": rows, f"{stem}.json": proof}
    with ExitStack() as names:
        for name, content in contents.items():
            names.enter_context(held.folder.write(name)).write(content)
            names.callback(held.check_held)
        job.write_printer_files(held.folder, stem, names)
        names.callback(held.check_held)


def _refuse_taken(plan: ReprintPlan, services: BatchServices) -> None:
    """Refuse (FolderInUse) to put files under the number of another reprint, which was made since this was planned."""
    batch = plan.printed.batch
    if services.reprints.next_number(batch.name) != plan.number:
        raise in_use(batch.name, folder_at(batch.folder))


def _discard(held: HeldFolder, stem: str) -> None:
    """Remove what was put of a reprint that is not recorded, as far as the output lets us, and it is still ours."""
    with suppress(OutputRefused, StorageRefused):
        held.check_held()
        for suffix in (".pdf", ".csv", ".json", *PRINTER_SUFFIXES):
            held.folder.discard(f"{stem}{suffix}")


def _proof(plan: ReprintPlan, record: Reprint, size: int, read: ReadBackCount, exact: bool) -> bytes:
    facts: dict[str, Any] = {
        "batch": record.batch,
        "reprint": record.number,
        "sheets": record.sheets,
        "pieces": [str(some) for some in record.pieces],
        "passed": True,
        "same_as_released": exact,
        "file": record.file,
        "sha256": record.sha256,
        "size": size,
        "pages": len(plan.pages),
        "pieces_read": read.symbols,
        "texts_read": read.texts,
        "coverage": round(read.symbols / record.count, 4),
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
