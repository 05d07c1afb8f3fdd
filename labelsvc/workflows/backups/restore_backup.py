"""Restore a backup into an empty home, and an empty database.

1. read what the backup says of itself: made by this program or an older one, for this kind of database?
2. nothing living is overwritten
3. unpack it, keys and marks into memory, and look all of it through
4. put batches' small files where they are missing, keys and marks in their place, then the database, which from now on
   knows that it is not where it was
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.age_header import Unlock
from labelsvc.storage.backups.backup_archive import (
    KEYS,
    MARKS,
    OUTPUT,
    POSTGRESQL,
    REFUSED_ROWS,
    SQLITE,
    read_backup,
    read_facts,
    small_content,
)
from labelsvc.storage.backups.backup_facts import BackupFacts
from labelsvc.storage.backups.database_facts import check_revision
from labelsvc.storage.backups.dump_loader import load_postgresql
from labelsvc.storage.backups.dump_reader import read_dump
from labelsvc.storage.backups.postgresql_tools import is_empty
from labelsvc.storage.backups.sqlite_copy import mark_restored, opened_copy
from labelsvc.storage.backups.tar_reader import MemberStream, write_member
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.private_file import make_private_folder, open_private, write_private
from labelsvc.storage.files.whole_file import output_refusals, sync_folder
from labelsvc.storage.keys.issued_marks import IssuedMarks
from labelsvc.storage.keys.key_command import KeySource
from labelsvc.workflows.backups.check_backup import CheckedBackup, Looked, concluded, looked_at_sqlite, told_read
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
        unpacked = _Unpacked(folder)  # 3
        facts, members = read_backup(path, unlock, unpacked.take, told_read(progress))
        checked = concluded(facts, members, unpacked.keys, unpacked.database)
        check_empty(office)  # a service may have begun meanwhile
        with output_refusals(office.home), ExitStack() as undoing:  # 4
            _put_output_files(office.outputs, folder / OUTPUT, undoing)
            _put_small(office, unpacked, undoing)
            _put_database(office, folder)
            undoing.pop_all()
    return checked


class _Unpacked:
    """Files of a backup: keys and marks in memory, all others in a folder of the home."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keys, self.marks = folder, b"", b""

    def take(self, member: MemberStream) -> None:
        """Take one file."""
        if member.name == KEYS:
            self.keys = small_content(member)
        elif member.name == MARKS:
            self.marks = small_content(member)
        else:
            path = self.folder / member.name
            with output_refusals(path):
                make_private_folder(path.parent)
                with open_private(path, "xb") as kept:
                    write_member(member, kept, self.folder)

    def database(self, dialect: str) -> Looked | None:
        """Return what a look at the database finds; None if there is none of that kind."""
        path = self.folder / (SQLITE if dialect == "sqlite" else POSTGRESQL)
        if not path.exists():
            return None
        if dialect == "sqlite":
            with opened_copy(path) as connection:
                return looked_at_sqlite(connection)
        with path.open("rb") as dump:
            return read_dump(dump)


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


def _put_output_files(outputs: OutputFolder, kept: Path, undoing: ExitStack) -> None:
    """Put small files of batches into the output where they are missing; what is there stays as it is."""
    for path in sorted(kept.glob("*/*")):
        folder = outputs.batch(path.parent.name)
        if not folder.find(path.name):
            folder.make()
            undoing.callback(folder.remove_empty)
            with folder.write(path.name) as file, path.open("rb") as stream:
                shutil.copyfileobj(stream, cast(IO[bytes], file))
            undoing.callback(folder.discard, path.name)


def _put_small(office: OfficePlaces, unpacked: _Unpacked, undoing: ExitStack) -> None:
    """Put keys, marks and refused rows in their place; ``undoing`` takes them away again."""
    if unpacked.keys and not office.key_file.read():
        write_private(office.key_file.path, unpacked.keys.decode(), replace=False)
        undoing.callback(office.key_file.path.unlink)
    if unpacked.marks:
        _put_marks(unpacked.marks.decode(), office.home / MARKS, undoing)
    if (rows := unpacked.folder / REFUSED_ROWS).exists():
        shutil.rmtree(office.home / REFUSED_ROWS, ignore_errors=True)  # empty, as was seen
        os.rename(rows, office.home / REFUSED_ROWS)
        undoing.callback(shutil.rmtree, office.home / REFUSED_ROWS)


def _put_marks(text: str, target: Path, undoing: ExitStack) -> None:
    """Put the marks of issued lines in their place; those that are there only rise."""
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
        with output_refusals(file), _gone_unless_done(beside):
            _move(folder / SQLITE, beside)
            for stale in (f"{file.name}-wal", f"{file.name}-shm"):
                file.with_name(stale).unlink(missing_ok=True)
            beside.replace(file)
            sync_folder(file.parent)
        return
    office.database.close()
    load_postgresql(office.database.engine.url, folder / POSTGRESQL)


def _move(source: Path, target: Path) -> None:
    """Move a file, also to another disk, where the database is not in the home; it is on the disk then."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        target.unlink(missing_ok=True)
        with source.open("rb") as stream, open_private(target, "xb") as copy:
            shutil.copyfileobj(stream, copy)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


@contextmanager
def _gone_unless_done(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
