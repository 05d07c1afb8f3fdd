"""Where an office keeps what a backup takes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.db.database import Database
from labelsvc.storage.files.file_lock import LockBusy, file_lock
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.private_file import make_private_folder, open_private
from labelsvc.storage.files.whole_file import UNFINISHED, output_refusals
from labelsvc.storage.keys.key_command import KeySource
from labelsvc.storage.shared_clock import shared_now

WORKING, _NOTE = ".backup", "unfinished"
"""The folder in the home for what is copied or unpacked; what a killed run left in it goes with the next one."""

BackupProgress = Callable[[str, int, int], object]
"""Is told a step (``copy``, ``write``, ``read``), how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class OfficePlaces:
    """``database`` was not brought up to date: a backup is of what there is. ``outputs``: where batches' folders are;
    ``program``: the version that makes backups here."""

    home: Path
    database: Database
    key_file: KeySource
    outputs: OutputFolder
    program: str

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database; None for PostgreSQL."""
        return Path(self.database.engine.url.database or "") if self.database.dialect == "sqlite" else None

    def now(self) -> datetime:
        """Return the present moment by the clock that all machines share, in UTC; StorageRefused."""
        return shared_now(self.database)

    def note_unfinished(self, path: Path) -> None:
        """Note a file that this run writes, so that the next one removes it if this one is killed."""
        with open_private(self.home / WORKING / _NOTE, "w", encoding="utf-8") as note:
            note.write(str(path.absolute()))

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        """Provide an empty folder in the home, which goes afterwards; BackupRefused if another run has it."""
        folder = self.home / WORKING
        with output_refusals(self.home):
            make_private_folder(self.home)
            try:
                held = file_lock(folder.with_suffix(".lock"), wait=False)
                with held:
                    _remove_unfinished(folder / _NOTE)
                    shutil.rmtree(folder, ignore_errors=True)
                    make_private_folder(folder)
                    try:
                        yield folder
                    finally:
                        shutil.rmtree(folder, ignore_errors=True)
            except LockBusy as error:
                raise BackupRefused.from_code("backup.another", home=str(self.home)) from error


def _remove_unfinished(note: Path) -> None:
    """Remove the file that a killed run wrote, which its note names."""
    with suppress(OSError, ValueError):
        path = Path(note.read_text(encoding="utf-8"))
        if path.suffix == UNFINISHED:
            path.unlink()
