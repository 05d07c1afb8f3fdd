"""The one place where stores, templates, fonts and keys are assembled from the settings.

Everything is created on first use, so that a command pays only for what it needs.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from labelsvc.services.foundation import shared_folder
from labelsvc.services.people import PeopleStores
from labelsvc.services.printing import PrintStores

if TYPE_CHECKING:
    from datetime import datetime

    from labelsvc.storage.backups.age_header import Lock as Lock
    from labelsvc.storage.backups.age_header import Unlock as Unlock
    from labelsvc.storage.backups.backup_facts import BackupFacts as BackupFacts
    from labelsvc.storage.people.changes import RecordedChange as RecordedChange
    from labelsvc.storage.scans.alarms import Alarm as Alarm
    from labelsvc.storage.scans.alarms import Alarms
    from labelsvc.storage.scans.stamp_scans import StampScans
    from labelsvc.workflows.backups.office_places import OfficePlaces
    from labelsvc.workflows.sign_verdict import VerdictSigner
    from labelsvc.workflows.verify_label import Verifier

__all__ = ["Services", "shared_folder"]


class Services(PrintStores, PeopleStores):
    """The product put together for one set of settings: see :class:`~labelsvc.services.foundation.Foundation`."""

    def office_places(self) -> OfficePlaces:
        """Return what a backup takes or restores; its database is opened as it is, and is the caller's to close."""
        from labelsvc import __version__
        from labelsvc.storage.db.database import Database
        from labelsvc.workflows.backups.office_places import OfficePlaces

        database = Database.trusted(self.settings.database, self.settings.output)
        return OfficePlaces(self.home, database, self.key_file, self.output(), __version__)

    def last_backup(self) -> datetime | None:
        """Return from when the last whole backup is; StorageRefused if the database does not answer."""
        from labelsvc.storage.backups.last_backup import last_backup

        with self.database.reading() as connection:
            return last_backup(connection)

    @cached_property
    def scans(self) -> StampScans:
        """The counts of scans."""
        from labelsvc.storage.scans.stamp_scans import StampScans

        return StampScans(self.database)

    @cached_property
    def alarms(self) -> Alarms:
        """What scans let the office know."""
        from labelsvc.storage.scans.alarms import Alarms

        return Alarms(self.database)

    @cached_property
    def verifier(self) -> Verifier:
        """What answers a scan."""
        from labelsvc.workflows.verify_label import Verifier

        return Verifier(open_code=self.verifying_keys.open, scan=self.scans.scan, look=self.scans.look)

    @cached_property
    def verdict_signer(self) -> VerdictSigner:
        """What signs verdicts that programs keep."""
        from labelsvc.workflows.sign_verdict import VerdictSigner

        return VerdictSigner(self.verifying_keys.signing)
