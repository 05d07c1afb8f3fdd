"""Lists of products: searched, filtered by current standing, sorted and paged by the database.

They are read from the list that is kept for the day (``kept_list``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, FromClause, Select, case, func, select

from labelsvc.domain.collation import collation_key
from labelsvc.domain.history import Standing
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.trace.published_product import PublishedProduct
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.product_list import product_list
from labelsvc.storage.db.tables.products import producers, products, record_version
from labelsvc.storage.products.lists.kept_counts import KeptCounts
from labelsvc.storage.products.lists.kept_list import ListOutdated, reading_list, write_list
from labelsvc.storage.products.lists.list_pages import find_first, find_page
from labelsvc.storage.products.lists.list_queries import ListQuery, trace_lacks
from labelsvc.storage.products.lists.list_renewal import ListRenewal
from labelsvc.storage.products.stored_places import places_of_products

PER_PAGE = 50
ROWS_AT_ONCE = 1_000
_HOLDING = tuple(standing.value for standing in HOLDING)


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
        self._counts = KeptCounts()
        self.renewal = ListRenewal(database)

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
        with self._reading(today) as (connection, rows):
            query = self._query(connection, rows, wanted, today)
            found = find_page(query, sort, down, page, per_page)
            shown = connection.execute(_shown(rows, today).where(rows.c.product_id.in_(found.ids))).all()
        by_id = {row.id: _row(row) for row in shown}
        return ListPage([by_id[each] for each in found.ids], found.total, found.page, per_page)

    def first(self, wanted: ProductFilter, today: date) -> int | None:
        """Return the id of the first product wanted, by name; None if there is none."""
        with self._reading(today) as (connection, rows):
            return find_first(ListQuery(connection, rows, wanted, today))

    def ids(self, wanted: ProductFilter, today: date) -> list[int]:
        """Return the ids of all products wanted, by producer and name."""
        with self._reading(today) as (connection, rows):
            asked = ListQuery(connection, rows, wanted, today).conditions()
            order = rows.c.producer_sort_key, rows.c.sort_key, rows.c.product_id
            return list(connection.scalars(select(rows.c.product_id).where(*asked).order_by(*order)))

    def published(self, wanted: ProductFilter, today: date) -> Iterator[Sequence[PublishedProduct]]:
        """Yield all products wanted, by name and lot by lot: for files. One transaction, and a lot in memory."""
        with self._reading(today) as (connection, rows):
            asked = ListQuery(connection, rows, wanted, today).conditions()
            facts = (products.c[name] for name in _PUBLISHED)
            query = (
                select(*facts, rows.c.stars, rows.c.last_day)
                .join_from(rows, products, products.c.id == rows.c.product_id)
                .where(*asked)
                .order_by(rows.c.sort_key, rows.c.product_id)
            )
            for lot in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).partitions():
                yield [PublishedProduct._make(row) for row in lot]

    def keep_for(self, today: date) -> None:
        """Write the list of a day that has begun, and what is out of date of it by the hundred: for the worker."""
        write_list(self._database, today)

    def version(self) -> int:
        """Return the record version, which changes with everything that a list of holding products shows."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(record_version.c.version)) or 0)

    def overview(self, today: date, days: Sequence[int] = ()) -> Overview:
        """Return the products per standing today, and those that lose their stars within some days."""
        with self._reading(today) as (connection, rows):
            everything = self._query(connection, rows, ProductFilter(), today)
            counts = everything.counts(rows.c.standing)
            within = {each: replace(everything, wanted=ProductFilter(ends_within=each)).count() for each in days}
        standings = {Standing(name): int(count) for name, count in counts.items()}
        return Overview({standing: standings.get(standing, 0) for standing in Standing}, within)

    def count(self, wanted: ProductFilter, today: date) -> int:
        """Return how many products are wanted."""
        with self._reading(today) as (connection, rows):
            return self._query(connection, rows, wanted, today).count()

    @contextmanager
    def _reading(self, today: date) -> Iterator[tuple[Connection, FromClause]]:
        """Provide the list of a day; where very many rows are out of date, have them written and raise ListOutdated."""
        try:
            with reading_list(self._database, today) as read:
                yield read
        except ListOutdated:
            self.renewal.begin(today)
            raise

    def _query(self, connection: Connection, rows: FromClause, wanted: ProductFilter, today: date) -> ListQuery:
        counts = self._counts.at(connection, today) if rows is product_list else {}
        return ListQuery(connection, rows, wanted, today, counts)

    def producer_of(self, product_id: int) -> int | None:
        """Return the id of a product's producer, None if there is no such product."""
        with self._database.reading() as connection:
            return connection.scalar(select(products.c.producer_id).where(products.c.id == product_id))

    def places(self, producer_id: int | None = None) -> list[tuple[str, str]]:
        """Return all pairs of district and commune that products have, sorted."""
        with self._database.reading() as connection:
            places = places_of_products(connection, producer_id)
        return sorted(places, key=lambda place: (collation_key(place[0]), collation_key(place[1])))

    def producers(
        self, words: str, today: date, *, page: int = 1, per_page: int = PER_PAGE
    ) -> tuple[list[ListedProducer], int]:
        """Return a page of producers whose products have the words, and how many there are; at most the last page."""
        with self._reading(today) as (connection, rows):
            asked = ListQuery(connection, rows, ProductFilter(words=words), today).found()
            holding = func.sum(case((rows.c.standing.in_(_HOLDING), 1), else_=0)).label("in_force")
            theirs = select(rows.c.producer_id, func.count().label("products"), holding).where(*asked)
            each = theirs.group_by(rows.c.producer_id).cte()
            query = (
                select(producers.c.id, producers.c.name, each.c.products, each.c.in_force)
                .join(each, each.c.producer_id == producers.c.id)
                .order_by(producers.c.sort_key, producers.c.id)
            )
            found = connection.execute(query).all()  # counted once: of a common word that takes longest
        page = min(max(1, page), max(1, -(-len(found) // per_page)))
        return [ListedProducer(*row) for row in found[(page - 1) * per_page : page * per_page]], len(found)


def _shown(rows: FromClause, today: date) -> Select[Any]:
    """Return the query of what a list shows of its rows."""
    c, p = rows.c, products.c
    return select(
        p.id,
        p.name,
        p.brand,
        p.producer,
        p.producer_id,
        p.commune,
        p.district,
        p.product_group,
        p.demonstration,
        p.public_id,
        c.recognition_id,
        c.stars,
        c.last_day,
        c.decided_until,
        c.standing,
        trace_lacks(rows, today).label("trace_lacks"),
    ).join_from(rows, products, p.id == c.product_id)


def _row(row: Any) -> ListedProduct:
    facts = {name: getattr(row, name) for name in _FACTS}
    return ListedProduct(**facts, group=row.product_group or "", standing=Standing(row.standing))


_FACTS = (
    "id", "name", "brand", "producer", "producer_id", "commune", "district", "demonstration", "recognition_id", "stars",
    "last_day", "decided_until", "trace_lacks", "public_id",
)  # fmt: skip
_PUBLISHED = ("name", "brand", "producer", "commune", "district", "product_group", "public_id")
