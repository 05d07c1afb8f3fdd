"""Lists of products: searched, filtered by what they are today, sorted and cut into pages by the database.

The current recognition of a product and its standing on a day follow :mod:`labelsvc.domain.history`; a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, case, func, literal_column, select

from labelsvc.domain.history import Standing
from labelsvc.domain.product import without_diacritics
from labelsvc.domain.product_filter import HOLDING, SORTS, ProductFilter
from labelsvc.storage.database import Database
from labelsvc.storage.tables import producers, products, recognitions

PER_PAGE = 50


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

    def page(
        self, wanted: ProductFilter, today: date, *, page: int = 1, sort: str = "name", down: bool = False,
        per_page: int = PER_PAGE,
    ) -> ListPage:  # fmt: skip
        """Return a page of the products wanted; a page beyond the last one is the last one."""
        listed = _listed(wanted, today).add_columns(func.count().over().label("total")).order_by(*_order(sort, down))
        with self._database.reading() as connection:
            rows = connection.execute(listed.limit(per_page).offset((max(1, page) - 1) * per_page)).all()
            if not rows and page > 1:
                page = max(1, -(-self.count(wanted, today) // per_page))
                rows = connection.execute(listed.limit(per_page).offset((page - 1) * per_page)).all()
            total = rows[0].total if rows else 0
            return ListPage([_row(row) for row in rows], total, max(1, page), per_page)

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
        listed = _listed(ProductFilter(), today).subquery()
        holds = listed.c.standing.in_([one.value for one in HOLDING])
        ending = [func.sum(case((holds & (listed.c.last_day <= today + timedelta(days=d)), 1), else_=0)) for d in days]
        query = select(listed.c.standing, func.count(), *ending).group_by(listed.c.standing)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = {Standing(row[0]): int(row[1]) for row in rows}
        within = {day: sum(int(row[2 + i] or 0) for row in rows) for i, day in enumerate(days)}
        return Overview({standing: found.get(standing, 0) for standing in Standing}, within)

    def count(self, wanted: ProductFilter, today: date) -> int:
        """Return how many products are wanted."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_listed(wanted, today).subquery())) or 0

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
            return sorted((row[0], row[1]) for row in connection.execute(query))

    def producers(
        self, words: str, today: date, *, page: int = 1, per_page: int = PER_PAGE
    ) -> tuple[list[ListedProducer], int]:
        """Return a page of producers whose names or places have the words, and how many there are."""
        listed = _listed(ProductFilter(words=words), today).subquery()
        holding = func.sum(case((listed.c.standing.in_([s.value for s in HOLDING]), 1), else_=0))
        query = (
            select(producers.c.id, producers.c.name, func.count(), holding)
            .join(listed, listed.c.producer_id == producers.c.id)
            .group_by(producers.c.id, producers.c.name)
        )
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            cut = query.order_by(producers.c.name).limit(per_page).offset((max(1, page) - 1) * per_page)
            return [ListedProducer(row[0], row[1], row[2], int(row[3] or 0)) for row in connection.execute(cut)], total


def _current(today: date) -> Subquery:
    """Return every product's current recognition: rank 1 of its recognitions, as ``current_recognition`` chooses."""
    c = recognitions.c
    first = func.coalesce(c.valid_from, c.decision_date)
    last = func.coalesce(c.extended_until, c.decided_until)
    suspended = (c.suspended_since <= today) & (c.suspended_until.is_(None) | (c.suspended_until >= today))
    standing = case(
        (c.withdrawn_since <= today, Standing.WITHDRAWN.value),
        (first > today, Standing.NOT_YET.value),
        (last < today, Standing.EXPIRED.value),
        (suspended, Standing.SUSPENDED.value),
        (c.decided_until < today, Standing.EXTENDED.value),
        else_=Standing.IN_FORCE.value,
    )
    each = select(
        c.product_id, c.id, c.stars, c.decision_date, first.label("first_day"), last.label("last_day"),
        standing.label("standing"),
    ).subquery()  # fmt: skip
    holds = each.c.standing.in_([one.value for one in HOLDING])
    rank = case((holds, 0), (each.c.standing != Standing.NOT_YET.value, 1), else_=2)
    to_come = rank == 2
    newest_first = func.row_number().over(
        partition_by=each.c.product_id,
        order_by=(
            rank,
            case((to_come, each.c.first_day)),
            case((to_come, each.c.decision_date)),
            each.c.first_day.desc(),
            each.c.decision_date.desc(),
        ),
    )
    ranked = select(each, newest_first.label("place")).subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()


def _listed(wanted: ProductFilter, today: date) -> Select[Any]:
    now = _current(today)
    p = products.c
    standing = func.coalesce(now.c.standing, Standing.NONE.value)
    query = select(
        p.id, p.name, p.brand, p.producer, p.producer_id, p.commune, p.district, p.product_group, p.demonstration,
        now.c.id.label("recognition_id"), now.c.stars, now.c.last_day, standing.label("standing"), p.name_key,
    ).select_from(products.outerjoin(now, now.c.product_id == p.id))  # fmt: skip
    for word in without_diacritics(wanted.words).split():
        query = query.where(p.search.contains(word, autoescape=True))
    for column, value in ((p.district, wanted.district), (p.commune, wanted.commune), (p.product_group, wanted.group)):
        if value:
            query = query.where(column == value)
    if wanted.stars:
        query = query.where(now.c.stars == wanted.stars)
    if wanted.producer_id is not None:
        query = query.where(p.producer_id == wanted.producer_id)
    if wanted.demonstration is not None:
        query = query.where(p.demonstration.is_(wanted.demonstration))
    standings = wanted.standings
    if wanted.ends_within is not None:
        standings = tuple(s for s in standings or HOLDING if s in HOLDING)
        query = query.where(now.c.last_day <= today + timedelta(days=wanted.ends_within))
    if standings:
        query = query.where(standing.in_([one.value for one in standings]))
    return query


def _order(sort: str, down: bool) -> list[Any]:
    name = products.c.name_key
    first: Any = {"name": name, "producer": products.c.producer}.get(sort)
    if first is None:
        first = literal_column(sort if sort in SORTS else "name_key")
    return [first.desc() if down else first.asc(), name, products.c.id]


def _row(row: Any) -> ListedProduct:
    facts = {name: getattr(row, name) for name in _FACTS}
    return ListedProduct(**facts, group=row.product_group or "", standing=Standing(row.standing))


_FACTS = (
    "id", "name", "brand", "producer", "producer_id", "commune", "district", "demonstration", "recognition_id", "stars",
    "last_day",
)  # fmt: skip
