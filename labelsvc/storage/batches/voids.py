"""Serials reported lost or destroyed: void from then on, for ever, whether replaced or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.serial_ranges import SerialRange, in_both
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.serials import voids
from labelsvc.storage.people.audit import FieldDifference, record_differences


@dataclass(frozen=True, slots=True)
class ReportedLoss:
    """Pieces of a batch that are reported ``lost`` or ``destroyed`` (``kind``), and why."""

    batch: str
    pieces: Sequence[SerialRange]
    reason: str
    kind: str = "lost"


@dataclass(frozen=True, slots=True)
class VoidPieces:
    """Void pieces: since when, reported by whom and why, and the batch that replaces them ("" if none)."""

    pieces: SerialRange
    at: datetime
    who: str
    reason: str
    kind: str
    replaced_by: str


class Voids:
    """All void pieces of the office."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def for_batch(self, batch: str) -> list[VoidPieces]:
        """Return the void pieces of a batch, in the order of lines and serials."""
        query = _VOIDS.where(_OF_LINE.c.name == batch).order_by(voids.c.line, voids.c.first_serial)
        with self._database.reading() as connection:
            return [_void(row) for row in connection.execute(query)]

    def add(self, loss: ReportedLoss, context: ChangeContext) -> None:
        """Void pieces without replacement; PrintRefused replace.already_void if some of them already are."""
        with self._database.writing() as connection:
            record_loss(connection, loss, None, context.who, context.now)

    def replaced_by(self, batch: str) -> list[VoidPieces]:
        """Return the void pieces that a batch replaces."""
        query = _VOIDS.where(_NEW.c.name == batch).order_by(voids.c.line, voids.c.first_serial)
        with self._database.reading() as connection:
            return [_void(row) for row in connection.execute(query)]


def record_loss(
    connection: Connection, loss: ReportedLoss, replaced_by: tuple[int, str] | None, who: str, now: datetime
) -> None:
    """Void the pieces of a loss in the writer's transaction, and record it.

    ``replaced_by``: id and name of the batch with others in their place, None if none are printed.

    Raises PrintRefused replace.already_void if some of them are void, so that nothing is replaced twice.
    """
    check_not_void(connection, loss.batch, loss.pieces)
    of_batch = select(batches.c.id, batches.c.epoch_id).where(batches.c.name == loss.batch)
    batch_id, epoch_id = connection.execute(of_batch).one()
    common = {"epoch_id": epoch_id, "at": now, "who": who, "reason": loss.reason, "kind": loss.kind}
    common |= {"replaced_by": replaced_by[0] if replaced_by else None}
    rows = [{**common, "line": some.line, "first_serial": some.first, "last_serial": some.last} for some in loss.pieces]
    connection.execute(insert(voids), rows)
    said = ", ".join(map(str, loss.pieces)) + (f" → {replaced_by[1]}" if replaced_by else "")
    change = "batch", batch_id, [FieldDifference("void", "", said)]
    record_differences(connection, ChangeContext(who, now, loss.reason), [change])


def check_not_void(connection: Connection, batch: str, pieces: Sequence[SerialRange]) -> None:
    """Raise PrintRefused if some pieces of a batch are void."""
    known = connection.execute(_VOIDS.where(_OF_LINE.c.name == batch))
    void = in_both(pieces, [_void(row).pieces for row in known])
    if void:
        raise PrintRefused.from_code("replace.already_void", batch=batch, pieces=", ".join(map(str, sorted(void))))


_OF_LINE, _NEW = batches.alias("batch_of_line"), batches.alias("replacing")
_VOIDS: Select[Any] = (
    select(
        voids.c.line,
        voids.c.first_serial,
        voids.c.last_serial,
        voids.c.at,
        voids.c.who,
        voids.c.reason,
        voids.c.kind,
        _NEW.c.name,
    )
    .join(lines, (lines.c.epoch_id == voids.c.epoch_id) & (lines.c.number == voids.c.line))
    .join(_OF_LINE, _OF_LINE.c.id == lines.c.batch_id)
    .outerjoin(_NEW, _NEW.c.id == voids.c.replaced_by)
)


def _void(row: Any) -> VoidPieces:
    line, first, last, at, who, reason, kind, replaced_by = row
    return VoidPieces(SerialRange(line, first, last), at, who, reason, kind, replaced_by or "")
