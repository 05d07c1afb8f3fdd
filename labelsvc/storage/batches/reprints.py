"""Reprints: which destroyed pieces were reprinted, by whom, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import FolderInUse
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.storage.batches.voids import check_not_void
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.serials import reprints
from labelsvc.storage.people.audit import FieldDifference, record_differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint:
    """A reprint of a batch, numbered from 1. ``sheets`` as ``3,7-9``, empty if serials were asked for.

    ``reason`` says how the pieces were destroyed; ``file`` and ``sha256`` name what was made.
    """

    batch: str
    number: int
    at: datetime
    who: str
    reason: str
    sheets: str
    pieces: Sequence[SerialRange]
    count: int
    file: str
    sha256: str


class Reprints:
    """All reprints of the office."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def for_batch(self, batch: str) -> list[Reprint]:
        """Return the reprints of a batch, the oldest first."""
        names = ("number", "at", "who", "reason", "sheets", "count", "file", "sha256")
        columns = [reprints.c[name] for name in names]
        query = select(reprints.c.pieces, *columns).join(batches).where(batches.c.name == batch)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(reprints.c.number)).mappings().all()
        return [
            Reprint(
                batch=batch,
                pieces=tuple(SerialRange(*some) for some in row["pieces"]),
                **{name: row[name] for name in names},
            )
            for row in rows
        ]

    def next_number(self, batch: str) -> int:
        """Return the number of a batch's next reprint."""
        with self._database.reading() as connection:
            return _next_number(connection, batch)

    def record(self, new: Reprint) -> None:
        """Record a reprint with an audit entry, once its files are put.

        Raises PrintRefused replace.already_void if some piece became void meanwhile, FolderInUse
        if another reprint took the number.
        """
        with self._database.writing() as connection:
            check_not_void(connection, new.batch, new.pieces)
            if _next_number(connection, new.batch) != new.number:
                raise FolderInUse.from_code("output.in_use", batch=new.batch, path=new.file)
            batch_id = connection.execute(select(batches.c.id).where(batches.c.name == new.batch)).scalar_one()
            connection.execute(insert(reprints).values(_row(new, batch_id)))
            said = f"{new.file}: {', '.join(map(str, new.pieces))}"
            change = "batch", batch_id, [FieldDifference("reprint", "", said)]
            record_differences(connection, ChangeContext(new.who, new.at, new.reason), [change])


def _row(new: Reprint, batch_id: Any) -> dict[str, Any]:
    row = asdict(new)
    del row["batch"]
    return row | {"batch_id": batch_id, "pieces": [[some.line, some.first, some.last] for some in new.pieces]}


def _next_number(connection: Connection, batch: str) -> int:
    query = select(func.max(reprints.c.number)).join(batches).where(batches.c.name == batch)
    return (connection.scalar(query) or 0) + 1
