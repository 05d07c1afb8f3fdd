"""Lists of products: searched, filtered by current standing, sorted and paged by the database.

The current recognition of a product and its standing on a day follow :mod:`labelsvc.domain.history`; a test compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from labelsvc.domain.collation import collation_key
from labelsvc.domain.history import Standing
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables import producers, products, record_version
from labelsvc.storage.products.list_queries import (
    asks_of_holding,
    asks_of_products_alone,
    current_recognitions,
    holding_conditions,
    ids_found_first,
    list_order,
    listed_products,
    product_conditions,
)

PER_PAGE = 50
COUNTS_REMEMBERED = 256
ROWS_AT_ONCE = 1_000
_SORTS_OF_PRODUCTS = ("name", "producer")


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A row of the list: the product's own facts and its current recognition's, None if it has none.

    ``last_day`` includes an extension, ``decided_until`` does not.
    """

    id: int
    name: str
    brand: str
    producer: str
    producer_id: int
    commune: str
    district: str
    group: str
    demonstration: bool
    recognition_id: int | None
    stars: int | None
    last_day: date | None
    decided_until: date | None
    standing: Standing
    trace_lacks: int | None
    """How many of the nine facts of a trace code are lacking; None of a service."""
    public_id: str | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, with how many rows there are in all; pages count from 1."""

    rows: Sequence[ListedProduct]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True, slots=True)
class Overview:
    """Products per standing on a day, and those that lose their stars within some days."""

    standings: Mapping[Standing, int]
    ends_within: Mapping[int, int]

    @property
    def in_force(self) -> int:
        """How many hold their stars."""
        return sum(self.standings[standing] for standing in HOLDING)

    @property
    def expired(self) -> int:
        """How many lost their stars because their time was over."""
        return self.standings[Standing.EXPIRED]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.standings.values())


@dataclass(frozen=True, slots=True)
class ListedProducer:
    """A producer with the number of its products, and of those in force today."""

    id: int
    name: str
    products: int
    in_force: int


class ProductLists:
    """The lists of products and producers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: dict[tuple[ProductFilter, date, int | None], int] = {}

    def page(
        self,
        wanted: ProductFilter,
        today: date,
        *,
        page: int = 1,
        sort: str = "name",
        down: bool = False,
        per_page: int = PER_PAGE,
    ) -> ListPage:
        """Return a page of the products wanted; a page beyond the last one is the last one."""
        total = self.count(wanted, today)
        page = min(max(1, page), max(1, -(-total // per_page)))
        order, first = list_order(sort, down), (page - 1) * per_page
        if sort in _SORTS_OF_PRODUCTS and (asks_of_holding(wanted) or asks_of_products_alone(wanted)):
            cut = ids_found_first(wanted, today, total, order).limit(per_page).offset(first)
            listed = listed_products(ProductFilter(), today).where(products.c.id.in_(cut))
        else:
            listed = listed_products(wanted, today).limit(per_page).offset(first)
        with self._database.reading() as connection:
            rows = connection.execute(listed.order_by(*order)).all()
        return ListPage([_row(row) for row in rows], total, page, per_page)

    def ids(self, wanted: ProductFilter, today: date) -> list[int]:
        """Return the ids of all products wanted, by producer and name."""
        with self._database.reading() as connection:
            return [
                row[0]
                for row in connection.execute(listed_products(wanted, today).order_by(*list_order("producer", False)))
            ]

    def every(self, wanted: ProductFilter, today: date) -> Iterator[ListedProduct]:
        """Yield all products wanted, by name: for exports. One transaction, and some of them in memory."""
        query = listed_products(wanted, today).order_by(*list_order("name", False))
        with self._database.reading() as connection:
            yield from map(_row, connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query))

    def version(self) -> int:
        """Return the record version, which changes with everything that a list of holding products shows."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(record_version.c.version)) or 0)

    def overview(self, today: date, days: Sequence[int] = ()) -> Overview:
        """Return the products per standing today, and those that lose their stars within some days."""
        now = current_recognitions(today)
        columns = now.c.standing, now.c.last_day
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns, func.count()).group_by(*columns)).all()
            total = connection.scalar(select(func.count()).select_from(products)) or 0
        standings, ending = Counter[Standing](), Counter[date]()
        standings[Standing.NONE] = total - sum(row[2] for row in rows)
        for name, last_day, count in rows:
            standings[Standing(name)] += count
            if Standing(name) in HOLDING:
                ending[last_day] += count
        within = {each: sum(n for day, n in ending.items() if day <= today + timedelta(days=each)) for each in days}
        return Overview({standing: standings[standing] for standing in Standing}, within)

    def count(self, wanted: ProductFilter, today: date) -> int:
        """Return how many products are wanted."""
        if asks_of_products_alone(wanted):
            rows = select(products.c.id).where(*product_conditions(wanted, today))
        elif asks_of_holding(wanted):
            return self._count_holding(wanted, today)
        else:
            rows = listed_products(wanted, today)
        with self._database.reading() as connection:
            return _counted(connection, rows)

    def _count_holding(self, wanted: ProductFilter, today: date) -> int:
        """Count products that hold their stars; remembered until the record version changes, for the public asks it."""
        rows = select(products.c.id).where(*product_conditions(wanted, today), *holding_conditions(wanted, today))
        with self._database.reading() as connection:
            asked = wanted, today, connection.scalar(select(record_version.c.version))
            if asked not in self._counts:
                if len(self._counts) >= COUNTS_REMEMBERED:
                    self._counts.clear()
                self._counts[asked] = _counted(connection, rows)
            return self._counts[asked]

    def producer_of(self, product_id: int) -> int | None:
        """Return the id of a product's producer, None if there is no such product."""
        with self._database.reading() as connection:
            return connection.scalar(select(products.c.producer_id).where(products.c.id == product_id))

    def places(self, producer_id: int | None = None) -> list[tuple[str, str]]:
        """Return all pairs of district and commune that products have, sorted."""
        query = select(products.c.district, products.c.commune).distinct()
        if producer_id is not None:
            query = query.where(products.c.producer_id == producer_id)
        with self._database.reading() as connection:
            places = [(row[0], row[1]) for row in connection.execute(query)]
        return sorted(places, key=lambda place: (collation_key(place[0]), collation_key(place[1])))

    def producers(
        self, words: str, today: date, *, page: int = 1, per_page: int = PER_PAGE
    ) -> tuple[list[ListedProducer], int]:
        """Return a page of producers whose names or places have the words, and how many there are."""
        wanted, made_by = ProductFilter(words=words), products.c.producer_id == producers.c.id
        query = (
            select(producers.c.id, producers.c.name, func.count())
            .join(products, made_by)
            .where(*product_conditions(wanted, today))
            .group_by(producers.c.id, producers.c.name, producers.c.sort_key)
        )
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            cut = (
                query.order_by(producers.c.sort_key, producers.c.id)
                .limit(per_page)
                .offset((max(1, page) - 1) * per_page)
            )
            rows = connection.execute(cut).all()
            holding = listed_products(replace(wanted, standings=HOLDING), today)
            theirs = holding.where(products.c.producer_id.in_([row.id for row in rows])).subquery()
            each = select(theirs.c.producer_id, func.count()).group_by(theirs.c.producer_id)
            in_force = {row[0]: int(row[1]) for row in connection.execute(each)}
        return [ListedProducer(row[0], row[1], row[2], in_force.get(row[0], 0)) for row in rows], total


def _counted(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _row(row: Any) -> ListedProduct:
    facts = {name: getattr(row, name) for name in _FACTS}
    return ListedProduct(**facts, group=row.product_group or "", standing=Standing(row.standing))


_FACTS = (
    "id", "name", "brand", "producer", "producer_id", "commune", "district", "demonstration", "recognition_id", "stars",
    "last_day", "decided_until", "trace_lacks", "public_id",
)  # fmt: skip
