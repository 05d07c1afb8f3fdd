"""What happens at a scan: one statement counts it and says whether the record that is remembered still holds.

Kept of each stamp are the first scan's moment, their number and how many devices there were on a day, nothing else;
what tells devices apart is destroyed with the day (``device_marks``). A record is remembered under the
database's record version, which changes with everything that a verdict is made of (``db/triggers``),
so a withdrawal shows at the next scan.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select, text

from labelsvc.domain.host import Host
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.verdict import MANY_DEVICES, ScanHistory, StampRecord, VoidedRange
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.driver_connection import ConnectionBusy, DriverConnection, ResultRows, RunStatement
from labelsvc.storage.db.refusals import refusal_code
from labelsvc.storage.db.tables import batches, epochs, lines, products, recognitions, voids
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_of, recognition_of
from labelsvc.storage.scans.alarms import RAISE_ALARM
from labelsvc.storage.scans.device_marks import DeviceMarks, day_number, day_of

RECORDS_KEPT = 4_096
LOG = logging.getLogger("labelsvc.scans")

_NOT_NOW = ("storage.busy", "storage.full", "storage.read_only")

ScanRow = tuple[Any, ...]


RecordAndScans = tuple[StampRecord | None, ScanHistory | None]


class StampScans:
    """The records behind the stamps, and how often each stamp was scanned."""

    def __init__(self, database: Database) -> None:
        self._writing, self._reading = DriverConnection(database), DriverConnection(database)
        self._count, self._raise, self._find, self._find_alarm, self._read, self._read_voids = map(
            self._reading.prepare, (_COUNT, RAISE_ALARM, _FIND, _FIND_ALARM, _RECORD, _VOIDS)
        )
        self._marks = DeviceMarks(self._writing)
        self._remembered = lru_cache(RECORDS_KEPT)(self._record)

    def scan(self, epoch: str, line: int, serial: int, now: datetime, device: str = "") -> RecordAndScans:
        """Count a scan; return the record of the stamp and its scans, this one included.

        ``device`` is what the phone shows of itself; the same one on the same stamp counts once within the hour, and
        an unknown one ("") every time. No record where there is no such line or serial: then an alarm is stored, and
        its scans are returned. Where the database takes no scan just now (an import writes, the disk is full) it is
        answered without being counted.
        """
        stamp = {"epoch": epoch, "line": line, "serial": serial, "now": int(now.timestamp()), "day": day_number(now)}
        try:
            mark = self._marks.mark_of(device, f"{epoch}:{line}:{serial}", now) if device else None
            counted = self._writing.together(lambda run: self._counted(run, stamp, mark))
        except Exception as error:
            if not _not_now(error):
                raise
            LOG.warning("a scan was answered and not counted: %r", error)
            return self.look(epoch, line, serial)
        if not counted:
            return self.look(epoch, line, serial)
        *facts, version = counted[0]
        return self._remembered(epoch, line, version), _scans(*facts)

    def look(self, epoch: str, line: int, serial: int) -> RecordAndScans:
        """Return the same and count nothing; Scans(0, None) where the stamp was never scanned."""
        stamp = {"epoch": epoch, "line": line, "serial": serial}
        record = self._record(epoch, line, 0)
        if record is None or not record.issued(serial):
            alarm = self._reading.rows(self._find_alarm, stamp)
            return None, ScanHistory(alarm[0][0], _moment(alarm[0][1])) if alarm else None
        found = self._reading.rows(self._find, stamp)
        return record, _scans(*found[0][:-1]) if found else ScanHistory(0, None)

    def forget_devices_before(self, now: datetime) -> None:
        """Destroy what devices were told apart by on days that are over; later, where the database takes nothing."""
        try:
            self._marks.forget_before(now)
        except Exception as error:
            if not _not_now(error):
                raise
            LOG.warning("devices of past days are forgotten later: %r", error)

    def _counted(self, run: RunStatement, stamp: dict[str, Any], mark: dict[str, int] | None) -> ResultRows:
        """Return a stamp's scans and the record version, this scan counted unless its device was within the hour.

        No rows where there is no such stamp: then an alarm is stored.
        """
        times = self._marks.times_counted(run, mark) if mark else 1
        if not times:
            return run(self._find, stamp)
        is_new = mark is not None and times == 1
        counted = run(self._count, stamp | {"new": int(is_new)})
        if not counted:
            run(self._raise, stamp | {"kind": "unknown_record"})
        elif is_new and counted[0][_DEVICES] == MANY_DEVICES:
            run(self._raise, stamp | {"kind": "many_devices"})
        return counted

    def _record(self, epoch: str, line: int, _version: int) -> StampRecord | None:
        rows, void = (
            tuple(map(tuple, self._reading.rows(query, {"epoch": epoch, "line": line})))
            for query in (self._read, self._read_voids)
        )
        return _record_of(rows, void) if rows else None


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
    day = excluded.day,
    devices = {_TODAY},
    most_devices = CASE WHEN {_TODAY} > scans.most_devices THEN {_TODAY} ELSE scans.most_devices END,
    most_day = CASE WHEN {_TODAY} > scans.most_devices THEN excluded.day ELSE scans.most_day END
RETURNING count, first_at, most_devices, most_day, devices, (SELECT version FROM record_version)""")  # noqa: S608

_FIND = text("""\
SELECT scans.count, scans.first_at, scans.most_devices, scans.most_day, scans.devices,
    (SELECT version FROM record_version)
FROM scans JOIN epochs ON epochs.id = scans.epoch_id
WHERE epochs.name = :epoch AND scans.line = :line AND scans.serial = :serial""")

_DEVICES = 4
"""Where both statements have the number of the day's devices."""

_FIND_ALARM = text("SELECT count, first_at FROM alarms WHERE epoch = :epoch AND line = :line AND serial = :serial")

_OF_LINE = ("quantity", "last_serial", "stars", "specimen")

_RECORD: Select[Any] = (
    select(
        *(lines.c[name] for name in _OF_LINE),
        batches.c.trial,
        batches.c.host,
        (lines.c.recognition_id == recognitions.c.id).label("printed"),
        *(products.c[name] for name in PRODUCT_COLUMNS),
        *(recognitions.c[name] for name in RECOGNITION_COLUMNS),
    )
    .select_from(
        lines.join(epochs)
        .join(batches, batches.c.id == lines.c.batch_id)
        .join(products, products.c.id == lines.c.product_id)
        .join(recognitions, recognitions.c.product_id == products.c.id)
    )
    .where(epochs.c.name == bindparam("epoch"), lines.c.number == bindparam("line"))
    .order_by(recognitions.c.decision_date)
)


_VOIDS: Select[Any] = (
    select(*(voids.c[name] for name in ("first_serial", "last_serial", "at", "reason", "kind", "replaced_by")))
    .join(epochs, epochs.c.id == voids.c.epoch_id)
    .where(epochs.c.name == bindparam("epoch"), voids.c.line == bindparam("line"))
    .order_by(voids.c.first_serial)
)
"""Read with the record and remembered with it, so that a scan looks nothing up for it."""


@lru_cache(RECORDS_KEPT)
def _record_of(rows: tuple[ScanRow, ...], void: tuple[ScanRow, ...]) -> StampRecord:
    """Return the record that a line's rows hold, one row for each recognition; the same object for the same rows."""
    of_product = 7
    of_recognition = of_product + len(PRODUCT_COLUMNS)
    quantity, last_serial, stars, specimen, trial, host, *_ = rows[0]
    history = [recognition_of(dict(zip(RECOGNITION_COLUMNS, row[of_recognition:], strict=True))) for row in rows]
    printed = next(recognition for row, recognition in zip(rows, history, strict=True) if row[6])
    return StampRecord(
        product=product_of(dict(zip(PRODUCT_COLUMNS, rows[0][of_product:of_recognition], strict=True))),
        recognition=_as_printed(printed, stars),
        history=tuple(history),
        quantity=quantity,
        counted=last_serial > 0,
        trial=bool(trial),
        specimen=bool(specimen) or Host.parse(host).specimen,
        voids=tuple(
            VoidedRange(first, last, _moment_of_row(at), reason, kind, new is not None)
            for first, last, at, reason, kind, new in void
        ),
    )


def _as_printed(recognition: Recognition, stars: int) -> Recognition:
    """Return the recognition with the stars on paper, should the record have been corrected since."""
    if recognition.stars == stars:
        return recognition
    return replace(recognition, stars=stars, score=None, potential_five=False, as_stored=True)


def _moment_of_row(at: datetime | str) -> datetime:
    """Return a moment as a driver gives it: SQLite's is text without its zone, which is UTC."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _not_now(error: Exception) -> bool:
    return isinstance(error, ConnectionBusy) or refusal_code(error) in _NOT_NOW


def _scans(count: int, first_at: int, most_devices: int, most_day: int, _devices: int) -> ScanHistory:
    return ScanHistory(count, _moment(first_at), most_devices, day_of(most_day) if most_devices else None)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
