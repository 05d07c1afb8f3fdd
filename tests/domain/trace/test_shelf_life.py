"""The last day that follows from a shelf life, and what an order says of its goods' lot."""

from __future__ import annotations

from datetime import date

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.trace.lot import Lot
from labelsvc.domain.trace.lot_terms import LotTerms
from labelsvc.domain.trace.shelf_life import find_shelf_life

MADE = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("12 tháng kể từ NSX", date(2027, 8, 31)),
        ("6 tháng", date(2027, 2, 28)),
        ("2 năm tính từ ngày sản xuất", date(2028, 8, 31)),
        ("10 ngày kể từ NSX.", date(2026, 9, 10)),
        ("HSD: 2 tuần từ ngày SX", date(2026, 9, 14)),
    ],
)
def test_spans_from_nsx_give_the_last_day(said: str, last: date) -> None:
    found = find_shelf_life(said)

    assert found is not None
    assert found.last_day(MADE) == last


@pytest.mark.parametrize(
    "said",
    ["", "5 ngày kể từ ngày thu hoạch", "12 tháng, mở nắp dùng trong 7 ngày", "xem trên bao bì", "0 ngày", "999 năm"],
)
def test_other_spans_give_no_day(said: str) -> None:
    assert find_shelf_life(said) is None


def test_end_of_the_calendar_gives_no_day() -> None:
    span = find_shelf_life("12 tháng")

    assert span is not None
    assert span.last_day(date.max) is None


def test_each_product_has_its_own_last_day_by_shelf_life() -> None:
    terms = LotTerms("L01", MADE, by_shelf_life=True)

    assert terms.lot_for("12 tháng") == Lot("L01", MADE, date(2027, 8, 31))
    with pytest.raises(InvalidValue) as refused:
        terms.lot_for("xem trên bao bì")
    assert [problem.code for problem in refused.value.problems] == ["lot.shelf_life"]


def test_last_day_is_only_proposed_where_nobody_asked_for_it() -> None:
    terms = LotTerms(made_on=MADE)

    assert terms.lot_for("12 tháng") == Lot(made_on=MADE)
    assert terms.proposed_use_by("12 tháng") == date(2027, 8, 31)
    assert LotTerms(made_on=MADE, use_by=MADE).proposed_use_by("12 tháng") is None


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"use_by": "shelf-life"}, "lot.made_on_needed"),
        ({"made_on": "31/08/2026"}, "lot.day"),
        ({"made_on": "2026-08-31", "use_by": "2026-08-30"}, "lot.use_by_first"),
        ({"lot_number": "L" * 41}, "lot.number_long"),
    ],
)
def test_lots_that_cannot_be_are_refused_with_the_order(options: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        PrintOptions(**options)

    assert [problem.code for problem in refused.value.problems] == [code]


def test_order_without_a_lot_names_none() -> None:
    assert PrintOptions().lot_terms.lot_for("12 tháng") is None
    assert not PrintOptions().lot_terms
