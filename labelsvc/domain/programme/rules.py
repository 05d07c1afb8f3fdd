"""Rules of the programme by date, each row with the decision that set it.

Sources: the Prime Minister's decisions 490/QĐ-TTg (2018), 1048/QĐ-TTg (2019), 148/QĐ-TTg (2023), 1489/QĐ-TTg (2025)
and 26/2026/QĐ-TTg (2026) on the programme.
Everything that a decision can change is in :data:`RULES`.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache

from labelsvc.domain.errors import InvalidValue


class IssuerKind(Enum):
    """The kinds of authority that decisions of the programme speak of."""

    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    MINISTRY = "ministry"


@dataclass(frozen=True, slots=True)
class RenewalFiling:
    """Files for renewal are received from ``opens_days`` to ``closes_days`` before the last day, both included."""

    article: str
    opens_days: int
    closes_days: int


@dataclass(frozen=True, slots=True)
class TransitionalExtension:
    """Stars whose filing window could not be met are extended until the result, by at most ``longest_days``."""

    article: str
    longest_days: int


Recognisers = tuple[tuple[int, IssuerKind], ...]
"""Stars and who recognises them."""

_PROVINCE_AND_MINISTRY: Recognisers = ((3, IssuerKind.PROVINCE), (4, IssuerKind.PROVINCE), (5, IssuerKind.MINISTRY))
_DISTRICT_TOO: Recognisers = ((3, IssuerKind.DISTRICT), (4, IssuerKind.PROVINCE), (5, IssuerKind.MINISTRY))


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """Rules set by a decision of the programme, from ``since`` until the next row; ``source`` is the decision.

    ``filing`` and ``transition`` None: that decision has no such rule. ``last_reminder_days``: the issuer's own notice
    before the end (148/QĐ-TTg), and our last reminder in every other era. ``print_warning_days`` and the stamps are
    our own settings.
    """

    since: date
    source: str
    recognisers: Recognisers = _PROVINCE_AND_MINISTRY
    validity_months: int = 36
    filing: RenewalFiling | None = None
    transition: TransitionalExtension | None = None
    last_reminder_days: int = 30
    print_warning_days: int = 90
    stamps_per_recognition: int = 2_000
    lowest_score: tuple[tuple[int, int], ...] = ((5, 90), (4, 70), (3, 50), (2, 30), (1, 0))
    lowest_printed_stars: int = 3

    def recogniser_of(self, stars: int) -> IssuerKind | None:
        """Return who recognises these stars; None for one and two, which get no decision."""
        return dict(self.recognisers).get(stars)

    @property
    def reminder_days(self) -> tuple[int, ...]:
        """Days before the end on which somebody is to be reminded, the earliest first."""
        window = (self.filing.opens_days, self.filing.closes_days) if self.filing else ()
        return (*window, self.last_reminder_days)


RULES = (
    ProgrammeRules(date(2018, 5, 7), "490/QĐ-TTg"),
    ProgrammeRules(date(2019, 8, 21), "1048/QĐ-TTg"),
    ProgrammeRules(date(2023, 2, 24), "148/QĐ-TTg", recognisers=_DISTRICT_TOO),
    ProgrammeRules(date(2025, 7, 6), "1489/QĐ-TTg"),
    ProgrammeRules(
        date(2026, 5, 22),
        "26/2026/QĐ-TTg",
        filing=RenewalFiling("7.6", opens_days=180, closes_days=120),
        transition=TransitionalExtension("12.3", longest_days=180),
    ),
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
