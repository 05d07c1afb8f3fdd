"""May it be printed? A table of days, and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.permission import Quota, current_recognition, may_print, suggested_quantity
from labelsvc.domain.recognition import Extension, Recognition, RecognitionStatus, Suspension, Withdrawal

FOUR = Recognition(stars=4, decision_date=date(2023, 12, 29))
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("recognition", "today", "codes"),
    [
        (FOUR, date(2026, 9, 1), []),
        (FOUR, date(2026, 12, 29), []),
        (FOUR, date(2026, 12, 30), ["print.expired"]),
        (FOUR, date(2023, 12, 28), ["print.not_yet"]),
        (Recognition(stars=2, decision_date=date(2026, 1, 1)), date(2026, 2, 1), ["print.too_few_stars"]),
        (
            Recognition(stars=1, decision_date=date(2020, 1, 1)),
            date(2026, 2, 1),
            ["print.expired", "print.too_few_stars"],
        ),
        (
            Recognition(
                stars=3,
                decision_date=date(2023, 1, 1),
                extension=Extension(date(2026, 6, 1), "chờ", by_office=True),
            ),
            date(2026, 5, 1),
            [],
        ),
        (
            Recognition(stars=3, decision_date=date(2025, 1, 1), suspension=Suspension(date(2026, 1, 1), "kiểm tra")),
            date(2026, 5, 1),
            ["print.suspended"],
        ),
        (
            Recognition(stars=3, decision_date=date(2025, 1, 1), withdrawal=Withdrawal(date(2026, 1, 1), "vi phạm")),
            date(2026, 5, 1),
            ["print.withdrawn"],
        ),
    ],
)
def test_every_reason_is_named_at_once(recognition, today, codes) -> None:
    permission = may_print([recognition], today)

    assert [problem.code for problem in permission.reasons] == codes
    assert permission.granted == (not codes)


def test_a_recognition_that_ends_within_ninety_days_is_warned_of() -> None:
    permission = may_print([FOUR], date(2026, 11, 24))

    assert permission.granted
    assert permission.warnings[0].facts == {"last_day": date(2026, 12, 29), "days": 35}


def test_a_product_without_recognition_is_refused() -> None:
    permission = may_print([], date(2026, 1, 1))

    assert [problem.code for problem in permission.reasons] == ["print.no_recognition"]


def test_a_renewal_in_force_wins_over_the_expired_recognition() -> None:
    renewal = Recognition(stars=5, decision_date=date(2026, 12, 20))

    assert current_recognition([renewal, FOUR], date(2026, 12, 30)) is renewal
    assert current_recognition([renewal, FOUR], date(2026, 12, 1)) is FOUR


@given(DAYS, DAYS)
def test_no_day_is_without_a_status(decided, day) -> None:
    recognition = Recognition(stars=3, decision_date=decided)

    status = recognition.status_on(day)

    assert (status is RecognitionStatus.IN_FORCE) == (decided <= day <= recognition.last_day)


@given(DAYS)
def test_thirty_six_months_end_on_the_same_day_of_the_month(decided) -> None:
    last = Recognition(stars=3, decision_date=decided).last_day

    assert last.year == decided.year + 3
    assert last.month == decided.month
    assert last.day == decided.day or (decided.month, decided.day, last.day) == (2, 29, 28)
    assert (last + timedelta(1) - decided).days in range(1095, 1098)


@pytest.mark.parametrize(
    ("quantity", "used", "today", "suggested"),
    [
        (500, 0, date(2024, 6, 1), 500),
        (500, 1_600, date(2024, 6, 1), 400),
        (500, 2_000, date(2024, 6, 1), 0),
        (2_000, 0, date(2026, 11, 24), 70),
        (50, 0, date(2026, 11, 24), 50),
        (2_000, 0, date(2026, 12, 29), 10),
    ],
    ids=["enough", "what is left", "nothing left", "36 of 1,097 days", "fewer asked for", "the last day"],
)
def test_suggestions_respect_the_quota_and_the_days_left(quantity: int, used: int, today: date, suggested: int) -> None:
    assert suggested_quantity(FOUR, quantity, Quota(2_000, used), today) == suggested


@given(st.integers(1, 5_000), st.integers(0, 2_500), DAYS)
def test_a_suggestion_that_was_taken_is_suggested_again(quantity: int, used: int, today: date) -> None:
    quota = Quota(2_000, used)
    first = suggested_quantity(FOUR, quantity, quota, max(today, FOUR.first_day))

    assert first <= min(quantity, quota.left)
    assert not first or suggested_quantity(FOUR, first, quota, max(today, FOUR.first_day)) == first
