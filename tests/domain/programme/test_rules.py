"""The programme's rules by date: every day has the rules of its decision, and no others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.programme.rules import (
    RULES,
    IssuerKind,
    last_day_by_rules,
    months_later,
    rules_on,
    stars_for_score,
)

DAYS = st.dates(date(2018, 5, 7), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("day", "source"),
    [
        (date(2018, 1, 1), "490/QĐ-TTg"),
        (date(2019, 8, 20), "490/QĐ-TTg"),
        (date(2019, 8, 21), "1048/QĐ-TTg"),
        (date(2023, 2, 24), "148/QĐ-TTg"),
        (date(2025, 7, 5), "148/QĐ-TTg"),
        (date(2025, 7, 6), "1489/QĐ-TTg"),
        (date(2026, 5, 21), "1489/QĐ-TTg"),
        (date(2026, 5, 22), "26/2026/QĐ-TTg"),
    ],
)
def test_rules_of_a_day_are_those_of_its_decision(day: date, source: str) -> None:
    assert rules_on(day).source == source
    assert list(RULES) == sorted(RULES, key=lambda rules: rules.since)


@given(DAYS)
def test_a_day_has_the_newest_rules_that_had_begun(day: date) -> None:
    begun = [rules for rules in RULES if rules.since <= day]

    assert rules_on(day) is begun[-1]


@given(DAYS)
def test_three_stars_are_the_districts_under_148_alone(day: date) -> None:
    under_148 = date(2023, 2, 24) <= day < date(2025, 7, 6)

    recognisers = [rules_on(day).recogniser_of(stars) for stars in range(1, 6)]

    third = IssuerKind.DISTRICT if under_148 else IssuerKind.PROVINCE
    assert recognisers == [None, None, third, IssuerKind.PROVINCE, IssuerKind.MINISTRY]


@given(DAYS)
def test_a_window_for_renewal_exists_since_26_2026_alone(day: date) -> None:
    rules = rules_on(day)

    assert (rules.filing is not None) is (day >= date(2026, 5, 22))
    assert (rules.transition is not None) is (day >= date(2026, 5, 22))
    assert rules.reminder_days == ((180, 120, 30) if rules.filing else (30,))


@given(DAYS)
def test_a_recognition_of_any_era_is_valid_36_months(day: date) -> None:
    last = last_day_by_rules(day)

    assert last == months_later(day, 36)
    assert timedelta(days=1_094) <= last - day <= timedelta(days=1_097)


@given(DAYS, st.floats(0, 100))
def test_bands_of_scores_are_half_open_in_every_era(day: date, score: float) -> None:
    stars = stars_for_score(score, day)

    lowest = {1: 0, 2: 30, 3: 50, 4: 70, 5: 90, 6: 100.1}
    assert lowest[stars] <= score < lowest[stars + 1]
