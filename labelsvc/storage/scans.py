"""What happens at a scan: one statement counts it and says whether the record that is remembered still holds.

Kept are the first scan's moment and their number for each stamp, nothing else. A record is remembered under the
database's record version, which changes with everything that a verdict is made of (``db/triggers``),
so a withdrawal shows at the next scan.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select, text

from labelsvc.domain.host import Host
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.verdict import Scans, StampRecord, Void
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.driver_connection import DriverLine, LineBusy
from labelsvc.storage.db.refusals import refusal_code
from labelsvc.storage.db.tables import alarms, batches, epochs, lines, products, recognitions, voids
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_of, recognition_of

RECORDS_KEPT = 4_096
LOG = logging.getLogger("labelsvc.scans")

_NOT_NOW = ("storage.busy", "storage.full", "storage.read_only")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A code that the office's key sealed, but of which this database knows no line or no such serial."""

    epoch: str
    line: int
    serial: int
    first: datetime
    count: int


class StampScans:
    """The records behind the stamps, and how often each stamp was scanned."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writing, self._reading = DriverLine(database), DriverLine(database)
        self._count, self._alarm, self._find, self._read, self._read_voids = map(
            self._reading.prepare, (_COUNT, _ALARM, _FIND, _RECORD, _VOIDS)
        )
        self._remembered = lru_cache(RECORDS_KEPT)(self._record)

    def scan(self, epoch: str, line: int, serial: int, now: datetime) -> tuple[StampRecord | None, Scans | None]:
        """Count a scan; return the record of the stamp and its scans, this one included.

        (None, None) where there is no such line or serial: then it stores an alarm. Where the database takes no scan
        just now (an import writes, the disk is full) it is answered without being counted.
        """
        stamp = {"epoch": epoch, "line": line, "serial": serial, "now": int(now.timestamp())}
        try:
            counted = self._writing.rows(self._count, stamp)
            if not counted:
                self._writing.rows(self._alarm, stamp)
                return None, None
        except Exception as error:
            if not isinstance(error, LineBusy) and refusal_code(error) not in _NOT_NOW:
                raise
            LOG.warning("a scan was answered and not counted: %r", error)
            return self.look(epoch, line, serial)
        count, first_at, version = counted[0]
        return self._remembered(epoch, line, version), Scans(count, _moment(first_at))

    def look(self, epoch: str, line: int, serial: int) -> tuple[StampRecord | None, Scans | None]:
        """Return the same and count nothing; Scans(0, None) where the stamp was never scanned."""
        record = self._record(epoch, line, 0)
        if record is None or not record.issued(serial):
            return None, None
        found = self._reading.rows(self._find, {"epoch": epoch, "line": line, "serial": serial})
        return record, Scans(found[0][0], _moment(found[0][1])) if found else Scans(0, None)

    def alarms(self, limit: int = 100) -> list[Alarm]:
        """Return the alarms, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(alarms).order_by(alarms.c.first_at.desc()).limit(limit))
            return [Alarm(epoch, line, serial, _moment(first), count) for epoch, line, serial, first, count in rows]

    def _record(self, epoch: str, line: int, _version: int) -> StampRecord | None:
        rows, void = (
            tuple(map(tuple, self._reading.rows(query, {"epoch": epoch, "line": line})))
            for query in (self._read, self._read_voids)
        )
        return _record_of(rows, void) if rows else None


_COUNT = text("""\
INSERT INTO scans (epoch_id, line, serial, first_at, count)
SELECT lines.epoch_id, lines.number, CAST(:serial AS INTEGER), CAST(:now AS BIGINT), 1
FROM lines JOIN epochs ON epochs.id = lines.epoch_id
WHERE epochs.name = :epoch AND lines.number = :line AND :serial BETWEEN lines.first_serial AND lines.last_serial
ON CONFLICT (epoch_id, line, serial) DO UPDATE SET count = scans.count + 1
RETURNING count, first_at, (SELECT version FROM record_version)""")

_ALARM = text("""\
INSERT INTO alarms (epoch, line, serial, first_at, count) VALUES (:epoch, :line, :serial, :now, 1)
ON CONFLICT (epoch, line, serial) DO UPDATE SET count = alarms.count + 1""")

_FIND = text("""\
SELECT scans.count, scans.first_at FROM scans JOIN epochs ON epochs.id = scans.epoch_id
WHERE epochs.name = :epoch AND scans.line = :line AND scans.serial = :serial""")

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
    select(voids.c.first_serial, voids.c.last_serial, voids.c.at, voids.c.reason)
    .join(epochs, epochs.c.id == voids.c.epoch_id)
    .where(epochs.c.name == bindparam("epoch"), voids.c.line == bindparam("line"))
    .order_by(voids.c.first_serial)
)
"""Read with the record and remembered with it, so that a scan looks nothing up for it."""


@lru_cache(RECORDS_KEPT)
def _record_of(rows: tuple[Row, ...], void: tuple[Row, ...]) -> StampRecord:
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
        voids=tuple(Void(first, last, _moment_of_row(at), reason) for first, last, at, reason in void),
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


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
