"""Make a backup of an office that is in use.

1. copy the database as of one moment, and count what it has at that moment
2. read keys and marks, which are on the disk before the database names them: so none is missing
3. list the small files of batches, if they are wanted
4. write all of it, encrypted, to a file that its owner alone reads, and that gets its name when it is whole
5. note in the database that there is one: whoever watches is told when there is none for long
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from labelsvc.domain.errors import BackupRefused, Problem, StorageRefused
from labelsvc.storage.backups.age_header import Lock
from labelsvc.storage.backups.backup_archive import (
    KEYS,
    MARKS,
    OUTPUT,
    POSTGRESQL,
    REFUSED_ROWS,
    SMALL_FILES,
    SQLITE,
    ArchiveWriter,
)
from labelsvc.storage.backups.backup_facts import BackupFacts
from labelsvc.storage.backups.database_facts import DatabaseFacts, read_batch_names
from labelsvc.storage.backups.last_backup import note_backup
from labelsvc.storage.backups.postgresql_tools import dump_postgresql
from labelsvc.storage.backups.sqlite_copy import copy_sqlite
from labelsvc.storage.db.refusals import shown
from labelsvc.storage.files.private_file import MODE, make_private_folder
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.files.whole_file import WrittenFile, whole_file
from labelsvc.storage.keys.key_file import keys_as_json
from labelsvc.workflows.backups.office_places import BackupProgress, OfficePlaces


@dataclass(frozen=True, slots=True)
class BackupChoice:
    """What goes into a backup besides the database: ``keys``, unless a key service has them; ``output_files``: the
    manifests, tickets and proofs of all batches, which are not made again once a batch is released."""

    keys: bool = True
    output_files: bool = False


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that is complete, with the size and SHA-256 of its file.

    ``not_noted``: why the database took no note of it.
    """

    facts: BackupFacts
    file: WrittenFile
    not_noted: Problem | None


def make_backup(
    office: OfficePlaces,
    path: Path,
    lock: Lock,
    now: datetime,
    progress: BackupProgress,
    choice: BackupChoice,
) -> MadeBackup:
    """Back an office up to a file, which is replaced if it is there.

    Raises BackupRefused, StorageRefused, KeyRefused, OutputRefused; then there is no file, or the one of before.
    """
    if office.database_file and not office.database_file.exists():
        raise BackupRefused.from_code("backup.no_database")
    with office.working_folder() as folder:
        name, found = _copied(office, folder, progress)  # 1
        keys = office.key_file.read() if choice.keys else ()  # 2
        names = tuple(key.name for key in keys)
        printed = _small_files(office) if choice.output_files else []  # 3
        facts = replace(_facts(office, found, now, names), output_files=len(printed))
        small = {KEYS: keys_as_json(keys).encode()} if keys else {}
        if marks := _marks(office.home):
            small[MARKS] = marks
        files = {name: folder / name} | dict(_refused_rows(office.home))
        with whole_file(path, MODE) as file:  # 4
            office.note_unfinished(file.unfinished)
            told = _Told(progress, sum(each.stat().st_size for each in files.values()))
            archive = ArchiveWriter(file.write, lock, facts, told)
            for member, content in small.items():
                archive.add_bytes(member, content)
            for member, source in files.items():
                archive.add_file(member, source)
            for each in printed:
                with each.on_this_disk(folder / OUTPUT) as source:
                    archive.add_file(f"{OUTPUT}/{each.folder.name}/{each.name}", source)
            archive.finish()
    return MadeBackup(facts, file.written, _noted(office, now))  # 5


def _copied(office: OfficePlaces, folder: Path, progress: BackupProgress) -> tuple[str, DatabaseFacts]:
    if office.database.dialect == "sqlite":
        return SQLITE, copy_sqlite(office.database, folder / SQLITE, lambda done, pages: progress("copy", done, pages))
    progress("copy", 0, 0)
    return POSTGRESQL, dump_postgresql(office.database, folder / POSTGRESQL)


def _noted(office: OfficePlaces, now: datetime) -> Problem | None:
    """Note the backup; return why that could not be done: the file is whole all the same."""
    try:
        note_backup(office.database, now)
    except StorageRefused as error:
        return error.problems[0]
    return None


def _facts(office: OfficePlaces, found: DatabaseFacts, now: datetime, keys: tuple[str, ...]) -> BackupFacts:
    return BackupFacts(
        made_at=now,
        program=office.program,
        dialect=office.database.dialect,
        database=shown(office.database.engine.url),
        revision=found.revision,
        rows=found.rows,
        audit=found.audit,
        epochs=found.epochs,
        keys=keys,
        output=office.outputs.root.place,
    )


def _marks(home: Path) -> bytes:
    """Return the marks of issued lines; empty before the first one. BackupRefused if they are unreadable."""
    try:
        content = (home / MARKS).read_bytes()
        json.loads(content)
    except FileNotFoundError:
        return b""
    except (OSError, ValueError) as error:
        raise BackupRefused.from_code("backup.marks_unreadable", path=str(home / MARKS)) from error
    return content


def _refused_rows(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield rows that imports of older versions refused."""
    for path in sorted((home / REFUSED_ROWS).glob("*-*.csv")):
        yield path.relative_to(home).as_posix(), path


@dataclass(frozen=True, slots=True)
class _SmallFile:
    folder: StoredFolder
    name: str

    @contextmanager
    def on_this_disk(self, scratch: Path) -> Iterator[Path]:
        """Provide the file, or a copy in ``scratch`` that goes afterwards."""
        make_private_folder(scratch)
        path = self.folder.on_this_disk(self.name, scratch)
        yield path
        if path.parent == scratch:
            path.unlink()


def _small_files(office: OfficePlaces) -> list[_SmallFile]:
    """Return the small files of all batches whose folder is in the output."""
    with office.database.reading() as connection:
        batches = read_batch_names(connection)
    folders = map(office.outputs.batch, batches)
    return [_SmallFile(folder, name) for folder in folders for name in SMALL_FILES if folder.find(name)]


class _Told:
    """Adds up the bytes that are written."""

    def __init__(self, progress: BackupProgress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, count: int) -> None:
        self._done += count
        self._progress("write", min(self._done, self._total), self._total)
