"""Queries of what recognitions are on a day: every one's standing, and which of a product's is the current one.

They follow :mod:`labelsvc.domain.history`; a test compares over generated histories.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import FromClause, Select, case, exists, func, select, tuple_

from labelsvc.domain.history import Standing
from labelsvc.domain.programme.rules import rules_on
from labelsvc.storage.db.tables import recognitions


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


def current_recognitions(today: date, only: Select[Any] | None = None) -> FromClause:
    """Return every product's current recognition: none of its others goes before it (``current_recognition``).

    ``only``: of the products with these ids.
    """
    states, other = recognition_states(today), recognition_states(today)
    to_come = states.c.rank == 2
    later = tuple_(other.c.first_day, other.c.decision_date) > tuple_(states.c.first_day, states.c.decision_date)
    goes_before = (other.c.rank < states.c.rank) | (
        (other.c.rank == states.c.rank) & case((to_come, ~later), else_=later)
    )
    others = (other.c.product_id == states.c.product_id) & (other.c.id != states.c.id)
    current = select(states).where(~exists().where(others, goes_before))
    return (current if only is None else current.where(states.c.product_id.in_(only))).subquery()
