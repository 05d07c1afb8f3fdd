"""Products with their recognitions, as the office looks them up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, func, select

from labelsvc.domain.errors import NotFound
from labelsvc.domain.history import StoredProduct, StoredRecognition
from labelsvc.domain.product import without_diacritics
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_of, recognition_of


class Products:
    """All products of the office."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, product_id: int) -> StoredProduct:
        """Return a product; NotFound if there is none."""
        found = self.many([product_id])
        if not found:
            raise NotFound.from_code("storage.no_product", id=product_id)
        return found[product_id]

    def many(self, ids: Collection[int]) -> dict[int, StoredProduct]:
        """Return those products that there are, by id."""
        wanted = sorted(ids)
        with self._database.reading() as connection:
            return {
                stored.id: stored
                for some in in_lots(wanted)
                for stored in _read(connection, _ALL.where(products.c.id.in_(some)))
            }

    def all(self) -> list[StoredProduct]:
        """Return every product in the order of producers' and products' names (by code point)."""
        with self._database.reading() as connection:
            return _sorted(_read(connection, _ALL))

    def search(self, typed: str, limit: int = 50) -> list[StoredProduct]:
        """Return products whose name, brand, producer or place has all the words typed, with diacritics or without.

        Where there are more than ``limit``, those whose names come first.
        """
        wanted = select(products.c.id).limit(limit).order_by(products.c.sort_key, products.c.id)
        for word in without_diacritics(typed).split():
            wanted = wanted.where(products.c.search.contains(word, autoescape=True))
        with self._database.reading() as connection:
            return _sorted(_read(connection, _ALL.where(products.c.id.in_(wanted))))

    def count(self) -> int:
        """Return how many products there are."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(products)) or 0


_ALL: Select[Any] = (
    select(
        products.c.id,
        products.c.demonstration,
        *(products.c[name] for name in PRODUCT_COLUMNS),
        recognitions.c.id.label("recognition_id"),
        *(recognitions.c[name] for name in RECOGNITION_COLUMNS),
    )
    .select_from(products.outerjoin(recognitions, recognitions.c.product_id == products.c.id))
    .order_by(products.c.id, recognitions.c.decision_date)
)


def _sorted(found: Iterable[StoredProduct]) -> list[StoredProduct]:
    """Sort by producer and name, here and not in the database, whose order depends on its locale."""
    return sorted(found, key=lambda stored: (*reversed(stored.product.key), stored.id))


def _read(connection: Connection, query: Select[Any]) -> Iterator[StoredProduct]:
    found = connection.execute(query)
    names = list(found.keys())
    rows = (dict(zip(names, row, strict=True)) for row in found)  # twice as fast to read as SQLAlchemy's mappings
    for product_id, of_product in groupby(rows, key=lambda row: int(row["id"])):
        history = list(of_product)
        yield StoredProduct(
            product_id,
            product_of(history[0]),
            tuple(
                StoredRecognition(row["recognition_id"], recognition_of(row))
                for row in history
                if row["recognition_id"] is not None
            ),
            history[0]["demonstration"],
        )
