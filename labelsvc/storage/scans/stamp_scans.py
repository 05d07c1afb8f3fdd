"""What a scan needs of the database: one statement for its counts, and the record, which is remembered.

The scan itself waits in memory for a moment, and is written with others (``scan_queue``, ``scan_writing``); what waits
is among the counts that are returned. Only a code without a record is written at once: it is an alarm.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text

from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.trace.product_details import PublicProduct
from labelsvc.domain.verification.stamp_record import ScanHistory, StampRecord
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.driver_connection import PATIENCE_SECONDS, ConnectionBusy, DriverConnection
from labelsvc.storage.db.refusals import is_trouble, refusal_code, shown
from labelsvc.storage.products.public_products import PublicProducts
from labelsvc.storage.profiles.shown_files import ShownFiles
from labelsvc.storage.scans.device_marks import DeviceMarks, day_of
from labelsvc.storage.scans.scan_queue import CountsOutdated, Scan, ScanBatch, ScanQueue, StoredCounts
from labelsvc.storage.scans.scan_writing import ScanWriter
from labelsvc.storage.scans.stamp_records import StampRecords

LOG = logging.getLogger("labelsvc.scans")

ALARM_SECONDS = 0.2
"""How long a code without a record waits to be written; after that it is written later."""
READ_AGAIN = 3
"""How often counts are read again where a batch was written meanwhile."""

RecordAndScans = tuple[StampRecord | None, ScanHistory | None]


class StampScans:
    """Records and scan counts of stamps.

    Where the database says nothing at all (PostgreSQL is away), what reads raises StorageRefused.
    """

    def __init__(self, database: Database) -> None:
        self._url = database.engine.url
        self._reading = DriverConnection(database)
        self._writing = DriverConnection(database, writes=True) if database.dialect == "sqlite" else self._reading
        self._state, self._find_alarm = map(self._reading.prepare, (_STATE, _FIND_ALARM))
        self._records = StampRecords(self._reading)
        self._products, self.files = PublicProducts(self._reading), ShownFiles(self._reading, self._refusing)
        self._marks = DeviceMarks(self._reading, self._writing)
        self._writer = ScanWriter(self._writing, self._marks)
        self.queue = ScanQueue(self._write_batch)
        database.before_closing(self.close)

    def scan(self, epoch: str, line: int, serial: int, now: datetime, device: str = "") -> RecordAndScans:
        """Let a scan be counted; return the record of the stamp and its scans, this one included.

        ``device`` is what the phone shows of itself; the same one on the same stamp counts once within the hour, and
        an unknown one ("") every time. No record where there is no such line or serial: then an alarm is stored, and
        its scans are returned. What other processes of the service have not written yet is not among the scans: that
        takes them half a second. A scan is counted, later, also where StorageRefused is raised.
        """
        scan = Scan(epoch, line, serial, now, device)
        try:
            with self._refusing():
                record, scans = self._found(scan, is_counted=True)
        except StorageRefused:
            self.queue.keep(scan)
            raise
        return (record, scans) if record else (None, self._alarmed(scan))

    def look(self, epoch: str, line: int, serial: int, now: datetime | None = None) -> RecordAndScans:
        """Return the same and count nothing; ScanHistory(0, None) where the stamp was never scanned."""
        scan = Scan(epoch, line, serial, now or datetime.now(UTC))
        with self._refusing():
            record, scans = self._found(scan, is_counted=False)
            return (record, scans) if record else (None, self._alarm_of(scan))

    def product(self, public_id: str) -> PublicProduct | None:
        """Return what the page of a product shows, None if there is none of this public id."""
        with self._refusing():
            return self._products.find(public_id)

    def close(self) -> None:
        """Count what waits, and close the connections."""
        self.queue.close()
        self._writing.close()
        self._reading.close()

    def forget_devices_before(self, now: datetime) -> None:
        """Destroy what devices were told apart by on days that are over; later, where the database takes nothing."""
        try:
            self._marks.forget_before(now)
            self._writer.forget_before(now)
        except Exception as error:
            if not _not_now(error):
                raise
            LOG.warning("devices of past days are forgotten later: %r", error)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Raise StorageRefused where the database says nothing."""
        try:
            yield
        except Exception as error:
            if not _not_now(error):
                raise
            cause = error.__cause__ if isinstance(error, ConnectionBusy) else error
            code = refusal_code(cause) or "storage.busy"
            raise StorageRefused.from_code(code, database=shown(self._url), reason=str(cause or "")) from error

    def _found(self, scan: Scan, *, is_counted: bool) -> RecordAndScans:
        """Return the record with the scans; no record where this serial was not issued."""
        for attempt in range(READ_AGAIN + 1):
            version, stored = self._stored(scan)
            record = self._records.of_version(scan.epoch, scan.line, version)
            if record is None or not record.issued(scan.serial):
                return None, None
            # at last, as the note of our batches is gone: it was of more than a week ago
            add = self.queue.add_at_last if attempt == READ_AGAIN else self.queue.add
            try:
                return record, _history(add(scan, stored, is_counted=is_counted))
            except CountsOutdated:
                continue
        raise AssertionError("the last attempt cannot be outdated")

    def _stored(self, scan: Scan) -> tuple[int, StoredCounts]:
        """Return the record version and what is stored of a stamp's scans, read in one statement."""
        mark = self._marks.find_mark(scan.device, scan.stamp, scan.at) if scan.device else None
        stamp = {"epoch": scan.epoch, "line": scan.line, "serial": scan.serial}
        [row] = self._reading.rows(self._state, stamp | {"writer": self._writer.name, "mark": mark})
        version, batch, device_at, *counts = row
        stored = StoredCounts(*counts) if counts[0] else StoredCounts()
        return version, replace(stored, batch=batch or 0, device_at=device_at)

    def _alarmed(self, scan: Scan) -> ScanHistory | None:
        """Store an alarm about a code without a record, and return its scans; later, where none can be written."""
        if self.queue.is_held:
            self.queue.keep(scan)
        else:
            try:
                self._writer.write([scan], patience=ALARM_SECONDS)
            except Exception as error:
                if not _not_now(error):
                    raise
                self.queue.keep(scan)
        with self._refusing():
            return self._alarm_of(scan)

    def _alarm_of(self, scan: Scan) -> ScanHistory | None:
        stamp = {"epoch": scan.epoch, "line": scan.line, "serial": scan.serial}
        alarm = self._reading.rows(self._find_alarm, stamp)
        return ScanHistory(alarm[0][0], _moment(alarm[0][1])) if alarm else None

    def _write_batch(self, batch: ScanBatch) -> bool:
        """Count the scans of a batch; False if the database takes none yet."""
        try:
            self._writer.write(batch.scans, batch=batch.number, patience=PATIENCE_SECONDS)
        except Exception as error:
            if not _not_now(error):
                raise
            return False
        return True


_STATE = text("""\
SELECT record_version.version, (SELECT batch FROM scan_batches WHERE writer = :writer),
    (SELECT at FROM device_marks WHERE mark = CAST(:mark AS BIGINT)),
    scans.count, scans.first_at, scans.day, scans.devices, scans.most_devices, scans.most_day
FROM record_version LEFT JOIN scans ON scans.epoch_id = (SELECT id FROM epochs WHERE name = :epoch)
    AND scans.line = CAST(:line AS INTEGER) AND scans.serial = CAST(:serial AS INTEGER)""")

_FIND_ALARM = text("SELECT count, first_at FROM alarms WHERE epoch = :epoch AND line = :line AND serial = :serial")


def _not_now(error: Exception) -> bool:
    return isinstance(error, ConnectionBusy) or is_trouble(error)


def _history(counts: StoredCounts) -> ScanHistory:
    most_day = day_of(counts.most_day) if counts.most_devices else None
    first = _moment(counts.first_at) if counts.count else None
    return ScanHistory(counts.count, first, counts.most_devices, most_day)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
