"""The output: one folder per batch, and only complete files under final names.

It is a folder of this machine or a prefix of an object store. Who works on a batch is known to the database
(:mod:`labelsvc.storage.batches.held_folder`). The next holder removes unfinished files of a killed one, so nothing has
to be cleaned by hand.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files.folder_probe import place_answers
from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.object_folder import ObjectFolder
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.files.unfinished_puts import give_up_unfinished
from labelsvc.storage.files.whole_file import WholeFile, WrittenFile, output_refusals, whole_file

__all__ = ["OutputFolder", "WholeFile", "WrittenFile", "part_manifest", "whole_file"]

MANIFEST = "manifest.csv"
WRITABLE = ".writable"
"""An empty object that is put before anything is ordered."""
_LOOK_SECONDS = 2.0


def part_pdf(number: int) -> str:
    """Return the name of a part's PDF."""
    return f"{part_stem(number)}.pdf"


def part_stem(number: int) -> str:
    """Return what the names of a part's files begin with."""
    return f"labels-{number:03}"


def part_manifest(number: int) -> str:
    """Return the name of a part's share of the manifest, which is hidden until all shares are joined."""
    return f".manifest-{number:03}.csv"


class OutputFolder:
    """The folder of all batch folders, created with the first batch."""

    def __init__(self, root: StoredFolder | str | Path) -> None:
        self.root = root if isinstance(root, StoredFolder) else folder_at(root)

    @classmethod
    def around(cls, batch_folder: str) -> OutputFolder:
        """Return the output that a batch's folder is in."""
        return cls(folder_at(batch_folder).around())

    def of_batch(self, batch_folder: str) -> OutputFolder:
        """Return the output that a batch's folder is in; this one for a batch that has no folder yet."""
        return OutputFolder.around(batch_folder) if batch_folder else self

    @property
    def disks(self) -> tuple[Path, ...]:
        """The folder of this machine that fills up; none where batches go to an object store."""
        return (self.root.path,) if isinstance(self.root, LocalFolder) else ()

    def free_bytes(self) -> int:
        """Return how much room is left for this program; 0 where an object store does not tell."""
        return sum(shutil.disk_usage(disk).free for disk in self.disks)

    def trouble(self) -> str:
        """Return why no batch can be put there now, empty if it can; a folder that was never made is no trouble."""
        if not place_answers(self.root, ".", _LOOK_SECONDS):
            return "does not answer"
        if isinstance(self.root, LocalFolder):
            nearest = next(path for path in (self.root.path, *self.root.path.parents) if path.exists())
            return "" if os.access(nearest, os.W_OK) else "cannot be written to"
        try:
            self.root.exists()
        except OutputRefused as error:
            return error.problems[0].code
        return ""

    def __contains__(self, name: object) -> bool:
        """Return whether there is a folder or a file of a name."""
        if isinstance(self.root, LocalFolder):
            with output_refusals(self.root.path):
                return os.path.lexists(self.root.path / str(name))
        return self.root.within(str(name)).exists()

    def make_ready(self) -> None:
        """Create the folder and check that it is writable, before anything is ordered; OutputRefused if not."""
        self.root.make()
        if isinstance(self.root, LocalFolder):
            with output_refusals(self.root.path), TemporaryFile(dir=self.root.path):
                pass
        else:
            with self.root.write(WRITABLE):
                pass

    def give_up_unfinished(self, now: datetime) -> int:
        """Give up what was being put into a store a day ago and never ended; return how many files."""
        return give_up_unfinished(self.root, now) if isinstance(self.root, ObjectFolder) else 0

    def batch(self, name: str) -> StoredFolder:
        """Return the folder of a batch, whether it is there or not."""
        return self.root.within(name)

    @contextmanager
    def tidied(self, batch: str) -> Iterator[StoredFolder]:
        """Provide a batch's folder, made where it is missing, and clear it of unfinished files, then and after.

        Only for who holds the batch.
        """
        folder = self.batch(batch)
        folder.make()
        folder.clear_unfinished()
        try:
            yield folder
        finally:
            with suppress(OutputRefused):
                folder.clear_unfinished()


def join_manifests(folder: StoredFolder, parts: int, header: str) -> WrittenFile:
    """Join the parts' shares to manifest.csv, in the order of the parts and below its header line.

    Nothing is held in memory. The shares stay: who is killed before the batch is released joins them again.
    """
    shares = [part_manifest(number) for number in range(1, parts + 1)]
    with folder.write(MANIFEST) as manifest:
        manifest.write(header.encode("utf-8"))
        with output_refusals(folder.place):
            for chunk in folder.read_in_turn(shares):
                manifest.write(chunk)
    return manifest.written
