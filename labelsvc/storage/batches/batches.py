"""Batches: ordered in one transaction, so that names and lines are nobody else's, and found again as ordered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound
from labelsvc.domain.verdict import VIETNAM
from labelsvc.storage.batches.batch_records import Batch, BatchLine, BatchPart, BatchState, NewBatch, Ordered
from labelsvc.storage.batches.batch_rows import batch_of, line_of, line_values, order_values, part_of, part_values
from labelsvc.storage.batches.voids import record_loss
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables import batches, epochs, lines, parts, sources
from labelsvc.storage.designs.kept_sources import keep_source
from labelsvc.storage.keys.epochs import Allotment, Epochs
from labelsvc.storage.people.audit import Difference, record_differences
from labelsvc.storage.products.quotas import refuse_over_quota

BATCHES_NAMED = 5


class Batches:
    """All batches of the office."""

    def __init__(self, database: Database, allotting: Epochs) -> None:
        self._database = database
        self._epochs = allotting

    def order(self, new: NewBatch, now: datetime, *, taken: Collection[str] = ()) -> Ordered:
        """Give a batch its name, its lines and its parts, all or nothing.

        The same ``order_key`` again gives the batch there is. ``taken``: names that must not be given, because a folder
        of that name is in the output already. Quotas are reserved in the same transaction. Raises KeyRefused,
        InvalidValue, and PrintRefused where a quota does not hold a quantity, or where pieces that the batch replaces
        are void already.
        """
        with self._database.writing() as connection:
            if new.order_key and (known := _find(connection, batches.c.order_key == new.order_key)):
                return Ordered(known, again=True, epoch=None)
            if new.holds_quota and not new.replaces:
                refuse_over_quota(
                    connection, [(line.recognition_id, line.product, line.quantity) for line in new.lines]
                )
            allotment = self._epochs.allot(connection, len(new.lines), now)
            batch_id = _insert_batch(connection, new, allotment, now, taken)
            connection.execute(insert(lines), list(line_values(new, allotment, batch_id)))
            connection.execute(insert(parts), [part_values(part, batch_id) for part in new.parts])
            batch = _get(connection, batches.c.id == batch_id, new.order_key)
            made = Difference(
                "ordered", "", f"{sum(line.quantity for line in new.lines)} · {new.design.name} · {new.stock.name}"
            )
            record_differences(connection, ChangeContext(new.who, now), [("batch", batch_id, [made])])
            if new.replaces:
                record_loss(connection, new.replaces, (batch_id, batch.name), new.who, now)
        self._epochs.issued(allotment.epoch.name, allotment.first_line + len(new.lines))
        return Ordered(batch, again=False, epoch=allotment.epoch)

    def get(self, name: str) -> Batch:
        """Return a batch; NotFound where there is none of that name."""
        with self._database.reading() as connection:
            return _get(connection, batches.c.name == name, name)

    def recent(self, limit: int = 20) -> list[Batch]:
        """Return the batches ordered last, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(batches.c.id.desc()).limit(limit)).mappings()
            return [batch_of(row) for row in rows]

    def last(self) -> Batch | None:
        """Return the batch ordered last, None where there is none."""
        return next(iter(self.recent(1)), None)

    def lines(self, name: str) -> tuple[BatchLine, ...]:
        """Return a batch's lines in the order of printing."""
        query = select(lines).join(batches).where(batches.c.name == name).order_by(lines.c.position)
        with self._database.reading() as connection:
            return tuple(line_of(row) for row in connection.execute(query).mappings())

    def parts(self, name: str) -> tuple[BatchPart, ...]:
        """Return a batch's parts in their order."""
        query = select(parts).join(batches).where(batches.c.name == name).order_by(parts.c.number)
        with self._database.reading() as connection:
            return tuple(part_of(row) for row in connection.execute(query).mappings())

    def set_state(self, name: str, state: BatchState, reason: str = "") -> None:
        """Say what a batch is now, and why where it is not well."""
        self._change(name, state=state, reason=reason)

    def set_folder(self, name: str, folder: str) -> None:
        """Remember where a batch's files are."""
        self._change(name, folder=folder)

    def part_started(self, name: str, number: int, now: datetime) -> bool:
        """Claim a waiting part; False where it is not waiting, because somebody else has it or it is done."""
        return self._change_part(name, number, "waiting", state="running", started_at=now, reason="")

    def part_done(self, name: str, number: int, file: str, sha256: str, size: int, now: datetime) -> None:
        """Say that a part's file is whole in its place: its name, its hash and its bytes."""
        self._change_part(name, number, state="done", file=file, sha256=sha256, bytes=size, ended_at=now, reason="")

    def part_failed(self, name: str, number: int, reason: str, now: datetime) -> None:
        """Say why a part could not be made."""
        self._change_part(name, number, state="failed", reason=reason, ended_at=now)

    def take_up_again(self, name: str) -> None:
        """Let parts wait again that failed, or that a killed run left. Only while nobody else runs the batch."""
        unfinished = parts.c.state.in_(("running", "failed"))
        change = update(parts).where(parts.c.batch_id == _id_of(name), unfinished).values(state="waiting", reason="")
        with self._database.writing() as connection:
            connection.execute(change)

    def part_again(self, name: str, number: int) -> None:
        """Let a part that was done wait again, because its file is not there or not what it was."""
        self._change_part(name, number, state="waiting", file="", sha256="", bytes=0)

    def find_ordered(self, order_key: str) -> Batch | None:
        """Return the batch that was ordered under a key, None where none was."""
        with self._database.reading() as connection:
            return _find(connection, batches.c.order_key == order_key)

    def cancel(self, name: str, reason: str, context: ChangeContext) -> bool:
        """Cancel a batch that is not finished: its quotas are free again. False where it is finished or cancelled."""
        stoppable = batches.c.name == name, batches.c.state.in_(("ordered", "running", "failed", "held"))
        with self._database.writing() as connection:
            batch = _get(connection, batches.c.name == name, name)
            change = update(batches).where(*stoppable).values(state="cancelled", reason=reason)
            done = connection.execute(change).rowcount == 1
            if done:
                difference = Difference("state", batch.state, "cancelled")
                record_differences(connection, context, [("batch", batch.id, [difference])])
        return done

    def start_again(self, name: str, context: ChangeContext) -> None:
        """Let a batch that failed or was held back wait for the worker again."""
        stopped = batches.c.name == name, batches.c.state.in_(("failed", "held"))
        with self._database.writing() as connection:
            before = _get(connection, batches.c.name == name, name)
            change = update(batches).where(*stopped).values(state="running", reason="", queued=True)
            if connection.execute(change).rowcount == 1:
                difference = Difference("state", before.state, "running")
                record_differences(connection, context, [("batch", before.id, [difference])])
                again = parts.c.batch_id == _id_of(name), parts.c.state.in_(("running", "failed"))
                connection.execute(update(parts).where(*again).values(state="waiting", reason=""))

    def set_running(self, name: str) -> bool:
        """Say that an ordered batch runs; False where it was cancelled, failed or finished meanwhile."""
        going = batches.c.name == name, batches.c.state.in_(("ordered", "running"))
        with self._database.writing() as connection:
            return connection.execute(update(batches).where(*going).values(state="running")).rowcount == 1

    def part_lost(self, name: str, number: int) -> None:
        """Let a part wait again whose process was killed."""
        self._change_part(name, number, "running", state="waiting")

    def queued(self) -> list[Batch]:
        """Return the batches that the worker is to print, the oldest first."""
        waiting = batches.c.queued, batches.c.state.in_(("ordered", "running"))
        with self._database.reading() as connection:
            return [batch_of(row) for row in connection.execute(_ALL.where(*waiting).order_by(batches.c.id)).mappings()]

    def _change(self, name: str, **values: Any) -> None:
        with self._database.writing() as connection:
            if connection.execute(update(batches).where(batches.c.name == name).values(values)).rowcount != 1:
                raise _unknown(connection, name)

    def _change_part(self, name: str, number: int, before: str = "", **values: Any) -> bool:
        change = update(parts).where(parts.c.batch_id == _id_of(name), parts.c.number == number).values(values)
        if before:
            change = change.where(parts.c.state == before)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount == 1


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
    return NotFound.of("storage.no_batch", batch=name, known=known or "–")


def _id_of(name: str) -> Any:
    return select(batches.c.id).where(batches.c.name == name).scalar_subquery()


def _insert_batch(
    connection: Connection, new: NewBatch, allotment: Allotment, now: datetime, taken: Collection[str]
) -> int:
    for source in (new.design, new.stock):
        keep_source(connection, source.content)
    year = now.astimezone(VIETNAM).year
    number = _free_number(connection, year, taken)
    row = order_values(new) | {
        "year": year,
        "number": number,
        "name": batch_name(year, number),
        "ordered_at": now,
        "epoch_id": allotment.epoch.id,
    }
    return int(connection.execute(insert(batches).values(row).returning(batches.c.id)).scalar_one())


def batch_name(year: int, number: int) -> str:
    """Return a batch's name, which is its folder's too."""
    return f"{year}-{number:03}"


def _free_number(connection: Connection, year: int, taken: Collection[str]) -> int:
    number = (connection.scalar(select(func.max(batches.c.number)).where(batches.c.year == year)) or 0) + 1
    while batch_name(year, number) in taken:
        number += 1
    return number
