"""Where the labels of all batches say that their products are made, as they were printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from labelsvc.domain.places.renewal import RecordPlace
from labelsvc.domain.print_options import PrintOptions
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.designs import sources

LINES_READ_AT_ONCE = 500
"""An office has a line for each product of each batch: they never stand in memory together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPlace:
    """A line of a batch: its labels, and the place in the record that they were printed from."""

    batch: str
    ordered_at: datetime
    design: str
    mark: str
    product: str
    producer: str
    pieces: int
    place: RecordPlace
    names_district: bool


class PrintedPlaces:
    """The batches that are not cancelled, line by line, the newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def designs(self) -> dict[str, bytes]:
        """Return the designs that were printed, by their hash."""
        used = select(sources.c.sha256, sources.c.content).where(sources.c.sha256.in_(select(batches.c.design_sha256)))
        with self._database.reading() as connection:
            return {row.sha256: bytes(row.content) for row in connection.execute(used)}

    def of_designs(self, hashes: frozenset[str]) -> Iterator[PrintedPlace]:
        """Yield the lines that were printed on some designs."""
        query = (
            select(
                batches.c.name, batches.c.ordered_at, batches.c.design, batches.c.mark, batches.c.options,
                lines.c.quantity, lines.c.snapshot,
            )
            .join(lines, lines.c.batch_id == batches.c.id)
            .where(batches.c.state != "cancelled", batches.c.design_sha256.in_(hashes))
            .order_by(batches.c.id.desc(), lines.c.position)
        )  # fmt: skip
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=LINES_READ_AT_ONCE).execute(query):
                yield _printed(row)


def _printed(row: Any) -> PrintedPlace:
    facts, options = row.snapshot, PrintOptions.from_json(row.options)
    return PrintedPlace(
        batch=row.name,
        ordered_at=row.ordered_at,
        design=row.design,
        mark=row.mark,
        product=facts.get("name", ""),
        producer=facts.get("producer", ""),
        pieces=row.quantity,
        place=RecordPlace(*(facts.get(name, "") for name in ("address", "commune", "district"))),
        names_district=options.districts or not options.places_once,
    )
