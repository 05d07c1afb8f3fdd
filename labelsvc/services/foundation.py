"""What everything else stands on: home, database, keys, output and the words of paper."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from labelsvc.config import Settings
from labelsvc.wording import Wording

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from labelsvc.storage.batches.batch_records import Batch
    from labelsvc.storage.db.database import Database
    from labelsvc.storage.files.output_folder import OutputFolder
    from labelsvc.storage.keys.epochs import Epochs
    from labelsvc.storage.keys.key_command import KeySource
    from labelsvc.storage.keys.output_identity import OutputIdentity
    from labelsvc.storage.keys.verifying_keys import VerifyingKeys
    from labelsvc.storage.shared_clock import SharedClock
    from labelsvc.workflows.paper_words import PaperWords

LOG = logging.getLogger("labelsvc")
PACKAGE = Path(__file__).parent.parent


def shared_folder(name: str) -> Path:
    """Return ``templates`` or ``fonts``: inside the package in a wheel, beside it in a checkout."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def _log_closed(closed: Sequence[Path]) -> None:
    LOG.warning("closed what others could open in the home: %s (%d in all)", closed[0].name, len(closed))


class Foundation:
    """The product put together for one set of settings; ``tell_closed`` is told what of the home was open to others.

    ``is_current``: another process has closed the home and brought the database up to date, so that this one need not.
    """

    def __init__(
        self,
        settings: Settings,
        tell_closed: Callable[[Sequence[Path]], None] = _log_closed,
        *,
        is_current: bool = False,
    ) -> None:
        self.settings = settings
        self._is_current = is_current
        self._tell_closed = tell_closed
        self.templates = shared_folder("templates")
        self._rehearsal: TemporaryDirectory[str] | None = None

    def rehearse(self) -> None:
        """Write nothing: where there is no SQLite database yet, take an empty one that goes when this is closed."""
        path = self.settings.database.removeprefix("sqlite:///")
        if path != self.settings.database and not os.path.exists(path) and "database" not in self.__dict__:
            from tempfile import TemporaryDirectory

            self._rehearsal = TemporaryDirectory(prefix="labelsvc-")
            database = f"sqlite:///{self._rehearsal.name}/labelsvc.db"
            self.settings = replace(self.settings, database=database)

    @cached_property
    def home(self) -> Path:
        """The folder of keys, database and uploads, closed to everybody else."""
        from labelsvc.storage.files.private_home import close_to_others

        if not self._is_current and (closed := close_to_others(self.settings.home, but=self.settings.output)):
            self._tell_closed(closed)
        return self.settings.home

    @cached_property
    def database(self) -> Database:
        """The database, at its newest schema.

        SQLite's is migrated on opening; PostgreSQL's by ``labelsvc db upgrade``, as it may be other machines' too.
        """
        from labelsvc.storage.db.database import Database

        self.home  # noqa: B018  closed before anything is written to it
        url, output, connections = self.settings.database, self.settings.output, self.settings.connections
        if self._is_current:
            return Database.trusted(url, output, connections=connections)
        return Database.open(url, output, connections=connections, migrates=url.startswith("sqlite"))

    def shared_now(self) -> datetime:
        """Return the present moment by the clock that all machines share, in UTC; StorageRefused."""
        from labelsvc.storage.shared_clock import shared_now

        return shared_now(self.database)

    @cached_property
    def shared_clock(self) -> SharedClock:
        """That clock as this process knows it, for whoever must not ask each time."""
        from labelsvc.storage.shared_clock import SharedClock

        return SharedClock(lambda: self.database)

    @cached_property
    def stored_database(self) -> Database:
        """The database as it is stored, whatever its schema and wherever it was moved, for who looks after it."""
        from labelsvc.storage.db.database import Database

        self.home  # noqa: B018
        return Database.trusted(self.settings.database, self.settings.output, connections=self.settings.connections)

    def check_verifiable(self) -> None:
        """Refuse (StorageRefused) a database that this version cannot verify with; needs no right but to read."""
        from labelsvc.storage.db.public_rights import check_verifiable

        with self.database.reading() as connection:
            check_verifiable(connection)

    def public_rights(self, role: str) -> list[str]:
        """Return what gives a role of PostgreSQL the rights of a machine that only verifies; InvalidValue."""
        from labelsvc.storage.db.public_rights import public_rights

        return public_rights(role)

    @cached_property
    def key_file(self) -> KeySource:
        """The keys alone, for what needs no database."""
        from labelsvc.storage.keys.key_command import KeyCommand
        from labelsvc.storage.keys.key_file import KeyFile

        if self.settings.keys_command:
            return KeyCommand(self.settings.keys_command)
        return KeyFile(self.home / "keys.json", given=self.settings.keys)

    def check_given_keys(self) -> None:
        """Refuse (KeyRefused) keys of the environment that are none."""
        if self.settings.keys:
            from labelsvc.storage.keys.key_file import ENVIRONMENT, read_compact

            read_compact(self.settings.keys, ENVIRONMENT)

    @cached_property
    def epochs(self) -> Epochs:
        """The epochs with their keys."""
        return self.epochs_of(self.database)

    def epochs_of(self, database: Database) -> Epochs:
        """Return the epochs of a database with the keys of this home."""
        from labelsvc.domain.errors import PrintRefused
        from labelsvc.storage.keys.epochs import Epochs
        from labelsvc.storage.keys.issued_marks import IssuedMarks

        marks = IssuedMarks(self.home / "issued.json", self.output().root)
        why_held = PrintRefused.from_code("print.perhaps_printed")
        return Epochs(database, self.key_file, marks, lambda: str(self.paper_words.stop_reason(why_held)))

    @cached_property
    def verifying_keys(self) -> VerifyingKeys:
        """What this process verifies codes with; the database is not opened before it has to be asked."""
        from labelsvc.storage.keys.verifying_keys import VerifyingKeys

        return VerifyingKeys(self.key_file, lambda: self.epochs.needed())

    def output(self, folder: Path | None = None) -> OutputFolder:
        """Return what takes batches: the settings' folder or object store, or another folder."""
        from labelsvc.storage.files.output_folder import OutputFolder

        return OutputFolder(folder or self.settings.output)

    def output_of(self, batch: Batch) -> OutputFolder:
        """Return what took a batch; the settings' output where nothing was printed of it."""
        return self.output().of_batch(batch.folder)

    @cached_property
    def output_identity(self) -> OutputIdentity:
        """What tells the output that the database knows from another place."""
        from labelsvc.storage.keys.output_identity import OutputIdentity

        return OutputIdentity(self.database, self.output().root)

    @cached_property
    def paper_words(self) -> PaperWords:
        """What is needed to speak on paper and in records, which are Vietnamese whoever prints."""
        from labelsvc.workflows.paper_words import PaperWords

        wording = Wording(self.templates / "wording", "vi")
        return PaperWords.from_sentences(wording.say, wording.explain)

    def queue_file(self) -> Path:
        """Return the file of the queue's hints, which is made where it is missing."""
        from labelsvc.storage.files.private_file import make_private_file, make_private_folder

        make_private_folder(self.home)
        make_private_file(self.home / "queue.db")
        return self.home / "queue.db"

    def close(self) -> None:
        """Count the scans that wait, and close the database where it was opened."""
        for name in {"database", "stored_database"} & self.__dict__.keys():
            getattr(self, name).close()
        if self._rehearsal is not None:
            self._rehearsal.cleanup()
