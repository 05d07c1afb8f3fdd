"""Lists of batches with their progress, and totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from labelsvc.storage.batches.batch_records import BatchSummary
from labelsvc.storage.batches.stop_reasons import batch_reason
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines, parts

PER_PAGE = 30
LATEST = 5


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A product and producer name as printed: on how many pieces, in which batches."""

    name: str
    producer: str
    pieces: int
    batches: tuple[str, ...]


class BatchLists:
    """The batches of the office and of producers, in lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        *,
        page: int = 1,
        states: Sequence[str] = (),
        producer_id: int | None = None,
        since: datetime | None = None,
        per_page: int = PER_PAGE,
    ) -> tuple[list[BatchSummary], int]:
        """Return a page of batches, the newest first, and how many there are in all; ``since`` they were ordered."""
        chosen = _chosen(states, producer_id)
        if since is not None:
            chosen.append(batches.c.ordered_at >= since)
        with self._database.reading() as connection:
            count = select(func.count()).select_from(batches)
            total = connection.scalar(count.where(*chosen)) or 0
            ids = select(batches.c.id).where(*chosen).order_by(batches.c.id.desc())
            cut = ids.limit(per_page).offset((max(1, page) - 1) * per_page)
            rows = connection.execute(_SUMMARY.where(batches.c.id.in_(cut)).order_by(batches.c.id.desc())).mappings()
            return [_summary(row) for row in rows], total

    def find(self, name: str) -> BatchSummary | None:
        """Return one batch; None if there is none of that name."""
        with self._database.reading() as connection:
            row = connection.execute(_SUMMARY.where(batches.c.name == name)).mappings().first()
        return _summary(row) if row else None

    def usual_speed(self) -> float | None:
        """Return the speed of the worker's latest batches in pieces per second; None if none is ready."""
        ready = _SUMMARY.where(batches.c.state == "ready", batches.c.queued).order_by(batches.c.id.desc()).limit(LATEST)
        with self._database.reading() as connection:
            done = [_summary(row) for row in connection.execute(ready).mappings()]
        seconds = sum(
            (batch.ended_at - batch.started_at).total_seconds() for batch in done if batch.started_at and batch.ended_at
        )
        return sum(batch.pieces for batch in done) / seconds if seconds > 0 else None

    def of_product(self, product_id: int) -> list[tuple[BatchSummary, int]]:
        """Return the batches that a product is in, the newest first, each with its pieces of that product."""
        of = select(lines.c.batch_id, func.sum(lines.c.quantity)).where(lines.c.product_id == product_id)
        with self._database.reading() as connection:
            pieces = {row[0]: int(row[1]) for row in connection.execute(of.group_by(lines.c.batch_id))}
            query = _SUMMARY.where(batches.c.id.in_(pieces)).order_by(batches.c.id.desc())
            return [(_summary(row), pieces[row["id"]]) for row in connection.execute(query).mappings()]

    def printed_names(self, product_id: int) -> list[PrintedName]:
        """Return the names printed on labels of a product, the newest first; without trials and cancelled batches."""
        query = (
            select(lines.c.snapshot, lines.c.quantity, batches.c.name)
            .join(batches, batches.c.id == lines.c.batch_id)
            .where(lines.c.product_id == product_id, batches.c.trial.is_(False), batches.c.state != "cancelled")
            .order_by(batches.c.id.desc())
        )
        found: dict[tuple[str, str], PrintedName] = {}
        with self._database.reading() as connection:
            for facts, quantity, batch in connection.execute(query):
                key = facts.get("name", ""), facts.get("producer", "")
                known = found.get(key, PrintedName(*key, 0, ()))
                found[key] = PrintedName(*key, known.pieces + quantity, (*known.batches, batch))
        return list(found.values())

    def printed_since(self, moment: datetime) -> tuple[int, int]:
        """Return how many batches, and pieces in them, were ordered since then and are ready."""
        query = (
            select(func.count(func.distinct(batches.c.id)), func.sum(lines.c.quantity))
            .join(lines, lines.c.batch_id == batches.c.id)
            .where(batches.c.ordered_at >= moment, batches.c.state == "ready")
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one()
        return int(row[0] or 0), int(row[1] or 0)


def _chosen(states: Sequence[str], producer_id: int | None) -> list[Any]:
    chosen: list[Any] = [batches.c.state.in_(states)] if states else []
    if producer_id is not None:
        chosen.append(batches.c.producer_id == producer_id)
    return chosen


_DONE = parts.c.state == "done"
_SUMMARY: Select[Any] = (
    select(
        batches.c.id,
        batches.c.name,
        batches.c.ordered_at,
        batches.c.who,
        batches.c.state,
        batches.c.reason,
        batches.c.design,
        batches.c.stock,
        batches.c.queued,
        batches.c.producer_id,
        batches.c.folder,
        func.sum(parts.c.pieces).label("pieces"),
        func.sum(case((_DONE, parts.c.pieces), else_=0)).label("pieces_done"),
        func.sum(parts.c.sheets).label("sheets"),
        func.count().label("parts"),
        func.sum(case((_DONE, 1), else_=0)).label("parts_done"),
        func.min(parts.c.started_at).label("started_at"),
        func.max(parts.c.ended_at).label("ended_at"),
    )
    .join(parts, parts.c.batch_id == batches.c.id)
    .group_by(batches.c.id)
)


def _summary(row: Any) -> BatchSummary:
    reason = batch_reason(row["state"], row["reason"])
    return BatchSummary(**(dict(row) | {"reason": reason.said, "problems": reason.problems}))
