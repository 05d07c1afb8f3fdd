"""Epochs: the key that seals what is printed now, and the keys that verify earlier prints.

An epoch belongs to one database. Before it issues a line, four things are compared: the database's fingerprint with
the one that the epoch was made in, the lines that the database knows of with the marks beside the keys and in the
output, the batches that it knows of with the folders in the output, and the keys at hand with the epochs that the
database names. A copy or an older state starts a new epoch, and holds what was not finished; a missing key refuses.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import DatabaseStrange, KeyRefused
from labelsvc.domain.label_code import MASTER_BYTES, EpochKey, VerifyingKey
from labelsvc.storage.batches.held_batches import hold_unfinished
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.fingerprint import fingerprint
from labelsvc.storage.db.tables.batches import lines
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.keys.epoch_judging import EpochJudge
from labelsvc.storage.keys.epoch_rows import (
    Epoch,
    LineAllotment,
    StartReason,
    name_verifying,
    read_epochs,
    set_given_up,
    set_leaked,
)
from labelsvc.storage.keys.issued_marks import Issued, IssuedMarks
from labelsvc.storage.keys.key_command import KeySource
from labelsvc.storage.keys.key_file import read_compact, write_compact
from labelsvc.storage.keys.verifying_keys import NeededEpochs
from labelsvc.storage.people.audit import FieldDifference, record_differences

__all__ = ["Epoch", "Epochs", "IssuedMarks", "LineAllotment", "StartReason"]

LOG = logging.getLogger("labelsvc.keys")
BY_COMMAND = "cli"
"""Who changes keys; what the program itself starts, because it must, has nobody's name in the audit."""


class Epochs:
    """The epochs of a database and their keys. ``why_held``: the sentence of a batch that may be printed already."""

    def __init__(
        self, database: Database, key_file: KeySource, marks: IssuedMarks, why_held: Callable[[], str] = str
    ) -> None:
        self._database = database
        self._key_file = key_file
        self._marks = marks
        self._why_held = why_held
        self._judged = EpochJudge(key_file)

    def keys(self) -> tuple[EpochKey, ...]:
        """Return the keys that are at hand, the newest first. Touches no database; KeyRefused if they are bad."""
        return self._key_file.read()

    def key(self, name: str) -> EpochKey:
        """Return an epoch's key to print with; KeyRefused keys.lost if it is not at hand, keys.leaked."""
        with self._database.reading() as connection:
            if connection.scalar(select(epochs.c.leaked).where(epochs.c.name == name)):
                raise KeyRefused.from_code("keys.leaked", epoch=name)
        if name not in (keys := {key.name: key for key in self._key_file.read()}):
            self._key_file.renew(wait=True)
            keys = {key.name: key for key in self._key_file.read()}
        if name not in keys:
            raise self._judged.lost([name])
        if isinstance(key := keys[name], VerifyingKey):
            raise KeyRefused.from_code("keys.only_verifies", epoch=name)
        return key

    @property
    def place(self) -> str:
        """Where the keys are: the file, or the environment's variable."""
        return self._key_file.place

    @property
    def by_environment(self) -> bool:
        """Return whether the environment gives the keys: then what :meth:`rotate` makes has to be shown."""
        return self._key_file.by_environment

    @property
    def by_command(self) -> bool:
        """Return whether a key service gives the keys: then it must give a new one before :meth:`rotate` names it."""
        return self._key_file.by_command

    def with_new_key(self) -> tuple[EpochKey, str]:
        """Return a new key, and all keys with it in the compact form, as a key service is to give them."""
        key = EpochKey(secrets.token_bytes(MASTER_BYTES))
        return key, write_compact((key, *self._key_file.read()))

    def is_given(self, key: EpochKey) -> bool:
        """Return whether the key service gives a key by now; it is asked every few seconds at most."""
        self._key_file.renew(wait=True)
        return key in self._key_file.read()

    def check(self) -> None:
        """Refuse (KeyRefused) where the key of an epoch that the database names is missing, wrong or open to others."""
        if lost := self.lost():
            raise self._judged.lost(lost)

    def lost(self) -> list[str]:
        """Return the epochs whose keys are missing and not given up: named by the database, or by the home's marks."""
        own = self._marks.read_own()
        with self._database.reading() as connection:
            return self._judged.without_key(self._judged.named(connection), own)

    def needed(self) -> NeededEpochs:
        """Return what the keys at hand are compared with: all that the database names, and what the home's marks know.

        The output is not looked at: no scan waits for a disk that only printing needs.
        """
        own = self._marks.read_own()
        with self._database.reading() as connection:
            all_epochs = read_epochs(connection)
        given_up = frozenset(epoch.name for epoch in all_epochs if epoch.given_up)
        named = frozenset(epoch.name for epoch in all_epochs)
        ours = sorted((e for e in all_epochs if not (e.foreign or e.leaked)), key=lambda e: not e.issues)
        signing = tuple(epoch.name for epoch in ours)
        return NeededEpochs((named | own) - given_up if named else frozenset(), given_up, signing)

    def ready(self, now: datetime) -> Epoch:
        """Return the epoch that issues, a new one where it must not go on, before anything is ordered or printed.

        Raises KeyRefused as :meth:`check` does, and where a new key is needed but the environment gives the keys;
        DatabaseStrange where the database is new although keys or marks are there.
        """
        issued = self._marks.read()
        self._marks.remember(issued)
        with self._database.reading() as connection:
            epoch, reason = self._judged.judge(connection, issued, 1)
        if epoch is None or reason:
            with self._database.writing(asked_for=False) as connection:
                epoch = self._ensure(connection, now, 1, issued)
        if issued.marked.get(epoch.name, 1) < epoch.next_line:  # else an object store would be asked twice for a part
            self._marks.raise_to(epoch.name, epoch.next_line)
        return epoch

    def foresee(self) -> StartReason:
        """Return why :meth:`ready` would start a new epoch, empty if it would not; KeyRefused as there."""
        issued = self._marks.read()
        with self._database.reading() as connection:
            return self._judged.judge(connection, issued, 1)[1]

    def with_lines_beyond(self) -> list[str]:
        """Return the epochs with lines that they have not issued: their next lines would be those again."""
        beyond = select(lines.c.epoch_id).where(lines.c.epoch_id == epochs.c.id, lines.c.number >= epochs.c.next_line)
        with self._database.reading() as connection:
            return list(connection.scalars(select(epochs.c.name).where(beyond.exists()).order_by(epochs.c.id)))

    def create(self, now: datetime) -> Epoch:
        """Make the first epoch; KeyRefused keys.exists if there is a key or an epoch already."""
        issued = self._marks.read()
        with self._database.writing() as connection:
            if self._key_file.read() or issued.own or self._judged.named(connection):
                raise KeyRefused.from_code("keys.exists", path=self._key_file.place)
            return self._start(connection, now, "first", issued)

    def rotate(
        self,
        now: datetime,
        *,
        key: EpochKey | None = None,
        given_up: Collection[str] = (),
        leaked: Collection[str] = (),
    ) -> Epoch:
        """Start a new epoch; the old ones verify and render again what was printed with them.

        ``key``: the new one, where a key service gives it already.
        ``given_up`` names epochs whose keys are lost for ever: what was printed with them is answered as not the
        office's from now on. ``leaked`` names epochs whose keys others have: scans of their stamps say to ask the
        office, and nothing is printed with them any more. In a database that is new, keys at hand verify as those of
        another one. Raises KeyRefused if any other key is missing.
        """
        context, issued = ChangeContext(BY_COMMAND, now), self._marks.read()
        with self._database.writing() as connection:
            if given_up:
                name_verifying(connection, sorted(given_up), context)
                set_given_up(connection, given_up, True, context)
            if leaked:
                set_leaked(connection, leaked, context)
            all_epochs = self._judged.named(connection)
            if lost := self._judged.without_key(all_epochs, issued.own):
                raise self._judged.lost(lost)
            if not any(epoch.issues or not epoch.foreign for epoch in all_epochs):
                others = [each.name for each in reversed(self._key_file.read()) if each != key]
                name_verifying(connection, others, context)
            return self._start(connection, now, "rotated", issued, key)

    def all(self) -> list[Epoch]:
        """Return all epochs that the database names, the newest first."""
        with self._database.reading() as connection:
            return self._judged.named(connection)

    def export(self, *, verifying: bool = False) -> str:
        """Return all keys in the compact form; ``verifying``: without their masters, for machines that only verify."""
        keys = self._key_file.read()
        return write_compact(map(VerifyingKey.without_master, keys) if verifying else keys)

    def import_verifying(self, text: str, now: datetime, place: str = "–") -> list[Epoch]:
        """Take over exported keys: lost ones of this database are back; other databases' only verify, for ever.

        Returns the epochs of the text; ``place`` is where it stands, for a person. Raises KeyRefused if it is no
        such text.
        """
        if self._key_file.by_environment:
            raise KeyRefused.from_code("keys.given", path=self._key_file.place)
        keys = read_compact(text, place)
        names, context = [key.name for key in keys], ChangeContext(BY_COMMAND, now)
        with self._database.writing() as connection:
            at_hand = {key.name for key in self._key_file.read()}
            for key in keys:
                if not (isinstance(key, VerifyingKey) and key.name in at_hand):  # one with its master is worth more
                    self._key_file.add(key, newest=False)
            name_verifying(connection, names, context)
            set_given_up(connection, names, False, context)
            return [epoch for epoch in self._judged.named(connection) if epoch.name in names]

    def marks(self) -> Issued:
        """Return what was issued as far as home and output know, for :meth:`allot`; may hang as the output does.

        Raises KeyRefused, so that nothing is ordered, where the home does not take what will be issued.
        """
        self._marks.check_written()
        return self._marks.read()

    def allot(self, connection: Connection, count: int, now: datetime, marks: Issued) -> LineAllotment:
        """Allot lines in the writer's transaction; call :meth:`issued` once it is committed.

        ``marks`` are read before it begins: no writer waits for the output.
        """
        epoch = self._ensure(connection, now, count, marks)
        connection.execute(update(epochs).where(epochs.c.id == epoch.id).values(next_line=epoch.next_line + count))
        return LineAllotment(epoch, epoch.next_line)

    def issued(self, epoch: str, next_line: int) -> None:
        """Remember beside the keys that all lines before ``next_line`` are issued."""
        self._marks.raise_to(epoch, next_line)

    def _ensure(self, connection: Connection, now: datetime, count: int, issued: Issued) -> Epoch:
        epoch, reason = self._judged.judge(connection, issued, count)
        if epoch is not None and not reason:
            return epoch
        if not self._judged.named(connection) and (issued.own or issued.shared or self._key_file.read()):
            raise DatabaseStrange.from_code("keys.database_new", path=self._key_file.place)
        if self._key_file.by_environment:
            raise KeyRefused.from_code("keys.rotate_given", path=self._key_file.place)
        return self._start(connection, now, reason, issued)

    def _start(
        self, connection: Connection, now: datetime, reason: StartReason, issued: Issued, key: EpochKey | None = None
    ) -> Epoch:
        """Make a key, bring it to the disk, and only then name it in the database.

        Where the database is not where it was, or older than what was issued, what is not finished may be printed.
        """
        strange = sorted(self._judged.strange_folders(connection, issued))
        key = key or EpochKey(secrets.token_bytes(MASTER_BYTES))
        self._key_file.add(key)
        before = connection.scalar(select(epochs.c.name).where(epochs.c.issues))
        connection.execute(update(epochs).where(epochs.c.issues).values(issues=False))
        values = {"name": key.name, "created_at": now, "issues": True, "fingerprint": fingerprint(connection)}
        values["strange_folders"] = strange
        made = connection.scalar(insert(epochs).values(values).returning(epochs.c.id)) or 0
        context = ChangeContext(BY_COMMAND if reason == "rotated" else "", now)
        record_differences(connection, context, [("key", made, [FieldDifference("issuing_key", before, key.name)])])
        held = hold_unfinished(connection, self._why_held(), context) if reason in ("moved", "restored") else []
        LOG.log(
            logging.INFO if reason == "first" else logging.WARNING,
            *("epoch %s began: %s; batches held: %s", key.name, reason, ", ".join(held) or "none"),
        )
        started = next(e for e in self._judged.named(connection) if e.name == key.name)
        return replace(started, started=reason, held=tuple(held))
