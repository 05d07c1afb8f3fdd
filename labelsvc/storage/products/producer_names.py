"""Producers by their names, as they are looked up by who means one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from labelsvc.domain.errors import NotFound
from labelsvc.domain.product import name_key, without_diacritics
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import producers


@dataclass(frozen=True, slots=True)
class ProducerName:
    """A producer as it is chosen from a list."""

    id: int
    name: str


class ProducerNames:
    """The names of all producers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def having(self, words: str, limit: int) -> list[ProducerName]:
        """Return producers whose names have all the words, typed with or without diacritics; the exact one first."""
        wanted = without_diacritics(words).split()
        query = select(producers.c.id, producers.c.name, producers.c.name_key).order_by(producers.c.sort_key)
        with self._database.reading() as connection:
            rows = connection.execute(query if wanted else query.limit(limit)).all()
        found = [row for row in rows if all(word in without_diacritics(row.name) for word in wanted)]
        found.sort(key=lambda row: row.name_key != name_key(words))
        return [ProducerName(row.id, row.name) for row in found[:limit]]

    def get(self, producer_id: int) -> str:
        """Return a producer's name; NotFound if there is none."""
        with self._database.reading() as connection:
            name = connection.scalar(select(producers.c.name).where(producers.c.id == producer_id))
        if name is None:
            raise NotFound.from_code("account.no_producer", id=producer_id)
        return str(name)
