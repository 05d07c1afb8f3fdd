"""May the newest epoch go on? What the database names is compared with the keys at hand and with what was issued."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import HIGHEST_LINE, VerifyingKey
from labelsvc.storage.db.fingerprint import fingerprint
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.keys.epoch_rows import Epoch, StartReason, read_epochs
from labelsvc.storage.keys.issued_marks import Issued
from labelsvc.storage.keys.key_command import KeySource


class EpochJudge:
    """Compares epochs with keys, marks and folders; it remembers which folders the database knows."""

    def __init__(self, key_file: KeySource) -> None:
        self._key_file = key_file
        self._known_folders: frozenset[str] = frozenset()

    def judge(self, connection: Connection, issued: Issued, count: int) -> tuple[Epoch | None, StartReason]:
        """Return the epoch that issues, if any, and why it may not go on.

        ``issued``: the marks, which are read before the transaction, as the output may hang: another order that came
        between has raised what the database knows, and never what is compared with it.
        """
        all_epochs = self.named(connection)
        if lost := self.without_key(all_epochs, issued.own):
            raise self.lost(lost)
        epoch = next((epoch for epoch in all_epochs if epoch.issues), None)
        if epoch is None:
            return None, "first"
        if any(key.name == epoch.name and isinstance(key, VerifyingKey) for key in self._key_file.read()):
            raise KeyRefused.from_code("keys.only_verifies", epoch=epoch.name)
        made_in = connection.execute(select(epochs).where(epochs.c.id == epoch.id)).one()
        if made_in.fingerprint != fingerprint(connection):
            return epoch, "moved"
        if issued.next_lines.get(epoch.name, 1) > epoch.next_line:
            return epoch, "restored"
        if self.strange_folders(connection, issued) - set(made_in.strange_folders):
            return epoch, "restored"
        return epoch, "exhausted" if epoch.next_line + count - 1 > HIGHEST_LINE else ""

    def strange_folders(self, connection: Connection, issued: Issued) -> set[str]:
        """Return the folders of batches that the database does not know, none where the output is others' too."""
        if new := issued.folders - self._known_folders:
            self._known_folders |= new & set(connection.scalars(select(batches.c.name)))
        return set() if issued.shared else set(issued.folders - self._known_folders)

    def without_key(self, all_epochs: Sequence[Epoch], own: Collection[str]) -> list[str]:
        """Return the epochs whose keys are missing and not given up; ``own``: those that the home's marks know."""
        if not all_epochs:
            return []
        unnamed = set(own) - {epoch.name for epoch in all_epochs} - {key.name for key in self._key_file.read()}
        return [epoch.name for epoch in all_epochs if not (epoch.key_present or epoch.given_up)] + sorted(unnamed)

    def lost(self, names: Sequence[str]) -> KeyRefused:
        """Return the refusal where keys are missing."""
        options = " ".join(f"--lost {name}" for name in names)
        return KeyRefused.from_code("keys.lost", epoch=", ".join(names), path=self._key_file.place, options=options)

    def named(self, connection: Connection) -> list[Epoch]:
        """Return all epochs. The keys are read last: a key is on the disk before it is named in the database."""
        all_epochs = read_epochs(connection)
        names = {key.name for key in self._key_file.read()}
        if any(epoch.name not in names and not epoch.given_up for epoch in all_epochs):
            self._key_file.renew(wait=True)
            names = {key.name for key in self._key_file.read()}
        return [replace(epoch, key_present=epoch.name in names) for epoch in all_epochs]
