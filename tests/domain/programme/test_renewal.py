"""Windows for renewal, and the one clause that extends stars without a renewal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.programme.renewal import WindowStage, extension_allowed, renewal_window
from labelsvc.domain.recognition import Extension, Recognition

SINCE, LAST_COVERED = date(2026, 5, 22), date(2026, 9, 19)
DAYS = st.dates(date(2018, 5, 7), date(2032, 12, 31))
DECIDED = date(2024, 3, 5)


@given(DAYS, st.integers(-200, 400))
def test_files_are_received_from_180_to_120_days_before_the_end(last_day: date, days_left: int) -> None:
    today = last_day - timedelta(days=days_left)

    window = renewal_window(last_day, today)

    if today < SINCE:
        assert window is None
        return
    assert window
    stage = WindowStage.TO_COME if days_left > 180 else WindowStage.OPEN if days_left >= 120 else WindowStage.CLOSED
    assert window.stage_on(today) is stage
    assert window.source == "26/2026/QĐ-TTg"


@given(DAYS)
def test_only_ends_whose_window_had_closed_are_extended_by_law(last_day: date) -> None:
    allowed = extension_allowed(last_day)

    if SINCE <= last_day <= LAST_COVERED:
        assert allowed
        assert (allowed.until - last_day).days == 180
        window = renewal_window(last_day, SINCE)
        assert window
        assert window.closes <= SINCE
    else:
        assert allowed is None


def ending(last_day: date, until: date, *, by_office: bool = False) -> Recognition:
    extension = Extension(until, "chờ", by_office=by_office)
    return Recognition(stars=4, decision_date=DECIDED, valid_until=last_day, extension=extension)


@pytest.mark.parametrize(
    ("last_day", "until", "problem"),
    [
        (LAST_COVERED, date(2027, 3, 19), "recognition.extension"),
        (LAST_COVERED, LAST_COVERED, "recognition.extension_short"),
        (date(2026, 9, 20), date(2026, 9, 21), "recognition.extension_none"),
        (date(2026, 5, 21), date(2026, 5, 23), "recognition.extension_none"),
        (date(2025, 1, 1), date(2025, 2, 1), "recognition.extension_none"),
    ],
)
def test_an_extension_that_no_clause_covers_is_refused(last_day: date, until: date, problem: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        ending(last_day, until)

    assert [each.code for each in refused.value.problems] == [problem]


@pytest.mark.parametrize("last_day", [SINCE, date(2026, 7, 1), LAST_COVERED])
def test_an_extension_by_the_clause_names_it(last_day: date) -> None:
    recognition = ending(last_day, last_day + timedelta(days=180))

    assert recognition.extension_rule
    assert (recognition.extension_rule.source, recognition.extension_rule.article) == ("26/2026/QĐ-TTg", "12.3")


@given(DAYS, st.integers(1, 2_000))
def test_the_office_may_override_any_end_and_no_rule_is_named(last_day: date, days: int) -> None:
    last_day = max(last_day, DECIDED)

    recognition = ending(last_day, last_day + timedelta(days=days), by_office=True)

    assert recognition.extension_rule is None
    assert recognition.holds_on(recognition.last_day)
    assert not recognition.holds_on(recognition.last_day + timedelta(days=1))


@given(st.dates(date(2018, 5, 7), date(2028, 1, 1)), st.integers(1, 180))
def test_a_stored_extension_of_any_day_keeps_its_verdict(decided: date, days: int) -> None:
    plain = Recognition(stars=4, decision_date=decided)
    until = plain.last_day + timedelta(days=days)

    stored = Recognition(stars=4, decision_date=decided, extension=Extension(until, "chờ"), as_stored=True)

    assert stored.holds_on(until)
    assert (stored.extension_rule is not None) is (SINCE <= plain.last_day <= LAST_COVERED)
