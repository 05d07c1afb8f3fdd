"""Lists of products: searched, filtered by what they are today, sorted and cut into pages by the database.

The current recognition of a product and its standing on a day follow :mod:`labelsvc.domain.history`; a test compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, exists, func, literal_column, select, tuple_

from labelsvc.domain.collation import collation_key
from labelsvc.domain.history import Standing
from labelsvc.domain.product import without_diacritics
from labelsvc.domain.product_filter import HOLDING, SORTS, ProductFilter
from labelsvc.domain.recognition import rules_on
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables import producers, products, recognitions, record_version

PER_PAGE = 50
COUNTS_REMEMBERED = 256
_SORTS_OF_PRODUCTS = ("name", "producer")


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A row of the list: the product's own facts and its current recognition's, None where it has none."""

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
    standing: Standing


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
    """How many products stand how on a day, and how many lose their stars within so many days."""

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
    """A producer with how many products it has, and how many of them hold stars today."""

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
        order, first = _order(sort, down), (page - 1) * per_page
        if sort in _SORTS_OF_PRODUCTS and (_of_holding(wanted) or _of_products_alone(wanted)):
            cut = _found_first(wanted, today, total, order).limit(per_page).offset(first)
            listed = _listed(ProductFilter(), today).where(products.c.id.in_(cut))
        else:
            listed = _listed(wanted, today).limit(per_page).offset(first)
        with self._database.reading() as connection:
            rows = connection.execute(listed.order_by(*order)).all()
        return ListPage([_row(row) for row in rows], total, page, per_page)

    def ids(self, wanted: ProductFilter, today: date) -> list[int]:
        """Return the ids of all products wanted, by producer and name."""
        with self._database.reading() as connection:
            return [row[0] for row in connection.execute(_listed(wanted, today).order_by(*_order("producer", False)))]

    def every(self, wanted: ProductFilter, today: date) -> list[ListedProduct]:
        """Return all products wanted, by name: for exports."""
        with self._database.reading() as connection:
            return [_row(row) for row in connection.execute(_listed(wanted, today).order_by(*_order("name", False)))]

    def overview(self, today: date, days: Sequence[int] = ()) -> Overview:
        """Return how many products stand how today, and how many lose their stars within so many days."""
        now = _current(today)
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
        if _of_products_alone(wanted):
            rows = select(products.c.id).where(*_products_wanted(wanted))
        elif _of_holding(wanted):
            return self._count_holding(wanted, today)
        else:
            rows = _listed(wanted, today)
        with self._database.reading() as connection:
            return _counted(connection, rows)

    def _count_holding(self, wanted: ProductFilter, today: date) -> int:
        """Count products that hold their stars; remembered until the record version changes, for the public asks it."""
        rows = select(products.c.id).where(*_products_wanted(wanted), *_holding(wanted, today))
        with self._database.reading() as connection:
            asked = wanted, today, connection.scalar(select(record_version.c.version))
            if asked not in self._counts:
                if len(self._counts) >= COUNTS_REMEMBERED:
                    self._counts.clear()
                self._counts[asked] = _counted(connection, rows)
            return self._counts[asked]

    def producer_of(self, product_id: int) -> int | None:
        """Return the id of a product's producer, None where there is no such product."""
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
            .where(*_products_wanted(wanted))
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
            holding = _listed(replace(wanted, standings=HOLDING), today)
            theirs = holding.where(products.c.producer_id.in_([row.id for row in rows])).subquery()
            each = select(theirs.c.producer_id, func.count()).group_by(theirs.c.producer_id)
            in_force = {row[0]: int(row[1]) for row in connection.execute(each)}
        return [ListedProducer(row[0], row[1], row[2], in_force.get(row[0], 0)) for row in rows], total


def _states(today: date) -> FromClause:
    """Return every recognition with its standing on a day and its rank among its product's.

    Rank 0 holds, 1 held or is suspended, 2 is still to come.
    """
    c = recognitions.c
    first = func.coalesce(c.valid_from, c.decision_date)
    last = case((c.extended_until > c.decided_until, c.extended_until), else_=c.decided_until)
    suspended = (c.suspended_since <= today) & (c.suspended_until.is_(None) | (c.suspended_until >= today))
    withdrawn, to_come, over = c.withdrawn_since <= today, first > today, last < today
    too_few = c.stars < rules_on(today).lowest_printed_stars
    standing = case(
        (withdrawn, Standing.WITHDRAWN.value),
        (to_come, Standing.NOT_YET.value),
        (over, Standing.EXPIRED.value),
        (suspended, Standing.SUSPENDED.value),
        (too_few, Standing.NOT_CERTIFIED.value),
        (c.decided_until < today, Standing.EXTENDED.value),
        else_=Standing.IN_FORCE.value,
    )
    rank = case((withdrawn, 1), (to_come, 2), (over, 1), (suspended, 1), else_=0)
    return select(
        c.id,
        c.product_id,
        c.stars,
        c.decision_date,
        first.label("first_day"),
        last.label("last_day"),
        standing.label("standing"),
        rank.label("rank"),
    ).subquery()


def _current(today: date) -> FromClause:
    """Return every product's current recognition: none of its others goes before it (``current_recognition``)."""
    one, other = _states(today), _states(today)
    to_come = one.c.rank == 2
    later = tuple_(other.c.first_day, other.c.decision_date) > tuple_(one.c.first_day, one.c.decision_date)
    goes_before = (other.c.rank < one.c.rank) | ((other.c.rank == one.c.rank) & case((to_come, ~later), else_=later))
    others = (other.c.product_id == one.c.product_id) & (other.c.id != one.c.id)
    return select(one).where(~exists().where(others, goes_before)).subquery()


def _found_first(wanted: ProductFilter, today: date, total: int, order: list[Any]) -> Select[Any]:
    """Return the ids of the products wanted in their order, found without their recognitions' rows.

    Without words the database walks the order's index, and a page is full before it has looked at many. Words are
    searched first (the limit keeps the search apart): the index would lead to every row.
    """
    asked = _products_wanted(wanted)
    if _of_holding(wanted):
        asked.append(exists().where(*_holding(wanted, today)))
    found = select(products.c.id).where(*asked)
    if wanted.words:
        found = select(products.c.id).where(products.c.id.in_(found.limit(max(1, total))))
    return found.order_by(*order)


def _counted(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _of_holding(wanted: ProductFilter) -> bool:
    """Tell whether only products are wanted whose stars hold, on whatever day they end: the register's question."""
    return bool(wanted.standings) and set(wanted.standings) <= set(HOLDING) and wanted.ends_within is None


def _holding(wanted: ProductFilter, today: date) -> list[ColumnElement[bool]]:
    """Return that a product's current recognition holds: it is in rank 0, and no later one of that rank is there."""
    one, other = _states(today), _states(today)
    later = tuple_(other.c.first_day, other.c.decision_date) > tuple_(one.c.first_day, one.c.decision_date)
    others = (other.c.product_id == one.c.product_id) & (other.c.id != one.c.id) & (other.c.rank == 0)
    return [
        one.c.product_id == products.c.id,
        one.c.rank == 0,
        one.c.standing.in_([standing.value for standing in wanted.standings]),
        *([one.c.stars == wanted.stars] if wanted.stars else []),
        ~exists().where(others, later),
    ]


def _products_wanted(wanted: ProductFilter) -> list[ColumnElement[bool]]:
    """Return what is asked of products themselves, whatever their recognitions are."""
    p = products.c
    equal: tuple[tuple[ColumnElement[Any], object], ...] = (
        (p.district, wanted.district or None),
        (p.commune, wanted.commune or None),
        (p.product_group, wanted.group or None),
        (p.producer_id, wanted.producer_id),
        (p.demonstration, wanted.demonstration),
    )
    words = without_diacritics(wanted.words).split()
    return [
        *(p.search.contains(word, autoescape=True) for word in words),
        *(column == value for column, value in equal if value is not None),
    ]


def _of_products_alone(wanted: ProductFilter) -> bool:
    """Tell whether nothing is asked of recognitions, so that the database need not look at them to count."""
    return not wanted.stars and not wanted.standings and wanted.ends_within is None


def _listed(wanted: ProductFilter, today: date) -> Select[Any]:
    now = _current(today)
    p = products.c
    standing = func.coalesce(now.c.standing, Standing.NONE.value)
    query = select(
        p.id,
        p.name,
        p.brand,
        p.producer,
        p.producer_id,
        p.commune,
        p.district,
        p.product_group,
        p.demonstration,
        now.c.id.label("recognition_id"),
        now.c.stars,
        now.c.last_day,
        standing.label("standing"),
        p.sort_key,
    )
    of_products = now.c.product_id == p.id
    if _of_products_alone(wanted) or Standing.NONE in wanted.standings:
        query = query.select_from(products.outerjoin(now, of_products))
    else:  # whoever is asked for has a recognition: the database may begin with those that fit
        query = query.select_from(products.join(now, of_products))
    query = query.where(*_products_wanted(wanted))
    if wanted.stars:
        query = query.where(now.c.stars == wanted.stars)
    standings = wanted.standings
    if wanted.ends_within is not None:
        standings = tuple(s for s in standings or HOLDING if s in HOLDING)
        query = query.where(now.c.last_day <= today + timedelta(days=wanted.ends_within))
    if standings:
        query = query.where(standing.in_([one.value for one in standings]))
    return query


def _order(sort: str, down: bool) -> list[Any]:
    name = products.c.sort_key
    first: Any = {"name": name, "producer": products.c.producer_sort_key}.get(sort)
    if first is None:
        first = literal_column(sort) if sort in SORTS else name
    return [first.desc() if down else first.asc(), name, products.c.id]


def _row(row: Any) -> ListedProduct:
    facts = {name: getattr(row, name) for name in _FACTS}
    return ListedProduct(**facts, group=row.product_group or "", standing=Standing(row.standing))


_FACTS = (
    "id", "name", "brand", "producer", "producer_id", "commune", "district", "demonstration", "recognition_id", "stars",
    "last_day",
)  # fmt: skip
