"""Make destroyed pieces of a batch again: the same codes at the same places, recorded with who and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labelsvc import __version__
from labelsvc.domain.batch import Part
from labelsvc.domain.errors import InvalidValue, PrintRefused
from labelsvc.domain.imposed_positions import PickedImposition, runs_of
from labelsvc.domain.serial_ranges import format_numbers
from labelsvc.pdf.pdfx import Identity
from labelsvc.rendering.sheets.picked_pages import pick_pages
from labelsvc.storage.batches.batch_records import BatchPart
from labelsvc.storage.batches.reprints import Reprint, Reprints
from labelsvc.storage.files.output_folder import MANIFEST, BatchFolder, OutputFolder, part_manifest
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.workflows.batches.order_batch import SpecimenWords
from labelsvc.workflows.batches.picked_rows import MANIFEST_HEADER, picked_rows, rows_not_in
from labelsvc.workflows.batches.plan_reprint import ReprintPlan
from labelsvc.workflows.batches.print_batch import part_task
from labelsvc.workflows.batches.proof_part import Read, pdf_name, proof_part
from labelsvc.workflows.batches.render_part import PartTask, render_part

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Reprinted:
    """A reprint that was made; ``exact`` is False where a lost original had to be made with other versions."""

    record: Reprint
    path: Path
    pages: int
    exact: bool


def reprint_pieces(
    plan: ReprintPlan,
    *,
    who: str,
    reason: str,
    marks: SpecimenWords,
    say: Say,
    epochs: Epochs,
    reprints: Reprints,
    output: OutputFolder,
    now: datetime,
    processes: int = 1,
) -> Reprinted:
    """Make the pieces of a plan again, which somebody declares destroyed.

    1. Hold the batch's folder; see that the pieces still stand where its manifest says.
    2. Whole sheets are the pages of the original; single pieces are drawn at their places, the others stay empty.
    3. Read all of it back; PrintRefused when it does not say what it must.
    4. Record it, and only then give the files their names.

    Raises InvalidValue reprint.no_reason, PrintRefused, OutputRefused, KeyRefused.
    """
    if not reason.strip():
        raise InvalidValue.of("reprint.no_reason")
    batch = plan.printed.batch
    with output.hold(batch.name) as folder, TemporaryDirectory(prefix="labelsvc-") as scratch:  # 1
        job = _ReprintJob(plan, marks, say, epochs, Path(scratch))
        job.compare_places()
        exact, read = job.take_pages(now, processes) if plan.sheets else job.draw_pieces()  # 2 and 3
        pdf, rows = job.pdf.read_bytes(), job.rows.read_bytes()
        name = f"reprint-{plan.number:03}"
        record = Reprint(
            batch=batch.name,
            number=plan.number,
            at=now,
            who=who,
            reason=reason.strip(),
            sheets=format_numbers(plan.sheets),
            pieces=plan.pieces,
            count=len(plan.places),
            file=f"{name}.pdf",
            sha256=hashlib.sha256(pdf).hexdigest(),
        )
        with folder.write(record.file) as file:
            file.write(pdf)
            reprints.record(record)  # 4
            _write(folder, f"{name}.csv", MANIFEST_HEADER + rows)
            _write(folder, f"{name}.json", _proof(plan, record, len(pdf), read, exact))
    return Reprinted(record, folder.path / record.file, len(plan.pages), exact)


@dataclass(frozen=True)
class _ReprintJob:
    """The files of a reprint, made in a folder of their own before they count."""

    plan: ReprintPlan
    marks: SpecimenWords
    say: Say
    epochs: Epochs
    scratch: Path

    @property
    def pdf(self) -> Path:
        return self.scratch / pdf_name(self.plan.number)

    @property
    def rows(self) -> Path:
        return self.scratch / part_manifest(self.plan.number)

    def compare_places(self) -> None:
        """Refuse (PrintRefused) where the pieces would not stand where the manifest has them.

        Without a manifest there is nothing to compare: they stand where the stock that the batch kept has them.
        """
        batch = self.plan.printed.batch
        key = self.epochs.key(batch.epoch)
        rows = picked_rows(self.plan, key, lambda place: (place.part, place.page))
        manifest = Path(batch.folder) / MANIFEST
        if manifest.exists() and (moved := rows_not_in(manifest, rows)):
            raise PrintRefused.of("reprint.moved", batch=batch.name, count=len(moved))

    def take_pages(self, now: datetime, processes: int) -> tuple[bool, Read]:
        """Take whole sheets from the original parts; return whether these are the very files that were released."""
        plan, exact, sources = self.plan, True, []
        parts = {part.part.number: part for part in plan.printed.parts}
        for number, places in groupby(plan.places, key=lambda place: place.part):
            path, same = self._original(parts[number])
            exact &= same
            sources.append((path, list(dict.fromkeys(place.page for place in places))))
        identity = Identity(self._title, now, f"labelsvc {__version__}")
        self.pdf.write_bytes(pick_pages(sources, identity, plan.printed.assets.profile))
        pages = {sheet: page for page, sheet in enumerate(plan.pages, 1)}
        key = self.epochs.key(plan.printed.batch.epoch)
        self.rows.write_bytes(b"".join(picked_rows(plan, key, lambda place: (plan.number, pages[place.sheet]))))
        return exact, proof_part(self._task(), plan.printed.design, self.pdf, self.rows, processes)

    def draw_pieces(self) -> tuple[bool, Read]:
        """Draw the pieces at their places."""
        rendered = render_part(self._task())
        return True, Read(rendered.pieces_read, rendered.texts_read)

    def _original(self, part: BatchPart) -> tuple[Path, bool]:
        """Return a part's file, made again where it is gone or not what was released, and whether it is the same."""
        batch = self.plan.printed.batch
        path = Path(batch.folder) / part.file
        if path.is_file() and _sha256(path) == part.sha256:
            return path, True
        printed, folder = self.plan.printed, self.scratch / "originals"
        folder.mkdir(exist_ok=True)
        task = part_task(
            batch, part, printed.parts, printed.lines, printed.assets, self.marks, self.say, self.epochs, folder
        )
        rendered = render_part(replace(task, proof_symbols=False, proof_pages=()))
        return folder / rendered.file, rendered.sha256 == part.sha256

    def _task(self) -> PartTask:
        """Return the reprint as a part of its own."""
        plan, batch = self.plan, self.plan.printed.batch
        pages, count = len(plan.pages), len(plan.places)
        whole = part_task(
            batch,
            plan.printed.parts[0],
            plan.printed.parts,
            plan.printed.lines,
            plan.printed.assets,
            self.marks,
            self.say,
            self.epochs,
            self.scratch,
        )
        lines = {i: plan.printed.lines[i] for i in sorted({place.line for place in plan.places})}
        marks = {
            i: self.marks.of(specimen=whole.host.specimen or line.specimen, trial=batch.trial)
            for i, line in lines.items()
        }
        return replace(
            whole,
            part=Part(plan.number, 1, pages, 0, count),
            total_sheets=pages,
            runs=runs_of(plan.places),
            lines=lines,
            marks=marks,
            slug=self._slug,
            title=self._title,
            proof_symbols=True,
            proof_pages=range(1, pages + 1),
            picked=PickedImposition.of(plan.places, plan.printed.layout.per_sheet),
        )

    @property
    def _title(self) -> str:
        return self.say("reprint.title", batch=self.plan.printed.batch.name, number=str(self.plan.number))

    @property
    def _slug(self) -> str:
        batch = self.plan.printed.batch
        slug = self.say(
            "reprint.slug",
            batch=batch.name,
            number=str(self.plan.number),
            sheet="{sheet}",
            sheets="{sheets}",
            day=batch.ordered_at.date(),
            design=batch.design.name,
            stock=batch.stock.name,
        )
        return f"{batch.mark} · {slug}" if batch.mark else slug


def _proof(plan: ReprintPlan, record: Reprint, size: int, read: Read, exact: bool) -> bytes:
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


def _write(folder: BatchFolder, name: str, content: bytes) -> None:
    with folder.write(name) as file:
        file.write(content)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
