"""Counts scans: all of a batch in one transaction, and who wrote it and which batch it was.

Kept of each stamp are the first scan's moment, their number and how many devices there were on a day, nothing else;
what tells devices apart is destroyed with the day (``device_marks``). Whether a device is another one is decided here,
so that several processes agree about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import text

from labelsvc.domain.verification.stamp_record import MANY_DEVICES
from labelsvc.storage.db.driver_connection import DriverConnection, Transaction
from labelsvc.storage.scans.alarms import RAISE_ALARM
from labelsvc.storage.scans.device_marks import DeviceMarks, day_number
from labelsvc.storage.scans.scan_queue import Scan

NOTES_KEPT = timedelta(days=7)
"""How long it is kept which batch a process wrote last."""


@dataclass(frozen=True, slots=True)
class _Counting:
    """A scan as its statements take it; ``mark``: of its device, None where that is unknown."""

    stamp: dict[str, Any]
    mark: dict[str, int] | None


class ScanWriter:
    """Writes the scans of one process, which is known by a random name."""

    def __init__(self, connection: DriverConnection, marks: DeviceMarks) -> None:
        self.name = token_hex(8)
        self._connection, self._marks = connection, marks
        self._count, self._raise, self._find, self._note, self._forget = map(
            connection.prepare, (_COUNT, RAISE_ALARM, _FIND_BATCH, _NOTE_BATCH, _FORGET_BATCHES)
        )

    def write(self, scans: Sequence[Scan], *, patience: float, batch: int = 0) -> None:
        """Count scans, or none of them where it raises; a batch that has a number is counted once.

        ``patience``: for how many seconds to wait for another writer. Raises ConnectionBusy and the driver's errors.
        """
        counting = [self._counting(scan) for scan in scans]

        def write(transaction: Transaction) -> None:
            if batch and self._is_written(transaction, batch):  # the connection was lost as it was committed
                return
            self._write(transaction, counting)
            if batch:
                at = int(scans[-1].at.timestamp())
                transaction.rows(self._note, {"writer": self.name, "batch": batch, "at": at})

        self._connection.together(write, patience=patience)

    def forget_before(self, now: datetime) -> None:
        """Forget the batches of processes that ended long ago."""
        self._connection.rows(self._forget, {"at": int((now - NOTES_KEPT).timestamp())})

    def _counting(self, scan: Scan) -> _Counting:
        now = {"now": int(scan.at.timestamp()), "day": day_number(scan.at)}
        stamp = {"epoch": scan.epoch, "line": scan.line, "serial": scan.serial} | now
        return _Counting(stamp, self._marks.make_mark(scan.device, scan.stamp, scan.at) if scan.device else None)

    def _is_written(self, transaction: Transaction, batch: int) -> bool:
        rows = transaction.rows(self._find, {"writer": self.name})
        return bool(rows) and rows[0][0] >= batch

    def _write(self, transaction: Transaction, counting: Sequence[_Counting]) -> None:
        """Count each scan whose device was not counted within the hour, and store alarms.

        Marks, counts and alarms are changed in the order of their keys, so that no two processes wait for each other.
        """
        marked = sorted((each for each in counting if each.mark), key=lambda each: (each.mark or {})["mark"])
        times = self._marks.times_counted(transaction, [each.mark for each in marked if each.mark])
        new = [(each.stamp, count == 1) for each, count in zip(marked, times, strict=True) if count]
        unmarked = [(each.stamp, False) for each in counting if not each.mark]
        counted = sorted(new + unmarked, key=lambda pair: _order(pair[0]))
        rows = transaction.each(self._count, [stamp | {"new": int(is_new)} for stamp, is_new in counted])
        for (stamp, is_new), row in zip(counted, rows, strict=True):
            if not row:
                transaction.rows(self._raise, stamp | {"kind": "unknown_record"})
            elif is_new and row[0][0] == MANY_DEVICES:
                transaction.rows(self._raise, stamp | {"kind": "many_devices"})


def _order(stamp: dict[str, Any]) -> tuple[str, int, int, int]:
    """Order scans by stamp, and those of one stamp as they came."""
    return stamp["epoch"], stamp["line"], stamp["serial"], stamp["now"]


_TODAY = "(excluded.devices + CASE WHEN scans.day = excluded.day THEN scans.devices ELSE 0 END)"
"""How many devices scanned the stamp today, this one included where it is another one."""

_COUNT = text(f"""\
INSERT INTO scans (epoch_id, line, serial, first_at, count, day, devices, most_devices, most_day)
SELECT lines.epoch_id, lines.number, CAST(:serial AS INTEGER), CAST(:now AS BIGINT), 1,
    CAST(:day AS INTEGER), CAST(:new AS INTEGER), CAST(:new AS INTEGER), CAST(:day AS INTEGER)
FROM lines JOIN epochs ON epochs.id = lines.epoch_id
WHERE epochs.name = :epoch AND lines.number = :line AND :serial BETWEEN lines.first_serial AND lines.last_serial
ON CONFLICT (epoch_id, line, serial) DO UPDATE SET
    count = scans.count + 1,
    first_at = CASE WHEN scans.first_at > excluded.first_at THEN excluded.first_at ELSE scans.first_at END,
    day = excluded.day,
    devices = {_TODAY},
    most_devices = CASE WHEN {_TODAY} > scans.most_devices THEN {_TODAY} ELSE scans.most_devices END,
    most_day = CASE WHEN {_TODAY} > scans.most_devices THEN excluded.day ELSE scans.most_day END
RETURNING devices""")  # noqa: S608

_FIND_BATCH = text("SELECT batch FROM scan_batches WHERE writer = :writer")
_NOTE_BATCH = text("""\
INSERT INTO scan_batches (writer, batch, at) VALUES (:writer, :batch, :at)
ON CONFLICT (writer) DO UPDATE SET batch = excluded.batch, at = excluded.at""")
_FORGET_BATCHES = text("DELETE FROM scan_batches WHERE at < :at")
