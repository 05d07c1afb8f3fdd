"""Lots: what they may hold, and which one a serial has."""

from __future__ import annotations

from datetime import date

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.trace.lot import Lot, LotRange, lot_of, replaced_by

MADE, OVER = date(2026, 11, 2), date(2027, 5, 2)
FIRST, SECOND = Lot("L01", MADE, OVER), Lot("L02")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "lot.empty"),
        ({"made_on": OVER, "use_by": MADE}, "lot.use_by_first"),
        ({"number": " L01"}, "lot.number_not_normal"),
        ({"number": "L" * 41}, "lot.number_long"),
    ],
)
def test_a_lot_without_sense_is_refused(facts: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Lot(**facts)

    assert refused.value.problems[0].code == code


@pytest.mark.parametrize("facts", [{"number": "L01"}, {"made_on": MADE}, {"use_by": MADE}])
def test_one_fact_makes_a_lot(facts: dict[str, object]) -> None:
    assert Lot(**facts)


def test_the_last_day_of_a_lot_still_counts() -> None:
    assert [FIRST.use_by_passed(day) for day in (MADE, OVER, date(2027, 5, 3))] == [False, False, True]
    assert not SECOND.use_by_passed(date(2099, 1, 1))


def test_the_newest_entry_holds_for_the_serials_that_it_covers() -> None:
    entered = [LotRange(1, 100, FIRST), LotRange(50, 60, SECOND)]

    lots = [lot_of(serial, entered) for serial in (1, 49, 50, 60, 61, 100, 101)]

    assert lots == [FIRST, FIRST, SECOND, SECOND, FIRST, FIRST, None]


@pytest.mark.parametrize(("first", "last", "count"), [(1, 9, 0), (1, 10, 1), (20, 30, 1), (21, 30, 0), (5, 40, 1)])
def test_entries_that_share_a_serial_are_replaced(first: int, last: int, count: int) -> None:
    assert len(replaced_by(first, last, [LotRange(10, 20, FIRST)])) == count
