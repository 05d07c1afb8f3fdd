"""Batches: ordered in one transaction, so that names and lines are unique, and read back as ordered."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.batch import line_ends
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.batches.batch_limits import refuse_too_many
from labelsvc.storage.batches.batch_records import Batch, BatchLine, BatchPart, NewBatch, OrderedBatch
from labelsvc.storage.batches.batch_rows import batch_of, line_of, line_values, order_values, part_of, part_values
from labelsvc.storage.batches.batch_steps import NOBODY
from labelsvc.storage.batches.printed_lots import enter_printed_lots
from labelsvc.storage.batches.stamp_orders import link_order
from labelsvc.storage.batches.voids import record_loss
from labelsvc.storage.db.bulk_insert import insert_rows
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines, parts
from labelsvc.storage.db.tables.designs import sources
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.designs.kept_sources import keep_source, kept_sources
from labelsvc.storage.designs.office_looks import OfficeLooks, keep_looks, read_looks
from labelsvc.storage.keys.epoch_rows import LineAllotment
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.people.audit_chain import AuditHead, head_of
from labelsvc.storage.products.planned_records import refuse_changed
from labelsvc.storage.products.quotas import refuse_over_quota

BATCHES_NAMED = 5


class Batches:
    """All batches of the office. ``most_open``: so many of a producer's may be unfinished; None for any number."""

    def __init__(self, database: Database, allotting: Epochs, most_open: int | None = None) -> None:
        self._database = database
        self._epochs = allotting
        self._most_open = most_open
        self._ends: tuple[str, tuple[int, ...]] = "", ()

    def order(self, new: NewBatch, now: datetime, *, taken: Container[str] = ()) -> OrderedBatch:
        """Order a batch: assign its name, lines and parts, all or nothing.

        The same ``order_key`` again gives the batch there is. ``taken``: names that must not be given, because a folder
        of that name is in the output already. In the same transaction quotas are reserved, and a producer's order says
        that it is printed in this batch. Raises KeyRefused, InvalidValue, Conflict where that order is not approved any
        more, and PrintRefused if a quota does not hold a quantity, where records are not any more what was planned
        on, or where pieces that the batch replaces are void already; TooManyAtOnce where too many of a producer's
        batches are unfinished.
        """
        while True:
            # the output is asked before the transaction: it may hang, and all writers with it
            marks, number = self._epochs.marks(), self._free_number(now, taken)
            with self._database.writing() as connection:
                if new.order_key and (known := _find(connection, batches.c.order_key == new.order_key)):
                    return OrderedBatch(known, again=True, epoch=None)
                if _next_number(connection, now) > number:
                    continue  # another order came between
                self._refuse_impossible(connection, new)
                allotment = self._epochs.allot(connection, len(new.lines), now, marks)
                batch = _insert_all(connection, new, allotment, now, number)
            self._epochs.issued(allotment.epoch.name, allotment.first_line + len(new.lines))
            return OrderedBatch(batch, again=False, epoch=allotment.epoch)

    def _refuse_impossible(self, connection: Connection, new: NewBatch) -> None:
        """Refuse an order that cannot be placed as it was planned."""
        if new.producer_id is not None and self._most_open is not None:
            refuse_too_many(connection, new.producer_id, self._most_open)
        planned = [
            (line.product_id, line.record or line.product, line.recognition_id, line.recognition) for line in new.lines
        ]
        refuse_changed(connection, planned)
        if new.holds_quota and not new.replaces:
            refuse_over_quota(connection, [(line.recognition_id, line.product, line.quantity) for line in new.lines])

    def _free_number(self, now: datetime, taken: Container[str]) -> int:
        """Return the next number of the year whose name nobody has taken."""
        with self._database.reading() as connection:
            number = _next_number(connection, now)
        while batch_name(_year(now), number) in taken:
            number += 1
        return number

    def get(self, name: str) -> Batch:
        """Return a batch; NotFound if there is none of that name."""
        with self._database.reading() as connection:
            return _get(connection, batches.c.name == name, name)

    def recent(self, limit: int = 20) -> list[Batch]:
        """Return the batches ordered last, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(batches.c.id.desc()).limit(limit)).mappings()
            return [batch_of(row) for row in rows]

    def last(self) -> Batch | None:
        """Return the batch ordered last, None if there is none."""
        return next(iter(self.recent(1)), None)

    def lines(self, name: str, places: range | None = None) -> tuple[BatchLine, ...]:
        """Return a batch's lines in the order of printing; ``places``: only those, from 0."""
        query = select(lines).join(batches).where(batches.c.name == name).order_by(lines.c.position)
        if places is not None:
            query = query.where(lines.c.position >= places.start, lines.c.position < places.stop)
        with self._database.reading() as connection:
            return tuple(line_of(row) for row in connection.execute(query).mappings())

    def line_ends(self, name: str) -> tuple[int, ...]:
        """Return how many pieces of a batch stand before the end of each line.

        Those of the batch that was last asked for are kept: they never change, and are asked for at each part.
        """
        known, ends = self._ends
        if known != name:
            query = select(lines.c.quantity).join(batches).where(batches.c.name == name).order_by(lines.c.position)
            with self._database.reading() as connection:
                ends = line_ends(connection.scalars(query))
            self._ends = name, ends
        return ends

    def parts(self, name: str) -> tuple[BatchPart, ...]:
        """Return a batch's parts in their order."""
        query = select(parts).join(batches).where(batches.c.name == name).order_by(parts.c.number)
        with self._database.reading() as connection:
            return tuple(part_of(row) for row in connection.execute(query).mappings())

    def set_folder(self, name: str, folder: str) -> None:
        """Record the folder of a batch's files."""
        change = update(batches).where(batches.c.name == name).values(folder=folder)
        with self._database.writing() as connection:
            if connection.execute(change).rowcount != 1:
                raise _unknown(connection, name)

    def looks(self, batch: Batch) -> OfficeLooks:
        """Return the palette and the fonts that a batch is printed with, whatever those of today are."""
        with self._database.reading() as connection:
            kept = kept_sources(connection, [batch.looks_sha256])
            return read_looks(connection, kept.get(batch.looks_sha256, b""))

    def audit_head(self, batch_id: int) -> AuditHead:
        """Return the audit's chain as it was when a batch was ordered."""
        with self._database.reading() as connection:
            return head_of(connection, "batch", batch_id)

    def find_ordered(self, order_key: str) -> Batch | None:
        """Return the batch that was ordered under a key, None if none was."""
        with self._database.reading() as connection:
            return _find(connection, batches.c.order_key == order_key)

    def queued(self) -> list[Batch]:
        """Return the batches that the worker is to print, the oldest first."""
        waiting = batches.c.queued, batches.c.state.in_(("ordered", "running"))
        with self._database.reading() as connection:
            return [batch_of(row) for row in connection.execute(_ALL.where(*waiting).order_by(batches.c.id)).mappings()]

    def cancelled_with_folder(self) -> list[Batch]:
        """Return the cancelled batches whose files were not cleared away yet."""
        left = batches.c.state == "cancelled", batches.c.folder != ""
        with self._database.reading() as connection:
            return [batch_of(row) for row in connection.execute(_ALL.where(*left).order_by(batches.c.id)).mappings()]

    def printed_before(self, moment: datetime, limit: int) -> list[Batch]:
        """Return batches that were printed to their end before a moment, and still have all files; the oldest first."""
        ended_later = select(parts.c.number).where(parts.c.batch_id == batches.c.id, parts.c.ended_at >= moment)
        old = batches.c.state == "ready", batches.c.cleared_at.is_(None), batches.c.ordered_at < moment
        wanted = _ALL.where(*old, ~ended_later.exists()).order_by(batches.c.id).limit(limit)
        with self._database.reading() as connection:
            return [batch_of(row) for row in connection.execute(wanted).mappings()]

    def set_cleared(self, name: str, files: int, now: datetime) -> None:
        """Record, once for each batch, that the program, asked by nobody, removed so many press files of it.

        Another machine that listed the batch before it was cleared comes here too, with no file left.
        """
        change = update(batches).where(batches.c.name == name, batches.c.cleared_at.is_(None)).values(cleared_at=now)
        with self._database.writing() as connection:
            batch_id = connection.scalar(change.returning(batches.c.id))
            if batch_id is not None:
                removed = FieldDifference("press_files", files, 0)
                record_differences(connection, ChangeContext(NOBODY, now), [("batch", batch_id, [removed])])


_DESIGN, _STOCK = sources.alias("design_source"), sources.alias("stock_source")
_ALL: Select[Any] = (
    select(
        batches,
        epochs.c.name.label("epoch"),
        _DESIGN.c.content.label("design_content"),
        _STOCK.c.content.label("stock_content"),
    )
    .join(epochs)
    .join(_DESIGN, _DESIGN.c.sha256 == batches.c.design_sha256)
    .join(_STOCK, _STOCK.c.sha256 == batches.c.stock_sha256)
)


def _find(connection: Connection, condition: Any) -> Batch | None:
    row = connection.execute(_ALL.where(condition)).mappings().first()
    return batch_of(row) if row else None


def _get(connection: Connection, condition: Any, name: str) -> Batch:
    batch = _find(connection, condition)
    if batch is None:
        raise _unknown(connection, name)
    return batch


def _unknown(connection: Connection, name: str) -> NotFound:
    """Return the refusal of a batch that is none: it names those ordered last."""
    known = list(connection.scalars(select(batches.c.name).order_by(batches.c.id.desc()).limit(BATCHES_NAMED)))
    return NotFound.from_code("storage.no_batch", batch=name, known=known or "–")


def _insert_all(connection: Connection, new: NewBatch, allotment: LineAllotment, now: datetime, number: int) -> Batch:
    """Store a batch with its lines, parts and lots, its audit row, and what it is ordered for."""
    batch_id = _insert_batch(connection, new, allotment, now, number)
    insert_rows(connection, lines, line_values(new, allotment, batch_id), {})
    enter_printed_lots(connection, new, allotment, now)
    connection.execute(insert(parts), [part_values(part, batch_id) for part in new.parts])
    batch = _get(connection, batches.c.id == batch_id, new.order_key)
    pieces = sum(line.quantity for line in new.lines)
    made = FieldDifference("ordered", "", f"{pieces} · {new.design.name} · {new.stock.name}")
    record_differences(connection, ChangeContext(new.who, now), [("batch", batch_id, [made])])
    if new.replaces:
        record_loss(connection, new.replaces, (batch_id, batch.name), new.who, now)
    if new.stamp_order_id:
        link_order(connection, new.stamp_order_id, batch.name, ChangeContext(new.who, now))
    return batch


def _insert_batch(connection: Connection, new: NewBatch, allotment: LineAllotment, now: datetime, number: int) -> int:
    for source in (new.design, new.stock):
        keep_source(connection, source.content)
    row = order_values(new) | {
        "looks_sha256": keep_looks(connection, new.looks),
        "year": _year(now),
        "number": number,
        "name": batch_name(_year(now), number),
        "ordered_at": now,
        "epoch_id": allotment.epoch.id,
    }
    return int(connection.execute(insert(batches).values(row).returning(batches.c.id)).scalar_one())


def _year(now: datetime) -> int:
    return now.astimezone(VIETNAM).year


def batch_name(year: int, number: int) -> str:
    """Return a batch's name, which is its folder's too."""
    return f"{year}-{number:03}"


def _next_number(connection: Connection, now: datetime) -> int:
    """Return the number after the highest that the database knows of the year."""
    return (connection.scalar(select(func.max(batches.c.number)).where(batches.c.year == _year(now))) or 0) + 1
