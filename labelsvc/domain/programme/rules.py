"""Rules of the programme by date, each row with the decision that set it.

Sources: the Prime Minister's decisions 490/QĐ-TTg (2018), 1048/QĐ-TTg (2019), 148/QĐ-TTg (2023), 1489/QĐ-TTg (2025)
and 26/2026/QĐ-TTg (2026) on the programme.
Everything that a decision can change is in :data:`RULES`.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from labelsvc.domain.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """Rules set by a decision of the programme, from ``since`` until the next row; ``source`` is the decision."""

    since: date
    source: str
    validity_months: int = 36
    longest_extension_days: int = 180
    reminder_days: tuple[int, ...] = (180, 120, 30)
    print_warning_days: int = 90
    stamps_per_recognition: int = 2_000
    lowest_score: tuple[tuple[int, int], ...] = ((5, 90), (4, 70), (3, 50), (2, 30), (1, 0))
    lowest_printed_stars: int = 3


RULES = (
    ProgrammeRules(date(2018, 5, 7), "490/QĐ-TTg"),
    ProgrammeRules(date(2019, 8, 21), "1048/QĐ-TTg"),
    ProgrammeRules(date(2023, 2, 24), "148/QĐ-TTg"),
    ProgrammeRules(date(2025, 7, 6), "1489/QĐ-TTg"),
    ProgrammeRules(date(2026, 5, 22), "26/2026/QĐ-TTg"),
)
MOST_STARS = 5

DAYS_KEPT = 4_096
"""Days whose rules and terms are cached: scans ask for the same few."""


@lru_cache(DAYS_KEPT)
def rules_on(day: date) -> ProgrammeRules:
    """Return the rules in force on a day (the first ones for any day before them)."""
    return max((rules for rules in RULES if rules.since <= day), key=lambda r: r.since, default=RULES[0])


@lru_cache(DAYS_KEPT)
def months_later(day: date, months: int) -> date:
    """Return the same day of the month some months later, or the last day of a shorter month."""
    months += day.year * 12 + day.month - 1
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_by_rules(decision_date: date) -> date:
    """Return the last day of a recognition whose decision names none: the rules' term from the decision's day."""
    return months_later(decision_date, rules_on(decision_date).validity_months)


def stars_for_score(score: float, day: date) -> int:
    """Return the stars for a score of 0 to 100; bands are half-open, from the rules of that day."""
    if not 0 <= score <= 100:
        raise InvalidValue.from_code("recognition.score_range", field="score", value=score)
    return next(stars for stars, lowest in rules_on(day).lowest_score if score >= lowest)
