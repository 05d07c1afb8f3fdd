"""Lots on the serials of lines. Rows are only ever added: of two entries for a serial the newer one holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict
from labelsvc.domain.trace.lot import Lot, LotRange, replaced_by
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.db.tables.serials import lots
from labelsvc.storage.people.audit import FieldDifference, record_differences

MOST_SHOWN = 50
"""Each is compared with all that are newer, so a product of many years would take seconds."""

MOST_OF_LINE = 1_000
"""Entries on the stamps of one line, those that were replaced among them: each scan of the line looks through them."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line, by its epoch's row and its number, with its product, batch and serials; 0…0 where none are counted."""

    epoch_id: int
    number: int
    product_id: int
    batch_id: int
    batch: str
    first_serial: int
    last_serial: int


@dataclass(frozen=True, slots=True)
class EnteredLot:
    """A lot as it was entered. ``replaced``: newer entries hold for some of its serials."""

    batch: str
    line: int
    entry: LotRange
    at: datetime
    who: str
    reason: str
    replaced: bool


class Lots:
    """All lots that were entered."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_line(self, epoch: str, number: int) -> PrintedLine | None:
        """Return a line by what its stamps' codes name, None if there is none."""
        named = epochs.c.name == epoch, lines.c.number == number
        with self._database.reading() as connection:
            row = connection.execute(_LINE.where(*named)).first()
        return PrintedLine(*row) if row else None

    def of_product(self, product_id: int, most: int = MOST_SHOWN) -> list[EnteredLot]:
        """Return what was entered last for a product's stamps, the newest first."""
        query = _ENTERED.where(lines.c.product_id == product_id).order_by(lots.c.id.desc()).limit(most)
        entered: list[EnteredLot] = []
        with self._database.reading() as connection:
            for batch, line, *facts, at, who, reason in connection.execute(query):
                entry = _range(facts)
                newer = [each.entry for each in entered if (each.batch, each.line) == (batch, line)]
                again = bool(replaced_by(entry.first, entry.last, newer))
                entered.append(EnteredLot(batch, line, entry, at, who, reason, again))
        return entered

    def add(self, line: PrintedLine, entry: LotRange, context: ChangeContext) -> None:
        """Enter a lot; Conflict lot.overlaps if some of the serials have one and no reason is given to replace it.

        Conflict lot.too_many if the line has too many already.
        """
        with self._database.writing() as connection:
            entered = _of_line(connection, line)
            if len(entered) >= MOST_OF_LINE:
                raise Conflict.from_code("lot.too_many", field="first", most=MOST_OF_LINE)
            before = replaced_by(entry.first, entry.last, entered)
            if before and not context.reason:
                raise Conflict.from_code("lot.overlaps", field="reason", lots=", ".join(map(_said, before)))
            row = {"epoch_id": line.epoch_id, "line": line.number, "at": context.now, "who": context.who}
            row |= {"reason": context.reason, "first_serial": entry.first, "last_serial": entry.last}
            facts = {"number": entry.lot.number, "made_on": entry.lot.made_on, "use_by": entry.lot.use_by}
            connection.execute(insert(lots).values(row | facts))
            change = FieldDifference("lot", ", ".join(map(_said, before)), f"{line.number}:{_said(entry)}")
            record_differences(connection, context, [("batch", line.batch_id, [change])])


def _of_line(connection: Connection, line: PrintedLine) -> list[LotRange]:
    own = lots.c.epoch_id == line.epoch_id, lots.c.line == line.number
    columns = lots.c.first_serial, lots.c.last_serial, lots.c.number, lots.c.made_on, lots.c.use_by
    return [_range(row) for row in connection.execute(select(*columns).where(*own).order_by(lots.c.id))]


def _range(row: Any) -> LotRange:
    first, last, number, made_on, use_by = row
    return LotRange(first, last, Lot(number, made_on, use_by))


def _said(entry: LotRange) -> str:
    """Return an entry as the log of changes keeps it: ``17-40 L01 2026-11-02/2027-05-02``."""
    days = "/".join(day.isoformat() if day else "" for day in (entry.lot.made_on, entry.lot.use_by))
    return " ".join(filter(None, (f"{entry.first}-{entry.last}", entry.lot.number, days.strip("/"))))


_LINE: Select[Any] = (
    select(
        lines.c.epoch_id,
        lines.c.number,
        lines.c.product_id,
        lines.c.batch_id,
        batches.c.name,
        lines.c.first_serial,
        lines.c.last_serial,
    )
    .join(epochs, epochs.c.id == lines.c.epoch_id)
    .join(batches, batches.c.id == lines.c.batch_id)
)
_ENTERED: Select[Any] = (
    select(
        batches.c.name.label("batch"),
        lots.c.line,
        lots.c.first_serial,
        lots.c.last_serial,
        lots.c.number,
        lots.c.made_on,
        lots.c.use_by,
        lots.c.at,
        lots.c.who,
        lots.c.reason,
    )
    .join(lines, (lines.c.epoch_id == lots.c.epoch_id) & (lines.c.number == lots.c.line))
    .join(batches, batches.c.id == lines.c.batch_id)
)
