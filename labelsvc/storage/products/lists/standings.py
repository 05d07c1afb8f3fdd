"""What a recognition is on a day, in SQL: its standing, its last day, and which of a product's is the current one.

They follow :mod:`labelsvc.domain.history`; a test compares over generated histories.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func

from labelsvc.domain.history import Standing
from labelsvc.domain.programme.rules import rules_on
from labelsvc.storage.db.tables.products import recognitions

_C = recognitions.c
_FIRST_DAY = func.coalesce(_C.valid_from, _C.decision_date)
LAST_DAY = case((_C.extended_until > _C.decided_until, _C.extended_until), else_=_C.decided_until)
"""The last day, an extension included."""


def standing(today: date) -> ColumnElement[str]:
    """Return the standing of a recognition's product on a day; of a product without one, too."""
    too_few = _C.stars < rules_on(today).lowest_printed_stars
    return case(
        (_C.id.is_(None), Standing.NONE.value),
        (_withdrawn(today), Standing.WITHDRAWN.value),
        (today < _FIRST_DAY, Standing.NOT_YET.value),
        (today > LAST_DAY, Standing.EXPIRED.value),
        (_suspended(today), Standing.SUSPENDED.value),
        (too_few, Standing.NOT_CERTIFIED.value),
        (_C.decided_until < today, Standing.EXTENDED.value),
        else_=Standing.IN_FORCE.value,
    )


def precedence(today: date) -> list[ColumnElement[Any]]:
    """Return the order in which the first of a product's recognitions is the current one (``current_recognition``).

    What holds goes before what held or is suspended, the later one first; then what is to come, the earlier one first.
    """
    to_come = ~_withdrawn(today) & (today < _FIRST_DAY)
    held = _withdrawn(today) | (today > LAST_DAY) | _suspended(today)
    days = _FIRST_DAY, _C.decision_date
    next_to_come = (case((to_come, day)) for day in days)
    return [case((to_come, 2), (held, 1), else_=0), *next_to_come, *(day.desc() for day in days)]


def _withdrawn(today: date) -> ColumnElement[bool]:
    return func.coalesce(_C.withdrawn_since <= today, False)


def _suspended(today: date) -> ColumnElement[bool]:
    until = _C.suspended_until
    return func.coalesce((_C.suspended_since <= today) & (until.is_(None) | (until >= today)), False)
