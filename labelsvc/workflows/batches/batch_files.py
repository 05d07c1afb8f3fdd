"""The files of a printed batch, found by their names."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from labelsvc.domain.errors import FilesGone, NotFound
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock
from labelsvc.rendering.thermal.printer_files import PRINTER_SUFFIXES
from labelsvc.storage.batches.batch_records import Batch, BatchPart, BatchSummary
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.batches.reprints import Reprints
from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.output_folder import MANIFEST
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFile, StoredFolder
from labelsvc.workflows.batches.release_batch import PROOF
from labelsvc.workflows.batches.write_ticket import TICKET

__all__ = [
    "Batch",
    "BatchFile",
    "BatchPart",
    "BatchSummary",
    "batch_file",
    "batch_files",
    "is_press_file",
    "missing_files",
    "recorded_press_files",
    "refuse_gone",
    "reprint_file",
    "sha256_of",
]

HASHES_KEPT = 1_024


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of a batch: its name, the folder that it is in, its bytes, and what names its content.

    ``sha256`` is known of what was recorded with it; :func:`sha256_of` reads it of the others.
    """

    name: str
    folder: StoredFolder
    size: int
    etag: str
    sha256: str = ""

    @property
    def path(self) -> Path | None:
        """Where it is on this machine; None in an object store."""
        return self.folder.path / self.name if isinstance(self.folder, LocalFolder) else None

    def link(self, shown_name: str) -> str:
        """Return a store's own address of it, which ends soon; empty where there is none."""
        return self.folder.link(self.name, shown_name)

    def read(self, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield its bytes from ``first`` to before ``end``, some at a time."""
        return self.folder.read_range(self.name, first, end)


def batch_files(batch: Batch, batches: Batches) -> list[BatchFile]:
    """Return all files of a batch that is ready, PDFs first; none where it is not, or of one that is gone."""
    if batch.state != "ready":
        return []
    folder, found = folder_at(batch.folder), []
    stored = folder.files()
    for part in batches.parts(batch.name):
        if part.file in stored:
            found.append(BatchFile(part.file, folder, part.size, part.sha256[:32], part.sha256))
    for name in (*_printer_files(batch, stored), TICKET, MANIFEST, PROOF):
        if name in stored:
            etag = sha256(f"{batch.name}/{name}/{stored[name].size}/{stored[name].mark}".encode()).hexdigest()[:32]
            found.append(BatchFile(name, folder, stored[name].size, etag))
    return found


def _printer_files(batch: Batch, stored: Mapping[str, StoredFile]) -> list[str]:
    """Return the names of what a batch and its reprints have for a thermal printer."""
    if read_kept_stock(batch.stock.content).printer is None:
        return []
    return sorted(name for suffix in PRINTER_SUFFIXES for name in fnmatch.filter(stored, f"[lr]*-[0-9]*{suffix}"))


def is_press_file(name: str) -> bool:
    """Return whether a file is one that is printed: a PDF of labels, or what a thermal printer takes."""
    return any(fnmatch.fnmatch(name, f"[lr]*-[0-9]*{suffix}") for suffix in (".pdf", *PRINTER_SUFFIXES))


def recorded_press_files(batch: Batch, batches: Batches, reprints: Reprints) -> set[str]:
    """Return the names of all press files that a batch and its reprints were said to have, whatever became of them."""
    has_printer = read_kept_stock(batch.stock.content).printer is not None
    suffixes = (".pdf", *PRINTER_SUFFIXES) if has_printer else (".pdf",)
    pdfs = [part.file for part in batches.parts(batch.name)]
    pdfs += [reprint.file for reprint in reprints.for_batch(batch.name)]
    return {f"{pdf.removesuffix('.pdf')}{suffix}" for pdf in pdfs for suffix in suffixes}


def missing_files(batch: Batch, batches: Batches) -> tuple[str, ...]:
    """Return the press files of a batch that is ready which are no longer in its folder."""
    if batch.state != "ready":
        return ()
    stored = folder_at(batch.folder).files()
    return tuple(part.file for part in batches.parts(batch.name) if part.file not in stored)


def refuse_gone(batch: Batch, batches: Batches) -> None:
    """Refuse (FilesGone) a batch whose folder, or press files in it, are gone, with what to do about it."""
    missing = missing_files(batch, batches)
    if not missing:
        return
    last = batches.parts(batch.name)[-1].part
    facts = {"batch": batch.name, "sheets": f"1-{last.first_sheet + last.sheets - 1}"}
    if batch.cleared_at:
        raise FilesGone.from_code("storage.files_cleared", day=batch.cleared_at.astimezone(VIETNAM).date(), **facts)
    if not folder_at(batch.folder).exists():
        raise FilesGone.from_code("storage.folder_gone", **facts)
    raise FilesGone.from_code("storage.files_gone", files=list(missing), **facts)


def batch_file(batch: Batch, batches: Batches, name: str) -> BatchFile:
    """Return one of a batch's own files by its name; NotFound if it has none of that name."""
    for file in batch_files(batch, batches):
        if file.name == name:
            return file
    if name in (*missing_files(batch, batches), TICKET, MANIFEST, PROOF):
        refuse_gone(batch, batches)
    raise NotFound.from_code("storage.no_file", batch=batch.name, name=name)


def sha256_of(file: BatchFile) -> str:
    """Return the SHA-256 of a file in hexadecimal: as recorded, else read, once as long as the file stays the same."""
    return file.sha256 or _hashed(file)


@lru_cache(HASHES_KEPT)
def _hashed(file: BatchFile) -> str:
    digest = sha256()
    for chunk in file.read():
        digest.update(chunk)
    return digest.hexdigest()


def reprint_file(batch: Batch, reprints: Reprints, number: int) -> BatchFile:
    """Return the PDF of a reprint; NotFound if there is none of this number."""
    folder = folder_at(batch.folder)
    for reprint in reprints.for_batch(batch.name):
        if reprint.number == number and (stored := folder.find(reprint.file)):
            return BatchFile(reprint.file, folder, stored.size, reprint.sha256[:32], reprint.sha256)
    raise NotFound.from_code("storage.no_file", batch=batch.name, name=f"reprint-{number:03}.pdf")
