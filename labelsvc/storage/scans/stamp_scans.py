"""Counts a scan in one statement, which also tells whether the cached record is still current.

Kept of each stamp are the first scan's moment, their number and how many devices there were on a day, nothing else;
what tells devices apart is destroyed with the day (``device_marks``). A record is remembered under the
database's record version, which changes with everything that a verdict is made of (``db/triggers``),
so a withdrawal shows at the next scan.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select, text

from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.host import Host
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.lot import Lot, LotRange
from labelsvc.domain.trace.product_details import ProductDetails, PublicProduct
from labelsvc.domain.verdict import MANY_DEVICES, ScanHistory, StampRecord, VoidedRange
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.driver_connection import (
    PATIENCE_SECONDS,
    ConnectionBusy,
    DriverConnection,
    ResultRows,
    RunStatement,
)
from labelsvc.storage.db.lot_tables import lots
from labelsvc.storage.db.refusals import is_trouble, refusal_code, shown
from labelsvc.storage.db.tables import batches, epochs, lines, products, recognitions, voids
from labelsvc.storage.products.public_products import DetailsReader, PublicProducts
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_of, recognition_of
from labelsvc.storage.scans.alarms import RAISE_ALARM
from labelsvc.storage.scans.device_marks import DeviceMarks, day_number, day_of
from labelsvc.storage.scans.kept_scans import AT_ONCE, KeptScans, Scan

RECORDS_KEPT = 4_096
LOG = logging.getLogger("labelsvc.scans")

COUNTING_SECONDS = 0.2
"""How long a scan waits to be counted; after that it is counted later."""

ScanRow = tuple[Any, ...]


RecordAndScans = tuple[StampRecord | None, ScanHistory | None]


class StampScans:
    """Records and scan counts of stamps.

    Where the database says nothing at all (PostgreSQL is away), what reads raises StorageRefused.
    """

    def __init__(self, database: Database) -> None:
        sqlite = database.dialect == "sqlite"
        self._url = database.engine.url
        self._writing = DriverConnection(
            database, turn=COUNTING_SECONDS if sqlite else PATIENCE_SECONDS, patience=COUNTING_SECONDS
        )
        self._reading = DriverConnection(database) if sqlite else self._writing
        self._count, self._raise, self._find, self._find_alarm, self._read, self._read_voids, self._read_lots = map(
            self._reading.prepare, (_COUNT, RAISE_ALARM, _FIND, _FIND_ALARM, _RECORD, _VOIDS, _LOTS)
        )
        self._details = DetailsReader(self._reading)
        self._products = PublicProducts(self._reading)
        self._marks = DeviceMarks(self._writing)
        self._remembered = lru_cache(RECORDS_KEPT)(self._record)
        self.kept = KeptScans(self._write_kept, at_once=AT_ONCE if sqlite else 1)  # as many as one transaction takes

    def scan(self, epoch: str, line: int, serial: int, now: datetime, device: str = "") -> RecordAndScans:
        """Count a scan; return the record of the stamp and its scans, this one included.

        ``device`` is what the phone shows of itself; the same one on the same stamp counts once within the hour, and
        an unknown one ("") every time. No record where there is no such line or serial: then an alarm is stored, and
        its scans are returned. Where the database takes no scan just now (an import writes, the disk is full) it is
        answered at once and counted later; while some wait for that, nobody else tries.
        """
        scan = Scan(epoch, line, serial, now, device)
        if not self.kept:
            try:
                counted = self._writing.together(self._counting(scan))
            except Exception as error:
                if not _not_now(error):
                    raise
            else:
                if not counted:
                    return self.look(epoch, line, serial)
                *facts, version = counted[0]
                return self._remembered(epoch, line, version), _scans(*facts)
        self.kept.keep(scan)
        record, scans = self.look(epoch, line, serial)
        return record, _with(scans, self.kept.of_stamp(scan)) if record else scans

    def look(self, epoch: str, line: int, serial: int) -> RecordAndScans:
        """Return the same and count nothing; ScanHistory(0, None) where the stamp was never scanned."""
        stamp = {"epoch": epoch, "line": line, "serial": serial}
        with self._refusing():
            record = self._record(epoch, line, 0)
            if record is None or not record.issued(serial):
                alarm = self._reading.rows(self._find_alarm, stamp)
                return None, ScanHistory(alarm[0][0], _moment(alarm[0][1])) if alarm else None
            found = self._reading.rows(self._find, stamp)
        return record, _scans(*found[0][:-1]) if found else ScanHistory(0, None)

    def product(self, public_id: str) -> PublicProduct | None:
        """Return what the page of a product shows, None if there is none of this public id."""
        with self._refusing():
            return self._products.find(public_id)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Raise StorageRefused where the database says nothing."""
        try:
            yield
        except Exception as error:
            if not _not_now(error):
                raise
            code = refusal_code(error) or "storage.busy"
            raise StorageRefused.from_code(code, database=shown(self._url), reason=str(error)) from error

    def close(self) -> None:
        """Count what waits, and close the connections."""
        self.kept.close()
        self._writing.close()
        self._reading.close()

    def forget_devices_before(self, now: datetime) -> None:
        """Destroy what devices were told apart by on days that are over; later, where the database takes nothing."""
        try:
            self._marks.forget_before(now)
        except Exception as error:
            if not _not_now(error):
                raise
            LOG.warning("devices of past days are forgotten later: %r", error)

    def _counting(self, scan: Scan) -> Callable[[RunStatement], ResultRows]:
        """Return what counts a scan in a transaction."""
        epoch, line, serial = scan.stamp
        now = {"now": int(scan.at.timestamp()), "day": day_number(scan.at)}
        stamp = {"epoch": epoch, "line": line, "serial": serial} | now
        mark = self._marks.mark_of(scan.device, f"{epoch}:{line}:{serial}", scan.at) if scan.device else None
        return lambda run: self._counted(run, stamp, mark)

    def _write_kept(self, scans: Sequence[Scan]) -> bool:
        """Count scans that were kept; False if the database takes none yet."""
        try:
            counting = [self._counting(scan) for scan in scans]
            self._writing.together(lambda run: [count(run) for count in counting])
        except Exception as error:
            if not _not_now(error):
                raise
            return False
        return True

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
        rows, void, lot = (
            tuple(map(tuple, self._reading.rows(query, {"epoch": epoch, "line": line})))
            for query in (self._read, self._read_voids, self._read_lots)
        )
        return _record_of(rows, void, lot, self._details.read(*rows[0][8:10])) if rows else None


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
        epochs.c.leaked,
        (lines.c.recognition_id == recognitions.c.id).label("printed"),
        products.c.id.label("product_id"),
        products.c.public_id,
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

_LOTS: Select[Any] = (
    select(*(lots.c[name] for name in ("first_serial", "last_serial", "number", "made_on", "use_by")))
    .join(epochs, epochs.c.id == lots.c.epoch_id)
    .where(epochs.c.name == bindparam("epoch"), lots.c.line == bindparam("line"))
    .order_by(lots.c.id)
)
"""As voids are."""


@lru_cache(RECORDS_KEPT)
def _record_of(
    rows: tuple[ScanRow, ...], void: tuple[ScanRow, ...], lot: tuple[ScanRow, ...], details: ProductDetails
) -> StampRecord:
    """Return the record that a line's rows hold, one row for each recognition; the same object for the same rows."""
    of_product = 10
    of_recognition = of_product + len(PRODUCT_COLUMNS)
    quantity, last_serial, stars, specimen, trial, host, leaked, *_ = rows[0]
    history = [recognition_of(dict(zip(RECOGNITION_COLUMNS, row[of_recognition:], strict=True))) for row in rows]
    printed = next(recognition for row, recognition in zip(rows, history, strict=True) if row[7])
    return StampRecord(
        product=product_of(dict(zip(PRODUCT_COLUMNS, rows[0][of_product:of_recognition], strict=True))),
        recognition=_as_printed(printed, stars),
        history=tuple(history),
        quantity=quantity,
        counted=last_serial > 0,
        trial=bool(trial),
        specimen=bool(specimen) or Host.parse(host).specimen,
        key_leaked=bool(leaked),
        details=details,
        lots=tuple(
            LotRange(first, last, Lot(number, _day_of_row(made_on), _day_of_row(use_by)))
            for first, last, number, made_on, use_by in lot
        ),
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


def _day_of_row(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _moment_of_row(at: datetime | str) -> datetime:
    """Return a moment as a driver gives it: SQLite's is text without its zone, which is UTC."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _not_now(error: Exception) -> bool:
    return isinstance(error, ConnectionBusy) or is_trouble(error)


def _with(scans: ScanHistory | None, kept: Sequence[Scan]) -> ScanHistory | None:
    """Return a stamp's scans with those that are not written yet; a device counts once among them."""
    if scans is None or not kept:
        return scans
    more = len({scan.device for scan in kept if scan.device}) + sum(not scan.device for scan in kept)
    return replace(scans, count=scans.count + more, first=scans.first or kept[0].at.replace(microsecond=0))


def _scans(count: int, first_at: int, most_devices: int, most_day: int, _devices: int) -> ScanHistory:
    return ScanHistory(count, _moment(first_at), most_devices, day_of(most_day) if most_devices else None)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
