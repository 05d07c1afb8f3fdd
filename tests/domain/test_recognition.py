"""Recognitions refuse what no decision can say, by the rules of their day."""

from __future__ import annotations

from datetime import date

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.recognition import Recognition

DECIDED = date(2025, 12, 25)


ERAS = [date(2019, 1, 1), date(2022, 1, 1), date(2024, 1, 1), DECIDED, date(2026, 11, 1)]


@pytest.mark.parametrize("decided", ERAS)
@pytest.mark.parametrize("score", [90, 91, 100])
def test_potential_five_stars_are_four_with_the_score_of_five(score: float, decided: date) -> None:
    recognition = Recognition(stars=4, score=score, potential_five=True, decision_date=decided)

    assert (recognition.stars, recognition.score) == (4, score)


@pytest.mark.parametrize(
    ("stars", "score", "flag", "problem"),
    [
        (4, 91, False, "recognition.score"),
        (4, 89.9, True, "recognition.potential_score"),
        (4, 70, True, "recognition.potential_score"),
        (5, 95, True, "recognition.potential_five"),
        (3, 91, True, "recognition.potential_five"),
        (5, 89.9, False, "recognition.score"),
    ],
)
def test_a_score_that_contradicts_stars_or_flag_is_refused(stars: int, score: float, flag: bool, problem: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Recognition(stars=stars, score=score, potential_five=flag, decision_date=DECIDED)

    assert refused.value.problems[0].code == problem
