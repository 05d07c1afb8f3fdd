"""Restore a backup into an empty home, and an empty database.

1. read what the backup says of itself: made by this program or an older one, for this kind of database?
2. nothing living is overwritten
3. unpack it, and look all of it through
4. put batches' small files where they are missing, keys and marks in their place, then the database, which from now on
   knows that it is not where it was
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.age_header import Unlock
from labelsvc.storage.backups.backup_archive import KEYS, MARKS, OUTPUT, POSTGRESQL, REFUSED_ROWS, SQLITE, read_facts
from labelsvc.storage.backups.backup_facts import BackupFacts
from labelsvc.storage.backups.database_facts import check_revision
from labelsvc.storage.backups.dump_loader import load_postgresql
from labelsvc.storage.backups.postgresql_tools import is_empty
from labelsvc.storage.backups.sqlite_copy import mark_restored
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.private_file import make_private_folder, write_private
from labelsvc.storage.files.whole_file import output_refusals, sync_folder
from labelsvc.storage.keys.issued_marks import IssuedMarks
from labelsvc.storage.keys.key_command import KeySource
from labelsvc.workflows.backups.check_backup import CheckedBackup, check_backup
from labelsvc.workflows.backups.office_places import BackupProgress, OfficePlaces


def restore_backup(office: OfficePlaces, path: Path, unlock: Unlock, progress: BackupProgress) -> CheckedBackup:
    """Restore a backup; open the database anew afterwards, which brings it up to date, and let an epoch begin.

    Raises BackupRefused, KeyRefused, StorageRefused, OutputRefused; then home and database are as they were.
    """
    facts = read_facts(path, unlock)  # 1
    check_revision(facts.revision)
    if facts.dialect != office.database.dialect:
        raise BackupRefused.from_code(f"backup.is_of_{facts.dialect}", database=facts.database)
    check_empty(office)  # 2
    _check_keys(office.key_file, facts)
    with office.working_folder() as folder:
        checked = check_backup(path, unlock, folder, progress)  # 3
        check_empty(office)  # a service may have begun meanwhile
        _put_output_files(office.outputs, folder / OUTPUT)  # 4
        with output_refusals(office.home), ExitStack() as undoing:
            _put_small(office, folder, undoing)
            _put_database(office, folder)
            undoing.pop_all()
    return checked


def check_empty(office: OfficePlaces) -> None:
    """Refuse (BackupRefused) a home or a database that has something in it, by its name."""
    if file := office.database_file:
        for each in (file, file.with_name(f"{file.name}-wal")):
            if each.exists() and each.stat().st_size:
                raise BackupRefused.from_code("backup.database_living", database=str(each))
    else:
        with office.database.reading() as connection:
            if not is_empty(connection):
                name = office.database.engine.url.render_as_string(hide_password=True)
                raise BackupRefused.from_code("backup.database_living", database=name)
    if any((office.home / REFUSED_ROWS).glob("*")):
        raise BackupRefused.from_code("backup.home_living", path=str(office.home / REFUSED_ROWS))


def _check_keys(key_file: KeySource, facts: BackupFacts) -> None:
    """Refuse (BackupRefused) keys at hand that are another office's: they lack one that the backup has.

    Keys of the same office may be there, and newer: they stay as they are.
    """
    at_hand = {key.name for key in key_file.read()}
    if (at_hand or key_file.by_environment) and (missing := [name for name in facts.keys if name not in at_hand]):
        raise BackupRefused.from_code("backup.keys_living", path=key_file.place, epoch=", ".join(missing))


def _put_output_files(outputs: OutputFolder, kept: Path) -> None:
    """Put small files of batches into the output where they are missing; what is there stays as it is."""
    for path in sorted(kept.glob("*/*")):
        folder = outputs.batch(path.parent.name)
        if not folder.find(path.name):
            folder.make()
            with folder.write(path.name) as file, path.open("rb") as stream:
                shutil.copyfileobj(stream, cast(IO[bytes], file))


def _put_small(office: OfficePlaces, folder: Path, undoing: ExitStack) -> None:
    """Put keys, marks and refused rows in their place; ``undoing`` takes them away again."""
    if (folder / KEYS).exists() and not office.key_file.read():
        write_private(office.key_file.path, (folder / KEYS).read_text(encoding="utf-8"), replace=False)
        undoing.callback(office.key_file.path.unlink)
    if (folder / MARKS).exists():
        _put_marks(folder / MARKS, office.home / MARKS, undoing)
    if (folder / REFUSED_ROWS).exists():
        shutil.rmtree(office.home / REFUSED_ROWS, ignore_errors=True)  # empty, as was seen
        os.rename(folder / REFUSED_ROWS, office.home / REFUSED_ROWS)
        undoing.callback(shutil.rmtree, office.home / REFUSED_ROWS)


def _put_marks(kept: Path, target: Path, undoing: ExitStack) -> None:
    """Put the marks of issued lines in their place; those that are there only rise."""
    text = kept.read_text(encoding="utf-8")
    if not target.exists():
        write_private(target, text, replace=False)
        undoing.callback(target.unlink)
        return
    content = json.loads(text)
    for epoch, line in content.get("issued", content).items():
        IssuedMarks(target).raise_to(epoch, line)


def _put_database(office: OfficePlaces, folder: Path) -> None:
    if file := office.database_file:
        mark_restored(folder / SQLITE)
        make_private_folder(file.parent)
        beside = file.with_name(f".{file.name}.restored")
        shutil.move(folder / SQLITE, beside)  # from another disk, where the database is not in the home
        with beside.open("rb") as stream:
            os.fsync(stream.fileno())
        for stale in (f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(stale).unlink(missing_ok=True)
        beside.replace(file)
        sync_folder(file.parent)
        return
    office.database.close()
    load_postgresql(office.database.engine.url, folder / POSTGRESQL)
