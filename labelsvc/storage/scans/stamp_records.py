"""The office's record of a stamp's line, read by the connection of scans.

A record is remembered under the database's record version, which changes with everything that a verdict is made of
(``db/triggers``), so a withdrawal shows at the next scan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, select

from labelsvc.domain.host import Host
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.lot import Lot, LotRange
from labelsvc.domain.trace.product_details import ProductDetails
from labelsvc.domain.verification.stamp_record import StampRecord, VoidedRange
from labelsvc.storage.db.driver_connection import DriverConnection
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.db.tables.serials import lots, voids
from labelsvc.storage.products.public_products import DetailsReader, ProductIds
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_of, recognition_of

RECORDS_KEPT = 4_096

ScanRow = tuple[Any, ...]


class StampRecords:
    """The records of lines."""

    def __init__(self, connection: DriverConnection) -> None:
        self._connection = connection
        self._record, self._voids, self._lots = map(connection.prepare, (_RECORD, _VOIDS, _LOTS))
        self._details = DetailsReader(connection)
        self.of_version = lru_cache(RECORDS_KEPT)(self._read)
        """(epoch, line, record version) → the record, None where there is no such line; the driver's errors."""

    def _read(self, epoch: str, line: int, version: int) -> StampRecord | None:
        asked = {"epoch": epoch, "line": line}
        rows = self._rows(self._record, asked)
        if not rows:
            return None
        has_voids, has_lots, *of_product = rows[0][8:14]
        void = self._rows(self._voids, asked) if has_voids else ()
        lot = self._rows(self._lots, asked) if has_lots else ()
        return _record_of(rows, void, lot, self._details.read(ProductIds(*of_product), version))

    def _rows(self, query: str, asked: dict[str, Any]) -> tuple[ScanRow, ...]:
        return tuple(map(tuple, self._connection.rows(query, asked)))


_OF_LINE = ("quantity", "last_serial", "stars", "specimen")

_RECORD: Select[Any] = (
    select(
        *(lines.c[name] for name in _OF_LINE),
        batches.c.trial,
        batches.c.host,
        epochs.c.leaked,
        (lines.c.recognition_id == recognitions.c.id).label("printed"),
        exists().where(voids.c.epoch_id == epochs.c.id, voids.c.line == lines.c.number).label("has_voids"),
        exists().where(lots.c.epoch_id == epochs.c.id, lots.c.line == lines.c.number).label("has_lots"),
        products.c.id.label("product_id"),
        products.c.public_id,
        products.c.producer_id,
        products.c.demonstration,
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
"""Read with the record where it has any, and remembered with it, so that a scan looks nothing up for it."""

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
    of_product = 14
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
