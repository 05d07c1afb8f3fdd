"""The output folder: one folder per batch, and only complete files under final names.

Who works on a batch is known to the database (:mod:`labelsvc.storage.batches.held_folder`). The next holder removes
unfinished files of a killed one, so nothing has to be cleaned by hand.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files.folder_probe import folder_answers
from labelsvc.storage.files.whole_file import (
    UNFINISHED,
    WholeFile,
    WrittenFile,
    output_refusals,
    sync_folder,
    whole_file,
)

__all__ = ["BatchFolder", "OutputFolder", "WholeFile", "WrittenFile", "part_manifest", "whole_file"]

MANIFEST = "manifest.csv"
_COPIED_AT_ONCE = 1 << 20
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

    def __init__(self, root: Path) -> None:
        self.root = root

    def trouble(self) -> str:
        """Return why no batch can be put there now, empty if it can; a folder that was never made is no trouble."""
        if not folder_answers(self.root, ".", _LOOK_SECONDS):
            return "does not answer"
        nearest = next(path for path in (self.root, *self.root.parents) if path.exists())
        return "" if os.access(nearest, os.W_OK) else "cannot be written to"

    def names(self) -> frozenset[str]:
        """Return the names that are taken in the folder."""
        with output_refusals(self.root):
            return frozenset(os.listdir(self.root)) if self.root.exists() else frozenset()

    def make_ready(self) -> None:
        """Create the folder and check that it is writable, before anything is ordered; OutputRefused if not."""
        with output_refusals(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self.root):
                pass

    def path(self, batch: str) -> Path:
        """Return where a batch's files are."""
        return self.root / batch

    def create(self, batch: str) -> Path:
        """Make a new batch's folder; OutputRefused output.exists if there is something of that name."""
        path = self.path(batch)
        with output_refusals(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        with output_refusals(path):
            try:
                path.mkdir()
            except FileExistsError as error:
                raise OutputRefused.from_code("output.exists", path=str(path)) from error
            sync_folder(self.root)
        return path

    @contextmanager
    def tidied(self, batch: str) -> Iterator[BatchFolder]:
        """Provide a batch's folder, made where it is missing, and clear it of unfinished files, then and after.

        Only for who holds the batch.
        """
        path = self.path(batch)
        with output_refusals(path):
            path.mkdir(parents=True, exist_ok=True)
        folder = BatchFolder(path)
        folder.clear_unfinished()
        try:
            yield folder
        finally:
            with suppress(OutputRefused):
                folder.clear_unfinished()


class BatchFolder:
    """A batch's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str) -> AbstractContextManager[WholeFile]:
        """Return the context of a whole file of the batch, see :func:`whole_file`."""
        return whole_file(self.path / name)

    def clear_unfinished(self) -> None:
        """Remove what a killed run was writing."""
        with output_refusals(self.path):
            for left in self.path.glob(f".*{UNFINISHED}"):
                left.unlink(missing_ok=True)

    def discard(self, name: str) -> None:
        """Remove a file of the batch, if it is there."""
        with output_refusals(self.path / name):
            (self.path / name).unlink(missing_ok=True)

    def join_manifests(self, parts: int, header: str) -> WrittenFile:
        """Join the parts' shares to manifest.csv, in the order of the parts and below its header line.

        Nothing is held in memory. The shares are removed once the whole is on the disk.
        """
        shares = [self.path / part_manifest(number) for number in range(1, parts + 1)]
        with whole_file(self.path / MANIFEST) as manifest:
            manifest.write(header.encode("utf-8"))
            for share in shares:
                with output_refusals(share), share.open("rb") as stream:
                    shutil.copyfileobj(stream, cast(Any, manifest), _COPIED_AT_ONCE)
        for share in shares:
            with suppress(OSError):
                share.unlink()
        return manifest.written
