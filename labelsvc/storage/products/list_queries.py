"""Queries behind the lists of products: every recognition's standing on a day, and which one is current.

They follow :mod:`labelsvc.domain.history`; a test compares over generated histories.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, exists, func, literal_column, select, tuple_

from labelsvc.domain.history import Standing
from labelsvc.domain.product import without_diacritics
from labelsvc.domain.product_filter import HOLDING, SORTS, ProductFilter
from labelsvc.domain.programme.rules import rules_on
from labelsvc.storage.db.tables import products, recognitions

FEW = 20_000
"""So many rows are sorted faster than an order's index is walked until a page is full."""


def recognition_states(today: date) -> FromClause:
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
        c.decided_until,
        standing.label("standing"),
        rank.label("rank"),
    ).subquery()


def current_recognitions(today: date) -> FromClause:
    """Return every product's current recognition: none of its others goes before it (``current_recognition``)."""
    states, other = recognition_states(today), recognition_states(today)
    to_come = states.c.rank == 2
    later = tuple_(other.c.first_day, other.c.decision_date) > tuple_(states.c.first_day, states.c.decision_date)
    goes_before = (other.c.rank < states.c.rank) | (
        (other.c.rank == states.c.rank) & case((to_come, ~later), else_=later)
    )
    others = (other.c.product_id == states.c.product_id) & (other.c.id != states.c.id)
    return select(states).where(~exists().where(others, goes_before)).subquery()


def ids_found_first(wanted: ProductFilter, today: date, total: int, order: list[Any]) -> Select[Any]:
    """Return the ids of the products wanted in their order, found without their recognitions' rows.

    Without words the database walks the order's index, and a page is full before it has looked at many. Words are
    searched first (the limit keeps the search apart): the index would lead to every row. So are products that lack
    facts of a trace code; where they are many, the order's index is walked beside them.
    """
    asked = product_conditions(wanted, today)
    if asks_of_holding(wanted):
        asked.append(exists().where(*holding_conditions(wanted, today)))
    found = select(products.c.id).where(*asked)
    if wanted.words or wanted.lacks_trace is not None:
        walked = wanted.lacks_trace is not None and total > FEW
        own = products.c.id + 0 if walked else products.c.id  # the sum leaves no index but the order's
        found = select(products.c.id).where(own.in_(found.limit(max(1, total))))
    return found.order_by(*order)


def asks_of_holding(wanted: ProductFilter) -> bool:
    """Return whether only products are wanted whose stars hold, on whatever day they end: the register's question."""
    return bool(wanted.standings) and set(wanted.standings) <= set(HOLDING) and wanted.ends_within is None


def holding_conditions(wanted: ProductFilter, today: date) -> list[ColumnElement[bool]]:
    """Return that a product's current recognition holds: it is in rank 0, and no later one of that rank is there."""
    states, other = recognition_states(today), recognition_states(today)
    later = tuple_(other.c.first_day, other.c.decision_date) > tuple_(states.c.first_day, states.c.decision_date)
    others = (other.c.product_id == states.c.product_id) & (other.c.id != states.c.id) & (other.c.rank == 0)
    return [
        states.c.product_id == products.c.id,
        states.c.rank == 0,
        states.c.standing.in_([standing.value for standing in wanted.standings]),
        *([states.c.stars == wanted.stars] if wanted.stars else []),
        ~exists().where(others, later),
    ]


def trace_lacks(today: date) -> ColumnElement[Any]:
    """Return how many of the nine facts of a trace code a product lacks on a day; NULL of a service."""
    expired = case((products.c.trace_until < today, 1), else_=0)
    return products.c.trace_lacks_record + products.c.trace_lacks_profile + expired


def product_conditions(wanted: ProductFilter, today: date) -> list[ColumnElement[bool]]:
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
        *([] if wanted.lacks_trace is None else [(trace_lacks(today) > 0) == wanted.lacks_trace]),
    ]


def asks_of_products_alone(wanted: ProductFilter) -> bool:
    """Return whether nothing is asked of recognitions, so that the database need not look at them to count."""
    return not wanted.stars and not wanted.standings and wanted.ends_within is None


def listed_products(wanted: ProductFilter, today: date) -> Select[Any]:
    now = current_recognitions(today)
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
        p.public_id,
        now.c.id.label("recognition_id"),
        now.c.stars,
        now.c.last_day,
        now.c.decided_until,
        standing.label("standing"),
        p.sort_key,
        trace_lacks(today).label("trace_lacks"),
    )
    of_products = now.c.product_id == p.id
    if asks_of_products_alone(wanted) or Standing.NONE in wanted.standings:
        query = query.select_from(products.outerjoin(now, of_products))
    else:  # whoever is asked for has a recognition: the database may begin with those that fit
        query = query.select_from(products.join(now, of_products))
    query = query.where(*product_conditions(wanted, today))
    if wanted.stars:
        query = query.where(now.c.stars == wanted.stars)
    standings = wanted.standings
    if wanted.ends_within is not None:
        standings = tuple(s for s in standings or HOLDING if s in HOLDING)
        query = query.where(now.c.last_day <= today + timedelta(days=wanted.ends_within))
    if standings:
        query = query.where(standing.in_([standing.value for standing in standings]))
    return query


def list_order(sort: str, down: bool) -> list[Any]:
    name = products.c.sort_key
    first: Any = {"name": name, "producer": products.c.producer_sort_key}.get(sort)
    if first is None:
        first = literal_column(sort) if sort in SORTS else name
    return [first.desc() if down else first.asc(), name, products.c.id]
